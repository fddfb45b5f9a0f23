import type { QueueCap } from "../shared/jobs.js";
import type { QueueRow, SlotTicket } from "../shared/jobRows.js";
import { throwIfInvalid } from "../shared/errors.js";
import { checkCap, checkQueue } from "../shared/jobRules.js";
import { readyLine } from "../shared/jobLines.js";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "./functions.js";

/**
 * The slots of capped queues: as many as the cap, each a row while it is free, and part of a job
 * while that runs.
 *
 * Who finds no free slot waits; who gives one back while others wait, hands it to the first of them.
 * So a busy queue has no slot rows, and nobody who comes meets anybody who goes. A queue that is out
 * of the ordinary (paused, or its cap has changed) has a note before its slots, and only whoever
 * finds that reads the queue's own row.
 */

/** A queue's own row with changes that are not written yet. */
type Queue = Doc<"jobQueues">;

export async function findQueue(ctx: QueryCtx, queue: string): Promise<Queue | null> {
  return await ctx.db
    .query("jobQueues")
    .withIndex("by_queue", (q) => q.eq("queue", queue))
    .unique();
}

/** The queue as it is to be from now on: begun, or with another cap, where that is so. */
export async function keepQueue(ctx: MutationCtx, queue: string, cap: QueueCap): Promise<Queue> {
  const found = await findQueue(ctx, queue);
  if (!found) return await beginQueue(ctx, queue, cap);
  return isSameCap(found.cap, cap) ? found : await changeCap(ctx, found, cap);
}

/**
 * A slot, or `null` when there is none to be had.
 *
 * @param cap - what the host says the cap is; absent: as it was
 */
export async function takeSlot(
  ctx: MutationCtx,
  queue: string,
  cap?: QueueCap,
): Promise<SlotTicket | null> {
  const first = await findFirstSlot(ctx, queue);
  if (first?.rank === 1 && (!cap || isSameCap(first.cap, cap))) {
    await ctx.db.delete("jobSlots", first._id);
    return { epoch: first.epoch, cap: first.cap };
  }
  const found = cap ? await keepQueue(ctx, queue, cap) : await findQueue(ctx, queue);
  return found && (await takeCarefully(ctx, found));
}

/** Gives a slot back, where nobody waits for it. */
export async function freeSlot(ctx: MutationCtx, queue: string, ticket: SlotTicket): Promise<void> {
  await ctx.db.insert("jobSlots", { queue, rank: 1, ...ticket });
}

/**
 * What becomes of a slot that somebody waits for: the slot to hand on, or `null` when it stays free
 * or exists no more.
 */
export async function renewSlot(
  ctx: MutationCtx,
  queue: string,
  ticket: SlotTicket,
): Promise<SlotTicket | null> {
  const first = await findFirstSlot(ctx, queue);
  if (first?.rank !== 0) return ticket;
  const found = (await findQueue(ctx, queue))!;
  const { next, renewed } = recall(found, ticket);
  await saveQueue(ctx, found, next);
  if (renewed && next.isPaused) {
    await freeSlot(ctx, queue, renewed);
    return null;
  }
  return renewed;
}

/** @throws VALIDATION_FAILED for a name or a cap that no queue has */
export async function pauseQueue(
  ctx: MutationCtx,
  queue: string,
  cap: QueueCap,
  isPaused: boolean,
): Promise<void> {
  throwIfInvalid({ ...checkQueue(queue), ...checkCap(cap) }, "The queue is as it was.");
  const row = await keepQueue(ctx, queue, cap);
  if (row.isPaused === isPaused) return;
  await saveQueue(ctx, row, { ...row, isPaused });
  if (!isPaused) await fillLater(ctx, queue);
}

/** Starts what waits, in a transaction of its own. */
export async function fillLater(ctx: MutationCtx, queue: string): Promise<void> {
  await ctx.scheduler.runAfter(0, internal.jobSteps.fill, { queue });
}

/** Queues that one sweep looks at. */
const MAX_QUEUES = 100;

/** After a restore from a backup nobody may be left who starts what waits. */
export async function fillWaiting(ctx: MutationCtx): Promise<void> {
  for (const { queue, isPaused } of await ctx.db.query("jobQueues").take(MAX_QUEUES)) {
    if (isPaused || !(await isWaitedFor(ctx, queue))) continue;
    if ((await readFreeSlots(ctx, queue, 1)).length > 0) await fillLater(ctx, queue);
  }
}

// --- Helpers ---------------------------------------------------------------------------------

