import type { Job, JobError } from "convex-platform";

/** A stretch of a job's life: an attempt, or the wait before the next one. */
export type Span = {
  kind: "failed" | "wait" | "running" | "completed" | "cancelled";
  /** The attempt, or the one that a wait is before. */
  attempt: number;
  ms: number;
  /** Absent while it lasts. */
  endedAt?: number;
  error?: JobError;
};

/** What has happened to a job so far, in order. */
export function spansOf(job: Job, now: number): Span[] {
  const spans: Span[] = [];
  let last: number | undefined;
  for (const { attempt, startedAt, endedAt, error } of job.failedAttempts) {
    // One that was lost never said when it began.
    const begunAt = startedAt ?? last ?? endedAt;
    if (last !== undefined) {
      spans.push({ kind: "wait", attempt, ms: begunAt - last, endedAt: begunAt });
    }
    spans.push({ kind: "failed", attempt, ms: endedAt - begunAt, endedAt, error });
    last = endedAt;
  }
  const { attempt, runAt, status, finishedAt } = job;
  switch (status) {
    case "retrying":
      if (last !== undefined) spans.push({ kind: "wait", attempt, ms: runAt - last });
      break;
    case "processing":
      if (last !== undefined)
        spans.push({ kind: "wait", attempt, ms: runAt - last, endedAt: runAt });
      spans.push({ kind: "running", attempt, ms: now - runAt });
      break;
    case "completed":
      if (last !== undefined)
        spans.push({ kind: "wait", attempt, ms: runAt - last, endedAt: runAt });
      spans.push({
        kind: "completed",
        attempt,
        ms: (finishedAt ?? now) - runAt,
        ...(finishedAt !== undefined && { endedAt: finishedAt }),
      });
      break;
    default:
  }
  return spans;
}
