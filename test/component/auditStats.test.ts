import { fc } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../src/component/_generated/api.js";
import type { Outcome } from "../../src/shared/auditLogs.js";
import { MAX_TIME, toMilliseconds } from "../../src/shared/auditRules.js";
import {
  bucketStart,
  UNIT_MS,
  type StatsBucket,
  type StatsUnit,
} from "../../src/shared/auditStats.js";
import { aComponent, NOON } from "../factories.js";
import {
  aLargeEntry,
  DAY,
  prune,
  record,
  recordMany,
  rowsOf,
  seal,
  sealsOf,
  type Callable,
  type TestComponent,
} from "./sealedLog.js";

const HOUR = UNIT_MS.hour;
const TODAY = bucketStart(NOON, "day");

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

type Range = { unit: StatsUnit; from: number; to: number; tenantId?: string };

async function read(t: Callable, range: Partial<Range> = {}) {
  const args = { unit: "hour" as const, from: TODAY, to: TODAY + 2 * DAY, ...range };
  return await t.query(api.auditStats.read, args);
}

function aBucket(start: number, count: number, parts: Partial<StatsBucket> = {}): StatsBucket {
  return { start, count, action: "invoices.sent", outcome: "success", ...parts };
}

describe("read", () => {
  test("counts by hour or by day, action and outcome", async () => {
    const t = aComponent();
    for (const at of [NOON, NOON + HOUR - 1, NOON + HOUR, NOON + 12 * HOUR]) {
      vi.setSystemTime(at);
      await record(t);
    }
    await record(t, { outcome: "denied" });
    await record(t, { action: "invoices.paid" });
    await seal(t);
    const midnight = NOON + 12 * HOUR;
    const others = (start: number) => [
      aBucket(start, 1, { action: "invoices.paid" }),
      aBucket(start, 1, { outcome: "denied" }),
    ];
    expect(await read(t)).toEqual({
      buckets: [
        aBucket(NOON, 2),
        aBucket(NOON + HOUR, 1),
        ...others(midnight),
        aBucket(midnight, 1),
      ],
      sealedThrough: midnight,
      tail: { count: 0, isCut: false },
    });
    const { buckets } = await read(t, { unit: "day" });
    expect(buckets).toEqual([aBucket(TODAY, 3), ...others(TODAY + DAY), aBucket(TODAY + DAY, 1)]);
  });

  test("keeps tenants apart, and whoever names none sees none of theirs", async () => {
    const t = aComponent();
    await record(t);
    for (let i = 0; i < 2; i++) await record(t, { tenantId: "acme" });
    await seal(t);
    for (let i = 0; i < 3; i++) await record(t, { tenantId: "acme" });
    const counts = async (tenantId?: string) => {
      const { buckets, tail } = await read(t, tenantId === undefined ? {} : { tenantId });
      return [buckets.map(({ count }) => count), tail.count];
    };
    expect(await counts()).toEqual([[1], 0]);
    expect(await counts("acme")).toEqual([[2], 3]);
    expect(await counts("birch")).toEqual([[], 0]);
  });

  test("adds to a count with each seal, and with each part of one", async () => {
    const t = aComponent();
    await record(t);
    await seal(t);
    await recordMany(t, 1001, () => ({}));
    await seal(t);
    await seal(t);
    expect((await read(t)).buckets).toEqual([aBucket(NOON, 1002)]);
  });

  test("keeps the counts of what is pruned", async () => {
    const t = aComponent();
    await record(t);
    await seal(t);
    vi.setSystemTime(NOON + DAY);
    await prune(t);
    expect((await rowsOf(t)).map(({ action }) => action)).toEqual(["auditLogs.pruned"]);
    expect((await read(t)).buckets).toEqual([aBucket(NOON, 1)]);
  });

  test("takes whole hours: those that the range touches", async () => {
    const t = aComponent();
    for (const at of [NOON, NOON + HOUR, NOON + 2 * HOUR]) {
      vi.setSystemTime(at);
      await record(t);
    }
    const counted = async (from: number, to: number) => {
      const { buckets, tail } = await read(t, { from, to });
      return buckets.length + tail.count;
    };
    for (const isSealed of [false, true]) {
      if (isSealed) await seal(t);
      expect(await counted(NOON + 1, NOON + HOUR)).toBe(1);
      expect(await counted(NOON + 1, NOON + HOUR + 1)).toBe(2);
      expect(await counted(NOON + HOUR, NOON + HOUR + 1)).toBe(1);
      expect(await counted(NOON + HOUR, NOON + HOUR)).toBe(0);
      expect(await counted(NOON + HOUR, NOON)).toBe(0);
    }
  });

  test.each([
    [1000, { count: 1000, isCut: false }],
    [1001, { count: 1000, isCut: true }],
  ])("counts %i entries behind the newest seal", async (entries, tail) => {
    const t = aComponent();
    await record(t);
    await seal(t);
    await recordMany(t, entries);
    expect(await read(t)).toMatchObject({ buckets: [aBucket(NOON, 1)], tail });
  });

  test("counts of large entries what one read may hold, and says that there are more", async () => {
    const t = aComponent();
    for (let i = 0; i < 3; i++) await recordMany(t, 40, aLargeEntry);
    const { tail } = await read(t);
    expect(tail.isCut).toBe(true);
    expect(tail.count).toBeGreaterThan(10);
  });

  test("has nothing of an empty log", async () => {
    expect(await read(aComponent())).toEqual({
      buckets: [],
      sealedThrough: null,
      tail: { count: 0, isCut: false },
    });
  });

  test("gives 4,000 counts and refuses 4,001", async () => {
    const t = aComponent();
    await t.run(async (ctx) => {
      for (let i = 0; i < 4001; i++) {
        await ctx.db.insert("auditStats", { unit: "hour", ...aBucket(TODAY + i * HOUR, 1) });
      }
    });
    const end = TODAY + 4000 * HOUR;
    expect((await read(t, { to: end })).buckets).toHaveLength(4000);
    await expect(read(t, { to: end + 1 })).rejects.toMatchObject({
      data: { code: "LIMIT_EXCEEDED" },
    });
  });

  test("takes any time there is", async () => {
    const t = aComponent();
    await record(t);
    await seal(t);
    const { buckets } = await read(t, { unit: "day", from: 0, to: MAX_TIME });
    expect(buckets).toEqual([aBucket(TODAY, 1)]);
  });

  test.each([NaN, -1, MAX_TIME + 1])("refuses the time %d, naming the field", async (to) => {
    await expect(read(aComponent(), { to })).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { to: { code: "out_of_range" } } },
    });
  });
});

