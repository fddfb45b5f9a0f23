import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./functions.js";

/** What every ten minutes has to be looked after, in one call: an area that is idle adds none. */
export const run = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    for (const chore of [internal.auditSeals.sealBatch, internal.jobSweeps.sweepNow]) {
      try {
        await ctx.runMutation(chore, {});
      } catch {
        // One chore must not keep another from its work; by itself it fails where it can be seen.
        await ctx.scheduler.runAfter(0, chore, {});
      }
    }
    return null;
  },
});
