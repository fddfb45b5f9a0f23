import { ConvexError } from "convex/values";
import type { JobErrorData } from "./jobErrors.js";

/** Why a call to somebody else's server gave nothing. */
const HTTP_FAILURE_CODES = [
  /** It answered with a status outside of 200–299. */
  "HTTP_STATUS",
  /** It could not be reached, or broke off. */
  "HTTP_NETWORK",
  /** It took longer than `timeoutMs`. */
  "HTTP_TIMEOUT",
  /** The signal was aborted: the job was cancelled, or its own time is over. */
  "HTTP_ABORTED",
  /** The answer is larger than `maxBytes`. */
  "HTTP_TOO_LARGE",
  /** The answer is no JSON. */
  "HTTP_INVALID_JSON",
] as const;
export type HttpFailureCode = (typeof HTTP_FAILURE_CODES)[number];

/** The data of a failure, free of secrets: address without query values, user and tokens. */
export type HttpFailureData = JobErrorData & {
  code: HttpFailureCode;
  method: string;
  url: string;
  /** What the server answered, if it did. */
  status?: number;
  /** The start of an answer outside of 200–299, at most 300 characters. */
  excerpt?: string;
};

/** A call that failed. In a job it is retried or not by its own `isRetryable`. */
export class HttpFailure extends ConvexError<HttpFailureData> {}

/**
 * Whether `error` is the failure of a call, and, if a code is given, of that kind.
 *
 * @example
 * if (isHttpFailure(error, "HTTP_STATUS") && error.data.status === 404) return null;
 */
export function isHttpFailure(
  error: unknown,
  code?: HttpFailureCode,
): error is ConvexError<HttpFailureData> {
  if (!(error instanceof ConvexError)) return false;
  const data: unknown = error.data;
  if (typeof data !== "object" || data === null || !("code" in data)) return false;
  return code === undefined
    ? HTTP_FAILURE_CODES.some((known) => known === data.code)
    : data.code === code;
}

/** Not received in time, too early, too many, or their fault: later it may be different. */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** A day. Whoever asks for more is asked again then. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;
/** The three forms of RFC 9110, 5.6.7; `Date.parse` alone takes nearly everything for a date. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4}|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2}) \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * The wait that a `Retry-After` header asks for, in ms: whole seconds or a date.
 *
 * @returns 0 for a date that has passed, at most a day; `undefined` when it says neither
 */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? "";
  const delay = /^\d+$/.test(text) ? Number(text) * 1000 : dateOf(text) - now;
  return Number.isNaN(delay) ? undefined : Math.min(Math.max(delay, 0), MAX_RETRY_AFTER_MS);
}

function dateOf(text: string): number {
  if (HTTP_DATE.test(text)) return Date.parse(text);
  return ASCTIME.test(text) ? Date.parse(`${text} GMT`) : Number.NaN;
}
