import { v } from "convex/values";
import { omit } from "../shared/fields.js";
import { isOpen, type EndedJob, type OpenJob } from "../shared/jobRows.js";
import { decide, deadlineAfter, withoutAttempt } from "../shared/jobStates.js";
import { vEndStatus, type StoredStatus } from "../shared/jobs.js";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import { hasRoom, internalMutation, type MutationCtx, type QueryCtx } from "./functions.js";
import { readShards } from "./jobBatchCounts.js";
import { afterAttempt, hasEnded } from "./jobEnds.js";
import { forgetKey } from "./jobKeys.js";
import { place } from "./jobPlaces.js";
import { findRecord, getToken, removePayloads, scheduleAttempt } from "./jobRecords.js";
import { REDRIVE_STEP_MS } from "./jobRedrives.js";
import { fillWaiting } from "./jobSlots.js";

/**
 * The sweep looks at what nobody else would look at any more: attempts whose time is over, and ended
 * jobs whose time is over. It reads index ranges of what is due, and nothing while nothing is.
 *
 * Every ten minutes it rides along with another chore. Where a deadline comes before the next time,
 * it schedules itself for it, at most once a minute; so an idle component makes no call for jobs.
 */

const OPEN: StoredStatus[] = ["pending", "scheduled", "retrying"];
const ENDED = vEndStatus.members.map(({ value }) => value);
/** Rows of one kind that one step looks at. */
const STEP_SIZE = 50;
const MIN_INTERVAL_MS = 60_000;
/** How often the sweep comes anyway. */
const CRON_INTERVAL_MS = 600_000;

export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const known = await ctx.db.query("jobSweeps").first();
    // Of two chains only the one that is written down goes on.
    if (known?.sweepId === (await getToken(ctx))) await sweepJobs(ctx);
    return null;
  },
});

/** What is due, as much as fits; the rest, and what is due soon, in sweeps of their own. */
export const sweepNow = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await fillWaiting(ctx);
    await sweepJobs(ctx);
    return null;
  },
});

async function sweepJobs(ctx: MutationCtx): Promise<void> {
  const now = Date.now();
  const isDone = (await rescueDue(ctx, now)) && (await removeDue(ctx, now));
  if (!isDone) return await sweepAgain(ctx, now);
  const next = await findNextDeadline(ctx, now);
  if (next === null || next >= now + CRON_INTERVAL_MS) return await sweepNoMore(ctx);
  await sweepAgain(ctx, Math.max(next, now + MIN_INTERVAL_MS));
}

// --- Rescue ----------------------------------------------------------------------------------

/** @returns whether there is no more that is due */
async function rescueDue(ctx: MutationCtx, now: number): Promise<boolean> {
  for (const status of OPEN) {
    const rows = await ctx.db
      .query("jobs")
      .withIndex("by_status", (q) => q.eq("status", status).lt("wakeAt", now))
      .take(STEP_SIZE);
    for (const { _id } of rows) {
      if (!(await hasRoom(ctx))) return false;
      // The one before may have handed its slot on to this one.
      const row = await ctx.db.get("jobs", _id);
      if (row && isOpen(row) && Number(row.wakeAt) < now) await rescue(ctx, row, now);
    }
    if (rows.length === STEP_SIZE) return false;
  }
  await resumeRedrives(ctx, now);
  return true;
}

async function rescue(ctx: MutationCtx, row: Doc<"jobs"> & OpenJob, now: number): Promise<void> {
  const { state: record, reason } = await findRecord(ctx, row);
  const decision = decide(row, { type: "overdue", record, reason, chance: Math.random() }, now);
  switch (decision.kind) {
    case "wait": {
      const wakeAt = deadlineAfter(now, row);
      const isOverdue = decision.isOverdue ? { isOverdue: true as const } : {};
      const waiting = { ...omit(row, ["isOverdue"]), ...isOverdue, wakeAt };
      await ctx.db.replace("jobs", row._id, waiting);
      return;
    }
    case "repeat": {
      await ctx.db.replace("jobs", row._id, await again(ctx, row, now));
      return;
    }
    case "end":
    case "again":
      return await afterAttempt(ctx, row, decision, now);
    default:
      return;
  }
}

/** The same attempt once more; what it holds in its queue it keeps. */
async function again(ctx: MutationCtx, row: OpenJob, now: number): Promise<OpenJob> {
  if (!row.slot) return await place(ctx, withoutAttempt(row), now);
  const attemptId = await scheduleAttempt(ctx, row, now);
  return { ...omit(row, ["isOverdue"]), attemptId, wakeAt: deadlineAfter(now, row) };
}

