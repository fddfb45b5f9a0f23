import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { vCaller } from "../shared/auditLogs.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { pick } from "../shared/fields.js";
import { isOpen } from "../shared/jobRows.js";
import {
  checkCancelReason,
  checkJobFilter,
  checkRedrive,
  checkWhole,
  MAX_COUNTED,
  MAX_REDRIVEN,
} from "../shared/jobRules.js";
import { decide } from "../shared/jobStates.js";
import {
  vJob,
  vJobCount,
  vJobError,
  vJobFilter,
  vNewJob,
  vPulse,
  vQueue,
  vQueueCap,
  vReceipt,
  vRedrive,
  vRedriveFilter,
  vResultFault,
  vStoredStatus,
} from "../shared/jobs.js";
import { readPage } from "../shared/pages.js";
import { mutation, query } from "./functions.js";
import { callBack, cancelJob, hasEnded, reopenJob } from "./jobEnds.js";
import { enqueueJobs, newPrefix } from "./jobEnqueuing.js";
import { reclaimKey } from "./jobKeys.js";
import { listOf } from "./jobReading.js";
import { findJob, findRecord, getJob, readPayload, recordAct, toJob } from "./jobRecords.js";
import { beginRedrive, toRedrive } from "./jobRedrives.js";
import { reportDone, reportFailure, reportLife, reportProgress } from "./jobReports.js";
import { findQueue, pauseQueue } from "./jobSlots.js";
import { pulseOf } from "./jobSigns.js";

/**
 * Tracked background work. A handler's function reports here from within its scheduled run, and that
 * is how it is known: nobody else has its id in the request's metadata.
 */

/** A job; of a tenant, where the host says so: another one's looks like a missing one. */
const vWhich = { id: v.string(), tenantId: v.optional(v.string()) };

// --- Reads -----------------------------------------------------------------------------------

/** The job, or `null` when there is none with this id. Asks the scheduler whether it is at work. */
export const get = query({
  args: vWhich,
  returns: v.union(vJob, v.null()),
  handler: async (ctx, which) => {
    const row = await findJob(ctx, which);
    return row && toJob(row, isOpen(row) ? (await findRecord(ctx, row)).state : undefined);
  },
});

/** One page of jobs: n + 1 reads for n of them. */
export const list = query({
  args: { filter: vJobFilter, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vJob),
  handler: async (ctx, { filter, paginationOpts }) => {
    throwIfInvalid(checkJobFilter(filter), "The jobs were not listed.");
    const result = await readPage(paginationOpts, listOf(ctx, filter));
    return { ...result, page: result.page.map((row) => toJob(row)) };
  },
});

/** How many jobs have this status, up to `max`; with a queue: how many of the first `max` are its own. */
export const count = query({
  args: { status: vStoredStatus, queue: v.optional(v.string()), max: v.number() },
  returns: vJobCount,
  handler: async (ctx, { status, queue, max }) => {
    throwIfInvalid(checkWhole(max, "max", 1, MAX_COUNTED), "The jobs were not counted.");
    const rows = await ctx.db
      .query("jobs")
      .withIndex("by_status", (q) => q.eq("status", status))
      .take(max + 1);
    const counted = rows.slice(0, max).filter((row) => queue === undefined || row.queue === queue);
    return { count: counted.length, isCut: rows.length > max };
  },
});

/** What the handler returned, however large; `null` when there is no such job. */
export const result = query({
  args: vWhich,
  returns: v.union(v.object({ result: v.optional(v.any()) }), v.null()),
  handler: async (ctx, which) => {
    const row = await findJob(ctx, which);
    if (!row || !hasEnded(row)) return row && {};
    const kept = row.result ?? (await readPayload(ctx, row.resultId));
    return kept === undefined ? {} : { result: kept };
  },
});

/** Whether somebody has cancelled it. */
export const isCancelled = query({
  args: { id: v.string() },
  returns: v.boolean(),
  handler: async (ctx, { id }) => {
    const row = await findJob(ctx, { id });
    return row !== null && pulseOf(row, true).isCancelled;
  },
});

// --- Writes ----------------------------------------------------------------------------------

/**
 * Schedules jobs in the caller's transaction: no commit, no job.
 *
 * @returns their ids, in order
 * @throws VALIDATION_FAILED, LIMIT_EXCEEDED above 1,000, CONFLICT where a unique key is taken
 */
export const enqueue = mutation({
  args: { caller: vCaller, jobs: v.array(vNewJob) },
  returns: v.array(v.string()),
  handler: async (ctx, { caller, jobs }) => {
    const now = Date.now();
    return await enqueueJobs(ctx, jobs, { caller, now, prefix: await newPrefix(ctx, now) });
  },
});

/** An attempt reports that it is done. A result that cannot be kept is left out, and the job says so. */
export const complete = mutation({
  args: {
    id: v.string(),
    startedAt: v.optional(v.number()),
    result: v.optional(v.any()),
    resultFault: v.optional(vResultFault),
  },
  returns: vReceipt,
  handler: async (ctx, report) => await reportDone(ctx, report),
});

/** An attempt reports that it failed: another one follows, or the job has failed. */
export const fail = mutation({
  args: {
    id: v.string(),
    /** When the handler began; for the history. */
    startedAt: v.optional(v.number()),
    error: vJobError,
    isRetryable: v.boolean(),
    /** In place of the policy's backoff. */
    retryAfterMs: v.optional(v.number()),
  },
  returns: vReceipt,
  handler: async (ctx, report) => await reportFailure(ctx, report),
});

/**
 * An attempt tells how far it is. The same again writes nothing.
 *
 * @throws VALIDATION_FAILED for a fraction outside of 0 to 1, or below an earlier one of this attempt
 */
