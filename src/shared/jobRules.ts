import type { Value } from "convex/values";
import { canonicalJson } from "./canonical.js";
import type { FieldError, FieldErrors } from "./errors.js";
import { sha256 } from "./hashes.js";
import type { JobFilter, NewJob, QueueCap, RedriveFilter, RetryPolicy } from "./jobs.js";
import { checkOptionalText, checkText, type TextLimits } from "./texts.js";
import { checkValue } from "./values.js";

/** What a job may be. */

/** Jobs of one call, and of one mutation: as many functions as Convex lets one mutation schedule. */
export const MAX_JOBS_PER_CALL = 1000;
export const MAX_ARGS_BYTES = 256 * 1024;
export const MAX_RESULT_BYTES = 256 * 1024;
/** Larger ones are kept beside the row, which every transition writes anew. */
export const MAX_INLINE_BYTES = 4 * 1024;
/** What is left of Convex's 16 levels inside of the scheduled call, and of a callback's arguments. */
const MAX_PAYLOAD_DEPTH = 12;
export const MAX_PARALLELISM = 1000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const YEAR_MS = 366 * DAY_MS;
/** How far ahead a job can be put off. */
export const MAX_DELAY_MS = YEAR_MS;
export const DEFAULT_KEY_TTL_MS = DAY_MS;
/** Jobs that one call of `count` reads at most. */
export const MAX_COUNTED = 1000;
/** Failed jobs that one redrive starts again at most. */
export const MAX_REDRIVEN = 100_000;

const QUEUE: TextLimits = { min: 1, max: 50, isOneLine: true };
const NAME: TextLimits = { min: 1, max: 200, isOneLine: true };
const KEY: TextLimits = { min: 1, max: 200, isOneLine: true };
const LABEL: TextLimits = { min: 0, max: 200, isOneLine: true };
const ID: TextLimits = { min: 1, max: 512, isOneLine: true };
const REASON: TextLimits = { min: 0, max: 1000, isOneLine: false };
const MESSAGE: TextLimits = { min: 0, max: 200, isOneLine: true };

const ARGS_LIMITS = { maxDepth: MAX_PAYLOAD_DEPTH, maxBytes: MAX_ARGS_BYTES };
const RESULT_LIMITS = { maxDepth: MAX_PAYLOAD_DEPTH, maxBytes: MAX_RESULT_BYTES };
const CONTEXT_LIMITS = { maxDepth: MAX_PAYLOAD_DEPTH, maxBytes: 8 * 1024 };

/** What is wrong with a new job, by path; `{}` when nothing is. */
export function checkJob(job: NewJob, now: number): FieldErrors {
  const { runAt, cap, unique, retention } = job;
  return {
    ...checkQueue(job.queue),
    ...checkText(job.name, "name", NAME),
    ...(job.name.includes("~") && { name: BAD_NAME }),
    ...checkValue(job.args, "args", ARGS_LIMITS),
    ...(runAt !== undefined && !(runAt <= now + MAX_DELAY_MS) && { runAt: NOT_A_TIME }),
    ...checkPolicy(job.policy),
    ...checkNumber(job.timeoutMs, "timeoutMs", 1000, DAY_MS),
    ...checkWhole(job.priority ?? 0, "priority", -100, 100),
    ...(cap && checkCap(cap)),
    ...checkOptionalText(job.concurrencyKey, "concurrencyKey", KEY),
    ...(unique && checkText(unique.key, "key", KEY)),
    ...checkNumber(unique?.ttlMs ?? 0, "ttlMs", 0, YEAR_MS),
    ...checkDescription(job),
    ...checkNumber(retention?.completedMs ?? MINUTE_MS, "retention.completedMs", 0, 10 * YEAR_MS),
    ...checkNumber(retention?.failedMs ?? MINUTE_MS, "retention.failedMs", 0, 10 * YEAR_MS),
  };
}

/** What is wrong with what a job or a batch is told besides its work; `{}` when nothing is. */
export function checkDescription({
  label,
  tenantId,
  onComplete,
}: Pick<NewJob, "label" | "tenantId" | "onComplete">): FieldErrors {
  const context = onComplete?.context;
  return {
    ...checkOptionalText(label, "label", LABEL),
    ...checkOptionalText(tenantId, "tenantId", ID),
    ...(context !== undefined && checkValue(context, "context", CONTEXT_LIMITS)),
  };
}

const BAD_NAME: FieldError = { code: "bad_characters", message: "Remove ~ from the name." };
const NOT_A_TIME: FieldError = {
  code: "out_of_range",
  message: "Use milliseconds since 1970, at most a year ahead.",
};

