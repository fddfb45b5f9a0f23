import { Platform } from "convex-platform";
import { v } from "convex/values";
import { components, internal } from "./_generated/api";
import * as generated from "./_generated/server";
import { internalMutation, internalQuery } from "./functions";
import { PEOPLE, tokenIdentifierOf, type Person } from "./people";
import { arrivals } from "./peopleSeed";
import { platform } from "./platform";
import schema from "./schema";
import { SEEDS } from "./seedData";
import { tell } from "./seedHistory";
import { planSeeds } from "./seedPlans";
import type { Happening } from "./seedTimes";

/** Registers no tables: the entries of a made-up past are by those who lived it, not by the seed. */
const past = new Platform(components.platform, { schema }).functions(generated);

/** The number of the first told story; what is written each month came before. */
const FIRST_NUMBER = 1001;
/** Ages of the first and the last of them, in days. */
const FIRST_AGE = 56;
const LAST_AGE = 1.2;
/** Days between an invoice of each month and its due date. */
const PLAN_TERM = 14;

/** Lets Ada, Ben and Chloé in, each with their role. Changes nothing where they have it. */
export const invite = internalMutation({
  args: {},
  returns: v.null(),
  permission: "userProfiles.invite",
  handler: async (ctx) => {
    for (const person of PEOPLE) await letIn(ctx, person, person.email);
    return null;
  },
});

/**
 * Fills an empty desk with a believable season. Does nothing where it has run before.
 *
 * An entry's time is that of its commit, on purpose: nobody can date one back. So all entries of a
 * desk that is filled at once are of today. The demo, whose clock is its own, calls {@link tellPart}
 * instead, while its clock goes through the past.
 */
export const run = past.internalMutation({
  args: {},
  returns: v.null(),
  permission: "public",
  handler: async (ctx): Promise<null> => {
    if (await ctx.db.query("counters").first()) return null;
    for (const { happen } of season(Date.now())) await happen(ctx);
    await ctx.runMutation(internal.seedJobs.run, {});
    return null;
  },
});

/** When what happens in {@link run}, the oldest first. @param today - milliseconds since 1970 */
export const times = internalQuery({
  args: { today: v.number() },
  returns: v.array(v.number()),
  permission: "public",
  empty: [],
  handler: (_ctx, { today }) => season(today).map(({ at }) => at),
});

/** Lets those of the {@link times} happen that are at or after `from` and before `to`. */
export const tellPart = past.internalMutation({
  args: { today: v.number(), from: v.number(), to: v.number() },
  returns: v.null(),
  permission: "public",
  handler: async (ctx, { today, from, to }): Promise<null> => {
    const part = season(today).filter(({ at }) => at >= from && at < to);
    for (const { happen } of part) await happen(ctx);
    return null;
  },
});

/** All that the desk has seen up to today, the oldest first. */
function season(today: number): Happening<generated.MutationCtx>[] {
  const plans = planSeeds(today);
  const firstPlan = FIRST_NUMBER - plans.length;
  const step = (FIRST_AGE - LAST_AGE) / (SEEDS.length - 1);
  const stories = [
    ...plans.map((seed) => ({ seed, age: PLAN_TERM - seed.dueInDays })),
    ...SEEDS.map((seed, i) => ({ seed, age: FIRST_AGE - i * step })),
  ];
  const told: Happening<generated.MutationCtx>[] = [];
  let after = 0;
  for (const [place, { seed, age }] of stories.entries()) {
    const number = `INV-${firstPlan + place}`;
    const acts = tell(seed, age, { number, today, place, after });
    after = acts[0]!.at;
    told.push(...acts);
  }
  const happenings = [...told, ...arrivals(today)].sort((a, b) => a.at - b.at);
  return [{ at: happenings[0]!.at - 60_000, happen: open }, ...happenings];
}

async function open(ctx: generated.MutationCtx): Promise<void> {
  await ctx.db.insert("counters", { name: "invoices", last: FIRST_NUMBER - 1 + SEEDS.length });
  // They have other addresses by now, as their first sign-in will tell.
  for (const person of PEOPLE) await letIn(ctx, person, `${person.subject}@brightwater.example`);
}

async function letIn(ctx: generated.MutationCtx, person: Person, email: string): Promise<void> {
  const { name, role } = person;
  const account = { tokenIdentifier: tokenIdentifierOf(person), claims: { name, email } };
  const { profile } = await platform.userProfiles.upsert(ctx, account);
  await platform.userProfiles.setRoles(ctx, profile.id, [{ role }]);
}