async function findFirstSlot(ctx: QueryCtx, queue: string): Promise<Doc<"jobSlots"> | null> {
  return await ctx.db
    .query("jobSlots")
    .withIndex("by_queue", (q) => q.eq("queue", queue))
    .first();
}

async function readFreeSlots(ctx: QueryCtx, queue: string, count: number) {
  const rows = await ctx.db
    .query("jobSlots")
    .withIndex("by_queue", (q) => q.eq("queue", queue).eq("rank", 1))
    .take(count);
  return rows.filter((row) => row.rank === 1);
}

/** Takes a free slot of a queue whose own row was read; too many slots and old ones are cleared up. */
async function takeCarefully(ctx: MutationCtx, queue: Queue): Promise<SlotTicket | null> {
  if (queue.isPaused) return null;
  let next: Queue = queue;
  let taken: SlotTicket | null = null;
  while (taken === null) {
    const [slot] = await readFreeSlots(ctx, queue.queue, 1);
    if (!slot) break;
    await ctx.db.delete("jobSlots", slot._id);
    const recalled = recall(next, slot);
    next = recalled.next;
    taken = recalled.renewed;
  }
  await saveQueue(ctx, queue, next);
  return taken;
}

/** A slot that comes back: it tells of today's cap from now on, or is one too many. */
function recall(queue: Queue, ticket: SlotTicket): { next: Queue; renewed: SlotTicket | null } {
  const stale = queue.stale - (ticket.epoch === queue.epoch ? 0 : 1);
  if (queue.slots > queue.cap.maxParallelism) {
    return { next: { ...queue, stale, slots: queue.slots - 1 }, renewed: null };
  }
  return { next: { ...queue, stale }, renewed: { epoch: queue.epoch, cap: queue.cap } };
}

async function beginQueue(ctx: MutationCtx, queue: string, cap: QueueCap): Promise<Queue> {
  const slots = cap.maxParallelism;
  const row: QueueRow = { queue, cap, epoch: 0, isPaused: false, slots, stale: 0 };
  const _id = await ctx.db.insert("jobQueues", row);
  for (let i = 0; i < slots; i++) await freeSlot(ctx, queue, { epoch: 0, cap });
  return (await ctx.db.get("jobQueues", _id))!;
}

/** Slots of running jobs cannot be taken away or changed: they are when they come back. */
async function changeCap(ctx: MutationCtx, queue: Queue, cap: QueueCap): Promise<Queue> {
  const free = await readFreeSlots(ctx, queue.queue, queue.slots);
  const held = queue.slots - free.length;
  const wanted = Math.max(0, cap.maxParallelism - held);
  const epoch = queue.epoch + 1;
  for (const { _id } of free) await ctx.db.delete("jobSlots", _id);
  for (let i = 0; i < wanted; i++) await freeSlot(ctx, queue.queue, { epoch, cap });
  const next = { ...queue, cap, epoch, slots: held + wanted, stale: held };
  await saveQueue(ctx, queue, next);
  if (wanted > 0 && !next.isPaused && (await isWaitedFor(ctx, queue.queue))) {
    await fillLater(ctx, queue.queue);
  }
  return next;
}

async function isWaitedFor(ctx: QueryCtx, queue: string): Promise<boolean> {
  const { from, to } = readyLine(queue);
  const first = await ctx.db
    .query("jobs")
    .withIndex("by_status", (q) => q.eq("status", "pending").gte("wakeAt", from).lt("wakeAt", to))
    .first();
  return first !== null;
}

async function saveQueue(ctx: MutationCtx, before: Queue, after: Queue): Promise<void> {
  const { cap, epoch, isPaused, slots, stale } = after;
  if (before === after) return;
  await ctx.db.patch("jobQueues", before._id, { cap, epoch, isPaused, slots, stale });
  if (isNoted(before) === isNoted(after)) return;
  const { queue } = before;
  if (isNoted(after)) {
    await ctx.db.insert("jobSlots", { queue, rank: 0 });
  } else {
    const note = await findFirstSlot(ctx, queue);
    if (note?.rank === 0) await ctx.db.delete("jobSlots", note._id);
  }
}

function isNoted({ isPaused, slots, cap, stale }: Queue): boolean {
  return isPaused || slots > cap.maxParallelism || stale > 0;
}

function isSameCap(a: QueueCap, b: QueueCap): boolean {
  return a.maxParallelism === b.maxParallelism && a.perKey === b.perKey;
}
