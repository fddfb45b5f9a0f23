import { ConvexError, type Value } from "convex/values";

/** Every code a caller may have to act on. A bare `Error` is a bug of ours, never one of these. */
const ERROR_CODES = [
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "NOT_FOUND",
  "VALIDATION_FAILED",
  "CONFLICT",
  "INVALID_STATE",
  "INVALID_CURSOR",
  "RATE_LIMITED",
  "LIMIT_EXCEEDED",
  "EXPIRED",
  "HELD",
  "NOT_CONFIGURED",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What is wrong with one field: a code for programs, a sentence for the person at the form. */
export type FieldError = {
  code: string;
  message: string;
  /** The figures in the sentence (`{ max: 100 }`), for hosts that translate. */
  params?: Record<string, string | number>;
};
export type FieldErrors = Record<string, FieldError>;

/** The data of every error a host meets. */
export type PlatformErrorData = {
  code: ErrorCode;
  /** Tells a person what to do. Echoes at most 100 characters of input, and never a secret. */
  message: string;
  /** By path (`lines.0.amount`); all bad fields at once. */
  fields?: FieldErrors;
  /** Milliseconds until the same call may succeed; with RATE_LIMITED. */
  retryAfterMs?: number;
  /** More for programs, as the function that throws it documents. */
  details?: Record<string, Value>;
};

/** Characters of foreign input that an error may repeat. */
const MAX_ECHO_LENGTH = 100;
const MAX_PATH_PART_LENGTH = 60;

/** The only way this package refuses something. */
export function platformError(data: PlatformErrorData): ConvexError<PlatformErrorData> {
  return new ConvexError(data);
}

/**
 * VALIDATION_FAILED when any field is bad, nothing otherwise.
 *
 * @param message - what did not happen: "The entry was not recorded."
 */
export function throwIfInvalid(fields: FieldErrors, message: string): void {
  if (Object.keys(fields).length > 0) {
    throw platformError({ code: "VALIDATION_FAILED", message, fields });
  }
}

/**
 * Whether `error` came from this package, and, if a code is given, for that reason.
 *
 * Works on both sides of the wire: in host functions and on what a client's `useMutation` rejects with.
 *
 * @example
 * try { await send({ id }); } catch (error) {
 *   if (isPlatformError(error, "RATE_LIMITED")) retryIn(error.data.retryAfterMs);
 *   else throw error;
 * }
 */
export function isPlatformError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: Code,
): error is ConvexError<PlatformErrorData & { code: Code }> {
  if (!(error instanceof ConvexError)) return false;
  const data: unknown = error.data;
  if (typeof data !== "object" || data === null || !("code" in data)) return false;
  // A host's own `{ code: "NOT_FOUND" }` is none of ours: ours says what to do.
  if (!("message" in data) || typeof data.message !== "string") return false;
  return code === undefined ? ERROR_CODES.some((known) => known === data.code) : data.code === code;
}

/** Foreign input as an error may show it. */
export function echo(input: string): string {
  return oneLine(input, MAX_ECHO_LENGTH);
}

/** A text without line breaks and other control characters, of at most `max` characters. */
export function oneLine(text: string, max: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\uFFFD");
  // A cut may leave half of an emoji, which Convex refuses.
  return line.length > max ? `${line.slice(0, max - 1).toWellFormed()}…` : line;
}

/**
 * A key as part of a path in `fields`. Convex only takes ASCII names of at most 1,024 characters
 * there, so what is not plain is written as its code point, and a long key is cut.
 */
export function pathPart(key: string | number): string {
  return String(key)
    .replace(/[^\x21-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .slice(0, MAX_PATH_PART_LENGTH);
}
