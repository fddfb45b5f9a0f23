import {
  vBatch,
  vJob,
  vJobCount,
  vJobFilter,
  vReceipt,
  vRedrive,
} from "convex-platform/validators";
import { text, optional } from "convex-platform/rules";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { mutation, query } from "./functions";
import { platform } from "./platform";
import { queueNames, queues } from "./queues";

const { jobs } = platform;

/** What tabs count at most; beyond that they say "99+". */
const MOST_COUNTED = 99;
/** Ended jobs of each kind that the bars are made of at most. */
const MOST_ENDED = 200;
/** Jobs that a queue's card looks at, at most. */
const MOST_OPEN = 200;
/** Jobs among which the latest batches are. */
const MOST_SENT = 100;
const MOST_BATCHES = 2;
const MOST_BARS = 120;

const vQueueName = v.union(...queueNames.map((name) => v.literal(name)));

// --- Reads -----------------------------------------------------------------------------------

// #region follow
/** Jobs by status, queue, handler, actor or batch: each list is an index range, and exact. */
export const list = query({
  args: { filter: vJobFilter, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vJob),
  permission: "jobs.read",
  handler: async (ctx, { filter: { queue, ...filter }, paginationOpts }) => {
    const known = queueNames.find((name) => name === queue);
    return await jobs.list(ctx, { ...filter, ...(known && { queue: known }), paginationOpts });
  },
});

export const get = query({
  args: { id: v.string() },
  returns: v.union(vJob, v.null()),
  permission: "jobs.read",
  handler: async (ctx, { id }) => await jobs.get(ctx, id),
});
// #endregion

/** How many jobs there are of each status; of one queue, those among the first 99. */
export const counts = query({
  args: { queue: v.optional(vQueueName) },
  returns: v.object({
    pending: vJobCount,
    scheduled: vJobCount,
    retrying: vJobCount,
    completed: vJobCount,
    failed: vJobCount,
    cancelled: vJobCount,
  }),
  permission: "jobs.read",
  handler: async (ctx, { queue }) =>
    await jobs.stats(ctx, { max: MOST_COUNTED, ...(queue && { queue }) }),
});

/**
 * Jobs by when they ended, in bars of the same length, the oldest first.
 *
 * @param from - milliseconds since 1970
 * @param barMs - how long one bar is
 * @param bars - how many there are, at most 120
 */
export const throughput = query({
  args: { from: v.number(), barMs: v.number(), bars: v.number() },
  returns: v.object({
    bars: v.array(v.object({ completed: v.number(), failed: v.number() })),
    /** More have ended than were looked at: the first bars may show too few. */
    isCut: v.boolean(),
  }),
  permission: "jobs.read",
  handler: async (ctx, { from, barMs, bars }) => {
    const count = Math.min(Math.max(Math.floor(bars), 1), MOST_BARS);
    const counted = Array.from({ length: count }, () => ({ completed: 0, failed: 0 }));
    let isCut = false;
    for (const status of ["completed", "failed"] as const) {
      const paginationOpts = { numItems: MOST_ENDED, cursor: null };
      const ended = await jobs.list(ctx, { status, order: "desc", paginationOpts });
      for (const { finishedAt = 0 } of ended.page) {
        const bar = counted[Math.floor((finishedAt - from) / barMs)];
        if (bar) bar[status]++;
      }
      if (!ended.isDone && (ended.page.at(-1)?.finishedAt ?? 0) > from) isCut = true;
    }
    return { bars: counted, isCut };
  },
});

/** A queue with a cap: what runs in it, and what waits. */
export const queue = query({
  args: { name: v.literal("mail") },
  returns: v.object({
    maxParallelism: v.number(),
    isPaused: v.boolean(),
    running: v.number(),
    waiting: v.number(),
    /** There are more than these. */
    isCut: v.boolean(),
  }),
  permission: "jobs.read",
  handler: async (ctx, { name }) => {
    const found = await jobs.getQueue(ctx, name);
    const paginationOpts = { numItems: MOST_OPEN, cursor: null };
    const { page, isDone } = await jobs.list(ctx, { status: "pending", paginationOpts });
    const own = page.filter((job) => job.queue === name);
    const waiting = own.filter(({ isWaiting }) => isWaiting).length;
    return {
      maxParallelism: found?.cap.maxParallelism ?? queues[name].maxParallelism,
      isPaused: found?.isPaused ?? false,
      running: own.length - waiting,
      waiting,
      isCut: !isDone,
    };
  },
});

/** The latest batches of mails, the newest first. */
export const batches = query({
  args: {},
  returns: v.array(vBatch),
  permission: "jobs.read",
  empty: [],
  handler: async (ctx) => {
    const mails = { queue: "mail", name: "mails:send" } as const;
    const paginationOpts = { numItems: MOST_SENT, cursor: null };
    const { page } = await jobs.list(ctx, { ...mails, paginationOpts });
    const ids = new Set(page.flatMap(({ batchId }) => batchId ?? []));
    const latest = [...ids].slice(0, MOST_BATCHES);
    const found = await Promise.all(latest.map((id) => jobs.batches.get(ctx, id)));
    return found.filter((batch) => batch !== null);
  },
});

/** How far a redrive is. */
export const redriveStatus = query({
  args: { id: v.string() },
  returns: v.union(vRedrive, v.null()),
  permission: "jobs.read",
  handler: async (ctx, { id }) => await jobs.getRedrive(ctx, id),
});

// --- Writes ----------------------------------------------------------------------------------

const reasonRule = { reason: optional(text({ max: 1_000, oneLine: false })) };

// #region act
export const cancel = mutation({
  args: { id: v.string(), reason: v.optional(v.string()) },
  returns: vReceipt,
  permission: "jobs.cancel",
  rules: reasonRule,
  handler: async (ctx, { id, reason }) =>
    await jobs.cancel(ctx, id, reason === undefined ? {} : { reason }),
});

export const retry = mutation({
  args: { id: v.string() },
  permission: "jobs.retry",
  handler: async (ctx, { id }) => await jobs.retry(ctx, id),
});

/** Tries all failed jobs again, or those of one queue; `redriveStatus` says how far it is. */
export const redrive = mutation({
  args: { queue: v.optional(vQueueName) },
  returns: v.string(),
  permission: "jobs.redrive",
  handler: async (ctx, { queue }) => await jobs.redrive(ctx, queue === undefined ? {} : { queue }),
});
// #endregion

export const pause = mutation({
  args: { name: v.literal("mail") },
  permission: "jobs.pause",
  handler: async (ctx, { name }) => await jobs.pause(ctx, name),
});

export const resume = mutation({
  args: { name: v.literal("mail") },
  permission: "jobs.pause",
  handler: async (ctx, { name }) => await jobs.resume(ctx, name),
});

/** Cancels what has not ended of a batch. */
export const cancelBatch = mutation({
  args: { id: v.string() },
  permission: "jobs.cancel",
  handler: async (ctx, { id }) => await jobs.batches.cancel(ctx, id),
});

/** Tries again what has failed of a batch. */
export const retryBatch = mutation({
  args: { id: v.string() },
  permission: "jobs.retry",
  handler: async (ctx, { id }) => await jobs.batches.retryFailed(ctx, id),
});
