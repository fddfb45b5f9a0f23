import { fc, test as property } from "@fast-check/vitest";
import { ConvexError } from "convex/values";
import { describe, expect, test } from "vitest";
import { NonRetryable, RetryAfter } from "../../src/client/jobErrors.js";
import { describeThrown } from "../../src/client/jobFailures.js";
import { platformError } from "../../src/shared/errors.js";

function aCycle(): object {
  const cycle: { name: string; self?: object; list?: object[] } = { name: "loop" };
  cycle.self = cycle;
  cycle.list = [cycle];
  return cycle;
}

class Hostile {
  get message(): string {
    throw new Error("do not look");
  }
  toJSON(): never {
    throw new Error("nor write");
  }
}

describe("describeThrown", () => {
  test.each<[string, unknown, string]>([
    ["an Error", new Error("No paper."), "No paper."],
    ["an Error of some kind", new TypeError("x is undefined"), "TypeError: x is undefined"],
    ["an Error without words", new Error(), "The handler threw an error without a message."],
    ["a text", "no paper", "no paper"],
    ["an empty text", "", "The handler threw an error without a message."],
    ["null", null, "The handler threw null."],
    ["undefined", undefined, "The handler threw undefined."],
    ["a number", 42, "The handler threw 42."],
    ["a bigint", 7n, 'The handler threw "7n".'],
    ["a symbol", Symbol("s"), "The handler threw Symbol(s)."],
    ["an object", { at: 3 }, 'The handler threw {"at":3}.'],
    ["an object with a message", { message: "No ink." }, "No ink."],
    [
      "a cycle",
      aCycle(),
      'The handler threw {"name":"loop","self":"[circular]","list":["[circular]"]}.',
    ],
    ["twins, which are no cycle", [{ a: [] }, { a: [] }], 'The handler threw [{"a":[]},{"a":[]}].'],
    [
      "what throws when looked at",
      new Hostile(),
      "The handler threw something that cannot be shown.",
    ],
    ["a ConvexError with a text", new ConvexError("Closed."), "Closed."],
    ["a ConvexError with a message", new ConvexError({ message: "Closed.", month: 1 }), "Closed."],
    ["a ConvexError with data", new ConvexError({ month: 1 }), '{"month":1}'],
    [
      "an error of a nested call",
      new Error("Uncaught Error: No paper.\n    at print (../convex/a.ts:1:2)\n"),
      "No paper.",
    ],
  ])("understands %s", (_, thrown, message) => {
    expect(describeThrown(thrown)).toEqual({ error: { message }, isRetryable: true });
  });

  test("takes the platform's errors by their code", () => {
    const wait = platformError({ code: "RATE_LIMITED", message: "Too often.", retryAfterMs: 500 });
    expect(describeThrown(wait)).toEqual({
      error: { code: "RATE_LIMITED", message: "Too often." },
      isRetryable: true,
      retryAfterMs: 500,
    });
    for (const code of [
      "FORBIDDEN",
      "UNAUTHENTICATED",
      "VALIDATION_FAILED",
      "NOT_CONFIGURED",
    ] as const) {
      expect(describeThrown(platformError({ code, message: "No." })).isRetryable).toBe(false);
    }
    for (const code of ["CONFLICT", "NOT_FOUND", "HELD"] as const) {
      expect(describeThrown(platformError({ code, message: "No." })).isRetryable).toBe(true);
    }
  });

  test("takes what the data says about trying again, of any class", () => {
    const data = { code: "GONE", message: "No such order.", isRetryable: false };
    for (const thrown of [
      new ConvexError(data),
      { data },
      new NonRetryable("No such order.", "GONE"),
    ]) {
      expect(describeThrown(thrown)).toEqual({
        error: { code: "GONE", message: "No such order." },
        isRetryable: false,
      });
    }
  });

  test("takes a wait, and leaves it to the policy where the figure is none", () => {
    expect(describeThrown(new RetryAfter(3000, "Busy."))).toEqual({
      error: { code: "RETRY_AFTER", message: "Busy." },
      isRetryable: true,
      retryAfterMs: 3000,
    });
    for (const ms of [Number.NaN, Infinity, -1]) {
      expect(describeThrown(new RetryAfter(ms))).not.toHaveProperty("retryAfterMs");
    }
  });

  test("cuts a long message and marks it", () => {
    const { message } = describeThrown(new Error("x".repeat(1024 * 1024))).error;
    expect(message).toHaveLength(1000);
    expect(message.endsWith("…")).toBe(true);
    expect(describeThrown(new Error("x".repeat(1000))).error.message).toBe("x".repeat(1000));
  });

  test("keeps secrets and control characters out", () => {
    const { message } = describeThrown(new Error("Bearer abcdef123456\u0007 \ud800")).error;
    expect(message).toBe("Bearer [redacted]\uFFFD \uFFFD");
  });

  property.prop([fc.anything({ withBigInt: true, withDate: true, withMap: true })], { seed: 6 })(
    "gives one line for whatever is thrown",
    (thrown) => {
      const { message } = describeThrown(thrown).error;
      expect(message).not.toBe("");
      expect(message.length).toBeLessThanOrEqual(1000);
      expect(message.isWellFormed()).toBe(true);
      expect(message).not.toMatch(/\n/);
    },
  );
});
