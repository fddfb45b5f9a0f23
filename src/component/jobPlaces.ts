import type { QueueCap } from "../shared/jobs.js";
import { encodeJobId } from "../shared/jobIds.js";
import { keyLine, keyPlace, readyLine, readyPlace, type LineRange } from "../shared/jobLines.js";
import { isOpen, type OpenJob, type SlotTicket } from "../shared/jobRows.js";
import { deadlineAfter, type IdleJob } from "../shared/jobStates.js";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "./functions.js";
import { scheduleAttempt } from "./jobRecords.js";
import { fillLater, findQueue, freeSlot, keepQueue, renewSlot, takeSlot } from "./jobSlots.js";

/** Where a job goes that is to run: to the scheduler, or into the line of its capped queue. */

type Placing = {
  /** What the host says the cap is; absent: as it was. */
  cap?: QueueCap | undefined;
  /** Queues that had no slot left a moment ago, in the same transaction. */
  full?: Set<string> | undefined;
};

/** The job with its next attempt scheduled, or in line for it. The row is the caller's to write. */
export async function place(
  ctx: MutationCtx,
  job: IdleJob,
  now: number,
  { cap, full }: Placing = {},
): Promise<OpenJob> {
  if (!job.isCapped) {
    const at = Math.max(job.runAt, now);
    const attemptId = await scheduleAttempt(ctx, job, at);
    return { ...job, attemptId, wakeAt: deadlineAfter(at, job) };
  }
  if (job.runAt > now) {
    // Where it waits for its time nobody else may have begun the queue yet.
    if (cap) await keepQueue(ctx, job.queue, cap);
    const args = { id: encodeJobId(job) };
    const attemptId = await ctx.scheduler.runAt(job.runAt, internal.jobSteps.admit, args);
    return { ...job, attemptId, wakeAt: deadlineAfter(job.runAt, { timeoutMs: 0 }) };
  }
  return await queueUp(ctx, { ...job, status: "pending" }, now, { cap, full });
}

/** A key first, because it is what a job waits for behind others of its own; then a slot. */
async function queueUp(
  ctx: MutationCtx,
  job: IdleJob,
  now: number,
  { cap, full = new Set() }: Placing,
): Promise<OpenJob> {
  const key = job.concurrencyKey;
  const perKey =
    key === undefined ? undefined : (cap ?? (await findQueue(ctx, job.queue))?.cap)?.perKey;
  const isKeyed = key !== undefined && perKey !== undefined;
  if (isKeyed && !(await takeKey(ctx, job.queue, key, perKey))) {
    return { ...job, wakeAt: keyPlace(job, key) };
  }
  const holds = isKeyed ? { holdsKey: true as const } : {};
  const slot = full.has(job.queue) ? null : await takeSlot(ctx, job.queue, cap);
  if (slot) return { ...(await started(ctx, job, slot, now)), ...holds };
  full.add(job.queue);
  return { ...job, ...holds, wakeAt: readyPlace(job, now) };
}

async function started<Job extends IdleJob>(
  ctx: MutationCtx,
  job: Job,
  slot: SlotTicket,
  now: number,
) {
  const attemptId = await scheduleAttempt(ctx, job, now);
  return { ...job, attemptId, slot, wakeAt: deadlineAfter(now, job) };
}

/** Gives on what an attempt held in its capped queue, to those who wait for it. */
export async function release(ctx: MutationCtx, job: OpenJob, now: number): Promise<void> {
  if (job.holdsKey) await releaseKey(ctx, job, now);
  if (!job.slot) return;
  const next = await findFirst(ctx, readyLine(job.queue));
  if (!next) return await freeSlot(ctx, job.queue, job.slot);
  const slot = await renewSlot(ctx, job.queue, job.slot);
  if (slot) await ctx.db.replace("jobs", next._id, await started(ctx, next, slot, now));
}

/** Starts the first in line; `false` when nobody waits, or there is no slot. */
export async function startNext(ctx: MutationCtx, queue: string, now: number): Promise<boolean> {
  const next = await findFirst(ctx, readyLine(queue));
  const slot = next && (await takeSlot(ctx, queue));
  if (!slot) return false;
  await ctx.db.replace("jobs", next._id, await started(ctx, next, slot, now));
  return true;
}

// --- Keys ------------------------------------------------------------------------------------

/** After a cap was raised, this many of a key get ready with each one that ends. */
const MAX_READIED = 10;

async function takeKey(ctx: MutationCtx, queue: string, key: string, perKey: number) {
  const count = await findKeyCount(ctx, queue, key);
  if (!count) await ctx.db.insert("jobKeyCounts", { queue, key, used: 1 });
  else if (count.used >= perKey) return false;
  else await ctx.db.patch("jobKeyCounts", count._id, { used: count.used + 1 });
  return true;
}

/** The next ones of the key get ready: behind whoever is ready, so that every key has its turn. */
async function releaseKey(ctx: MutationCtx, job: OpenJob, now: number): Promise<void> {
  const { queue, concurrencyKey: key } = job;
  const count = key === undefined ? null : await findKeyCount(ctx, queue, key);
  if (key === undefined || !count) return;
  const limit = (await findQueue(ctx, queue))?.cap.perKey ?? Infinity;
  let used = count.used - 1;
  let readied = 0;
  while (used < limit && readied < MAX_READIED) {
    const next = await findFirst(ctx, keyLine(queue, key));
    if (!next) break;
    const wakeAt = readyPlace(next, now);
    await ctx.db.replace("jobs", next._id, { ...next, holdsKey: true, wakeAt });
    used++;
    readied++;
  }
  if (used === 0) await ctx.db.delete("jobKeyCounts", count._id);
  else if (used !== count.used) await ctx.db.patch("jobKeyCounts", count._id, { used });
  if (readied > 1) await fillLater(ctx, queue);
}

async function findKeyCount(ctx: QueryCtx, queue: string, key: string) {
  return await ctx.db
    .query("jobKeyCounts")
    .withIndex("by_key", (q) => q.eq("queue", queue).eq("key", key))
    .unique();
}

// --- Helpers ---------------------------------------------------------------------------------

async function findFirst(
  ctx: QueryCtx,
  { from, to }: LineRange,
): Promise<(Doc<"jobs"> & OpenJob) | null> {
  const first = await ctx.db
    .query("jobs")
    .withIndex("by_status", (q) => q.eq("status", "pending").gte("wakeAt", from).lt("wakeAt", to))
    .first();
  return first && isOpen(first) ? first : null;
}
