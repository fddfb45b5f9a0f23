import { v } from "convex/values";
import { handlerMissing, isOwn, withoutAttempt } from "../shared/jobStates.js";
import { internal } from "./_generated/api.js";
import { hasRoom, internalMutation } from "./functions.js";
import { place, startNext } from "./jobPlaces.js";
import { findJob, getToken } from "./jobRecords.js";
import { reportFailure } from "./jobReports.js";

/** What is done besides the jobs themselves: only where one was delayed, or something has changed. */

/** Jobs that one step starts. */
const MAX_STARTED = 100;

/** The time of a delayed job of a capped queue has come: it gets into line. */
export const admit = internalMutation({
  args: { id: v.string() },
  returns: v.null(),
  handler: async (ctx, { id }) => {
    const row = await findJob(ctx, { id });
    const now = Date.now();
    if (!row || !isOwn(row, await getToken(ctx))) return null;
    // A clock that is a little behind the scheduler's must not send it back.
    const idle = { ...withoutAttempt(row), runAt: Math.min(row.runAt, now) };
    await ctx.db.replace("jobs", row._id, await place(ctx, idle, now));
    return null;
  },
});

/** After a queue was resumed, or its cap raised: its free slots go to those who wait. */
export const fill = internalMutation({
  args: { queue: v.string() },
  returns: v.null(),
  handler: async (ctx, { queue }) => {
    const now = Date.now();
    for (let started = 0; started < MAX_STARTED && (await hasRoom(ctx)); started++) {
      if (!(await startNext(ctx, queue, now))) return null;
    }
    await ctx.scheduler.runAfter(0, internal.jobSteps.fill, { queue });
    return null;
  },
});

/** In place of a handler that a deploy has removed: the report that nobody makes. */
export const refuse = internalMutation({
  args: { id: v.string() },
  returns: v.null(),
  handler: async (ctx, { id }) => {
    const row = await findJob(ctx, { id });
    if (row) await reportFailure(ctx, { id, error: handlerMissing(row.name), isRetryable: false });
    return null;
  },
});
