import type { RetryPolicy } from "./jobs.js";

/** By how much chance makes a wait shorter at most: what failed together is not tried again together. */
const JITTER = 0.25;
/** The longest wait that a handler can ask for. */
export const MAX_RETRY_AFTER_MS = 7 * 24 * 3_600_000;

/**
 * The wait after a failed attempt, before chance makes it shorter: never shorter than the one
 * before, never longer than `maxBackoffMs`.
 *
 * @param attempt - the one that failed, counted from 1
 * @returns milliseconds
 */
export function backoffMs(attempt: number, policy: RetryPolicy): number {
  const { initialBackoffMs, base, maxBackoffMs } = policy;
  // A large power is Infinity, and times a wait of 0 it would be none.
  const factor = Math.min(base ** (attempt - 1), Number.MAX_SAFE_INTEGER);
  return Math.min(initialBackoffMs * factor, maxBackoffMs);
}

/**
 * How long to wait before the next attempt: what the handler asked for, else the policy's backoff.
 *
 * @param chance - 0 to 1: how much of the jitter applies
 */
export function retryDelayMs(
  attempt: number,
  policy: RetryPolicy,
  chance: number,
  retryAfterMs?: number,
): number {
  if (retryAfterMs !== undefined) return Math.min(Math.max(retryAfterMs, 0), MAX_RETRY_AFTER_MS);
  return Math.round(backoffMs(attempt, policy) * (1 - JITTER * chance));
}
