import { describe, expect, test } from "vitest";
import { backoffMs, MAX_RETRY_AFTER_MS, retryDelayMs } from "../../src/shared/jobRetries.js";

const policy = { maxAttempts: 20, initialBackoffMs: 500, base: 2, maxBackoffMs: 60_000 };
const attempts = Array.from({ length: 20 }, (_, i) => i + 1);

describe("backoffMs", () => {
  test("J23: doubles from attempt to attempt, up to its cap", () => {
    const waits = attempts.map((attempt) => backoffMs(attempt, policy));
    expect(waits.slice(0, 8)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(Math.max(...waits)).toBe(60_000);
  });

  test("is a number after as many attempts as there can be, also without a wait", () => {
    expect(backoffMs(100, { ...policy, base: 10 })).toBe(60_000);
    expect(backoffMs(100, { ...policy, base: 10, initialBackoffMs: 0 })).toBe(0);
  });
});

describe("retryDelayMs", () => {
  test.each(attempts)("J23: takes off up to a quarter by chance, after attempt %i", (attempt) => {
    const whole = backoffMs(attempt, policy);
    const draws = Array.from({ length: 10_000 }, () =>
      retryDelayMs(attempt, policy, Math.random()),
    );
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(Math.floor(whole * 0.75));
    expect(Math.max(...draws)).toBeLessThanOrEqual(whole);
    // The whole band, and not its middle.
    expect(Math.max(...draws) - Math.min(...draws)).toBeGreaterThan(whole * 0.2);
  });

  test("is what the handler asked for, up to a week", () => {
    expect(retryDelayMs(1, policy, 1, 30_000)).toBe(30_000);
    expect(retryDelayMs(1, policy, 1, 0)).toBe(0);
    expect(retryDelayMs(1, policy, 1, -5)).toBe(0);
    expect(retryDelayMs(1, policy, 1, Infinity)).toBe(MAX_RETRY_AFTER_MS);
  });
});
