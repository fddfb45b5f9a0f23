import { getDocumentSize } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../src/component/_generated/api.js";
import { conflictBetween, record as recordCost } from "../../bench/instrument";
import type { Subject } from "../../src/shared/auditHolds.js";
import type { Caller, NewEntry } from "../../src/shared/auditLogs.js";
import { CHORE_BYTES } from "../../src/shared/auditSealing.js";
import { aCaller, aComponent, ann, ben, NOON } from "../factories.js";
import { aboutEve, byEve, eve, evesTraces, findTraces, fromEve, showAll } from "./eve.js";
import {
  actionsOf,
  aRecordedComponent,
  DAY,
  hold,
  kindsFound,
  partsOf,
  prune,
  record,
  recordMany,
  release,
  rowsOf,
  seal,
  settle,
  verify,
  type Callable,
} from "./sealedLog.js";

// A thousand entries take convex-test a while when the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function erase(t: Callable, subject: Subject, caller: Caller = aCaller()) {
  const step = await t.mutation(api.auditErasure.pseudonymize, { caller, subject });
  await settle(t);
  return step;
}

describe("an actor who is erased", () => {
  test("is found nowhere any more, in no tenant, sealed or not", async () => {
    const t = aComponent();
    const eves = t.withRequestMetadata(fromEve);
    for (const tenantId of [undefined, "acme", "birch"]) {
      await record(eves, tenantId === undefined ? {} : { tenantId }, byEve);
    }
    await record(eves, aboutEve, byEve);
    await seal(t);
    await record(eves, { tenantId: "acme" }, byEve);
    await record(t, { tenantId: "acme" });
    expect(await findTraces(t, evesTraces)).not.toEqual([]);

    await erase(t, { actorId: eve.id });
    await erase(t, { target: { table: "people", id: eve.id } });
    expect(await findTraces(t, evesTraces)).toEqual([]);
    expect((await rowsOf(t)).filter(({ actor }) => actor.id === ann.id)).toHaveLength(5);
    expect(await verify(t)).toMatchObject({ entries: 4, erased: 5, faults: [] });
    await seal(t);
    expect(await verify(t)).toMatchObject({ erased: 6, faults: [] });
  });

  test("keeps what was done under a pseudonym, without name, address and browser", async () => {
    const t = aComponent();
    const id = await record(t.withRequestMetadata(fromEve), {}, byEve);
    await erase(t, { actorId: eve.id });
    const entry = await t.query(api.auditLogs.get, { id });
    expect(entry).toMatchObject({
      action: "invoices.sent",
      target: { table: "invoices", id: "inv1" },
      actor: { type: "user", id: expect.stringMatching(/^erased:/), label: "[erased]" },
      request: { ip: "[erased]", userAgent: "[erased]" },
    });
    const found = await t.query(api.auditLogs.search, { query: "Eve", limit: 10 });
    expect(found).toEqual([]);
  });

  test("is not named by erasing themselves", async () => {
    const t = aComponent();
    const eves = t.withRequestMetadata(fromEve);
    await record(eves, {}, byEve);
    await hold(t, { actorId: ben.id }, "lawsuit", byEve);
    await t.run(async (ctx) => {
      const [row] = await ctx.db.query("auditHolds").take(1);
      expect(row!.placedBy).toEqual(eve);
    });
    await erase(eves, { actorId: eve.id }, byEve);
    expect(await findTraces(t, evesTraces)).toEqual([]);
    const jobs = await t.run(
      async (ctx) => await ctx.db.system.query("_scheduled_functions").take(100),
    );
    // Convex itself keeps the arguments of a scheduled function for seven days.
    const traces = evesTraces.filter((trace) => JSON.stringify(jobs, showAll).includes(trace));
    expect(traces).toEqual([eve.id]);
    await seal(t);
    expect(await kindsFound(t)).toEqual([]);
  });

  test("is told of by whoever erased them", async () => {
    const t = aComponent();
    const id = await record(t, {}, byEve);
    await erase(t, { actorId: eve.id });
    expect(await rowsOf(t)).toMatchObject([
      {},
      { action: "auditLogs.erased", actor: ann, metadata: { block: "actor", entries: [id] } },
    ]);
  });

  test("is erased from what the calling mutation itself records, too", async () => {
    const t = aComponent();
    await t.withRequestMetadata(fromEve).mutation(async (ctx) => {
      const entry = { ...aboutEve, action: "people.left", related: [], changes: [] };
      const args = { caller: byEve, entry: { outcome: "success" as const, ...entry } as NewEntry };
      await ctx.runMutation(api.auditLogs.record, args);
      const subject = { actorId: eve.id };
      await ctx.runMutation(api.auditErasure.pseudonymize, { caller: byEve, subject });
    });
    await settle(t);
    await erase(t, { target: { table: "people", id: eve.id } });
    expect(await findTraces(t, evesTraces)).toEqual([]);
  });

  test("is erased from what tells of a hold on them", async () => {
    const t = aComponent();
    await hold(t, { actorId: eve.id }, "Eve Adams is sued");
    await release(t, { actorId: eve.id }, "Eve Adams has won");
    await erase(t, { actorId: eve.id });
    expect(await findTraces(t, evesTraces)).toEqual([]);
    expect(await actionsOf(t)).toContain("auditLogs.released");
  });

  test("cannot be told to be the same as another by what is left", async () => {
    const t = aComponent();
    await recordMany(t, 50, () => ({ actor: eve, target: { table: "people", id: "1" } }));
    await erase(t, { actorId: eve.id });
    await erase(t, { target: { table: "people", id: "1" } });
    const rows = (await rowsOf(t)).filter(({ action }) => action === "invoices.sent");
    const left = rows.map(({ commitments }) => commitments);
    expect(left.every(({ actor, subject }) => !("salt" in actor) && !("salt" in subject))).toBe(
      true,
    );
    const hashes = left.flatMap(({ actor, subject }) => [actor.hash, subject.hash]);
    expect(new Set(hashes).size).toBe(100);
  });
});