/** A step of a redrive that a backup has lost. */
async function resumeRedrives(ctx: MutationCtx, now: number): Promise<void> {
  const rows = await ctx.db
    .query("jobRedrives")
    .withIndex("by_wakeAt", (q) => q.eq("status", "running").lt("wakeAt", now))
    .take(STEP_SIZE);
  for (const { _id: id, examined } of rows) {
    await ctx.db.patch("jobRedrives", id, { wakeAt: now + REDRIVE_STEP_MS });
    await ctx.scheduler.runAfter(0, internal.jobRedrives.step, { id, examined });
  }
}

// --- Retention -------------------------------------------------------------------------------

/** @returns whether there is no more that is due */
async function removeDue(ctx: MutationCtx, now: number): Promise<boolean> {
  for (const status of ENDED) {
    const rows = await ctx.db
      .query("jobs")
      .withIndex("by_status", (q) => q.eq("status", status).lt("wakeAt", now))
      .take(STEP_SIZE);
    for (const row of rows) {
      if (!(await hasRoom(ctx))) return false;
      if (hasEnded(row)) await removeJob(ctx, row);
    }
    if (rows.length === STEP_SIZE) return false;
  }
  return (await removeBatches(ctx, now)) && (await removeRedrives(ctx, now));
}

async function removeJob(ctx: MutationCtx, row: Doc<"jobs"> & EndedJob): Promise<void> {
  await forgetKey(ctx, row);
  await removePayloads(ctx, [row.argsId, row.resultId]);
  await ctx.db.delete("jobs", row._id);
}

async function removeBatches(ctx: MutationCtx, now: number): Promise<boolean> {
  const rows = await ctx.db
    .query("jobBatches")
    .withIndex("by_wakeAt", (q) => q.eq("status", "ended").lt("wakeAt", now))
    .take(STEP_SIZE);
  for (const { _id } of rows) {
    if (!(await hasRoom(ctx))) return false;
    for (const shard of await readShards(ctx, _id)) {
      await ctx.db.delete("jobBatchShards", shard._id);
    }
    await ctx.db.delete("jobBatches", _id);
  }
  return rows.length < STEP_SIZE;
}

async function removeRedrives(ctx: MutationCtx, now: number): Promise<boolean> {
  const rows = await ctx.db
    .query("jobRedrives")
    .withIndex("by_wakeAt", (q) => q.eq("status", "completed").lt("wakeAt", now))
    .take(STEP_SIZE);
  for (const { _id } of rows) await ctx.db.delete("jobRedrives", _id);
  return rows.length < STEP_SIZE;
}

// --- The chain -------------------------------------------------------------------------------

/** When the next attempt's time is over; `null` when none is open. Those in line have no deadline. */
async function findNextDeadline(ctx: QueryCtx, now: number): Promise<number | null> {
  let next: number | null = null;
  for (const status of OPEN) {
    const first = await ctx.db
      .query("jobs")
      .withIndex("by_status", (q) => q.eq("status", status).gte("wakeAt", now).lt("wakeAt", ""))
      .first();
    const wakeAt = Number(first?.wakeAt ?? Infinity);
    if (wakeAt < (next ?? Infinity)) next = wakeAt;
  }
  return next;
}

async function sweepAgain(ctx: MutationCtx, at: number): Promise<void> {
  const known = await ctx.db.query("jobSweeps").first();
  if (known) {
    const record = await ctx.db.system.get("_scheduled_functions", known.sweepId);
    const isComing = record?.state.kind === "pending";
    if (isComing && known.at <= at) return;
    if (isComing) await ctx.scheduler.cancel(known.sweepId);
    await ctx.db.delete("jobSweeps", known._id);
  }
  const sweepId = await ctx.scheduler.runAt(at, internal.jobSweeps.sweep, {});
  await ctx.db.insert("jobSweeps", { sweepId, at });
}

/** The next one rides along again. */
async function sweepNoMore(ctx: MutationCtx): Promise<void> {
  const known = await ctx.db.query("jobSweeps").first();
  if (!known) return;
  const record = await ctx.db.system.get("_scheduled_functions", known.sweepId);
  if (record?.state.kind === "pending") await ctx.scheduler.cancel(known.sweepId);
  await ctx.db.delete("jobSweeps", known._id);
}
