import { convexTest } from "convex-test";
import { createFunctionHandle, makeFunctionReference } from "convex/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { conflictBetween, record as recordCost } from "../../bench/instrument";
import { api, internal } from "../../src/component/_generated/api.js";
import { internalMutation } from "../../src/component/functions.js";
import schema from "../../src/component/schema.js";
import { ANY_ACTION, vSealHead, type SealHead } from "../../src/shared/auditSealing.js";
import { unpackHashes } from "../../src/shared/hashes.js";
import { rootOf } from "../../src/shared/merkle.js";
import { entryLeaf } from "../../src/shared/sealedEntries.js";
import { aCaller, aComponent, anEntry, NOON } from "../factories.js";
import {
  aLargeEntry,
  aRecordedComponent,
  partsOf,
  record,
  recordMany,
  rowsOf,
  seal,
  sealsOf,
  settle,
  verify,
  type TestComponent,
} from "./sealedLog.js";

const componentModules = import.meta.glob("../../src/component/**/*.ts");

// Sealing a thousand entries is slow on convex-test when the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function countsOf(t: TestComponent): Promise<number[]> {
  return (await sealsOf(t)).map(({ count }) => count);
}

async function leavesOf(t: TestComponent): Promise<number[]> {
  return (await partsOf(t)).map(({ leaves }) => unpackHashes(leaves).length);
}

async function isClean(t: TestComponent): Promise<boolean> {
  return (await verify(t)).faults.length === 0;
}