describe("a target that is erased", () => {
  test("loses id, label, reason and what was declared personal, and nothing else", async () => {
    const t = aComponent();
    const id = await record(t, aboutEve);
    await erase(t, { target: { table: "people", id: eve.id } });
    expect(await t.query(api.auditLogs.get, { id })).toMatchObject({
      actor: ann,
      target: { table: "people", id: expect.stringMatching(/^erased:/), label: "[erased]" },
      changes: [
        { path: "email", before: "[erased]", after: "[erased]" },
        { path: "address", before: { city: "Bern", mail: "[erased]" } },
        { path: "plan", before: "free", after: "paid" },
      ],
      metadata: { contact: "[erased]", plan: "paid" },
      reason: "[erased]",
    });
    expect(await findTraces(t, evesTraces)).toEqual([]);
  });

  test("leaves others of the same id in other tables, and of the same table, alone", async () => {
    const t = aComponent();
    const others = [
      await record(t, { target: { table: "invoices", id: eve.id } }),
      await record(t, { target: { table: "people", id: "eve" } }),
    ];
    await erase(t, { target: { table: "people", id: eve.id } });
    for (const id of others) {
      const entry = await t.query(api.auditLogs.get, { id });
      expect(entry?.target.id).toMatch(/^eve/);
    }
    expect(await actionsOf(t)).not.toContain("auditLogs.erased");
  });
});

