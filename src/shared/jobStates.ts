import { oneLine } from "./errors.js";
import { omit } from "./fields.js";
import { isOpen, type EndedJob, type OpenJob, type StoredJob } from "./jobRows.js";
import { retryDelayMs } from "./jobRetries.js";
import type { EndStatus, FailedAttempt, JobError, ResultFault } from "./jobs.js";
import { redactSecrets } from "./redaction.js";

/**
 * A job's life, without a database: what an event makes of a job. Whatever changes a job's row asks
 * here first, so there is one place that keeps it to a single end.
 */

/** After its time is over an attempt may still be telling so. */
const GRACE_MS = 60_000;
const DAY_MS = 86_400_000;
export const DEFAULT_COMPLETED_RETENTION_MS = 7 * DAY_MS;
export const DEFAULT_FAILED_RETENTION_MS = 30 * DAY_MS;
export const MAX_FAILED_ATTEMPTS = 10;
const MAX_ERROR_LENGTH = 1000;
const MAX_CODE_LENGTH = 100;

/** What the scheduler knows of a scheduled function; `gone`: nothing. */
export type RecordState = "pending" | "inProgress" | "success" | "failed" | "canceled" | "gone";

/** Who reports: the id of the scheduled function it comes from; `null`: it comes from none. */
type Token = string | null;

export type JobEvent =
  | { type: "completed"; token: Token }
  | {
      type: "failed";
      token: Token;
      error: JobError;
      isRetryable: boolean;
      retryAfterMs?: number | undefined;
      startedAt?: number | undefined;
      /** 0 to 1, for the jitter. */
      chance: number;
    }
  /** Its time is over, and this is what the scheduler knows of it. */
  | { type: "overdue"; record: RecordState; reason?: string | undefined; chance: number }
  | { type: "cancelled"; record: RecordState; reason?: string | undefined }
  | { type: "retried" }
  | { type: "redriven" };

export type Decision =
  /** It comes too late, or has nothing to do here. */
  | { kind: "ignored" }
  | { kind: "end"; status: EndStatus; error?: JobError; failedAttempt?: FailedAttempt }
  /** The next attempt, after a wait. */
  | { kind: "again"; delayMs: number; failedAttempt: FailedAttempt }
  /** The same attempt is scheduled once more: it has not begun. */
  | { kind: "repeat" }
  /** It is at work and asked to stop. */
  | { kind: "askToStop" }
  /** It has begun too late or takes longer; it is given as much time again. */
  | { kind: "wait"; isOverdue: boolean }
  /** From the beginning, by hand. */
  | { kind: "reopen" };

const IGNORED: Decision = { kind: "ignored" };

/** What becomes of `job` when `event` happens. */
export function decide(job: StoredJob, event: JobEvent, now: number): Decision {
  switch (event.type) {
    case "completed":
      return isOwn(job, event.token) ? { kind: "end", status: endOf(job) } : IGNORED;
    case "failed":
      return isOwn(job, event.token) ? afterFailure(job, event, now) : IGNORED;
    case "overdue":
      return isOpen(job) && isAttempted(job) ? afterSilence(job, event, now) : IGNORED;
    case "cancelled":
      return isOpen(job) ? onCancel(job, event.record) : IGNORED;
    case "retried":
      return job.status === "failed" || job.status === "cancelled" ? { kind: "reopen" } : IGNORED;
    case "redriven":
      return job.status === "failed" ? { kind: "reopen" } : IGNORED;
  }
}

/** Whether what a scheduled function says counts: it is the attempt whose turn it is. */
export function isOwn(job: StoredJob, token: Token): job is StoredJob & OpenJob {
  return isOpen(job) && token !== null && job.attemptId === token;
}

function isAttempted(job: OpenJob): boolean {
  return job.attemptId !== undefined;
}

/** Whoever cancels it decides: what the handler did meanwhile has happened, and nobody waits for it. */
function endOf({ cancelRequestedAt }: OpenJob): EndStatus {
  return cancelRequestedAt === undefined ? "completed" : "cancelled";
}

type Failure = Omit<Extract<JobEvent, { type: "failed" }>, "type" | "token">;

function afterFailure(job: OpenJob, failure: Failure, now: number): Decision {
  const { isRetryable, retryAfterMs, chance, startedAt } = failure;
  const error = readableError(failure.error);
  const failedAttempt: FailedAttempt = {
    attempt: job.attempt,
    ...(startedAt !== undefined && { startedAt }),
    endedAt: now,
    error,
  };
  if (job.cancelRequestedAt !== undefined)
    return { kind: "end", status: "cancelled", failedAttempt };
  if (!isRetryable || job.attempt >= job.lastAttempt) {
    return { kind: "end", status: "failed", error, failedAttempt };
  }
  const delayMs = retryDelayMs(retriesOf(job) + 1, job.policy, chance, retryAfterMs);
  return { kind: "again", delayMs, failedAttempt };
}

/** Attempts since the job was enqueued, or tried again by hand. */
function retriesOf({ attempt, lastAttempt, policy }: OpenJob): number {
  return attempt - 1 - (lastAttempt - policy.maxAttempts);
}

