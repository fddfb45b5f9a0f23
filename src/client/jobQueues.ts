import { platformError } from "../shared/errors.js";
import { MAX_PARALLELISM } from "../shared/jobRules.js";
import type { JobRetention, NewJob, RetryPolicy } from "../shared/jobs.js";

/** A lane of jobs, as a host declares it. All times are in milliseconds. */
export type QueueOptions = {
  /** How many run at once, 1 to 1,000; absent: as many as there are. Those that wait cost nothing. */
  maxParallelism?: number;
  /** How many of one `concurrencyKey` run at once, so that one tenant does not take all the places. */
  maxPerKey?: number;
  /** Tries and waits; what is left out is: 3 tries, after 0.5 s, twice as long each time, 10 minutes at most. */
  retry?: Partial<RetryPolicy>;
  /**
   * For one attempt, from its start or its last heartbeat: 1 second to 1 day; 10 minutes unless said
   * otherwise. Convex itself ends an action after 10 (Node) or 30 minutes.
   */
  timeoutMs?: number;
  /** How long ended jobs can be read; 7 days, and 30 days where they failed. */
  retention?: JobRetention;
  /** Whether it is audited that jobs are enqueued, cancelled, tried again, and that they fail. */
  audit?: boolean;
};

/** A queue with everything it needs, as each of its jobs carries it to the component. */
export type Queue = Pick<NewJob, "policy" | "timeoutMs" | "cap" | "retention" | "audit">;
export type Queues = ReadonlyMap<string, Queue>;

/** There without being declared. */
export const DEFAULT_QUEUE = "default";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: 3,
  initialBackoffMs: 500,
  base: 2,
  maxBackoffMs: 10 * MINUTE,
};
const DEFAULT_TIMEOUT_MS = 10 * MINUTE;

type Range = { min: number; max: number; isWhole?: boolean };
const RETRY_RANGES: Record<keyof RetryPolicy, Range> = {
  maxAttempts: { min: 1, max: 100, isWhole: true },
  initialBackoffMs: { min: 0, max: DAY, isWhole: true },
  base: { min: 1, max: 10 },
  maxBackoffMs: { min: 0, max: 7 * DAY, isWhole: true },
};
const TIMEOUT_RANGE: Range = { min: SECOND, max: DAY, isWhole: true };
const RETENTION_RANGE: Range = { min: MINUTE, max: 10 * 365 * DAY, isWhole: true };
const PARALLELISM_RANGE: Range = { min: 1, max: MAX_PARALLELISM, isWhole: true };

/**
 * The queues of a host. Runs at every cold start of its functions.
 *
 * @throws NOT_CONFIGURED naming the queue, the option and what fits
 */
export function readQueues(declared: {
  readonly [name: string]: QueueOptions | undefined;
}): Queues {
  const all = Object.entries({ [DEFAULT_QUEUE]: {}, ...declared });
  return new Map(all.map(([name, options = {}]) => [name, readQueue(name, options)]));
}

/** @throws NOT_CONFIGURED for one that new Platform was not given */
export function findQueue(queues: Queues, name: string = DEFAULT_QUEUE): Queue {
  const queue = queues.get(name);
  if (queue) return queue;
  throw platformError({
    code: "NOT_CONFIGURED",
    message: "This queue is not among the queues that new Platform was given.",
  });
}

/** What is wrong with some parts of a policy, as `retry.maxAttempts must be …`. */
export function findRetryFault(retry: Partial<RetryPolicy>): string | null {
  for (const [part, range] of Object.entries(RETRY_RANGES) as [keyof RetryPolicy, Range][]) {
    const fault = findFault(`retry.${part}`, retry[part], range);
    if (fault !== null) return fault;
  }
  return null;
}

export function findTimeoutFault(timeoutMs: number | undefined): string | null {
  return findFault("timeoutMs", timeoutMs, TIMEOUT_RANGE);
}

function readQueue(name: string, options: QueueOptions): Queue {
  const { maxParallelism, maxPerKey, retry = {}, timeoutMs, retention, audit } = options;
  const fault =
    findNameFault(name) ??
    findFault("maxParallelism", maxParallelism, PARALLELISM_RANGE) ??
    findFault("maxPerKey", maxPerKey, { ...PARALLELISM_RANGE, max: maxParallelism ?? 0 }) ??
    findRetryFault(retry) ??
    findTimeoutFault(timeoutMs) ??
    findFault("retention.completedMs", retention?.completedMs, RETENTION_RANGE) ??
    findFault("retention.failedMs", retention?.failedMs, RETENTION_RANGE);
  if (fault !== null) {
    throw platformError({ code: "NOT_CONFIGURED", message: `Queue "${name}": ${fault}.` });
  }
  const perKey = maxPerKey !== undefined && { perKey: maxPerKey };
  return {
    policy: { ...DEFAULT_RETRY, ...retry },
    timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...(maxParallelism !== undefined && { cap: { maxParallelism, ...perKey } }),
    ...(retention && { retention }),
    ...(audit !== undefined && { audit }),
  };
}

function findNameFault(name: string): string | null {
  return /^[\w.-]{1,50}$/.test(name)
    ? null
    : "its name may have 1 to 50 letters, digits, dots, hyphens and underscores";
}

function findFault(option: string, value: number | undefined, range: Range): string | null {
  if (value === undefined) return null;
  const { min, max, isWhole } = range;
  // A cap for each key is one among those that share a cap.
  if (max < min) return `${option} needs maxParallelism`;
  const isFine = value >= min && value <= max && (!isWhole || Number.isSafeInteger(value));
  return isFine
    ? null
    : `${option} must be a ${isWhole ? "whole " : ""}number from ${min} to ${max}`;
}