describe("the counts of any log", () => {
  const someEntries = fc.array(
    fc.record({
      afterMinutes: fc.integer({ min: 0, max: 90 }),
      tenantId: fc.constantFrom(undefined, "acme", "birch"),
      action: fc.constantFrom("invoices.sent", "invoices.paid"),
      outcome: fc.constantFrom<Outcome>("success", "failure", "denied"),
      isSealed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  );

  test("are those of its sealed entries; the others are in the tail", async () => {
    for (const entries of fc.sample(someEntries, { seed: 3, numRuns: 60 })) {
      vi.setSystemTime(NOON);
      const t = aComponent();
      for (const { afterMinutes, tenantId, action, outcome, isSealed } of entries) {
        vi.advanceTimersByTime(afterMinutes * 60_000);
        await record(t, { action, outcome, ...(tenantId !== undefined && { tenantId }) });
        if (isSealed) await seal(t);
      }
      for (const tenantId of [undefined, "acme", "birch"]) {
        for (const unit of ["hour", "day"] as const) {
          const tenant = tenantId === undefined ? {} : { tenantId };
          const { buckets, tail } = await read(t, { unit, to: TODAY + 10 * DAY, ...tenant });
          const counted = await count(t, unit, tenantId);
          expect(buckets).toEqual(counted.buckets);
          expect(tail).toEqual({ count: counted.tail, isCut: false });
        }
      }
    }
  });

  /** One by one. */
  async function count(t: TestComponent, unit: StatsUnit, tenantId: string | undefined) {
    const through = (await sealsOf(t)).at(-1)?.through ?? 0n;
    const rows = (await rowsOf(t)).filter((row) => row.tenantId === tenantId);
    const buckets = new Map<string, StatsBucket>();
    for (const { action, outcome, commitTs } of rows.filter((row) => row.commitTs <= through)) {
      const start = bucketStart(toMilliseconds(commitTs), unit);
      const key = JSON.stringify([start, action, outcome]);
      const known = buckets.get(key)?.count ?? 0;
      buckets.set(key, { start, action, outcome, count: known + 1 });
    }
    const inOrder = [...buckets].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
    return { buckets: inOrder, tail: rows.filter((row) => row.commitTs > through).length };
  }
});
