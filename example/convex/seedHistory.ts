import type { AuditInput } from "convex-platform";
import type { Id } from "./_generated/dataModel";
import type { MutationCtx } from "./_generated/server";
import { totalCents } from "./invoiceRules";
import { PEOPLE, tokenIdentifierOf, type Person } from "./people";
import type { InvoiceInput, Line, Status } from "./schema";
import type { Seed, Step } from "./seedData";

const DAY_MS = 24 * 60 * 60 * 1000;

type Fields = Omit<InvoiceInput, "lines"> & {
  amountCents: number;
  status: Status;
  voidReason?: string;
  ownerId: string;
};
/** An invoice at one point of its story, and the act that brought it there. */
type Version = { fields: Fields; lines: Line[]; who: Person["subject"]; did: string };
export type Story = { number: string; versions: Version[] };
type Entry = AuditInput<"invoices" | "lineItems">;

/** The story of one invoice, from its first version to its last. */
export function tell({ by, invoice, dueInDays, story }: Seed, today: number): Version[] {
  const { lines, ...typed } = invoice;
  const fields = {
    ...typed,
    dueOn: new Date(today + dueInDays * DAY_MS).toISOString().slice(0, 10),
    amountCents: totalCents(lines),
    status: "draft" as const,
    ownerId: tokenIdentifierOf({ subject: by }),
  };
  const versions: Version[] = [{ fields, lines, who: by, did: "created" }];
  for (const step of story) versions.push(after(versions.at(-1)!, step));
  return versions;
}

function after({ fields, lines }: Version, [who, did, detail]: Step): Version {
  switch (did) {
    case "updated": {
      const { lines: edited = lines, ...typed } = detail;
      const amountCents = totalCents(edited);
      return { fields: { ...fields, ...typed, amountCents }, lines: edited, who, did };
    }
    case "voided":
      return { fields: { ...fields, status: "void", voidReason: detail }, lines, who, did };
    case "sent":
    case "paid":
      return { fields: { ...fields, status: did }, lines, who, did };
  }
}

/** Leaves the invoice as its story ends, and gives what the log has to say: the entries of each act. */
export async function writeDown(ctx: MutationCtx, { number, versions }: Story): Promise<Entry[][]> {
  const { fields, lines } = versions.at(-1)!;
  const id = await ctx.db.insert("invoices", { ...fields, number });
  const lineIds: Id<"lineItems">[] = [];
  for (const [position, line] of lines.entries()) {
    lineIds.push(await ctx.db.insert("lineItems", { ...line, invoiceId: id, position }));
  }
  return versions.map((version, i) => {
    const target = { table: "invoices" as const, id, label: number };
    return entriesOf(version, versions[i - 1], number, target, lineIds);
  });
}

/** What the guarded functions would have recorded of this act. */
function entriesOf(
  { fields, lines, who, did }: Version,
  before: Version | undefined,
  number: string,
  target: Entry["target"],
  lineIds: Id<"lineItems">[],
): Entry[] {
  const by = { actor: actorOf(who), target };
  const diff = {
    before: before ? { ...before.fields, number } : null,
    after: { ...fields, number },
  };
  const isChanged = JSON.stringify(before?.fields) !== JSON.stringify(fields);
  const own = isChanged ? [{ ...by, action: `invoices.${did}`, diff }] : [];
  return [
    ...own,
    ...lines.flatMap((line, i) => {
      const earlier = before?.lines[i];
      if (JSON.stringify(earlier) === JSON.stringify(line)) return [];
      return {
        ...by,
        action: `lineItems.${earlier ? "updated" : "created"}`,
        related: [{ table: "lineItems" as const, id: lineIds[i]! }],
        metadata: { label: line.description },
        diff: { before: earlier ?? null, after: line },
      };
    }),
  ];
}

function actorOf(subject: Person["subject"]) {
  const { name } = PEOPLE.find((person) => person.subject === subject)!;
  return { type: "user" as const, id: tokenIdentifierOf({ subject }), label: name };
}
