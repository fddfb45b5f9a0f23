import type { AuditInput } from "convex-platform";
import { v } from "convex/values";
import { internalMutation, type MutationCtx } from "./_generated/server";
import type { Id } from "./_generated/dataModel";
import { changedFields } from "./changes";
import { totalCents } from "./invoiceRules";
import { PEOPLE, tokenIdentifierOf, type Person } from "./people";
import { platform } from "./platform";
import type { InvoiceInput, Status } from "./schema";
import { SEEDS, type Seed, type Step } from "./seedData";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Fills an empty desk with a believable season. Does nothing where it has run before. */
export const run = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if (await ctx.db.query("counters").first()) return null;
    await ctx.db.insert("counters", { name: "invoices", last: 1000 + SEEDS.length });
    const today = Date.now();
    const events: { entry: AuditInput<"invoices">; step: number }[] = [];
    for (const [i, seed] of SEEDS.entries()) {
      const versions = tell(seed, today);
      const number = `INV-${1001 + i}`;
      const id = await insertLast(ctx, seed, versions, number);
      const target = { table: "invoices" as const, id, label: number };
      // Several invoices are on the desk at once, so the log tells of them in turns.
      events.push(
        ...versions.map(({ act }, j) => ({ entry: { ...act, target }, step: i + j * 1.5 })),
      );
    }
    events.sort((a, b) => a.step - b.step);
    await platform.auditLogs.recordMany(
      ctx,
      events.map(({ entry }) => entry),
    );
    return null;
  },
});

type StoredInvoice = InvoiceInput & { amountCents: number; status: Status };
/** An invoice at one point of its story, and the act that brought it there. */
type Version = { invoice: StoredInvoice; act: Omit<AuditInput<"invoices">, "target"> };

/** The story of one invoice, from its first version to its last. */
function tell({ by, invoice, dueInDays, story }: Seed, today: number): Version[] {
  const dueOn = new Date(today + dueInDays * DAY_MS).toISOString().slice(0, 10);
  const draft = { ...invoice, dueOn, amountCents: totalCents(invoice.lines) };
  const act = { action: "invoices.created", actor: actor(by), changes: changedFields({}, draft) };
  const versions: Version[] = [{ invoice: { ...draft, status: "draft" }, act }];
  for (const step of story) versions.push(next(versions.at(-1)!.invoice, step));
  return versions;
}

function next(before: StoredInvoice, step: Step): Version {
  const [who, did, detail] = step;
  const act = { action: `invoices.${did}`, actor: actor(who) };
  if (did === "removed") {
    return { invoice: before, act: { ...act, changes: changedFields(before, {}) } };
  }
  const invoice = after(before, step);
  const changes = changedFields(before, invoice);
  return { invoice, act: { ...act, changes, ...(did === "voided" && { reason: detail }) } };
}

function after(before: StoredInvoice, [, did, detail]: Step): StoredInvoice {
  switch (did) {
    case "updated": {
      const edited = { ...before, ...detail };
      return { ...edited, amountCents: totalCents(edited.lines) };
    }
    case "voided":
      return { ...before, status: "void" };
    case "sent":
    case "paid":
      return { ...before, status: did };
    case "removed":
      return before;
  }
}

/** Leaves the invoice as the story ends, which may be: not at all. */
async function insertLast(
  ctx: MutationCtx,
  { by, story }: Seed,
  versions: Version[],
  number: string,
): Promise<Id<"invoices">> {
  const { lines, ...fields } = versions.at(-1)!.invoice;
  const ownerId = tokenIdentifierOf(personOf(by));
  const invoiceId = await ctx.db.insert("invoices", { ...fields, number, ownerId });
  if (story.at(-1)?.[1] === "removed") {
    await ctx.db.delete("invoices", invoiceId);
    return invoiceId;
  }
  for (const [position, line] of lines.entries()) {
    await ctx.db.insert("lineItems", { ...line, invoiceId, position });
  }
  return invoiceId;
}

function actor(subject: Person["subject"]) {
  const { name } = personOf(subject);
  return { type: "user" as const, id: tokenIdentifierOf({ subject }), label: name };
}

function personOf(subject: Person["subject"]): Person {
  return PEOPLE.find((person) => person.subject === subject)!;
}