describe("seal", () => {
  test("makes no seal over nothing, at the start and once all is sealed", async () => {
    const t = aComponent();
    expect(await seal(t)).toEqual({ entries: 0, isDone: true });
    expect(await sealsOf(t)).toEqual([]);
    await record(t);
    await seal(t);
    expect(await seal(t)).toEqual({ entries: 0, isDone: true });
    expect(await countsOf(t)).toEqual([1]);
  });

  test("closes what was committed: its leaves in order under one root", async () => {
    const t = aComponent();
    for (const action of ["b.done", "a.done", "b.done"]) await record(t, { action });
    vi.setSystemTime(NOON + 5000);
    expect(await seal(t)).toEqual({ entries: 3, isDone: true });
    const leaves = (await rowsOf(t)).map(entryLeaf);
    expect(await sealsOf(t)).toMatchObject([
      {
        index: 0,
        after: 0n,
        count: 3,
        root: rootOf(leaves),
        actions: ["a.done", "b.done"],
        sealedAt: NOON + 5000,
      },
    ]);
    expect((await partsOf(t)).map((part) => unpackHashes(part.leaves))).toEqual([leaves]);
  });

  test("closes the time up to now, so that nothing can be put behind the last entry", async () => {
    const t = aComponent();
    const id = await record(t);
    vi.setSystemTime(NOON + 5000);
    const { through } = await t.mutation(async () => ({
      through: BigInt(Date.now()) * 1_000_000n,
    }));
    await seal(t);
    expect((await sealsOf(t))[0]!.through).toBe(through);
    const like = (await rowsOf(t)).find(({ _id }) => _id === id)!;
    await t.run(async (ctx) => {
      const { _id, _creationTime, ...copy } = like;
      await ctx.db.insert("auditLogs", { ...copy, commitTs: through - 1n });
    });
    expect((await verify(t)).faults).toMatchObject([{ kind: "entry_added", seal: 0 }]);
  });

  test("goes on by itself, a thousand entries at a time", async () => {
    const t = aComponent();
    for (let i = 0; i < 25; i++) await recordMany(t, 100);
    expect(await seal(t)).toEqual({ entries: 1000, isDone: false });
    expect(await countsOf(t)).toEqual([1000, 1000, 500]);
    expect(await verify(t)).toMatchObject({ seals: 3, entries: 2500, faults: [] });
  });

  test("starts each range where the one before ends", async () => {
    const t = aComponent();
    for (let i = 0; i < 3; i++) {
      await record(t);
      await seal(t);
    }
    const seals = await sealsOf(t);
    expect(seals.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const [i, { after, previousHash }] of seals.slice(1).entries()) {
      expect(after).toBe(seals[i]!.through);
      expect(previousHash).toBe(seals[i]!.hash);
    }
  });

  test("never splits a commit", async () => {
    const t = aComponent();
    for (let i = 0; i < 3; i++) await recordMany(t, 600);
    await seal(t);
    expect(await countsOf(t)).toEqual([600, 600, 600]);
  });

  test("takes a commit of 1,000 entries at once, whatever follows", async () => {
    const t = aComponent();
    await recordMany(t, 1000);
    await record(t);
    await seal(t);
    expect(await countsOf(t)).toEqual([1000, 1]);
    expect(await leavesOf(t)).toEqual([1000, 1]);
  });

  test("takes a commit of 1,001 entries in two parts under one seal", async () => {
    const t = aComponent();
    await recordMany(t, 1001);
    await record(t);
    expect(await seal(t)).toEqual({ entries: 1000, isDone: false });
    expect(await countsOf(t)).toEqual([1001, 1]);
    expect(await leavesOf(t)).toEqual([1000, 1, 1]);
    expect(await isClean(t)).toBe(true);
  });

  test("seals a commit of three steps, and what lies around it", async () => {
    const t = aComponent();
    await recordMany(t, 10);
    await recordMany(t, 3000);
    await recordMany(t, 10);
    await seal(t);
    expect(await countsOf(t)).toEqual([10, 3000, 10]);
    expect(await leavesOf(t)).toEqual([10, 1000, 1000, 1000, 10]);
    const leaves = (await rowsOf(t)).slice(10, 3010).map(entryLeaf);
    expect((await sealsOf(t))[1]!.root).toBe(rootOf(leaves));
    expect(await verify(t)).toMatchObject({ seals: 3, entries: 3020, faults: [] });
  });

  test("takes fewer entries at once when they are large", async () => {
    const t = aComponent();
    const metadata = { text: "x".repeat(60_000) };
    await recordMany(t, 100, () => ({ metadata }));
    await seal(t);
    expect(await countsOf(t)).toEqual([100]);
    expect(await leavesOf(t)).toEqual([34, 34, 32]);
    expect(await isClean(t)).toBe(true);
  });

  test.each([
    [2999, 3000, false],
    [3000, 1, true],
  ])("lists %i actions and one more as %i names", async (known, names, isAny) => {
    const t = aComponent();
    await recordMany(t, 1001, (i) => ({ action: i < 1000 ? "action0" : "another" }));
    await t.mutation(api.auditSeals.seal, {});
    // A commit with thousands of actions, without the hours that convex-test takes to count them.
    const actions = Array.from({ length: known }, (_, i) => `action${i}`);
    await t.run(async (ctx) => {
      const draft = await ctx.db.query("auditSealDrafts").first();
      await ctx.db.patch("auditSealDrafts", draft!._id, { actions });
    });
    await settle(t);
    const [sealed] = await sealsOf(t);
    expect(sealed!.actions).toHaveLength(names);
    expect(sealed!.actions.includes(ANY_ACTION)).toBe(isAny);
  });

  test("leaves what the same mutation records for the next seal", async () => {
    const t = aComponent();
    await record(t);
    await t.mutation(async (ctx) => {
      await ctx.runMutation(api.auditLogs.record, { caller: aCaller(), entry: anEntry() });
      await ctx.runMutation(api.auditSeals.seal, {});
    });
    expect(await countsOf(t)).toEqual([1]);
    expect(await t.query(api.auditSeals.unsealed, {})).toEqual({ count: 1, isCut: false });
    await seal(t);
    expect(await countsOf(t)).toEqual([1, 1]);
    expect(await isClean(t)).toBe(true);
  });

  test("takes what commits between two of its steps in a later one", async () => {
    const t = aComponent();
    for (let i = 0; i < 3; i++) await recordMany(t, 500);
    await t.mutation(api.auditSeals.seal, {});
    await record(t, { action: "late.entry" });
    await settle(t);
    expect(await countsOf(t)).toEqual([1000, 501]);
    expect((await sealsOf(t))[1]!.actions).toContain("late.entry");
    expect(await isClean(t)).toBe(true);
  });

  test("a run that stops amid a commit is taken up by the next", async () => {
    const t = aComponent();
    await recordMany(t, 2500);
    await t.mutation(async (ctx) => {
      await ctx.runMutation(api.auditSeals.seal, {});
      // The continuation is lost, as after a restore from a backup.
      const [next] = await ctx.db.system.query("_scheduled_functions").take(1);
      await ctx.scheduler.cancel(next!._id);
    });
    await settle(t);
    expect(await sealsOf(t)).toEqual([]);
    expect(await isClean(t)).toBe(true);
    await seal(t);
    expect(await countsOf(t)).toEqual([2500]);
    expect(await isClean(t)).toBe(true);
  });
});

describe("two runs at once", () => {
  async function aLog(entries: number) {
    const t = aRecordedComponent();
    await recordMany(t, entries);
    return t;
  }

  test.each([10, 1500])(
    "over %i entries: the later starts over and leaves one chain",
    async (n) => {
      // The same state twice: what the second run reads before the first has committed.
      const [t, twin] = [await aLog(n), await aLog(n)];
      const run = (world: TestComponent) =>
        recordCost(() => world.mutation(internal.auditSeals.sealBatch, {}));
      const [first, second] = [await run(t), await run(twin)];
      expect(conflictBetween(first, second)).toMatch(/is retried after/);
      await run(t); // over again, behind the first
      await settle(t);
      expect(await countsOf(t)).toEqual([n]);
      expect(await isClean(t)).toBe(true);
    },
  );

  test.each([
    ["begins", 10, 0],
    ["goes on amid a commit", 2500, 1],
  ])("sealing that %s and a write never wait for each other", async (_, entries, steps) => {
    const [t, twin] = [await aLog(entries), await aLog(entries)];
    for (let i = 0; i < steps; i++) {
      await t.mutation(internal.auditSeals.sealBatch, {});
    }
    const sealing = await recordCost(() => t.mutation(internal.auditSeals.sealBatch, {}));
    const writing = await recordCost(() => record(twin));
    expect(sealing.transactions.some(({ writes }) => writes.length > 0)).toBe(true);
    expect(conflictBetween(writing, sealing)).toBeNull();
    expect(conflictBetween(sealing, writing)).toBeNull();
  });
});

