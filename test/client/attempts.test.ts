import { ConvexError, type Value } from "convex/values";
import { describe, expect, test } from "vitest";
import { describeFailure } from "../../src/client/attempts.js";

describe("describeFailure", () => {
  test.each<[string, Value, string]>([
    ["a code of ours without a message", { code: "NOT_FOUND" }, '{"code":"NOT_FOUND"}'],
    ["a message that is no text", { code: "FORBIDDEN", message: 5 }, '"message":5'],
    ["an int64", 5n, "5"],
    ["an int64 within", { left: 5n }, '{"left":"5"}'],
    ["nothing", null, "null"],
  ])("passes on a host's own error with %s as it is", (_, data, told) => {
    const { outcome, reason, error } = describeFailure(new ConvexError(data));
    expect(error).toEqual({ code: null, message: expect.stringContaining(told) });
    expect({ outcome, reason }).toEqual({ outcome: "failure", reason: error.message });
  });
});
