import type { AuditInput } from "convex-platform";
import type { Id } from "./_generated/dataModel";
import type { MutationCtx } from "./_generated/server";
import { totalCents } from "./invoiceRules";
import { PEOPLE, tokenIdentifierOf } from "./people";
import type { InvoiceInput, Line, Status } from "./schema";
import type { Removal, Seed, Step, Who } from "./seedData";
import type { PastDeletion } from "./seedTrash";

const DAY_MS = 24 * 60 * 60 * 1000;

/** As peopleSeed.ts lets him in. */
const DMITRI = {
  type: "user" as const,
  id: "https://clerk.ledgerline.demo|user_dmitri",
  label: "Dmitri Hale-Okafor",
};

type Fields = Omit<InvoiceInput, "lines"> & {
  amountCents: number;
  status: Status;
  voidReason?: string;
  ownerId: string;
};
/** An invoice at one point of its story, and the act that brought it there. */
type Version = { fields: Fields; lines: Line[]; who: Who; did: string; daysAgo?: number };
export type Story = { number: string; versions: Version[]; removal?: Removal & { who: Who } };
type Entry = AuditInput<"invoices" | "lineItems">;

/** The story of one invoice, from its first version to its last, and how it came into the trash. */
export function tell(
  { by, invoice, dueInDays, story }: Seed,
  today: number,
): Omit<Story, "number"> {
  const { lines, ...typed } = invoice;
  const fields = {
    ...typed,
    dueOn: new Date(today + dueInDays * DAY_MS).toISOString().slice(0, 10),
    amountCents: totalCents(lines),
    status: "draft" as const,
    ownerId: tokenIdentifierOf({ subject: by }),
  };
  const versions: Version[] = [{ fields, lines, who: by, did: "created" }];
  for (const step of story) {
    if (step[1] === "removed") return { versions, removal: { who: step[0], ...step[2] } };
    versions.push(after(versions.at(-1)!, step));
  }
  return { versions };
}

function after(
  { fields, lines }: Version,
  [who, did, detail, daysAgo = 0]: Exclude<Step, [Who, "removed", Removal]>,
): Version {
  switch (did) {
    case "updated": {
      const { lines: edited = lines, ...typed } = detail;
      const amountCents = totalCents(edited);
      return { fields: { ...fields, ...typed, amountCents }, lines: edited, who, did, daysAgo };
    }
    case "voided":
      return { fields: { ...fields, status: "void", voidReason: detail }, lines, who, did };
    case "sent":
    case "paid":
      return { fields: { ...fields, status: did }, lines, who, did };
  }
}

/**
 * Leaves the invoice as its story ends, and gives what is to be told of it: the entries of each act,
 * and what has gone to the trash.
 */
export async function writeDown(
  ctx: MutationCtx,
  { number, versions, removal }: Story,
): Promise<{ acts: Entry[][]; deletions: PastDeletion[] }> {
  const { fields, lines } = versions.at(-1)!;
  const id = await ctx.db.insert("invoices", { ...fields, number });
  const root = { table: "invoices" as const, id, label: number };
  const lineIds: Id<"lineItems">[] = [];
  const deletions: PastDeletion[] = [];
  // Lines only ever grow fewer at the end.
  const most = Math.max(...versions.map(({ lines }) => lines.length));
  for (let position = 0; position < most; position++) {
    const last = versions.findLast(({ lines }) => position < lines.length)!;
    const line = last.lines[position]!;
    const lineId = await ctx.db.insert("lineItems", { ...line, invoiceId: id, position });
    lineIds.push(lineId);
    const loss = versions[versions.indexOf(last) + 1];
    if (!loss) continue;
    deletions.push({
      root: { table: "lineItems", id: lineId, label: line.description },
      parents: [{ table: "invoices", id }],
      items: [],
      by: actorOf(loss.who),
      daysAgo: loss.daysAgo ?? 0,
    });
  }
  if (removal) {
    const { who, ...how } = removal;
    const items = lineIds.slice(0, lines.length).map((id) => ({ table: "lineItems" as const, id }));
    deletions.push({ root, parents: [], items, by: actorOf(who), ...how });
  }
  const acts = versions.map((version, i) =>
    entriesOf(version, versions[i - 1], number, root, lineIds),
  );
  return { acts, deletions };
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

function actorOf(who: Who) {
  const person = PEOPLE.find(({ subject }) => subject === who);
  if (!person) return DMITRI;
  return { type: "user" as const, id: tokenIdentifierOf(person), label: person.name };
}
