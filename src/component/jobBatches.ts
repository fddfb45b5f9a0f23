import { v } from "convex/values";
import { vCaller } from "../shared/auditLogs.js";
import { platformError, throwIfInvalid, type FieldErrors } from "../shared/errors.js";
import { pick } from "../shared/fields.js";
import { vBatch, type Batch } from "../shared/jobBatches.js";
import { decodeBatchId, encodeJobId, endOfPrefix, type JobKey } from "../shared/jobIds.js";
import { isOpen } from "../shared/jobRows.js";
import {
  checkCancelReason,
  checkDescription,
  checkQueue,
  MAX_JOBS_PER_CALL,
} from "../shared/jobRules.js";
import { decide } from "../shared/jobStates.js";
import { vNewJob, vOnComplete, type NewJob } from "../shared/jobs.js";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import {
  hasRoom,
  internalMutation,
  mutation,
  query,
  type MutationCtx,
  type QueryCtx,
} from "./functions.js";
import { beginCounts, endBatch, readCounts } from "./jobBatchCounts.js";
import { cancelJob, hasEnded, reopenJob } from "./jobEnds.js";
import { enqueueJobs, newPrefix } from "./jobEnqueuing.js";
import { recordAct } from "./jobRecords.js";

/** Jobs of one handler that are followed as one. Their ids begin alike, so they are a range. */

const vWhich = { id: v.string(), tenantId: v.optional(v.string()) };
/** Members that one step cancels or tries again. */
const STEP_SIZE = 50;

// --- Reads -----------------------------------------------------------------------------------

/** The batch and its counters, or `null`: 1 read, and one for each root of its members. */
export const get = query({
  args: vWhich,
  returns: v.union(vBatch, v.null()),
  handler: async (ctx, which) => {
    const row = await findBatch(ctx, which);
    return row && (await toBatch(ctx, row));
  },
});

// --- Writes ----------------------------------------------------------------------------------

/**
 * Enqueues jobs as a batch. One without any has ended at once.
 *
 * @param jobs - at most 1,000, all of this queue and name, without unique keys
 * @throws VALIDATION_FAILED
 */
export const create = mutation({
  args: {
    caller: vCaller,
    queue: v.string(),
    name: v.string(),
    jobs: v.array(vNewJob),
    label: v.optional(v.string()),
    tenantId: v.optional(v.string()),
    /** Called once when the last of them has ended; again, when some are tried again after that. */
    onComplete: v.optional(vOnComplete),
    /** Whether what is done to the batch is recorded in the audit log. */
    audit: v.optional(v.boolean()),
  },
  returns: v.object({ id: v.string(), jobIds: v.array(v.string()) }),
  handler: async (ctx, { caller, jobs, audit, ...batch }) => {
    throwIfInvalid(checkMembers(batch, jobs), "The batch was not created.");
    const now = Date.now();
    const prefix = await newPrefix(ctx, now);
    const _id = await ctx.db.insert("jobBatches", {
      ...batch,
      ...(caller.actor && { actor: caller.actor }),
      ...(audit && { audit }),
      prefix,
      status: "running",
      total: jobs.length,
      openShards: 0,
      createdAt: now,
    });
    const shards = await beginCounts(ctx, _id, jobs.length);
    await ctx.db.patch("jobBatches", _id, { openShards: shards.length });
    const jobIds = await enqueueJobs(ctx, jobs, {
      caller,
      now,
      prefix,
      batch: (i) => ({ id: _id, shard: shards[i % shards.length]! }),
    });
    const row = (await ctx.db.get("jobBatches", _id))!;
    if (jobs.length === 0) await endBatch(ctx, row, now);
    await recordBatch(ctx, caller, row, "batchEnqueued");
    return { id: batchIdOf(row), jobIds };
  },
});

/**
 * Cancels the members that have not ended, in steps of their own.
 *
 * @throws NOT_FOUND
 */
export const cancel = mutation({
  args: { caller: vCaller, ...vWhich, reason: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { caller, reason, ...which }) => {
    throwIfInvalid(checkCancelReason(reason), "The batch was not cancelled.");
    const row = await getBatch(ctx, which);
    if (row.status === "ended") return null;
    await ctx.db.patch("jobBatches", row._id, { cancelRequestedAt: Date.now() });
    await recordBatch(ctx, caller, row, "batchCancelled");
    await ctx.scheduler.runAfter(0, internal.jobBatches.step, {
      id: row._id,
      does: "cancel",
      caller,
      ...(reason !== undefined && { reason }),
    });
    return null;
  },
});

/**
 * Tries the members again that have failed, in steps of their own.
 *
 * @throws NOT_FOUND
 */
export const retryFailed = mutation({
  args: { caller: vCaller, ...vWhich },
  returns: v.null(),
  handler: async (ctx, { caller, ...which }) => {
    const row = await getBatch(ctx, which);
    await recordBatch(ctx, caller, row, "batchRetried");
    const args = { id: row._id, does: "retry" as const, caller };
    await ctx.scheduler.runAfter(0, internal.jobBatches.step, args);
    return null;
  },
});

