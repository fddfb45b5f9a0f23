import { Platform, type AuditInput } from "convex-platform";
import { v } from "convex/values";
import { components, internal } from "./_generated/api";
import * as generated from "./_generated/server";
import type { MutationCtx } from "./_generated/server";
import type { Id } from "./_generated/dataModel";
import { internalMutation } from "./functions";
import { totalCents } from "./invoiceRules";
import { PEOPLE, tokenIdentifierOf, type Person } from "./people";
import { platform } from "./platform";
import schema, { type InvoiceInput, type Status } from "./schema";
import { SEEDS, type Seed, type Step } from "./seedData";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Registers no tables: the entries of a made-up past are by those who lived it, not by the seed. */
const past = new Platform(components.platform, { schema }).functions(generated);

/** Lets Ada, Ben and Chloé in, each with their role. Changes nothing where they have it. */
export const invite = internalMutation({
  args: {},
  returns: v.null(),
  permission: "userProfiles.invite",
  handler: async (ctx) => {
    for (const { role, ...person } of PEOPLE) {
      const { name, email } = person;
      const account = { tokenIdentifier: tokenIdentifierOf(person), claims: { name, email } };
      const { profile } = await platform.userProfiles.upsert(ctx, account);
      await platform.userProfiles.setRoles(ctx, profile.id, [{ role }]);
    }
    return null;
  },
});

/** Fills an empty desk with a believable season. Does nothing where it has run before. */
export const run = past.internalMutation({
  args: {},
  returns: v.null(),
  permission: "public",
  handler: async (ctx): Promise<null> => {
    if (await ctx.db.query("counters").first()) return null;
    await ctx.db.insert("counters", { name: "invoices", last: 1000 + SEEDS.length });
    await ctx.runMutation(internal.seed.invite, {});
    await ctx.runMutation(internal.peopleSeed.run, {});
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

type StoredInvoice = InvoiceInput & { amountCents: number; status: Status; voidReason?: string };
/** An invoice at one point of its story, and the act that brought it there. */
type Version = { invoice: StoredInvoice; act: Omit<AuditInput<"invoices">, "target"> };

/** The story of one invoice, from its first version to its last. */
function tell({ by, invoice, dueInDays, story }: Seed, today: number): Version[] {
  const dueOn = new Date(today + dueInDays * DAY_MS).toISOString().slice(0, 10);
  const draft = { ...invoice, dueOn, amountCents: totalCents(invoice.lines) };
  const invoiceAtFirst = { ...draft, status: "draft" as const };
  const diff = { before: null, after: invoiceAtFirst };
  const act = { action: "invoices.created", actor: actor(by), diff };
  const versions: Version[] = [{ invoice: invoiceAtFirst, act }];
  for (const step of story) versions.push(next(versions.at(-1)!.invoice, step));
  return versions;
}

function next(before: StoredInvoice, step: Step): Version {
  const [who, did] = step;
  const invoice = after(before, step);
  const diff = { before, after: did === "removed" ? null : invoice };
  return { invoice, act: { action: `invoices.${did}`, actor: actor(who), diff } };
}

function after(before: StoredInvoice, [, did, detail]: Step): StoredInvoice {
  switch (did) {
    case "updated": {
      const edited = { ...before, ...detail };
      return { ...edited, amountCents: totalCents(edited.lines) };
    }
    case "voided":
      return { ...before, status: "void", voidReason: detail };
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
  const invoice = versions.at(-1)!.invoice;
  const ownerId = tokenIdentifierOf(personOf(by));
  const id = await ctx.db.insert("invoices", { ...invoice, number, ownerId });
  if (story.at(-1)?.[1] === "removed") await ctx.db.delete("invoices", id);
  return id;
}

function actor(subject: Person["subject"]) {
  const { name } = personOf(subject);
  return { type: "user" as const, id: tokenIdentifierOf({ subject }), label: name };
}

function personOf(subject: Person["subject"]): Person {
  return PEOPLE.find((person) => person.subject === subject)!;
}
