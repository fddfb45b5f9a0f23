import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../src/component/_generated/api.js";
import type { RetentionRule } from "../../src/shared/auditHolds.js";
import { aCaller, aComponent, ann, NOON } from "../factories.js";
import {
  actionsOf,
  DAY,
  EVERYTHING,
  hold,
  kindsFound,
  partsOf,
  prune,
  record,
  recordMany,
  recordSealed,
  release,
  rowsOf,
  seal,
  settle,
  verify,
} from "./sealedLog.js";

// A thousand entries take convex-test a while when the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

const bill = { table: "invoices", id: "inv1" };

describe("prune", () => {
  test.each([
    [NOON + DAY - 1, ["invoices.sent"]],
    [NOON + DAY, ["auditLogs.pruned"]],
  ])("at %i, a rule of one day leaves %j", async (at, left) => {
    const t = aComponent();
    await recordSealed(t);
    vi.setSystemTime(at);
    await prune(t);
    expect(await actionsOf(t)).toEqual(left);
  });

  test("takes what is past the rule with the longest matching prefix", async () => {
    const t = aComponent();
    for (const action of ["sessions.opened", "sessions.admin.opened", "invoices.sent"]) {
      await recordSealed(t, { action });
    }
    const rules = [
      { prefix: "", days: 30 },
      { prefix: "sessions.admin.", days: 10 },
      { prefix: "sessions.", days: 1 },
    ];
    const leftAfter = async (days: number) => {
      vi.setSystemTime(NOON + days * DAY);
      await prune(t, rules);
      return (await actionsOf(t)).filter((action) => action !== "auditLogs.pruned");
    };
    expect(await leftAfter(1)).toEqual(["sessions.admin.opened", "invoices.sent"]);
    expect(await leftAfter(10)).toEqual(["invoices.sent"]);
    expect(await leftAfter(30)).toEqual([]);
    expect(await kindsFound(t)).toEqual([]);
  });

  test.each([
    [1, 30],
    [30, 1],
  ])("keeps longer what rules of %i and of %i days are about", async (...days) => {
    const t = aComponent();
    await recordSealed(t);
    const rules = days.map((days) => ({ prefix: "invoices.", days }));
    vi.setSystemTime(NOON + 30 * DAY - 1);
    expect(await prune(t, rules)).toMatchObject({ entries: 0 });
    vi.setSystemTime(NOON + 30 * DAY);
    expect(await prune(t, rules)).toMatchObject({ entries: 1 });
  });

  test("leaves what no rule is about", async () => {
    const t = aComponent();
    await recordSealed(t);
    vi.setSystemTime(NOON + 1000 * DAY);
    expect(await prune(t, [{ prefix: "sessions.", days: 1 }])).toEqual({
      entries: 0,
      isDone: true,
    });
    expect(await actionsOf(t)).toEqual(["invoices.sent"]);
  });

  test("takes a sealed range as a whole or not at all", async () => {
    const t = aComponent();
    await record(t, { action: "sessions.opened" });
    await record(t, { action: "invoices.sent" });
    await seal(t);
    const rules = [
      { prefix: "sessions.", days: 1 },
      { prefix: "invoices.", days: 10 },
    ];
    vi.setSystemTime(NOON + 10 * DAY - 1);
    expect(await prune(t, rules)).toMatchObject({ entries: 0 });
    vi.setSystemTime(NOON + 10 * DAY);
    expect(await prune(t, rules)).toMatchObject({ entries: 2 });
  });

  test("never takes what is not sealed", async () => {
    const t = aComponent();
    await record(t);
    vi.setSystemTime(NOON + 1000 * DAY);
    await prune(t);
    expect(await actionsOf(t)).toEqual(["invoices.sent"]);
  });

  test("never takes half a commit that is being sealed", async () => {
    const t = aComponent();
    await recordMany(t, 1001);
    await t.mutation(async (ctx) => {
      await ctx.runMutation(api.auditSeals.seal, {});
      const [next] = await ctx.db.system.query("_scheduled_functions").take(1);
      await ctx.scheduler.cancel(next!._id);
    });
    vi.setSystemTime(NOON + 1000 * DAY);
    expect(await prune(t)).toEqual({ entries: 0, isDone: true });
    await seal(t);
    vi.setSystemTime(NOON + 1001 * DAY);
    await prune(t);
    expect(new Set(await actionsOf(t))).toEqual(new Set(["auditLogs.pruned"]));
  });

  test("tells in an entry what went, and by whose will", async () => {
    const t = aComponent();
    await recordMany(t, 3);
    await seal(t);
    await recordSealed(t);
    vi.setSystemTime(NOON + DAY);
    expect(await prune(t)).toEqual({ entries: 4, isDone: true });
    const [evidence] = await rowsOf(t);
    expect(evidence).toMatchObject({
      action: "auditLogs.pruned",
      actor: ann,
      metadata: { entries: 4, parts: ["0.0", "1.0"] },
    });
    expect((await partsOf(t)).map(({ prunedBy }) => prunedBy)).toEqual([
      evidence!._id,
      evidence!._id,
    ]);
    await seal(t);
    expect(await verify(t)).toMatchObject({ seals: 3, entries: 1, pruned: 4, faults: [] });
  });

  test("tells nothing when nothing went", async () => {
    const t = aComponent();
    await recordSealed(t);
    await prune(t);
    expect(await actionsOf(t)).toEqual(["invoices.sent"]);
  });

  test("never takes what accounts for what is gone, and takes all around it", async () => {
    const t = aComponent();
    await recordSealed(t);
    vi.advanceTimersByTime(DAY);
    await prune(t); // its entry lies between two others
    await record(t);
    await t.mutation(api.auditErasure.pseudonymize, {
      caller: aCaller(),
      subject: { target: bill },
    });
    await settle(t);
    await record(t, { target: { table: "invoices", id: "inv2" } });
    await seal(t);
    vi.advanceTimersByTime(DAY);
    expect(await prune(t, [{ prefix: "invoices.", days: 1 }])).toMatchObject({ entries: 2 });
    await seal(t);
    const evidence = ["auditLogs.pruned", "auditLogs.erased", "auditLogs.pruned"];
    expect(await actionsOf(t)).toEqual(evidence);
    expect(await verify(t)).toMatchObject({ pruned: 3, faults: [] });

    vi.advanceTimersByTime(1000 * DAY);
    expect(await prune(t)).toEqual({ entries: 0, isDone: true });
    expect(await actionsOf(t)).toEqual(evidence);
  });

  test("what it left is missed when somebody removes it, also when all it accounts for is gone", async () => {
    const t = aComponent();
    await record(t);
    const subject = { target: bill };
    await t.mutation(api.auditErasure.pseudonymize, { caller: aCaller(), subject });
    await settle(t);
    await record(t);
    await seal(t);
    vi.advanceTimersByTime(DAY);
    await prune(t);
    expect(await kindsFound(t)).toEqual([]);
    const [erasure] = await rowsOf(t);
    await t.run(async (ctx) => await ctx.db.delete(erasure!._id));
    expect((await verify(t)).faults).toMatchObject([
      { kind: "entry_missing", seal: 0, position: 1 },
    ]);
  });

  test("takes a commit of several parts, each with its own place under the seal", async () => {
    const t = aComponent();
    await recordMany(t, 2500);
    await seal(t);
    await hold(t, { target: { table: "invoices", id: "inv1500" } });
    vi.setSystemTime(NOON + DAY);
    await prune(t);
    await seal(t);
    expect(await verify(t)).toMatchObject({ pruned: 1500, faults: [] });
    await release(t, { target: { table: "invoices", id: "inv1500" } });
    await prune(t);
    await seal(t);
    expect(await verify(t)).toMatchObject({ pruned: 2500, faults: [] });
  });

  test("looks no further than what is too young for every rule", async () => {
    const t = aComponent();
    await recordSealed(t);
    vi.setSystemTime(NOON + DAY);
    for (let i = 0; i < 20; i++) await recordSealed(t);
    const { documentsRead } = await t.mutation(async (ctx) => {
      await ctx.runMutation(api.auditRetention.prune, { caller: aCaller(), rules: EVERYTHING });
      return await ctx.meta.getTransactionMetrics();
    });
    expect(documentsRead.used).toBeLessThan(10);
    expect(await actionsOf(t)).toHaveLength(21); // the old one gone, an entry about it instead
  });

  const rulesOf = (count: number): RetentionRule[] =>
    Array.from({ length: count }, (_, i) => ({ prefix: `table${i}.`, days: 1 }));

  test.each([
    [[{ prefix: "", days: 1 }], [{ prefix: "", days: 0.99 }], "rules.0.days"],
    [[{ prefix: "", days: 36_500 }], [{ prefix: "", days: 36_501 }], "rules.0.days"],
    [EVERYTHING, [...EVERYTHING, { prefix: "a", days: NaN }], "rules.1.days"],
    [EVERYTHING, [], "rules"],
    [rulesOf(100), rulesOf(101), "rules"],
  ])("takes the rules %#, and refuses those just beyond", async (good, bad, field) => {
    const t = aComponent();
    await prune(t, good);
    await expect(prune(t, bad)).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { [field]: { code: "out_of_range" } } },
    });
  });
});
