import { v } from "convex/values";
import { MAX_RUNNING_EXPORTS } from "../shared/auditExports.js";
import { INTERRUPTED, isAtWork } from "./auditExportJobs.js";
import { expireExport, expireLater, failExport } from "./auditExportStages.js";
import { internalMutation, type MutationCtx } from "./functions.js";

/** What remains to be done about exports besides their work: files expire, and some are forgotten. */

/** Comes when the file expires. */
export const expire = internalMutation({
  args: { id: v.id("auditExports") },
  returns: v.null(),
  handler: async (ctx, { id }) => {
    const row = await ctx.db.get("auditExports", id);
    if (row?.status !== "completed") return null;
    if (Date.now() < row.wakeAt) await expireLater(ctx, id, row.wakeAt);
    else await expireExport(ctx, row);
    return null;
  },
});

/**
 * Looks after what nobody comes for any more: a backup has the exports, but nothing of what was
 * scheduled. What is under way is the job engine's to repeat, as long as it has the job.
 */
export const lookAfter = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await failDeserted(ctx);
    await expireForgotten(ctx);
    return null;
  },
});

const FORGOTTEN_AFTER_MS = 3_600_000;
/** The next round takes the others. */
const MAX_EXPIRED = 100;

/** Its job ended and the export did not hear of it: that may not take one of the few places for good. */
async function failDeserted(ctx: MutationCtx): Promise<void> {
  const running = await ctx.db
    .query("auditExports")
    .withIndex("by_status", (q) => q.eq("status", "running"))
    .take(MAX_RUNNING_EXPORTS);
  for (const row of running) {
    if (row.status !== "running" || (await isAtWork(ctx, row))) continue;
    await failExport(ctx, row, INTERRUPTED);
  }
}

async function expireForgotten(ctx: MutationCtx): Promise<void> {
  const forgotten = await ctx.db
    .query("auditExports")
    .withIndex("by_status", (q) =>
      q.eq("status", "completed").lt("wakeAt", Date.now() - FORGOTTEN_AFTER_MS),
    )
    .take(MAX_EXPIRED);
  for (const { _id } of forgotten) await expireLater(ctx, _id, Date.now());
}
