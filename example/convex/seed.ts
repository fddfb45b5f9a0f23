import { Platform } from "convex-platform";
import { v } from "convex/values";
import { components, internal } from "./_generated/api";
import * as generated from "./_generated/server";
import { internalMutation } from "./functions";
import { PEOPLE, tokenIdentifierOf } from "./people";
import { platform } from "./platform";
import schema from "./schema";
import { SEEDS } from "./seedData";
import { tell, writeDown } from "./seedHistory";
import { planSeeds } from "./seedPlans";
import { fillTrash } from "./seedTrash";

/** Registers no tables: the entries of a made-up past are by those who lived it, not by the seed. */
const past = new Platform(components.platform, { schema }).functions(generated);

/** The number of the first told story; what is written each month came before. */
const FIRST_NUMBER = 1001;

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
    await ctx.runMutation(internal.seed.invite, {});
    await ctx.runMutation(internal.peopleSeed.run, {});
    const today = Date.now();
    const plans = planSeeds(today);
    const stories = [...plans, ...SEEDS].map((seed, i) => {
      return { number: `INV-${FIRST_NUMBER - plans.length + i}`, ...tell(seed, today) };
    });
    await ctx.db.insert("counters", { name: "invoices", last: FIRST_NUMBER - 1 + SEEDS.length });
    const told = [];
    for (const story of stories) told.push(await writeDown(ctx, story));
    // Several invoices are on the desk at once, so the log tells of them in turns.
    const acts = told.flatMap(({ acts }, i) =>
      acts.map((entries, j) => ({ entries, turn: i + j * 1.5 })),
    );
    acts.sort((a, b) => a.turn - b.turn);
    await platform.auditLogs.recordMany(
      ctx,
      acts.flatMap(({ entries }) => entries),
    );
    await fillTrash(
      ctx,
      told.flatMap(({ deletions }) => deletions),
      today,
    );
    await ctx.runMutation(internal.seedJobs.run, {});
    return null;
  },
});
