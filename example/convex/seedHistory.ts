import type { AuditInput } from "convex-platform";
import type { Doc } from "./_generated/dataModel";
import type { MutationCtx } from "./_generated/server";
import { MOST_LINES, totalCents } from "./invoiceRules";
import { PEOPLE, tokenIdentifierOf } from "./people";
import { platform } from "./platform";
import type { InvoiceInput, Line, Status } from "./schema";
import type { Removal, Seed, Step, Who } from "./seedData";
import { timesOf, type Happening, type Place } from "./seedTimes";
import { endTrash, trash, type PastDeletion } from "./seedTrash";

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
type Version = { fields: Fields; lines: Line[]; who: Who; did: string };
type Story = { number: string; versions: Version[] };
type Rows = { invoice: Doc<"invoices">; lines: Doc<"lineItems">[] };
type Entry = AuditInput<"invoices" | "lineItems">;

/** What happened to one invoice, act by act. */
export function tell(
  seed: Seed,
  createdDaysAgo: number,
  { number, ...where }: Place,
): Happening<MutationCtx>[] {
  const { versions, removal } = versionsOf(seed, where.today);
  const story = { number, versions };
  const times = timesOf(seed, createdDaysAgo, where);
  const acts = versions.map((_, i) => {
    return {
      at: times[i]!,
      happen: async (ctx: MutationCtx) => await act(ctx, story, i, times[i]!),
    };
  });
  if (!removal) return acts;
  const [removedAt, endedAt] = times.slice(versions.length);
  const { ended } = removal;
  const removed = {
    at: removedAt!,
    happen: async (ctx: MutationCtx) => {
      const rows = (await findRows(ctx, number))!;
      await trash(ctx, deletionOf(rows, removal), removedAt!);
    },
  };
  if (!ended) return [...acts, removed];
  const left = {
    at: endedAt!,
    happen: async (ctx: MutationCtx) => {
      const rows = (await findRows(ctx, number))!;
      await endTrash(ctx, deletionOf(rows, removal), ended.as);
    },
  };
  return [...acts, removed, left];
}

function versionsOf({ by, invoice, dueInDays, story }: Seed, today: number) {
  const { lines, ...typed } = invoice;
  const fields = {
    ...typed,
    dueOn: new Date(today + dueInDays * DAY_MS).toISOString().slice(0, 10),
    amountCents: totalCents(lines),
    status: "draft" as const,
    ownerId: actorOf(by).id,
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
  [who, did, detail]: Exclude<Step, [Who, "removed", Removal]>,
): Version {
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

/** Writes what an act leaves behind, and records it. */
async function act(ctx: MutationCtx, story: Story, place: number, at: number): Promise<void> {
  const { number, versions } = story;
  const version = versions[place]!;
  const rows =
    place === 0
      ? await create(ctx, story)
      : await change(ctx, number, version, versions[place - 1]!);
  await platform.auditLogs.recordMany(ctx, entriesOf(rows, version, versions[place - 1]));
  // Lines only ever grow fewer at the end.
  for (const line of rows.lines.slice(version.lines.length)) {
    await trash(ctx, lossOf(rows, line, version.who), at);
  }
}

async function create(ctx: MutationCtx, { number, versions }: Story): Promise<Rows> {
  const { fields, lines } = versions[0]!;
  const invoiceId = await ctx.db.insert("invoices", { ...fields, number });
  for (const [position, line] of lines.entries()) {
    await ctx.db.insert("lineItems", { ...line, invoiceId, position });
  }
  return (await findRows(ctx, number))!;
}

/** @returns the rows with the lines that the act left out */
async function change(
  ctx: MutationCtx,
  number: string,
  { fields, lines }: Version,
  before: Version,
): Promise<Rows> {
  const rows = (await findRows(ctx, number))!;
  await ctx.db.patch("invoices", rows.invoice._id, fields);
  for (const [i, line] of lines.entries()) {
    if (JSON.stringify(before.lines[i]) !== JSON.stringify(line)) {
      await ctx.db.patch("lineItems", rows.lines[i]!._id, line);
    }
  }
  return rows;
}

/** An invoice, also when it is in the trash, with the lines it had last. */
async function findRows(ctx: MutationCtx, number: string): Promise<Rows | null> {
  const invoice = await ctx.db
    .query("invoices")
    .withIndex("by_number", (q) => q.eq("number", number))
    .unique();
  if (!invoice) return null;
  const lines = await ctx.db
    .query("lineItems")
    .withIndex("by_invoice", (q) =>
      q.eq("invoiceId", invoice._id).eq("deletedAt", invoice.deletedAt),
    )
    .take(MOST_LINES);
  return { invoice, lines };
}

function deletionOf(
  { invoice, lines }: Rows,
  { who, reason, held }: Removal & { who: Who },
): PastDeletion {
  return {
    root: { table: "invoices", id: invoice._id, label: invoice.number },
    parents: [],
    items: lines.map(({ _id: id }) => ({ table: "lineItems", id })),
    by: actorOf(who),
    ...(reason !== undefined && { reason }),
    ...(held !== undefined && { held }),
  };
}

function lossOf({ invoice }: Rows, line: Doc<"lineItems">, who: Who): PastDeletion {
  return {
    root: { table: "lineItems", id: line._id, label: line.description },
    parents: [{ table: "invoices", id: invoice._id }],
    items: [],
    by: actorOf(who),
  };
}

/** What the guarded functions would have recorded of this act. */
function entriesOf(
  { invoice: { _id: id, number }, lines: rows }: Rows,
  { fields, lines, who, did }: Version,
  before: Version | undefined,
): Entry[] {
  const target = { table: "invoices" as const, id, label: number };
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
        related: [{ table: "lineItems" as const, id: rows[i]!._id }],
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
