import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { vCaller } from "../shared/auditLogs.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { pick } from "../shared/fields.js";
import { isOpen } from "../shared/jobRows.js";
import {
  checkCancelReason,
  checkJobFilter,
  checkProgress,
  checkWhole,
  isKeepable,
  MAX_COUNTED,
} from "../shared/jobRules.js";
import { decide, isOwn } from "../shared/jobStates.js";
import {
  vJob,
  vJobCount,
  vJobError,
  vJobFilter,
  vNewJob,
  vPulse,
  vReceipt,
  vResultFault,
  vStoredStatus,
  type JobStatus,
} from "../shared/jobs.js";
import { readPage } from "../shared/pages.js";
import { mutation, query } from "./functions.js";
import { afterAttempt, callBack, cancelJob, endJob, hasEnded, reopenJob } from "./jobEnds.js";
import { enqueueJobs, newPrefix } from "./jobEnqueuing.js";
import { reclaimKey } from "./jobKeys.js";
import { listOf } from "./jobReading.js";
import { findJob, findRecord, getJob, getToken, readPayload, store, toJob } from "./jobRecords.js";
import { pulseOf, renewed } from "./jobSigns.js";

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
    return await enqueueJobs(ctx, jobs, { caller, now, prefix: newPrefix(now) });
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
  handler: async (ctx, { id, result: value, resultFault }) => {
    const now = Date.now();
    const row = await findJob(ctx, { id });
    const token = await getToken(ctx);
    const decision = row && decide(row, { type: "completed", token }, now);
    if (!row || !isOpen(row) || decision?.kind !== "end") {
      return { accepted: false, ...(row && { status: row.status }) };
    }
    const { status } = decision;
    const fault = value === undefined || isKeepable(value) ? resultFault : "too_large";
    const isKept = status === "completed" && value !== undefined && fault === undefined;
    const kept = isKept ? await store(ctx, "result", value) : {};
    const outcome = { status, result: kept, resultFault: fault };
    await endJob(ctx, row, { ...outcome, ...(isKept && { value }) }, now);
    return { accepted: true, status };
  },
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
  handler: async (ctx, { id, ...failure }) => {
    const now = Date.now();
    const row = await findJob(ctx, { id });
    const token = await getToken(ctx);
    const event = { type: "failed" as const, token, ...failure, chance: Math.random() };
    const decision = row && decide(row, event, now);
    if (!row || !isOpen(row) || (decision?.kind !== "end" && decision?.kind !== "again")) {
      return { accepted: false, ...(row && { status: row.status }) };
    }
    await afterAttempt(ctx, row, decision, now);
    const status: JobStatus = decision.kind === "end" ? decision.status : "retrying";
    return { accepted: true, status };
  },
});

/**
 * An attempt tells how far it is. The same again writes nothing.
 *
 * @throws VALIDATION_FAILED for a fraction outside of 0 to 1, or below an earlier one of this attempt
 */
export const progress = mutation({
  args: { id: v.string(), fraction: v.optional(v.number()), message: v.optional(v.string()) },
  returns: vPulse,
  handler: async (ctx, { id, fraction, message }) => {
    const row = await findJob(ctx, { id });
    const isAccepted = row !== null && isOwn(row, await getToken(ctx));
    const before = isAccepted && row.progress?.attempt === row.attempt ? row.progress : undefined;
    const faults = checkProgress(fraction, message, before?.fraction);
    throwIfInvalid(faults, "The progress was not noted.");
    if (!isAccepted) return pulseOf(row, false);
    const now = Date.now();
    const toldFraction = fraction ?? before?.fraction;
    const told = {
      ...(toldFraction !== undefined && { fraction: toldFraction }),
      ...(message !== undefined && { message }),
    };
    const isNews = !before || told.fraction !== before.fraction || told.message !== before.message;
    const sign = isNews ? { ...told, at: now, attempt: row.attempt } : before;
    const alive = renewed(row, now, isNews);
    if (alive) await ctx.db.replace("jobs", row._id, { ...alive, progress: sign });
    return pulseOf(row, true);
  },
});

/** An attempt tells that it is alive. */
export const heartbeat = mutation({
  args: { id: v.string() },
  returns: vPulse,
  handler: async (ctx, { id }) => {
    const row = await findJob(ctx, { id });
    if (!row || !isOwn(row, await getToken(ctx))) return pulseOf(row, false);
    const alive = renewed(row, Date.now(), false);
    if (alive) await ctx.db.replace("jobs", row._id, alive);
    return pulseOf(row, true);
  },
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
 * Calls `onComplete` again, by hand: after it threw.
 *
 * @throws NOT_FOUND, INVALID_STATE unless it threw, and again when it throws again
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
