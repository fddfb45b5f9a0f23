import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";
import { ConvexError } from "convex/values";
import type { Outcome } from "../shared/auditLogs.js";
import { MAX_REASON_LENGTH } from "../shared/auditRules.js";
import { isPlatformError, oneLine, type ErrorCode, type FieldErrors } from "../shared/errors.js";
import type { CanRunMutation } from "./contexts.js";

/** What became of an attempt; plain data, fit to return to a browser. */
export type Attempt<Result> =
  { ok: true; value: Result } | { ok: false; error: AttemptError; entryId: string };

export type AttemptError = {
  /** `null` when the error was not one of the platform's. */
  code: ErrorCode | null;
  message: string;
  fields?: FieldErrors;
  retryAfterMs?: number;
};

/** Refused by a rule, as opposed to gone wrong. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "RATE_LIMITED",
  "HELD",
]);

export type Failure = { outcome: Outcome; reason: string; error: AttemptError };

/**
 * Runs a mutation as a nested one: if it throws, what it wrote is undone and the caller goes on.
 *
 * The message of an error that is neither the platform's nor the host's own `ConvexError` goes
 * into the log and no further.
 */
export async function tryMutation<
  Mutation extends FunctionReference<"mutation", "public" | "internal">,
>(
  ctx: CanRunMutation,
  mutation: Mutation,
  args: FunctionArgs<Mutation>,
): Promise<{ ok: true; value: FunctionReturnType<Mutation> } | ({ ok: false } & Failure)> {
  try {
    return { ok: true, value: await ctx.runMutation(mutation, args) };
  } catch (error) {
    return { ok: false, ...describeFailure(error) };
  }
}

/** What an error says to the caller, and to the log. */
export function describeFailure(error: unknown): Failure {
  if (isPlatformError(error)) {
    const { code, message, fields, retryAfterMs } = error.data;
    const told = { ...(fields && { fields }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
    return {
      outcome: REFUSALS.has(code) ? "denied" : "failure",
      reason: toReason(message),
      error: { code, message, ...told },
    };
  }
  if (error instanceof ConvexError) {
    const message = messageOf(error.data);
    return { outcome: "failure", reason: toReason(message), error: { code: null, message } };
  }
  const message = error instanceof Error ? error.message : String(error);
  const silent = { code: null, message: "Something went wrong. Nothing was changed." };
  return { outcome: "failure", reason: toReason(message), error: silent };
}

/** Hosts put a text, or something with a `message`, into their errors. */
function messageOf(data: unknown): string {
  if (typeof data === "string") return data;
  const message = typeof data === "object" && data !== null && "message" in data && data.message;
  return typeof message === "string" ? message : JSON.stringify(data, withoutInt64);
}

/** JSON has no int64, and throws. */
function withoutInt64(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

function toReason(message: string): string {
  return oneLine(message, MAX_REASON_LENGTH);
}
