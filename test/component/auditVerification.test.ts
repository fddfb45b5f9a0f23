import { fc } from "@fast-check/vitest";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { api } from "../../src/component/_generated/api.js";
import type * as functions from "../../src/component/functions.js";
import type * as auditSealing from "../../src/shared/auditSealing.js";
import { verifyInclusionProof } from "../../src/shared/inclusionProofs.js";
import { aComponent, NOON } from "../factories.js";
import { aHistory, aPlainHistory, histories, live } from "./histories.js";
import {
  kindsFound,
  record,
  recordMany,
  rowsOf,
  seal,
  sealsOf,
  verify,
  type TestComponent,
} from "./sealedLog.js";
import { sealTamperings } from "./sealTamperings.js";
import { entryTamperings, isNamed, lookAt, type Log } from "./tamperings.js";

// Steps of four entries instead of a thousand, and few of them in a transaction: so small logs have
// commits in several parts, and every chore goes on many times.
vi.mock("../../src/shared/auditSealing.js", async (load) => ({
  ...(await load<typeof auditSealing>()),
  CHORE_ENTRIES: 4,
}));
let steps = 0;
vi.mock("../../src/component/functions.js", async (load) => ({
  ...(await load<typeof functions>()),
  hasRoom: async () => ++steps % 3 > 0,
}));

beforeAll(() => {
  vi.useFakeTimers({ now: NOON });
});
afterAll(() => {
  vi.useRealTimers();
});

const tamperings = { ...entryTamperings, ...sealTamperings };

const numbers = fc.sample(fc.nat(), { seed: 2, numRuns: 5000 });
let chosen = 0;
const choose = (below: number) => numbers[chosen++ % numbers.length]! % below;

type Edit = Parameters<Parameters<TestComponent["run"]>[0]>[0]["db"];

async function edit(t: TestComponent, write: (db: Edit) => Promise<unknown>): Promise<void> {
  await t.run(async (ctx) => {
    await write(ctx.db);
    return null;
  });
}

async function headsOf(t: TestComponent) {
  return (await sealsOf(t)).map(({ index, hash }) => ({ index, hash }));
}

describe("a log of several tenants, with erasures and prunings amid it", () => {
  const LOGS = 500;
  const seen = { seals: 0, entries: 0, pruned: 0, erased: 0 };
  const alarms: unknown[] = [];
  const outcomes = new Map<string, { done: number; missed: unknown[] }>();

  // Each log is lived once, as that is what takes time: first left alone, then tampered with.
  beforeAll(async () => {
    const lasting = Object.keys(tamperings).filter((name) => /^a removed|^a removal/.test(name));
    const passing = Object.keys(tamperings).filter((name) => !lasting.includes(name));
    for (const [i, history] of histories(aHistory, LOGS).entries()) {
      const log = await lookAt(await live(history), choose);
      await leaveAlone(log, i);
      for (let k = 0; k < 3; k++) await tamper(log, passing[(3 * i + k) % passing.length]!, i);
      await tamper(log, lasting[i % lasting.length]!, i);
    }
  }, 300_000);

  async function leaveAlone(log: Log, i: number): Promise<void> {
    const { index, hash } = log.seals[choose(log.seals.length)]!;
    const { faults, ...counts } = await verify(log.t, { anchor: { index, hash } });
    const isCounted = counts.seals === log.seals.length && counts.entries === log.rows.length;
    if (faults.length > 0 || !isCounted) alarms.push({ i, faults, counts });
    for (const name of Object.keys(seen) as (keyof typeof seen)[]) seen[name] += counts[name];
  }

  async function tamper(log: Log, name: string, i: number): Promise<void> {
    const tampering = tamperings[name]!(log);
    if (!tampering) return;
    await edit(log.t, tampering.edit);
    const { faults } = await verify(log.t);
    const outcome = outcomes.get(name) ?? { done: 0, missed: [] };
    outcome.done += 1;
    if (!isNamed(tampering, faults)) outcome.missed.push({ i, said: tampering.said, faults });
    outcomes.set(name, outcome);
    if (tampering.undo) await edit(log.t, tampering.undo);
  }

  test("raises no alarm while nobody tampers with it", () => {
    expect(alarms).toEqual([]);
    expect(seen.seals).toBeGreaterThan(3 * LOGS);
    expect(seen.pruned).toBeGreaterThan(300);
    expect(seen.erased).toBeGreaterThan(300);
  });

  test.each(Object.keys(tamperings))("names %s where it was done", (name) => {
    const { done, missed } = outcomes.get(name)!;
    expect(missed).toEqual([]);
    expect(done).toBeGreaterThan(15);
  });
});