describe("pseudonymize", () => {
  test("goes on by itself, and tells of fifty entries at a time", async () => {
    const t = aComponent();
    for (let i = 0; i < 3; i++) await recordMany(t, 1000, () => ({ actor: eve }));
    await seal(t);
    const step = await t.mutation(api.auditErasure.pseudonymize, {
      caller: aCaller(),
      subject: { actorId: eve.id },
    });
    expect(step).toEqual({ entries: 1000, isDone: false });
    await settle(t);
    const rows = await rowsOf(t);
    expect(rows.filter(({ actor }) => actor.id === eve.id)).toEqual([]);
    const told = rows.filter(({ action }) => action === "auditLogs.erased");
    expect(told).toHaveLength(60);
    await seal(t);
    expect(await verify(t)).toMatchObject({ erased: 3000, faults: [] });
  });

  test("goes on by itself over any number of tenants", async () => {
    const t = aComponent();
    const tenants = 600;
    await recordMany(t, tenants, (i) => ({
      tenantId: `tenant${i}`,
      ...(i % 200 === 7 && { actor: eve }),
    }));
    const { databaseQueries, ...step } = await t.mutation(async (ctx) => {
      const args = { caller: aCaller(), subject: { actorId: eve.id } };
      const first = await ctx.runMutation(api.auditErasure.pseudonymize, args);
      const { databaseQueries } = await ctx.meta.getTransactionMetrics();
      return { ...first, databaseQueries };
    });
    expect(step.isDone).toBe(false);
    expect(databaseQueries.used).toBeLessThan(2048);
    await settle(t);
    expect((await rowsOf(t)).filter(({ actor }) => actor.id === eve.id)).toEqual([]);
  });

  test("says that all is done, when it is", async () => {
    const t = aComponent();
    await recordMany(t, 3, () => ({ actor: eve }));
    expect(await erase(t, { actorId: eve.id })).toEqual({ entries: 3, isDone: true });
  });

  test("does nothing a second time, nor to a pseudonym", async () => {
    const t = aComponent();
    const id = await record(t, {}, byEve);
    await erase(t, { actorId: eve.id });
    const before = await rowsOf(t);
    expect(await erase(t, { actorId: eve.id })).toEqual({ entries: 0, isDone: true });
    const pseudonym = (await t.query(api.auditLogs.get, { id }))!.actor.id;
    expect(await erase(t, { actorId: pseudonym })).toEqual({ entries: 0, isDone: true });
    expect(await rowsOf(t)).toEqual(before);
  });

  test.each<[string, Subject]>([
    ["an actor", { actorId: eve.id }],
    ["a target", { target: { table: "people", id: eve.id } }],
  ])("is refused for %s on hold, until released", async (_, subject) => {
    const t = aComponent();
    await record(t, aboutEve, byEve);
    await hold(t, subject);
    await expect(erase(t, subject)).rejects.toMatchObject({ data: { code: "HELD" } });
    expect((await rowsOf(t))[0]).toMatchObject({ actor: eve, target: aboutEve.target! });
    await release(t, subject);
    expect(await erase(t, subject)).toMatchObject({ isDone: true });
    expect((await rowsOf(t))[0]).not.toMatchObject({ actor: eve, target: aboutEve.target! });
  });

  test("leaves an actor's deeds to a held target, and a held actor's to a target", async () => {
    const t = aComponent();
    const bill = { table: "invoices", id: "inv1" };
    const [kept, gone] = [
      await record(t, { target: bill }, byEve),
      await record(t, { target: { table: "invoices", id: "inv2" } }, byEve),
    ];
    const actorOf = async (id: string) => (await t.query(api.auditLogs.get, { id }))!.actor.id;
    const targetOf = async (id: string) => (await t.query(api.auditLogs.get, { id }))!.target.id;

    await hold(t, { target: bill });
    await erase(t, { actorId: eve.id });
    expect(await actorOf(kept)).toBe(eve.id);
    expect(await actorOf(gone)).toMatch(/^erased:/);
    await release(t, { target: bill });

    await hold(t, { actorId: eve.id });
    await erase(t, { target: bill });
    expect(await targetOf(kept)).toBe("inv1");
    await release(t, { actorId: eve.id });

    await erase(t, { actorId: eve.id });
    await erase(t, { target: bill });
    expect(await actorOf(kept)).toMatch(/^erased:/);
    expect(await targetOf(kept)).toMatch(/^erased:/);
    await seal(t);
    expect(await kindsFound(t)).toEqual([]);
  });

  test("and a write by the same actor never wait for each other", async () => {
    const [t, twin] = [aRecordedComponent(), aRecordedComponent()];
    for (const world of [t, twin]) await record(world, {}, byEve);
    const erasing = await recordCost(() => erase(t, { actorId: eve.id }));
    const writing = await recordCost(() => record(twin, {}, byEve));
    expect(erasing.transactions.some(({ writes }) => writes.length > 0)).toBe(true);
    expect(conflictBetween(writing, erasing)).toBeNull();
    expect(conflictBetween(erasing, writing)).toBeNull();
  });

  test("leaves a range that is still read and pruned as a whole, though it has grown", async () => {
    const t = aComponent();
    // Just below what one step takes, with values that are shorter than what stands for them.
    const metadata = { text: "x".repeat(60_000), people: Array(200).fill({ email: "e" }) };
    const target = { table: "people", id: "1" };
    await recordMany(t, 33, () => ({ target, metadata, personal: ["metadata.people.email"] }));
    await seal(t);
    expect(await partsOf(t)).toHaveLength(1);
    const sizes = async () =>
      (await rowsOf(t)).slice(0, 33).reduce((sum, row) => sum + getDocumentSize(row as never), 0);
    expect(await sizes()).toBeLessThan(CHORE_BYTES);
    await erase(t, { target });
    expect(await sizes()).toBeGreaterThan(CHORE_BYTES);
    expect(await verify(t)).toMatchObject({ seals: 1, entries: 33, erased: 33, faults: [] });
    vi.setSystemTime(NOON + DAY);
    await prune(t);
    expect(await verify(t)).toMatchObject({ pruned: 33, faults: [] });
  });
});
