import { omit } from "../shared/fields.js";
import { isOpen, type OpenJob, type StoredJob } from "../shared/jobRows.js";
import { deadlineAfter } from "../shared/jobStates.js";
import type { Pulse } from "../shared/jobs.js";

/** Signs of life of an attempt. */

/** A sign within this time after the last one moves nothing: the grace covers it. */
const MAX_LAG_MS = 30_000;

/**
 * The row of an attempt that is alive, or `null` when it can stay as it is.
 *
 * @param isNews - it changes anyway
 */
export function renewed(job: OpenJob, now: number, isNews: boolean): OpenJob | null {
  const wakeAt = deadlineAfter(now, job);
  const lag = wakeAt - Number(job.wakeAt);
  const isOverdue = job.isOverdue === true;
  if (!isNews && !isOverdue && lag < Math.min(MAX_LAG_MS, job.timeoutMs / 4)) return null;
  // What tells something has begun, whatever it was when it was written down.
  return { ...omit(job, ["isOverdue"]), status: "pending", wakeAt };
}

/** What an attempt is told in return. */
export function pulseOf(job: StoredJob | null, accepted: boolean): Pulse {
  const isAsked = job !== null && isOpen(job) && job.cancelRequestedAt !== undefined;
  return { accepted, isCancelled: isAsked || job?.status === "cancelled" };
}