export const progress = mutation({
  args: { id: v.string(), fraction: v.optional(v.number()), message: v.optional(v.string()) },
  returns: vPulse,
  handler: async (ctx, sign) => await reportProgress(ctx, sign),
});

/** An attempt tells that it is alive. */
export const heartbeat = mutation({
  args: { id: v.string() },
  returns: vPulse,
  handler: async (ctx, { id }) => await reportLife(ctx, id),
});

/**
 * Cancels a job: at once, unless it is at work. Then it is asked to stop, and its end is `cancelled`
 * whatever it reports. Of a job that has ended, or was asked already, nothing changes.
 *
 * @throws NOT_FOUND
 */
export const cancel = mutation({
  args: { caller: vCaller, ...vWhich, reason: v.optional(v.string()) },
  returns: vReceipt,
  handler: async (ctx, { caller, reason, ...which }) => {
    throwIfInvalid(checkCancelReason(reason), "The job was not cancelled.");
    const now = Date.now();
    const row = await getJob(ctx, which);
    return await cancelJob(ctx, caller, row, reason, now);
  },
});

/**
 * Tries a failed or cancelled job again, with as many attempts as at first.
 *
 * @throws NOT_FOUND, INVALID_STATE for any other job, CONFLICT when its unique key is taken
 */
export const retry = mutation({
  args: { caller: vCaller, ...vWhich },
  returns: v.null(),
  handler: async (ctx, { caller, ...which }) => {
    const now = Date.now();
    const row = await getJob(ctx, which);
    if (decide(row, { type: "retried" }, now).kind !== "reopen" || !hasEnded(row)) {
      const message = "Only a failed or cancelled job can be tried again.";
      throw platformError({ code: "INVALID_STATE", message, details: { status: row.status } });
    }
    if (!(await reclaimKey(ctx, row, now))) {
      const message = "Another job has its key meanwhile. Wait for that one.";
      throw platformError({ code: "CONFLICT", message });
    }
    await reopenJob(ctx, caller, row, now);
    return null;
  },
});

/**
 * Calls `onComplete` again, by hand: after it threw. When it throws once more, the job says so as before.
 *
 * @throws NOT_FOUND, INVALID_STATE unless it threw
 */
export const rerunOnComplete = mutation({
  args: { caller: vCaller, ...vWhich },
  returns: v.null(),
  handler: async (ctx, which) => {
    const row = await getJob(ctx, pick(which, ["id", "tenantId"]));
    if (!hasEnded(row) || row.onCompleteError === undefined) {
      const message = "The callback of this job has nothing to make up for.";
      throw platformError({ code: "INVALID_STATE", message });
    }
    const { onCompleteError, ...job } = row;
    await ctx.db.replace("jobs", row._id, job);
    await callBack(ctx, row._id, job);
    return null;
  },
});

// --- Bulk ------------------------------------------------------------------------------------

/**
 * Tries failed jobs again, the oldest first, in steps of their own.
 *
 * @param max - how many at most; 100,000 unless said otherwise
 * @returns an id for `getRedrive`
 */
export const redrive = mutation({
  args: {
    caller: vCaller,
    filter: vRedriveFilter,
    max: v.optional(v.number()),
    /** Whether it is recorded in the audit log. */
    audit: v.optional(v.boolean()),
  },
  returns: v.string(),
  handler: async (ctx, { caller, filter, max, audit }) => {
    throwIfInvalid(checkRedrive(filter, max ?? MAX_REDRIVEN), "No job was tried again.");
    const id = await beginRedrive(ctx, caller, filter, max ?? MAX_REDRIVEN);
    const about = { metadata: filter, ...pick(filter, ["tenantId"]) };
    if (audit) await recordAct(ctx, caller, "redriven", { table: "jobRedrives", id }, about);
    return id;
  },
});

/** How far a redrive is, or `null` when there is none with this id. */
export const getRedrive = query({
  args: { id: v.string() },
  returns: v.union(vRedrive, v.null()),
  handler: async (ctx, { id }) => {
    const redriveId = ctx.db.normalizeId("jobRedrives", id);
    const row = redriveId && (await ctx.db.get("jobRedrives", redriveId));
    return row && toRedrive(row);
  },
});

// --- Queues ----------------------------------------------------------------------------------

/** A capped queue, or `null` when it has had no job yet. */
export const queueState = query({
  args: { queue: v.string() },
  returns: v.union(vQueue, v.null()),
  handler: async (ctx, { queue }) => {
    const row = await findQueue(ctx, queue);
    return row && { queue, cap: row.cap, isPaused: row.isPaused };
  },
});

const vPause = {
  caller: vCaller,
  queue: v.string(),
  /** As the host says it is. */
  cap: vQueueCap,
  /** Whether it is recorded in the audit log. */
  audit: v.optional(v.boolean()),
};

/** Nothing of a capped queue starts any more; what runs ends, what comes waits. */
export const pause = mutation({
  args: vPause,
  returns: v.null(),
  handler: async (ctx, { caller, queue, cap, audit }) => {
    await pauseQueue(ctx, queue, cap, true);
    if (audit) await recordAct(ctx, caller, "paused", { table: "jobQueues", id: queue });
    return null;
  },
});

/** A paused queue goes on: as many as its cap allows start at once. */
export const resume = mutation({
  args: vPause,
  returns: v.null(),
  handler: async (ctx, { caller, queue, cap, audit }) => {
    await pauseQueue(ctx, queue, cap, false);
    if (audit) await recordAct(ctx, caller, "resumed", { table: "jobQueues", id: queue });
    return null;
  },
});
