import { ConvexError } from "convex/values";

/**
 * The data of an error that tells a job what to do next. The data decides and not the class: it
 * survives nested calls, other bundles, and a host's own `ConvexError` may carry it as well.
 */
export type JobErrorData = {
  /** For programs: `"CARD_DECLINED"`. */
  code: string;
  /** For people; kept with the attempt. */
  message: string;
  /** `false`: the job fails at once. */
  isRetryable: boolean;
  /** Wait at least this long, in milliseconds, in place of the policy's backoff. */
  retryAfterMs?: number;
};

/**
 * Thrown in a job's handler: trying again would not help, so the job fails at this attempt.
 *
 * @example
 * throw new NonRetryable("The customer has no e-mail address.");
 */
export class NonRetryable extends ConvexError<JobErrorData> {
  constructor(message: string, code = "NON_RETRYABLE") {
    super({ code, message, isRetryable: false });
  }
}

/**
 * Thrown in a job's handler: try again, but not before this time has passed.
 *
 * @param retryAfterMs - 0 to seven days (more counts as that); it takes the place of the policy's
 *   backoff
 * @example
 * throw new RetryAfter(30_000, "The bank is closed for maintenance.");
 */
export class RetryAfter extends ConvexError<JobErrorData> {
  constructor(retryAfterMs: number, message = "Try again later.", code = "RETRY_AFTER") {
    const isDelay = Number.isFinite(retryAfterMs) && retryAfterMs >= 0;
    // Where the figure is none, the policy knows how long to wait.
    super({ code, message, isRetryable: true, ...(isDelay && { retryAfterMs }) });
  }
}