describe("onSeal", () => {
  const keepHead = makeFunctionReference<"mutation", { head: SealHead }>("heads:keep");

  /** The component beside a function that wants to hear of its seals. */
  function withListener(listen: (head: SealHead) => void) {
    const keep = internalMutation({
      args: { head: vSealHead },
      handler: async (_ctx, { head }) => listen(head),
    });
    const modules = { ...componentModules, "../../src/component/heads.ts": async () => ({ keep }) };
    return convexTest({ schema, modules, transactionLimits: true });
  }

  async function listen(t: TestComponent) {
    const onSeal = await t.mutation(async () => await createFunctionHandle(keepHead));
    await t.mutation(api.auditSeals.seal, { onSeal });
  }

  test("gets the head of each new seal once", async () => {
    const heads: SealHead[] = [];
    const t = withListener((head) => heads.push(head));
    await listen(t);
    for (let i = 0; i < 25; i++) await recordMany(t, 100);
    await seal(t);
    await seal(t);
    const seals = await sealsOf(t);
    expect(seals).toHaveLength(3);
    expect(heads).toEqual(
      seals.map(({ index, hash, through, sealedAt }) => ({ index, hash, through, sealedAt })),
    );
    expect(await t.query(api.auditSeals.latestSeal, {})).toEqual(heads.at(-1));
  });

  test("hears nothing any more once it is taken back", async () => {
    const heads: SealHead[] = [];
    const t = withListener((head) => heads.push(head));
    await listen(t);
    await t.mutation(api.auditSeals.seal, { onSeal: null });
    await record(t);
    await seal(t);
    expect(heads).toEqual([]);
    expect(await countsOf(t)).toEqual([1]);
  });

  test("the log is sealed even if it fails", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined); // convex-test tells of it there
    const t = withListener(() => {
      throw new Error("no place to keep it");
    });
    await listen(t);
    await record(t);
    await seal(t);
    expect(await countsOf(t)).toEqual([1]);
    const jobs = await t.run(
      async (ctx) => await ctx.db.system.query("_scheduled_functions").take(10),
    );
    expect(jobs.map(({ state }) => state.kind)).toContain("failed");
  });

  test("the log is sealed even if a deploy has removed it, and a failed function says so", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined); // convex-test tells of it there
    const t = withListener(() => undefined);
    await listen(t);
    refuseToSchedule("heads:keep");
    await record(t);
    await seal(t);
    await record(t);
    await seal(t);
    expect(await countsOf(t)).toEqual([1, 1]);
    const jobs = await t.run(
      async (ctx) => await ctx.db.system.query("_scheduled_functions").take(10),
    );
    expect(jobs.map(({ name, state }) => [name, state.kind])).toEqual(
      Array(2).fill(["auditSeals:tellOfMissing", "failed"]),
    );
  });

  /** A deployment refuses to schedule what is not there any more; convex-test does not. */
  function refuseToSchedule(name: string) {
    const { Convex } = globalThis as unknown as { Convex: Syscalls };
    const { asyncSyscall } = Convex;
    vi.spyOn(Convex, "asyncSyscall").mockImplementation(async (op, args) => {
      if (op === "1.0/schedule" && args.includes(name)) {
        throw new Error(`Attempted to schedule function at nonexistent path: ${name}`);
      }
      return await asyncSyscall(op, args);
    });
  }
  type Syscalls = { asyncSyscall(this: void, op: string, args: string): Promise<string> };
});

describe("latestSeal", () => {
  test("is null before the first", async () => {
    expect(await aComponent().query(api.auditSeals.latestSeal, {})).toBeNull();
  });
});

describe("unsealed", () => {
  test.each([
    [1000, { count: 1000, isCut: false }],
    [1001, { count: 1000, isCut: true }],
  ])("counts %i entries behind the newest seal", async (entries, expected) => {
    const t = aComponent();
    await record(t);
    await seal(t);
    await recordMany(t, entries);
    expect(await t.query(api.auditSeals.unsealed, {})).toEqual(expected);
  });

  test("counts what one read may hold where entries are large, and says that there are more", async () => {
    const t = aComponent();
    for (let i = 0; i < 3; i++) await recordMany(t, 40, aLargeEntry);
    const { count, isCut } = await t.query(api.auditSeals.unsealed, {});
    expect(isCut).toBe(true);
    expect(count).toBeGreaterThan(10);
  });

  test("counts an entry that the same mutation recorded", async () => {
    const t = aComponent();
    const unsealed = await t.mutation(async (ctx) => {
      await ctx.runMutation(api.auditLogs.record, { caller: aCaller(), entry: anEntry() });
      return await ctx.runQuery(api.auditSeals.unsealed, {});
    });
    expect(unsealed).toEqual({ count: 1, isCut: false });
  });
});
