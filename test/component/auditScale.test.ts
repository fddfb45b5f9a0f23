import type { TransactionMetrics } from "convex-test/dist/transactionMetrics.js";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { record as recordCost, type Recording } from "../../bench/instrument";
import { api } from "../../src/component/_generated/api.js";
import { aCaller, NOON } from "../factories.js";
import {
  aRecordedComponent,
  DAY,
  partsOf,
  prune,
  recordMany,
  rowsOf,
  seal,
  sealsOf,
  settle,
  verify,
} from "./sealedLog.js";

// convex-test looks at every document for every query, so this takes it far longer than the work does.
vi.setConfig({ testTimeout: 180_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Half of what Convex allows one transaction (documentation, "Limits"). */
const HALF: Partial<TransactionMetrics> = {
  bytesRead: 8 * 1024 * 1024,
  bytesWritten: 8 * 1024 * 1024,
  documentsRead: 16_000,
  documentsWritten: 8_000,
  databaseQueries: 2_048,
};

/** Fails for a transaction over half of a limit. */
function expectHalf({ transactions }: Recording): void {
  for (const [name, half] of Object.entries(HALF)) {
    const used = transactions.map(({ metrics }) => metrics[name as keyof TransactionMetrics]);
    expect(Math.max(...used), name).toBeLessThanOrEqual(half);
  }
}

describe("16,000 entries", () => {
  test("in commits of any size are sealed, proven and pruned in steps far below the limits", async () => {
    const t = aRecordedComponent();
    await recordMany(t, 8000);
    for (let i = 0; i < 80; i++) await recordMany(t, 100);
    const sealing = await recordCost(() => seal(t));
    expect(await partsOf(t)).toHaveLength(16);
    const proving = await recordCost(() => verify(t));
    expect(proving.result).toMatchObject({ seals: 9, entries: 16_000, faults: [] });
    vi.setSystemTime(NOON + DAY);
    const pruning = await recordCost(() => prune(t));
    expect((await rowsOf(t)).map(({ action }) => action)).not.toContain("invoices.sent");
    for (const recording of [sealing, proving, pruning]) {
      expectHalf(recording);
      expect(recording.transactions.length).toBeGreaterThanOrEqual(16);
    }
    // Hardly anything is left to read, and as much to hash: Convex allows one second of work.
    const provingAgain = await recordCost(() => verify(t));
    expect(provingAgain.result).toMatchObject({ pruned: 16_000, faults: [] });
    expect(provingAgain.transactions.length).toBeGreaterThanOrEqual(4);
  });
});

describe("large entries", () => {
  test("are sealed, proven, erased and pruned in steps far below the limits", async () => {
    const t = aRecordedComponent();
    const metadata = { text: "x".repeat(64_000) };
    const target = { table: "people", id: "1" };
    for (let i = 0; i < 3; i++) await recordMany(t, 100, () => ({ target, metadata }));
    const sealing = await recordCost(() => seal(t));
    const erasing = await recordCost(async () => {
      const args = { caller: aCaller(), subject: { target } };
      await t.mutation(api.auditErasure.pseudonymize, args);
      await settle(t);
    });
    await seal(t);
    const proving = await recordCost(() => verify(t));
    expect(proving.result).toMatchObject({ erased: 300, faults: [] });
    vi.setSystemTime(NOON + DAY);
    const pruning = await recordCost(() => prune(t));
    expect((await rowsOf(t)).map(({ action }) => action)).not.toContain("invoices.sent");
    for (const recording of [sealing, erasing, proving, pruning]) expectHalf(recording);
  });
});

describe("many faults", () => {
  test("are named up to the first hundred", async () => {
    const t = aRecordedComponent();
    await recordMany(t, 60);
    await seal(t);
    await t.run(async (ctx) => {
      for (const { _id, actor } of await ctx.db.query("auditLogs").take(60)) {
        await ctx.db.patch(_id, { outcome: "denied", actor: { ...actor, label: "Forged" } });
      }
    });
    const { faults } = await verify(t);
    expect(faults).toHaveLength(100);
    const kinds = new Set(faults.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(["entry_changed", "values_changed"]));
  });
});

describe("a thousand actions at once", () => {
  test("are counted in one step", async () => {
    const t = aRecordedComponent();
    await recordMany(t, 1000, (i) => ({ action: `action${i}` }));
    expectHalf(await recordCost(() => seal(t)));
    expect((await sealsOf(t))[0]!.actions).toHaveLength(1000);
  });
});