function afterSilence(
  job: OpenJob,
  { record, reason, chance }: Extract<JobEvent, { type: "overdue" }>,
  now: number,
): Decision {
  // The scheduler is late; the attempt will come.
  if (record === "pending") return { kind: "wait", isOverdue: false };
  // Nobody knows when it began; but nothing needs more than its time twice.
  if (record === "inProgress" && !job.isOverdue) return { kind: "wait", isOverdue: true };
  if (job.cancelRequestedAt !== undefined) return { kind: "end", status: "cancelled" };
  // The way into a capped queue is none of the handler's attempts.
  if (job.isCapped && !job.slot) return { kind: "repeat" };
  // A backup has jobs, and nothing of what was scheduled: as far as this database goes, an attempt that
  // the scheduler does not know has not begun.
  if (record === "gone") return { kind: "repeat" };
  const isMissing = reason !== undefined && tellsOfMissing(reason);
  const error = isMissing
    ? handlerMissing(job.name)
    : { code: "LOST", message: lossOf(record, reason) };
  return afterFailure(job, { error, isRetryable: !isMissing, chance }, now);
}

/** Whether a deployment says that a deploy has removed a function. */
export function tellsOfMissing(reason: string): boolean {
  return MISSING_FUNCTION.test(reason);
}

/** Its words when it runs one; when a handle leads to none; and when one is scheduled. */
const MISSING_FUNCTION =
  /could not find (public |internal )?function|function .* not found|function at nonexistent path|no exported function/i;

export function handlerMissing(name: string): JobError {
  return { code: "HANDLER_MISSING", message: `There is no function ${name} any more.` };
}

function lossOf(record: RecordState, reason: string | undefined): string {
  if (reason !== undefined) return `The attempt ended without a report: ${reason}`;
  return record === "inProgress"
    ? "The attempt was not heard of for longer than its time."
    : "The attempt ended without a report.";
}

function onCancel(job: OpenJob, record: RecordState): Decision {
  if (record !== "inProgress") return { kind: "end", status: "cancelled" };
  return job.cancelRequestedAt === undefined ? { kind: "askToStop" } : IGNORED;
}

// --- Rows ------------------------------------------------------------------------------------

/** When the sweep looks for an attempt that is due then, or was heard of then. */
export function deadlineAfter(ms: number, { timeoutMs }: { timeoutMs: number }): number {
  return ms + timeoutMs + GRACE_MS;
}

export type Outcome = {
  status: EndStatus;
  error?: JobError | undefined;
  failedAttempt?: FailedAttempt | undefined;
  reason?: string | undefined;
  result?: Pick<EndedJob, "result" | "resultId">;
  resultFault?: ResultFault | undefined;
};

/** The row of a job that ends now. */
export function ended(job: OpenJob, outcome: Outcome, now: number): EndedJob {
  const { status, error, failedAttempt, result, resultFault } = outcome;
  const reason = outcome.reason ?? job.cancelReason;
  const isKept = status === "completed";
  return {
    ...omit(job, [...ATTEMPT_FIELDS]),
    status,
    failedAttempts: failedAttempt ? withAttempt(job, failedAttempt) : job.failedAttempts,
    finishedAt: now,
    wakeAt: Math.max(now + retentionOf(job, status), isKept ? keyEnd(job) : 0),
    ...(error && { error }),
    ...(reason !== undefined && { cancelReason: reason }),
    ...(isKept && result),
    ...(isKept && resultFault !== undefined && { resultFault }),
  };
}

/** What belongs to one attempt, or to its way there. */
const ATTEMPT_FIELDS = ["attemptId", "slot", "holdsKey", "isOverdue", "wakeAt"] as const;

function keyEnd({ keyUntil = 0 }: OpenJob): number {
  return keyUntil;
}

function retentionOf({ retention }: StoredJob, status: EndStatus): number {
  const { completedMs, failedMs } = retention ?? {};
  return status === "failed"
    ? (failedMs ?? DEFAULT_FAILED_RETENTION_MS)
    : (completedMs ?? DEFAULT_COMPLETED_RETENTION_MS);
}

/** An open job whose next attempt is not scheduled yet, and that stands in no line. */
export type IdleJob = Omit<OpenJob, (typeof ATTEMPT_FIELDS)[number]>;

/** A job whose attempt failed, before the next one. */
export function betweenAttempts(
  job: OpenJob,
  { delayMs, failedAttempt }: { delayMs: number; failedAttempt: FailedAttempt },
  now: number,
): IdleJob {
  return {
    ...omit(job, [...ATTEMPT_FIELDS]),
    status: "retrying",
    attempt: job.attempt + 1,
    runAt: now + delayMs,
    failedAttempts: withAttempt(job, failedAttempt),
  };
}

/** A job whose attempt is to be scheduled once more. */
export function withoutAttempt(job: OpenJob): IdleJob {
  return omit(job, [...ATTEMPT_FIELDS]);
}

/** An ended job that is tried again by hand, with as many attempts as at first. */
export function reopened(job: EndedJob, now: number): IdleJob {
  return {
    ...omit(job, [...END_FIELDS]),
    status: "pending",
    runAt: now,
    attempt: job.attempt + 1,
    lastAttempt: job.attempt + job.policy.maxAttempts,
  };
}

const END_FIELDS = [
  "finishedAt",
  "wakeAt",
  "result",
  "resultId",
  "resultFault",
  "error",
  "cancelRequestedAt",
  "cancelReason",
  "onCompleteError",
  "progress",
] as const;

function withAttempt(job: StoredJob, failedAttempt: FailedAttempt): FailedAttempt[] {
  return [...job.failedAttempts, failedAttempt].slice(-MAX_FAILED_ATTEMPTS);
}

/** One line each, cut where they are long: what a handler throws may be of any size. */
function readableError({ code, message }: JobError): JobError {
  return {
    ...(code !== undefined && {
      code: oneLine(code.slice(0, 2 * MAX_CODE_LENGTH), MAX_CODE_LENGTH),
    }),
    message: oneLine(
      redactSecrets(message.slice(0, 2 * MAX_ERROR_LENGTH)) as string,
      MAX_ERROR_LENGTH,
    ),
  };
}
