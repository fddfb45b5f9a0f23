import { v, type Infer } from "convex/values";
import { vActor } from "./auditLogs.js";
import { vValue } from "./hostValues.js";

/** Tracked background work: Convex's scheduler runs it, the component keeps the truth about it. */

/** Where a job is in its life; see ARCHITECTURE, "Jobs". */
export const vJobStatus = v.union(
  /** Due, or waiting for a place in its queue. */
  v.literal("pending"),
  /** Before its time. */
  v.literal("scheduled"),
  /** At work. Never stored: the scheduler's own record tells. */
  v.literal("processing"),
  /** Between two attempts. */
  v.literal("retrying"),
  v.literal("completed"),
  v.literal("failed"),
  v.literal("cancelled"),
);
export type JobStatus = Infer<typeof vJobStatus>;

export const vEndStatus = v.union(
  v.literal("completed"),
  v.literal("failed"),
  v.literal("cancelled"),
);
export type EndStatus = Infer<typeof vEndStatus>;

/** The statuses that a row can have. */
export const vStoredStatus = v.union(
  v.literal("pending"),
  v.literal("scheduled"),
  v.literal("retrying"),
  ...vEndStatus.members,
);
export type StoredStatus = Infer<typeof vStoredStatus>;

/** When a failed attempt is tried again. */
export const vRetryPolicy = v.object({
  /** 1 to 100, the first one included. */
  maxAttempts: v.number(),
  /** Milliseconds before the second attempt; each wait is up to a quarter shorter, by chance. */
  initialBackoffMs: v.number(),
  /** By how much the wait grows with each further attempt, 1 to 10. */
  base: v.number(),
  /** No wait is longer, in milliseconds. */
  maxBackoffMs: v.number(),
});
export type RetryPolicy = Infer<typeof vRetryPolicy>;

/** How many jobs of a queue run at once. */
export const vQueueCap = v.object({
  /** 1 to 1,000. */
  maxParallelism: v.number(),
  /** Of one `concurrencyKey`, 1 to 1,000; also what keeps a key with many jobs from keeping others out. */
  perKey: v.optional(v.number()),
});
export type QueueCap = Infer<typeof vQueueCap>;

export const vOnConflict = v.union(v.literal("reject"), v.literal("return"), v.literal("replace"));
export type OnConflict = Infer<typeof vOnConflict>;

/** At most one job of a queue has a key. */
export const vUniqueKey = v.object({
  /** 1–200 characters. */
  key: v.string(),
  /**
   * What a second job meets: CONFLICT; the id of the first, if it says the same; or its place, as
   * long as that has not started.
   */
  onConflict: vOnConflict,
  /** How long a completed job keeps its key, in milliseconds from when it was enqueued. Default one day. */
  ttlMs: v.optional(v.number()),
});
export type UniqueKey = Infer<typeof vUniqueKey>;

/** A host mutation that hears once of each end; see {@link vJobEnd}. */
export const vOnComplete = v.object({ handle: v.string(), context: v.optional(vValue) });
export type OnComplete = Infer<typeof vOnComplete>;

/** How long ended jobs are kept, in milliseconds. */
export const vJobRetention = v.object({
  /** Completed and cancelled ones; default seven days. */
  completedMs: v.optional(v.number()),
  /** Default thirty days. */
  failedMs: v.optional(v.number()),
});
export type JobRetention = Infer<typeof vJobRetention>;

export const jobFields = {
  /** 1–50 letters, digits, `_`, `-` and `.`. */
  queue: v.string(),
  /** The handler's function, for people: `reports:build`. */
  name: v.string(),
  /** The higher the earlier, among those that wait in a capped queue: whole, −100 to 100. */
  priority: v.number(),
  /** For the per-key cap. 1–200 characters. */
  concurrencyKey: v.optional(v.string()),
  /** A name for people to read. At most 200 characters. */
  label: v.optional(v.string()),
  /** 1–512 characters. */
  tenantId: v.optional(v.string()),
};

/** One job on its way in. */
export const vNewJob = v.object({
  ...jobFields,
  priority: v.optional(v.number()),
  /** Of the handler's function; it is called with {@link vJobCall} and the arguments. */
  handle: v.string(),
  /** At most 256 KiB. */
  args: vValue,
  /** Milliseconds since 1970, at most a year ahead. Absent, or in the past: now. */
  runAt: v.optional(v.number()),
  policy: vRetryPolicy,
  /** For one attempt; without a word for so long it counts as lost. 1 second to 1 day, in milliseconds. */
  timeoutMs: v.number(),
  /** Of its queue. The last job that was enqueued decides. */
  cap: v.optional(vQueueCap),
  unique: v.optional(vUniqueKey),
  onComplete: v.optional(vOnComplete),
  retention: v.optional(vJobRetention),
  /** Whether what becomes of it is recorded in the audit log. */
  audit: v.optional(v.boolean()),
});
export type NewJob = Infer<typeof vNewJob>;

/** What a handler's function is told of its job. It is called with `{ job, args }`. */
export const vJobCall = v.object({
  id: v.string(),
  /** Counted from 1. */
  attempt: v.number(),
  /** The number of the last attempt there can be. */
  maxAttempts: v.number(),
  /** The unique key, where the job has one. */
  key: v.optional(v.string()),
  /** Who enqueued it. */
  actor: v.optional(vActor),
  tenantId: v.optional(v.string()),
  label: v.optional(v.string()),
  enqueuedAt: v.number(),
  timeoutMs: v.number(),
});
export type JobCall = Infer<typeof vJobCall>;

