import { v, type Infer } from "convex/values";
import { vActor } from "./auditLogs.js";
import { vValue } from "./hostValues.js";
import {
  jobFields,
  vFailedAttempt,
  vJobError,
  vJobRetention,
  vOnComplete,
  vProgress,
  vQueueCap,
  vRedrive,
  vRedriveFilter,
  vResultFault,
  vRetryPolicy,
} from "./jobs.js";

/** Jobs as they are stored. What a transition changes is in the row; large values are beside it. */

/** Leave to run, one of as many as the queue's cap; see {@link vJobSlot}. */
export const vSlotTicket = v.object({ epoch: v.number(), cap: vQueueCap });
export type SlotTicket = Infer<typeof vSlotTicket>;

const vJobBase = v.object({
  ...jobFields,
  /** See jobIds.ts. */
  id: v.string(),
  handle: v.string(),
  /** Absent where they are large; then they are beside the row. */
  args: v.optional(vValue),
  argsId: v.optional(v.id("jobPayloads")),
  policy: vRetryPolicy,
  timeoutMs: v.number(),
  /** Its queue has a cap. */
  isCapped: v.optional(v.literal(true)),
  key: v.optional(v.string()),
  /** Until when its unique key outlives it. */
  keyUntil: v.optional(v.number()),
  onComplete: v.optional(vOnComplete),
  onCompleteError: v.optional(v.string()),
  retention: v.optional(vJobRetention),
  audit: v.optional(v.literal(true)),
  /** Who enqueued it. */
  actor: v.optional(vActor),
  /** Its batch, and the part of the batch's counters that it moves. */
  batch: v.optional(v.object({ id: v.id("jobBatches"), shard: v.id("jobBatchShards") })),
  enqueuedAt: v.number(),
  /** When the attempt was or is due. */
  runAt: v.number(),
  /** The attempt that is under way or comes next; of an ended job its last one. */
  attempt: v.number(),
  lastAttempt: v.number(),
  progress: v.optional(vProgress.extend({ attempt: v.number() })),
  failedAttempts: v.array(vFailedAttempt),
});

const vOpenJob = vJobBase.extend({
  status: v.union(v.literal("pending"), v.literal("scheduled"), v.literal("retrying")),
  /** The scheduled function whose turn it is, and the only one that may report. Absent: it waits in line. */
  attemptId: v.optional(v.id("_scheduled_functions")),
  /** When the sweep looks for the attempt. A text is a place in a line; see jobLines.ts. */
  wakeAt: v.union(v.number(), v.string()),
  slot: v.optional(vSlotTicket),
  /** It counts among those of its `concurrencyKey` that run or are next. */
  holdsKey: v.optional(v.literal(true)),
  cancelRequestedAt: v.optional(v.number()),
  cancelReason: v.optional(v.string()),
  /** Found at work although its time was over: given as much again, once. */
  isOverdue: v.optional(v.literal(true)),
});
export type OpenJob = Infer<typeof vOpenJob>;

const vEndedJob = vJobBase.extend({
  status: v.union(v.literal("completed"), v.literal("failed"), v.literal("cancelled")),
  finishedAt: v.number(),
  /** When retention removes it. */
  wakeAt: v.number(),
  /** Absent where it is large; then it is beside the row. */
  result: v.optional(vValue),
  resultId: v.optional(v.id("jobPayloads")),
  resultFault: v.optional(vResultFault),
  error: v.optional(vJobError),
  cancelRequestedAt: v.optional(v.number()),
  cancelReason: v.optional(v.string()),
});
export type EndedJob = Infer<typeof vEndedJob>;

export const vStoredJob = v.union(vOpenJob, vEndedJob);
export type StoredJob = Infer<typeof vStoredJob>;

export function isOpen<Job extends StoredJob>(job: Job): job is Job & OpenJob {
  return job.status === "pending" || job.status === "scheduled" || job.status === "retrying";
}

/** Arguments or a result too large for the row. */
export const vJobPayload = v.object({ value: vValue });

/** Which job has a unique key. */
export const vJobKeyRow = v.object({
  queue: v.string(),
  key: v.string(),
  /** The row's name and id; it is found by them and the queue. */
  name: v.string(),
  jobId: v.string(),
  /** Of the handler and the arguments. */
  fingerprint: v.string(),
  expiresAt: v.number(),
});

// --- Capped queues ---------------------------------------------------------------------------

/** A capped queue. Read where something is out of the ordinary; a free slot says the rest. */
export const vQueueRow = v.object({
  queue: v.string(),
  cap: vQueueCap,
  /** Counts changes of the cap. */
  epoch: v.number(),
  isPaused: v.boolean(),
  /** Slots there are, free ones and those of running jobs. */
  slots: v.number(),
  /** Those among them that still tell of an earlier cap. */
  stale: v.number(),
});
export type QueueRow = Infer<typeof vQueueRow>;

/**
 * A free slot; or, before all of them, the note that the queue's own row has to be read before
 * anything starts: it is paused, has more slots than its cap, or some that tell of an earlier one.
 */
export const vJobSlot = v.union(
  v.object({ queue: v.string(), rank: v.literal(0) }),
  vSlotTicket.extend({ queue: v.string(), rank: v.literal(1) }),
);

/** How many jobs of a key run or are next. */
export const vKeyCount = v.object({ queue: v.string(), key: v.string(), used: v.number() });

// --- Batches and redrives --------------------------------------------------------------------

export const vBatchRow = v.object({
  /** What the ids of its members begin with. */
  prefix: v.string(),
  queue: v.string(),
  name: v.string(),
  label: v.optional(v.string()),
  tenantId: v.optional(v.string()),
  actor: v.optional(vActor),
  onComplete: v.optional(vOnComplete),
  onCompleteError: v.optional(v.string()),
  audit: v.optional(v.literal(true)),
  status: v.union(v.literal("running"), v.literal("ended")),
  total: v.number(),
  /** Parts of the counters with members that have not ended. */
  openShards: v.number(),
  createdAt: v.number(),
  finishedAt: v.optional(v.number()),
  cancelRequestedAt: v.optional(v.number()),
  /** When retention removes it. */
  wakeAt: v.optional(v.number()),
});
export type BatchRow = Infer<typeof vBatchRow>;

/** A part of a batch's counters: as many parts as each has members, so that few meet at one. */
export const vBatchShard = v.object({
  batchId: v.id("jobBatches"),
  open: v.number(),
  completed: v.number(),
  failed: v.number(),
  cancelled: v.number(),
});

export const vRedriveRow = v.object({
  filter: vRedriveFilter,
  status: vRedrive.fields.status,
  examined: v.number(),
  redriven: v.number(),
  skipped: v.number(),
  startedAt: v.number(),
  finishedAt: v.optional(v.number()),
  /** How many it starts again at most. */
  max: v.number(),
  /** Behind the last job it has looked at; absent before the first step. */
  cursor: v.optional(v.string()),
  actor: v.optional(vActor),
  /** When retention removes it, or when a step that got lost is made up for. */
  wakeAt: v.number(),
});
export type RedriveRow = Infer<typeof vRedriveRow>;

/** At most one row: the sweep that is under way because jobs are open. */
export const vJobSweep = v.object({ sweepId: v.id("_scheduled_functions"), at: v.number() });
