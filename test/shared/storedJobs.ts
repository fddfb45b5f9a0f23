import type { OpenJob } from "../../src/shared/jobRows.js";

/** A job that was enqueued at time 0 and has three attempts. */
export function aStoredJob(parts: Partial<OpenJob> = {}): OpenJob {
  return {
    queue: "default",
    name: "host:work",
    priority: 0,
    id: "0000000000000abcdefgh00",
    handle: "function://host",
    args: {},
    policy: { maxAttempts: 3, initialBackoffMs: 1000, base: 2, maxBackoffMs: 60_000 },
    timeoutMs: 60_000,
    enqueuedAt: 0,
    runAt: 0,
    attempt: 1,
    lastAttempt: 3,
    failedAttempts: [],
    status: "pending",
    wakeAt: 0,
    ...parts,
  };
}