// --- Chores ----------------------------------------------------------------------------------

/**
 * Does the same to one member after the other, from the last to the first: in a capped queue those
 * that wait are cancelled before those that would hand their slots on to them.
 */
export const step = internalMutation({
  args: {
    id: v.id("jobBatches"),
    does: v.union(v.literal("cancel"), v.literal("retry")),
    caller: vCaller,
    reason: v.optional(v.string()),
    /** The member that was looked at last. */
    before: v.optional(v.string()),
  },
  returns: v.null(),
  handler: async (ctx, args) => {
    const { id, does, caller, reason, before } = args;
    const batch = await ctx.db.get("jobBatches", id);
    if (!batch) return null;
    const { queue, name, prefix } = batch;
    const rows = await ctx.db
      .query("jobs")
      .withIndex("by_queue", (q) =>
        q
          .eq("queue", queue)
          .eq("name", name)
          .gt("id", prefix)
          .lt("id", before ?? endOfPrefix(prefix)),
      )
      .order("desc")
      .take(STEP_SIZE);
    let last: string | undefined;
    for (const row of rows) {
      // A callback of the host may have taken any part of the transaction.
      if (!(await hasRoom(ctx))) break;
      last = row.id;
      // What happened to the one before may have changed it: slots are handed on.
      const now = Date.now();
      const job = (await ctx.db.get("jobs", row._id))!;
      if (does === "cancel" && isOpen(job)) await cancelJob(ctx, caller, job, reason, now);
      const isWanted = decide(job, { type: "redriven" }, now).kind === "reopen";
      if (does === "retry" && isWanted && hasEnded(job)) await reopenJob(ctx, caller, job, now);
    }
    if (rows.length < STEP_SIZE && last === rows.at(-1)?.id) return null;
    const next = { ...args, ...(last !== undefined && { before: last }) };
    await ctx.scheduler.runAfter(0, internal.jobBatches.step, next);
    return null;
  },
});

// --- Helpers ---------------------------------------------------------------------------------

function checkMembers(
  batch: Pick<JobKey, "queue" | "name"> & Parameters<typeof checkDescription>[0],
  jobs: NewJob[],
): FieldErrors {
  const isOneLane = jobs.every(({ queue, name }) => queue === batch.queue && name === batch.name);
  const hasKeys = jobs.some(({ unique }) => unique !== undefined);
  const max = MAX_JOBS_PER_CALL;
  return {
    ...checkQueue(batch.queue),
    ...checkDescription(batch),
    ...(jobs.length > max && {
      jobs: { code: "too_many", message: `Use at most ${max}.`, params: { max } },
    }),
    ...(!isOneLane && {
      jobs: { code: "not_alike", message: "Use one handler and one queue for all of them." },
    }),
    ...(hasKeys && {
      jobs: { code: "not_both", message: "Members of a batch have no unique keys." },
    }),
  };
}

async function findBatch(
  ctx: QueryCtx,
  { id, tenantId }: { id: string; tenantId?: string | undefined },
): Promise<Doc<"jobBatches"> | null> {
  const key = decodeBatchId(id);
  if (!key) return null;
  const row = await ctx.db
    .query("jobBatches")
    .withIndex("by_prefix", (q) => q.eq("prefix", key.id))
    .first();
  if (row?.queue !== key.queue || row.name !== key.name) return null;
  return tenantId === undefined || row.tenantId === tenantId ? row : null;
}

async function getBatch(
  ctx: QueryCtx,
  which: { id: string; tenantId?: string | undefined },
): Promise<Doc<"jobBatches">> {
  const row = await findBatch(ctx, which);
  if (row) return row;
  throw platformError({ code: "NOT_FOUND", message: "There is no such batch any more." });
}

async function toBatch(ctx: QueryCtx, row: Doc<"jobBatches">): Promise<Batch> {
  return {
    id: batchIdOf(row),
    queue: row.queue,
    name: row.name,
    status: row.status,
    createdAt: row.createdAt,
    counts: await readCounts(ctx, row),
    ...pick(row, [
      "label",
      "tenantId",
      "actor",
      "finishedAt",
      "cancelRequestedAt",
      "onCompleteError",
    ]),
  };
}

function batchIdOf(row: Doc<"jobBatches">): string {
  return encodeJobId({ ...row, id: row.prefix });
}

async function recordBatch(
  ctx: MutationCtx,
  caller: Parameters<typeof recordAct>[1],
  row: Doc<"jobBatches">,
  action: string,
): Promise<void> {
  if (!row.audit) return;
  const target = { table: "jobBatches", id: batchIdOf(row), ...pick(row, ["label"]) };
  const about = { metadata: { total: row.total }, ...pick(row, ["tenantId"]) };
  await recordAct(ctx, caller, action, target, about);
}