/** What is wrong with the name of a queue; `{}` when nothing is. */
export function checkQueue(queue: string): FieldErrors {
  const isPlain = /^[\w.-]*$/.test(queue);
  const message = "Use letters, digits, _, - and . only.";
  return {
    ...checkText(queue, "queue", QUEUE),
    ...(!isPlain && { queue: { code: "bad_characters", message } }),
  };
}

export function checkCap({ maxParallelism, perKey }: QueueCap): FieldErrors {
  return {
    ...checkWhole(maxParallelism, "cap.maxParallelism", 1, MAX_PARALLELISM),
    ...(perKey !== undefined && checkWhole(perKey, "cap.perKey", 1, MAX_PARALLELISM)),
  };
}

function checkPolicy({ maxAttempts, initialBackoffMs, base, maxBackoffMs }: RetryPolicy) {
  return {
    ...checkWhole(maxAttempts, "policy.maxAttempts", 1, 100),
    ...checkNumber(initialBackoffMs, "policy.initialBackoffMs", 0, YEAR_MS),
    ...checkNumber(base, "policy.base", 1, 10),
    ...checkNumber(maxBackoffMs, "policy.maxBackoffMs", 0, YEAR_MS),
  };
}

/** What is wrong with a sign of life; `{}` when nothing is. */
export function checkProgress(
  fraction: number | undefined,
  message: string | undefined,
  before: number | undefined,
): FieldErrors {
  return {
    ...(fraction !== undefined && checkNumber(fraction, "fraction", 0, 1)),
    ...(fraction !== undefined &&
      fraction < (before ?? 0) &&
      fraction >= 0 && { fraction: { ...GOES_BACK, params: { min: before! } } }),
    ...checkOptionalText(message, "message", MESSAGE),
  };
}

const GOES_BACK: FieldError = {
  code: "out_of_range",
  message: "Progress does not go back within one attempt.",
};

export function checkCancelReason(reason: string | undefined): FieldErrors {
  return checkOptionalText(reason, "reason", REASON);
}

/** Whether a result can be kept; a job does not fail because of what it returns. */
export function isKeepable(result: Value): boolean {
  return Object.keys(checkValue(result, "result", RESULT_LIMITS)).length === 0;
}

/** What is wrong with a filter; `{}` when nothing is. */
export function checkJobFilter(filter: JobFilter): FieldErrors {
  const { status, queue, name, actorId, batchId } = filter;
  const chosen = [status, queue, actorId, batchId].filter((choice) => choice !== undefined);
  return {
    // Two at once would leave one of them to be applied row by row.
    ...(chosen.length === 0 && { filter: { code: "required", message: ONE_FILTER } }),
    ...(chosen.length > 1 && { filter: { code: "too_many_filters", message: ONE_FILTER } }),
    ...(name !== undefined && queue === undefined && { name: NAME_WITHOUT_QUEUE }),
  };
}

const ONE_FILTER = "Use one of status, queue, actorId and batchId; queue may go with name.";
const NAME_WITHOUT_QUEUE: FieldError = {
  code: "required",
  message: "Name the queue as well: jobs are found by both.",
};

/** What is wrong with a wish to try failed jobs again; `{}` when nothing is. */
export function checkRedrive({ from, to }: RedriveFilter, max: number): FieldErrors {
  return {
    ...checkWhole(max, "max", 1, MAX_REDRIVEN),
    ...checkNumber(from ?? 0, "from", 0, Number.MAX_SAFE_INTEGER),
    ...checkNumber(to ?? 0, "to", 0, Number.MAX_SAFE_INTEGER),
  };
}

export function checkWhole(number: number, path: string, min: number, max: number): FieldErrors {
  return Number.isSafeInteger(number) && number >= min && number <= max
    ? {}
    : {
        [path]: {
          code: "out_of_range",
          message: `Use a whole number from ${min} to ${max}.`,
          params: { min, max },
        },
      };
}

function checkNumber(number: number, path: string, min: number, max: number): FieldErrors {
  return number >= min && number <= max
    ? {}
    : {
        [path]: {
          code: "out_of_range",
          message: `Use a number from ${min} to ${max}.`,
          params: { min, max },
        },
      };
}

/** By which two jobs with one unique key are told to say the same. */
export function fingerprintOf({ name, args }: Pick<NewJob, "name" | "args">): string {
  return sha256(canonicalJson([name, args]));
}