describe("what only an anchor tells", () => {
  async function plainLogs(count: number): Promise<TestComponent[]> {
    const logs: TestComponent[] = [];
    for (const history of histories(aPlainHistory, count)) logs.push(await live(history));
    return logs;
  }

  test("an end that was cut off", async () => {
    for (const t of await plainLogs(30)) {
      const heads = await headsOf(t);
      const kept = choose(heads.length - 1);
      await edit(t, async (db) => await cutBehind(db, kept));
      expect(await verify(t)).toMatchObject({ seals: kept + 1, faults: [] });
      expect(await kindsFound(t, heads[kept])).toEqual([]);
      for (const head of heads.slice(kept + 1)) {
        expect(await kindsFound(t, head)).toEqual(["anchor_missing"]);
      }
    }
  });

  async function cutBehind(db: Edit, kept: number): Promise<void> {
    const seals = await db.query("auditSeals").withIndex("by_index").take(100);
    const { through } = seals.find(({ index }) => index === kept)!;
    const parts = await db.query("auditSealParts").take(100);
    const rows = await db.query("auditLogs").take(100);
    for (const { _id, index } of seals) if (index > kept) await db.delete(_id);
    for (const { _id, seal: index } of parts) if (index > kept) await db.delete(_id);
    for (const { _id, commitTs } of rows) if ((commitTs as bigint) > through) await db.delete(_id);
  }

  test("a log written anew", async () => {
    for (const t of await plainLogs(30)) {
      const heads = await headsOf(t);
      const rows = await rowsOf(t);
      const { _id, outcome } = rows[choose(rows.length)]!;
      await edit(t, async (db) => {
        await db.patch(_id, { outcome: outcome === "denied" ? "success" : "denied" });
        for (const table of ["auditSeals", "auditSealParts"] as const) {
          for (const row of await db.query(table).take(100)) await db.delete(row._id);
        }
      });
      await seal(t);
      expect(await kindsFound(t)).toEqual([]);
      for (const head of heads) {
        expect([["anchor_unlike"], ["anchor_missing"]]).toContainEqual(await kindsFound(t, head));
      }
    }
  });
});

describe("verifyStep", () => {
  /** Three seals, each over an hour. */
  async function aLogOfHours() {
    const t = aComponent();
    vi.setSystemTime(NOON);
    for (let i = 0; i < 3; i++) {
      await recordMany(t, 2);
      await seal(t);
      vi.advanceTimersByTime(3_600_000);
    }
    return t;
  }

  test("looks at the seals of a range only", async () => {
    const t = await aLogOfHours();
    const hour = 3_600_000;
    const seals = async (from?: number, to?: number) => {
      const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      return (await verify(t, { range })).seals;
    };
    // A seal covers the time since the one before it.
    expect(await seals()).toBe(3);
    expect(await seals(undefined, NOON)).toBe(1);
    expect(await seals(undefined, NOON + 1)).toBe(2);
    expect(await seals(NOON + 1)).toBe(2);
    expect(await seals(NOON + 1, NOON + hour)).toBe(1);
    expect(await seals(NOON + 3 * hour)).toBe(0);
    expect(await seals(undefined, 0)).toBe(0);
  });

  test("is not kept from a range by a seal that says it lies beyond", async () => {
    const t = await aLogOfHours();
    const [, second] = await sealsOf(t);
    await edit(t, async (db) => await db.patch(second!._id, { after: 2n ** 62n }));
    const { faults } = await verify(t, { range: { to: NOON + 3 * 3_600_000 } });
    expect(faults).toContainEqual(expect.objectContaining({ kind: "seal_changed", seal: 1 }));
  });

  test("refuses a time that is none, naming it", async () => {
    const args = { range: { from: NaN }, place: null };
    await expect(aComponent().query(api.auditVerification.verifyStep, args)).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { from: {} } },
    });
  });

  test("finds nothing wrong with an empty log, and nothing for an anchor in it", async () => {
    const t = aComponent();
    expect(await kindsFound(t)).toEqual([]);
    expect(await kindsFound(t, { index: 0, hash: "0".repeat(64) })).toEqual(["anchor_missing"]);
  });
});

describe("inclusionProof", () => {
  async function proofOf(t: TestComponent, id: string, throughSeal?: number) {
    const args = { id, ...(throughSeal !== undefined && { throughSeal }) };
    return await t.query(api.auditVerification.inclusionProof, args);
  }

  test("shows each entry of any log to somebody with a later head only", async () => {
    const proven = { all: 0, inParts: 0, erased: 0 };
    for (const history of histories(aHistory, 40)) {
      const { t, rows, seals, parts } = await lookAt(await live(history), choose);
      const { index, hash } = seals.at(-1)!;
      for (const row of rows) {
        const proof = await proofOf(t, row._id, index);
        const result = verifyInclusionProof(proof!, { anchor: { index, hash } });
        expect(result).toMatchObject({ ok: true, core: { id: row._id, action: row.action } });
        const isErased = "erasedBy" in row.commitments.actor;
        expect(result.ok && result.actor?.id).toBe(isErased ? undefined : row.actor.id);
        proven.all += 1;
        if (isErased) proven.erased += 1;
        if (parts.some(({ seal, part }) => seal === proof!.seal.index && part > 0)) {
          proven.inParts += 1;
        }
      }
    }
    expect(Math.min(...Object.values(proven))).toBeGreaterThan(10);
    expect(proven.all).toBeGreaterThan(400);
  });

  test("is none for what is not sealed, no longer as it was sealed, or not there", async () => {
    const t = aComponent();
    const id = await record(t);
    expect(await proofOf(t, id)).toBeNull();
    await seal(t);
    expect(await proofOf(t, id)).not.toBeNull();
    await edit(t, async (db) => await db.patch(id, { outcome: "denied" }));
    expect(await proofOf(t, id)).toBeNull();
    expect(await proofOf(t, "nonsense")).toBeNull();
  });

  test.each([
    [500, true],
    [501, false],
    [Infinity, false],
    [NaN, false],
    [-1, true],
  ])("leads up to a later seal %d: %s", async (throughSeal, isGiven) => {
    const t = aComponent();
    const id = await record(t);
    await seal(t);
    const proof = proofOf(t, id, throughSeal);
    if (isGiven) expect(await proof).toMatchObject({ later: [] });
    else await expect(proof).rejects.toMatchObject({ data: { code: "LIMIT_EXCEEDED" } });
  });
});
