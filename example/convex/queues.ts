// #region queues
/** The lanes in which background work runs; whatever is said of none of them is in `default`. */
export const queues = {
  // Our mail server takes two at a time. After a refusal: once more in 1 s, 2 s, and 4 s.
  mail: {
    maxParallelism: 2,
    retry: { maxAttempts: 4, initialBackoffMs: 1_000 },
    timeoutMs: 30_000,
  },
  // Who wants to know the month's figures, stands in the audit log.
  reports: { timeoutMs: 60_000, audit: true },
} as const;
// #endregion

export type QueueName = keyof typeof queues | "default";
export const queueNames = [...(Object.keys(queues) as (keyof typeof queues)[]), "default"] as const;
