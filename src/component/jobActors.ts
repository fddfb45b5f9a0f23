import { v, type Infer } from "convex/values";
import { vActor } from "../shared/auditLogs.js";
import type { JobCall } from "../shared/jobs.js";
import { query } from "./functions.js";

/** For whom a scheduled function is at work, where it is an attempt at a job. */
const vJobActor = v.object({ actor: v.optional(vActor), jobId: v.string() });

/**
 * Whose job an attempt is, by the scheduled function that runs it. `null`: it is no attempt.
 *
 * Told by the scheduler's own record, which only the component writes: nobody can claim a job.
 */
export const find = query({
  args: { scheduledFunctionId: v.string() },
  returns: v.union(vJobActor, v.null()),
  handler: async (ctx, { scheduledFunctionId }): Promise<Infer<typeof vJobActor> | null> => {
    const id = ctx.db.system.normalizeId("_scheduled_functions", scheduledFunctionId);
    const record = id && (await ctx.db.system.get("_scheduled_functions", id));
    const call = record?.args[0] as { job?: JobCall } | undefined;
    if (call?.job === undefined) return null;
    const { id: jobId, actor } = call.job;
    return { jobId, ...(actor && { actor }) };
  },
});