/** Why an attempt failed, for people and programs; one line, without a stack. */
export const vJobError = v.object({
  /** At most 100 characters. `LOST`: nothing was heard of the attempt any more. */
  code: v.optional(v.string()),
  /** At most 1,000 characters; what was cut ends with `…`. */
  message: v.string(),
});
export type JobError = Infer<typeof vJobError>;

/** One attempt that did not complete the job. */
export const vFailedAttempt = v.object({
  attempt: v.number(),
  /** When the handler began, where it could say so. Milliseconds since 1970. */
  startedAt: v.optional(v.number()),
  endedAt: v.number(),
  error: vJobError,
});
export type FailedAttempt = Infer<typeof vFailedAttempt>;

export const vProgress = v.object({
  /** 0 to 1. */
  fraction: v.optional(v.number()),
  /** At most 200 characters. */
  message: v.optional(v.string()),
  /** Milliseconds since 1970. */
  at: v.number(),
});
export type Progress = Infer<typeof vProgress>;

/** Why there is no result although the handler gave one. */
export const vResultFault = v.union(v.literal("too_large"), v.literal("not_a_value"));
export type ResultFault = Infer<typeof vResultFault>;

/** One job as it is read. */
export const vJob = v.object({
  ...jobFields,
  id: v.string(),
  status: vJobStatus,
  /** The attempt that is under way or comes next; of an ended job its last one. Counted from 1. */
  attempt: v.number(),
  /** The number of the last attempt there can be. */
  maxAttempts: v.number(),
  /** The unique key. */
  key: v.optional(v.string()),
  actor: v.optional(vActor),
  batchId: v.optional(v.string()),
  enqueuedAt: v.number(),
  /** When the attempt was or is due. */
  runAt: v.number(),
  /** It is due and waits for others in its capped queue. */
  isWaiting: v.boolean(),
  progress: v.optional(vProgress),
  cancelRequestedAt: v.optional(v.number()),
  cancelReason: v.optional(v.string()),
  finishedAt: v.optional(v.number()),
  /** When retention removes it. */
  expiresAt: v.optional(v.number()),
  /** Of at most 4 KiB; a larger one is read by itself. */
  result: v.optional(vValue),
  hasLargeResult: v.boolean(),
  resultFault: v.optional(vResultFault),
  /** Of the failed job; of one that is tried again that of its last attempt. */
  error: v.optional(vJobError),
  /** The last ten. */
  failedAttempts: v.array(vFailedAttempt),
  /** What the host's `onComplete` threw. */
  onCompleteError: v.optional(v.string()),
});
export type Job = Infer<typeof vJob>;

/** What `onComplete` is called with, in the transaction in which the job ends. */
export const vJobEnd = v.object({
  jobId: v.string(),
  status: vEndStatus,
  result: v.optional(vValue),
  error: v.optional(vJobError),
  context: v.optional(vValue),
});
export type JobEnd = Infer<typeof vJobEnd>;

/** What became of a report. Not accepted: it came too late, and has changed nothing. */
export const vReceipt = v.object({
  accepted: v.boolean(),
  /** Absent: there is no such job any more. */
  status: v.optional(vJobStatus),
});
export type Receipt = Infer<typeof vReceipt>;

/** What became of a sign of life. */
export const vPulse = v.object({ accepted: v.boolean(), isCancelled: v.boolean() });
export type Pulse = Infer<typeof vPulse>;

/** Which jobs a list shows: by one of these, each an index range. Absent all: VALIDATION_FAILED. */
export const vJobFilter = v.object({
  /**
   * As it is stored: what is at work stands under the status it had when it became due. `processing`
   * is none. The order is that in which the sweep looks at them, which is close to that of time.
   */
  status: v.optional(vStoredStatus),
  /** Alone: by handler, within each by time. */
  queue: v.optional(v.string()),
  /** One handler's jobs; together with its queue. */
  name: v.optional(v.string()),
  /** Who enqueued them. */
  actorId: v.optional(v.string()),
  batchId: v.optional(v.string()),
  /** Newest first unless said otherwise; members of a batch and rows by status oldest first. */
  order: v.optional(v.union(v.literal("asc"), v.literal("desc"))),
});
export type JobFilter = Infer<typeof vJobFilter>;

/** How many there are, counted up to a limit. */
export const vJobCount = v.object({ count: v.number(), isCut: v.boolean() });
export type JobCount = Infer<typeof vJobCount>;

/** Which failed jobs are tried again. */
export const vRedriveFilter = v.object({
  queue: v.optional(v.string()),
  name: v.optional(v.string()),
  tenantId: v.optional(v.string()),
  /** The code of the error. */
  code: v.optional(v.string()),
  /** When they failed, in milliseconds since 1970: from (inclusive) to (exclusive). */
  from: v.optional(v.number()),
  to: v.optional(v.number()),
});
export type RedriveFilter = Infer<typeof vRedriveFilter>;

/** Trying failed jobs again, in steps. */
export const vRedrive = v.object({
  id: v.string(),
  filter: vRedriveFilter,
  status: v.union(v.literal("running"), v.literal("completed")),
  /** Failed jobs it has looked at, and those of them it has started again. */
  examined: v.number(),
  redriven: v.number(),
  /** Those whose unique key another job has meanwhile. */
  skipped: v.number(),
  startedAt: v.number(),
  finishedAt: v.optional(v.number()),
});
export type Redrive = Infer<typeof vRedrive>;

/** A capped queue, as it is now. */
export const vQueue = v.object({
  queue: v.string(),
  cap: vQueueCap,
  isPaused: v.boolean(),
});
export type Queue = Infer<typeof vQueue>;
