import { describe, expect, test } from "vitest";
import { barsWithin, toBars, windowOf } from "../../example/src/auditLog/buckets";
import { parseAuditSearch, toMoment } from "../../example/src/auditLog/search";

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 20, 14, 30);

describe("windowOf", () => {
  test("has whole bars, the last with now in it", () => {
    const day = windowOf({ within: "day" }, NOW);
    expect([toMoment(day.from), toMoment(day.to)]).toEqual([
      "2026-11-19T15:00Z",
      "2026-11-20T15:00Z",
    ]);
  });

  test.each([
    ["2026-10-22T00:00Z", "day"],
    ["2026-10-20T00:00Z", "week"],
  ])("is long enough for a time picked from %s", (from, word) => {
    expect(windowOf({ from }, NOW).word).toBe(word);
  });
});

describe("toBars", () => {
  test("counts each bucket in its bar, and the tail in the last", () => {
    const window = windowOf({ within: "day" }, NOW);
    const buckets = [
      { start: window.from, count: 2 },
      { start: window.from, count: 3 },
      { start: window.to - HOUR_MS, count: 1 },
    ];
    const counts = toBars(window, buckets, 4).map(({ count }) => count);
    expect(counts).toHaveLength(24);
    expect([counts[0], counts[1], counts[23]]).toEqual([5, 0, 5]);
  });
});

describe("barsWithin", () => {
  test("finds the bars of a picked time, and none for one outside", () => {
    const window = windowOf({ within: "day" }, NOW);
    const picked = { from: "2026-11-19T17:00Z", to: "2026-11-19T19:00Z" };
    expect(barsWithin(window, picked)).toEqual([2, 4]);
    expect(barsWithin(window, { from: "2025-01-01T00:00Z", to: "2025-01-02T00:00Z" })).toBeNull();
    expect(barsWithin(window, {})).toBeNull();
  });
});

describe("parseAuditSearch", () => {
  test("keeps what it knows, and nothing else", () => {
    const search = { record: "1", outcome: "maybe", within: "age", from: "2026-13-01T00:00Z" };
    expect(parseAuditSearch(search)).toEqual({ record: "1", table: "invoices" });
  });

  test.each([
    ["words", "w".repeat(200), "w".repeat(201)],
    ["words", " x ", "  "],
    ["actor", "a".repeat(512), "a".repeat(513)],
    ["action", "a".repeat(100), "a".repeat(101)],
    ["request", "one line", "two\nlines"],
    ["from", "1970-01-01T00:00Z", "1969-12-31T23:59Z"],
    ["to", "2199-12-31T23:59Z", "2200-01-01T00:00Z"],
  ])("takes %s as far as the log does, and leaves it out beyond", (name, good, bad) => {
    expect(parseAuditSearch({ [name]: good })).toEqual({ [name]: good });
    expect(parseAuditSearch({ [name]: bad })).toEqual({});
  });
});
