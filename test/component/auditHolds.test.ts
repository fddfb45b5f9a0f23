import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../src/component/_generated/api.js";
import type { Subject } from "../../src/shared/auditHolds.js";
import { aCaller, aComponent, ann, ben, NOON } from "../factories.js";
import {
  actionsOf,
  DAY,
  EVERYTHING,
  hold,
  prune,
  record,
  recordMany,
  recordSealed,
  release,
  rowsOf,
  seal,
  settle,
  verify,
  type TestComponent,
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

describe("a hold", () => {
  test.each<[string, Subject]>([
    ["an actor", { actorId: ben.id }],
    ["a target", { target: bill }],
  ])("on %s keeps the range of its entries until released", async (_, subject) => {
    const t = aComponent();
    await record(t, { actor: ben, target: bill });
    await record(t, { target: { table: "invoices", id: "inv2" } });
    await seal(t);
    await recordSealed(t, { target: { table: "invoices", id: "inv3" } });
    await hold(t, subject);
    vi.setSystemTime(NOON + DAY);
    expect(await prune(t)).toMatchObject({ entries: 1 });
    expect(await release(t, subject)).toBe(true);
    expect(await prune(t)).toMatchObject({ entries: 2 });
    await seal(t);
    expect(await verify(t)).toMatchObject({ pruned: 3, faults: [] });
  });

  test.each<[string, Subject, string]>([
    ["an actor without an id", { actorId: "" }, "subject.actorId"],
    ["an actor whose id is too long", { actorId: "x".repeat(513) }, "subject.actorId"],
    ["a target without a table", { target: { table: " ", id: "1" } }, "subject.target.table"],
    ["a target of two lines", { target: { table: "a", id: "1\n2" } }, "subject.target.id"],
  ])("on %s is refused, naming the field", async (_, subject, path) => {
    const t = aComponent();
    await expect(hold(t, subject)).rejects.toMatchObject({
      data: {
        code: "VALIDATION_FAILED",
        message: "The hold was not placed.",
        fields: { [path]: {} },
      },
    });
    expect(await rowsOf(t)).toEqual([]);
  });

  test("names who placed it, and keeps no secret, just as its entry does", async () => {
    const t = aComponent();
    await hold(t, { actorId: ben.id }, "paid with 4111 1111 1111 1111", { ip: "off" });
    const [placed] = await t.query(api.auditRetention.listHolds, {});
    const [entry] = await rowsOf(t);
    expect(placed).toMatchObject({ placedBy: entry!.actor, reason: entry!.reason });
    expect(placed).toMatchObject({
      placedBy: { type: "anonymous" },
      reason: "paid with [redacted]",
    });
  });

  test("is listed with its reason, and told of in the log", async () => {
    const t = aComponent();
    await hold(t, { actorId: ben.id }, " lawsuit ");
    expect(await t.query(api.auditRetention.listHolds, {})).toEqual([
      { subject: { actorId: ben.id }, reason: "lawsuit", placedBy: ann, placedAt: NOON },
    ]);
    await release(t, { actorId: ben.id }, "settled");
    expect(await t.query(api.auditRetention.listHolds, {})).toEqual([]);
    const target = { table: "actors", id: ben.id };
    expect(await rowsOf(t)).toMatchObject([
      { action: "auditLogs.held", actor: ann, target, reason: "lawsuit" },
      { action: "auditLogs.released", actor: ann, target, reason: "settled" },
    ]);
  });

  test("stays as it is when placed again", async () => {
    const t = aComponent();
    await hold(t, { actorId: ben.id }, "first");
    await hold(t, { actorId: ben.id }, "second");
    const holds = await t.query(api.auditRetention.listHolds, {});
    expect(holds.map(({ reason }) => reason)).toEqual(["first"]);
    expect(await actionsOf(t)).toEqual(["auditLogs.held"]);
  });

  test("that is not there cannot be released", async () => {
    const t = aComponent();
    expect(await release(t, { actorId: ben.id })).toBe(false);
    expect(await actionsOf(t)).toEqual([]);
  });

  test("needs a reason, to be placed and to be released", async () => {
    const t = aComponent();
    const refused = {
      data: { code: "VALIDATION_FAILED", fields: { reason: { code: "required" } } },
    };
    await expect(hold(t, { actorId: ben.id }, " \n")).rejects.toMatchObject(refused);
    await hold(t, { actorId: ben.id }, "x");
    await expect(release(t, { actorId: ben.id }, "")).rejects.toMatchObject(refused);
  });

  test.each<[string, Subject]>([
    ["an actor without an id", { actorId: "" }],
    ["a target without a table", { target: { table: "", id: "1" } }],
  ])("on %s is refused", async (_, subject) => {
    const t = aComponent();
    await expect(hold(t, subject)).rejects.toMatchObject({ data: { code: "VALIDATION_FAILED" } });
    expect(await t.query(api.auditRetention.listHolds, {})).toEqual([]);
  });
});

describe("many holds", () => {
  async function placeDirectly(t: TestComponent, count: number) {
    await t.run(async (ctx) => {
      for (let i = 0; i < count; i++) {
        await ctx.db.insert("auditHolds", {
          subject: { actorId: `person${i}` },
          subjectKey: JSON.stringify(["actor", `person${i}`]),
          reason: "lawsuit",
          placedBy: ann,
          placedAt: NOON,
        });
      }
    });
  }

  test("are 1,000 at most", async () => {
    const t = aComponent();
    await placeDirectly(t, 999);
    await hold(t, { actorId: ann.id });
    await expect(hold(t, { actorId: ben.id })).rejects.toMatchObject({
      data: { code: "LIMIT_EXCEEDED" },
    });
    await hold(t, { actorId: ann.id }); // is held already
  });

  test("do not keep a prune from its end", async () => {
    const t = aComponent();
    await placeDirectly(t, 1000);
    for (let i = 0; i < 5; i++) await recordSealed(t);
    vi.setSystemTime(NOON + DAY);
    await prune(t);
    const left = await actionsOf(t);
    expect(left.filter((action) => action !== "auditLogs.pruned")).toEqual([]);
  });

  test("on nine tenths of the log leave the rest to be pruned, at three times the largest step", async () => {
    const t = aComponent();
    // Ranges of a hundred; in nine of ten one entry is held.
    for (let i = 0; i < 30; i++) {
      await recordMany(t, 100, (k) => ({ actor: k === 50 && i % 10 !== 3 ? ben : ann }));
      await seal(t);
    }
    await hold(t, { actorId: ben.id });
    vi.setSystemTime(NOON + DAY);
    const { isDone } = await t.mutation(api.auditRetention.prune, {
      caller: aCaller(),
      rules: EVERYTHING,
    });
    expect(isDone).toBe(false);
    await settle(t);
    await seal(t);
    expect(await verify(t)).toMatchObject({ pruned: 300, faults: [] });
  });
});
