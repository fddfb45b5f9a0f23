import { ConvexError } from "convex/values";
import { describe, expect, test } from "vitest";
import {
  echo,
  isPlatformError,
  pathPart,
  platformError,
  throwIfInvalid,
} from "../../src/shared/errors.js";

const limited = platformError({ code: "RATE_LIMITED", message: "Wait.", retryAfterMs: 500 });

describe("isPlatformError", () => {
  test("knows an error of the platform, and its code", () => {
    expect(isPlatformError(limited)).toBe(true);
    expect(isPlatformError(limited, "RATE_LIMITED")).toBe(true);
    expect(isPlatformError(limited, "FORBIDDEN")).toBe(false);
  });

  test.each([
    ["an ordinary error", new Error("RATE_LIMITED")],
    ["a host's own ConvexError", new ConvexError({ code: "MINE", message: "" })],
    ["a host's own with one of our codes alone", new ConvexError({ code: "RATE_LIMITED" })],
    ["one whose message is no text", new ConvexError({ code: "RATE_LIMITED", message: 1 })],
    ["a ConvexError of text", new ConvexError("RATE_LIMITED")],
    ["the data without the error", limited.data],
    ["nothing", null],
  ])("does not claim %s", (_, error) => {
    expect(isPlatformError(error)).toBe(false);
    expect(isPlatformError(error, "RATE_LIMITED")).toBe(false);
  });
});

describe("throwIfInvalid", () => {
  test("is silent when no field is bad", () => {
    expect(() => throwIfInvalid({}, "Not saved.")).not.toThrow();
  });

  test("throws all bad fields at once", () => {
    const fields = {
      a: { code: "required", message: "This is required." },
      b: { code: "too_long", message: "Shorter.", params: { max: 3 } },
    };
    expect(() => throwIfInvalid(fields, "Not saved.")).toThrowError(
      expect.objectContaining({
        data: { code: "VALIDATION_FAILED", message: "Not saved.", fields },
      }),
    );
  });
});

describe("echo", () => {
  test("repeats 100 characters of input and no more", () => {
    expect(echo("x".repeat(100))).toBe("x".repeat(100));
    expect(echo("x".repeat(101))).toBe(`${"x".repeat(99)}…`);
  });

  test("keeps input on one line and in its own direction", () => {
    expect(echo("a\r\nb\u202ec")).toBe("a\uFFFD\uFFFDb\uFFFDc");
  });
});

describe("pathPart", () => {
  test("writes what a Convex field name cannot hold as code points", () => {
    expect(pathPart("naïve key")).toBe("na\\u00efve\\u0020key");
  });

  test("cuts long keys after escaping, so that a deep path fits into a field name", () => {
    expect(pathPart("é".repeat(100))).toHaveLength(60);
  });
});
