import { describe, expect, test } from "vitest";
import {
  addCounts,
  BYTES_PER_BATCH,
  countItems,
  DAY_MS,
  daysLeft,
  ITEMS_PER_BATCH,
  LOST_AFTER_MS,
  purgeTime,
  restoreRefusal,
  toBatches,
  wakeTime,
} from "../../src/shared/trashRules.js";
import { ann, NOON } from "../factories.js";

const hold = { reason: "a lawsuit", placedBy: ann, placedAt: NOON };
const root = { table: "invoices", id: "1", label: "Lamp" };
const target = { table: "invoices", id: "1" };

describe("purgeTime", () => {
  test("lies so many days behind the deletion, and nowhere without a retention", () => {
    expect(purgeTime(NOON, 30)).toBe(NOON + 30 * DAY_MS);
    expect(purgeTime(NOON, undefined)).toBeUndefined();
  });
});

describe("daysLeft", () => {
  test("counts whole days, and 0 on the last one and behind it", () => {
    const operation = { purgeAt: NOON + 2 * DAY_MS };
    expect(daysLeft(operation, NOON)).toBe(2);
    expect(daysLeft(operation, NOON + 1)).toBe(1);
    expect(daysLeft(operation, NOON + DAY_MS + 1)).toBe(0);
    expect(daysLeft(operation, NOON + 9 * DAY_MS)).toBe(0);
  });

  test("is null for what is never purged, and for what is held", () => {
    expect(daysLeft({}, NOON)).toBeNull();
    expect(daysLeft({ purgeAt: NOON, hold }, NOON)).toBeNull();
  });
});

describe("wakeTime", () => {
  test("of what lies in the trash is its purge time, and none while it is held", () => {
    const trashed = { state: "trashed" } as const;
    expect(wakeTime(trashed, { purgeAt: 7 }, NOON)).toBe(7);
    expect(wakeTime(trashed, {}, NOON)).toBeUndefined();
    expect(wakeTime(trashed, { purgeAt: 7, hold }, NOON)).toBeUndefined();
  });

  test("of what is under way is when it must have been lost, held or not", () => {
    const removing = { state: "removing", scan: { item: 0, relation: 0 } } as const;
    const purging = { state: "purging", by: ann, left: 1 } as const;
    for (const stage of [removing, purging]) {
      expect(wakeTime(stage, { purgeAt: 7, hold }, NOON)).toBe(NOON + LOST_AFTER_MS);
    }
  });

  test("of what has ended is never", () => {
    for (const state of ["restored", "purged"] as const) {
      expect(wakeTime({ state, by: ann, at: NOON }, { purgeAt: 7 }, NOON)).toBeUndefined();
    }
  });
});

describe("restoreRefusal", () => {
  const stage = { state: "trashed" } as const;

  test("comes with the purge time", () => {
    expect(restoreRefusal({ stage, root, purgeAt: NOON }, NOON - 1)).toBeNull();
    expect(restoreRefusal({ stage, root, purgeAt: NOON }, NOON)).toEqual({
      reason: "EXPIRED",
      target,
    });
    expect(restoreRefusal({ stage, root }, NOON)).toBeNull();
  });

  test("comes with a hold, and with a purge whatever else", () => {
    expect(restoreRefusal({ stage, root, hold }, NOON)).toEqual({ reason: "HELD", target });
    const purging = { state: "purging", by: ann, left: 1 } as const;
    expect(restoreRefusal({ stage: purging, root, hold }, NOON)?.reason).toBe("EXPIRED");
  });
});

describe("counts", () => {
  test("tell what went along from what was detached", () => {
    const detached = { field: "invoiceId", value: "1" };
    const items = [{ table: "lines" }, { table: "notes", detached }, { table: "lines" }];
    expect(countItems(items)).toEqual({ taken: { lines: 2 }, detached: { notes: 1 } });
  });

  test("add up, and leave out what is none", () => {
    expect(addCounts({ a: 1 }, { a: 2, b: 1 })).toEqual({ a: 3, b: 1 });
    expect(addCounts({ a: 3, b: 1 }, { a: 2, b: 1 }, -1)).toEqual({ a: 1 });
  });
});

describe("toBatches", () => {
  const aRow = (bytes: number) => ({ table: "lines", id: "1", bytes });
  const sizes = (bytes: number[]) =>
    toBatches(bytes.map(aRow)).map(({ items, bytes }) => [items.length, bytes]);

  test("puts a hundred items into one, without their sizes", () => {
    expect(sizes(Array<number>(2 * ITEMS_PER_BATCH + 1).fill(1))).toEqual([
      [100, 100],
      [100, 100],
      [1, 1],
    ]);
    expect(toBatches([aRow(5)])).toEqual([{ items: [{ table: "lines", id: "1" }], bytes: 5 }]);
    expect(toBatches([])).toEqual([]);
  });

  test("puts fewer into one where their rows are large, and one that is too large by itself", () => {
    const half = BYTES_PER_BATCH / 2;
    expect(sizes([half, half, half])).toEqual([
      [2, BYTES_PER_BATCH],
      [1, half],
    ]);
    expect(sizes([half, half + 1])).toEqual([
      [1, half],
      [1, half + 1],
    ]);
    expect(sizes([1, 2 * BYTES_PER_BATCH, 1])).toEqual([
      [1, 1],
      [1, 2 * BYTES_PER_BATCH],
      [1, 1],
    ]);
  });
});
