import { isPlatformError, oneLine, type ErrorCode } from "../shared/errors.js";
import { redactSecrets } from "../shared/redaction.js";

/** What a handler threw, as the job keeps it and goes by. */
export type JobFailure = {
  error: { code?: string; message: string };
  isRetryable: boolean;
  /** In place of the policy's backoff. */
  retryAfterMs?: number;
};

const MAX_MESSAGE_LENGTH = 1000;
const MAX_CODE_LENGTH = 100;

/** The same arguments and the same rights give the same answer, however often they are tried. */
const LASTING: ReadonlySet<ErrorCode> = new Set([
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "VALIDATION_FAILED",
  "NOT_CONFIGURED",
]);

/**
 * Anything that can be thrown, as one readable line without secrets and without a stack.
 *
 * What its data says about trying again counts, whatever class it is of: see `JobErrorData`. Of the
 * platform's own errors those that would only come again end the job; everything else is retried.
 */
export function describeThrown(thrown: unknown): JobFailure {
  const data = dataOf(thrown);
  const code = textOf(data, "code");
  const retryAfterMs = numberOf(data, "retryAfterMs");
  return {
    error: {
      ...(code !== undefined && { code: oneLine(code, MAX_CODE_LENGTH) }),
      message: readable(messageOf(thrown, data)),
    },
    isRetryable: isWorthAnother(thrown, data),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function isWorthAnother(thrown: unknown, data: unknown): boolean {
  const said = fieldOf(data, "isRetryable");
  if (typeof said === "boolean") return said;
  return !(isPlatformError(thrown) && LASTING.has(thrown.data.code));
}

/** Of a `ConvexError`; told by its form, because there is one class of it in each bundle. */
function dataOf(thrown: unknown): unknown {
  return fieldOf(thrown, "data");
}

function messageOf(thrown: unknown, data: unknown): string {
  if (typeof thrown === "string") return thrown;
  if (typeof data === "string") return data;
  const told = textOf(data, "message");
  if (told !== undefined) return told;
  if (data !== undefined && thrown instanceof Error) return shown(data);
  const message = textOf(thrown, "message");
  if (message === undefined) return `The handler threw ${shown(thrown)}.`;
  const name = textOf(thrown, "name") ?? "Error";
  return name === "Error" || name === "ConvexError" ? message : `${name}: ${message}`;
}

/** Convex puts the stack of a nested call into the message. */
const STACK_LINE = /^\s*at .*$/;
const CONVEX_PREFIX = /^(?:Uncaught )?(?:Error: )?/;

function readable(message: string): string {
  // Before anything costly: a message may be of any size.
  const start = message.slice(0, MAX_MESSAGE_LENGTH * 4).toWellFormed();
  const lines = start.split("\n").filter((line, i) => i === 0 || !STACK_LINE.test(line));
  const line = lines.join(" ").replace(CONVEX_PREFIX, "").replace(/\s+/g, " ").trim();
  const told = oneLine(redactSecrets(line) as string, MAX_MESSAGE_LENGTH);
  return told === "" ? "The handler threw an error without a message." : told;
}

/** As JSON, as far as it is some. */
function shown(value: unknown): string {
  try {
    const ancestors: unknown[] = [];
    const text = JSON.stringify(value, function (this: unknown, _name, child: unknown) {
      if (typeof child === "bigint") return `${child}n`;
      if (typeof child !== "object" || child === null) return child;
      while (ancestors.length > 0 && ancestors.at(-1) !== this) ancestors.pop();
      if (ancestors.includes(child)) return "[circular]";
      ancestors.push(child);
      return child;
    });
    return text ?? String(value);
  } catch {
    return "something that cannot be shown";
  }
}

function textOf(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name);
  return typeof field === "string" ? field : undefined;
}

function numberOf(value: unknown, name: string): number | undefined {
  const field = fieldOf(value, name);
  return typeof field === "number" && Number.isFinite(field) && field >= 0 ? field : undefined;
}

/** Whatever was thrown may throw again when looked at. */
function fieldOf(value: unknown, name: string): unknown {
  try {
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)[name]
      : undefined;
  } catch {
    return undefined;
  }
}
