import { vi } from "vitest";
import { openWorld } from "../../bench/instrument";
import { api } from "../../src/component/_generated/api.js";
import type { Doc } from "../../src/component/_generated/dataModel.js";
import schema from "../../src/component/schema.js";
import type { RetentionRule, Subject } from "../../src/shared/auditHolds.js";
import type { Caller, NewEntry } from "../../src/shared/auditLogs.js";
import type { TimeRange, Verification, VerifyPlace } from "../../src/shared/auditSealing.js";
import type { FaultKind } from "../../src/shared/sealFaults.js";
import type { Anchor } from "../../src/shared/seals.js";
import { aCaller, anEntry, type aComponent } from "../factories.js";

/** What the tests of sealing, proving, keeping and erasing do with the component. */
export type TestComponent = ReturnType<typeof aComponent>;
/** What is called only. So is an accessor with an identity or a request, or a recorded world. */
export type Callable = Pick<TestComponent, "query" | "mutation" | "finishAllScheduledFunctions">;

/** The component alone, for what its functions read and write to be seen. */
export function aRecordedComponent(): TestComponent {
  const modules = Object.entries(import.meta.glob("../../src/component/*.ts"));
  const functions = modules.map(([path, load]) => [path.replace(/^.*\/(\w+)\.ts$/, "$1"), load]);
  return openWorld(schema, Object.fromEntries(functions)) as unknown as TestComponent;
}

export async function record(t: Callable, entry: Partial<NewEntry> = {}, caller = aCaller()) {
  return await t.mutation(api.auditLogs.record, { caller, entry: anEntry(entry) });
}

/** Entries of one commit; targets are numbered unless said otherwise. */
export async function recordMany(
  t: Callable,
  count: number,
  entry: (i: number) => Partial<NewEntry> = numbered,
) {
  const entries = Array.from({ length: count }, (_, i) => anEntry(entry(i)));
  return await t.mutation(api.auditLogs.recordMany, { caller: aCaller(), entries });
}

function numbered(i: number): Partial<NewEntry> {
  return { target: { table: "invoices", id: `inv${i}` } };
}

/** An entry of 240 KiB, near the most that one can have. */
export function aLargeEntry(i: number): Partial<NewEntry> {
  const after = "x".repeat(48 * 1024);
  const changes = ["a", "b", "c", "d", "e"].map((path) => ({ path, after }));
  return { ...numbered(i), changes };
}

/** Lets a chore go on until it has nothing more to do. */
export async function settle(t: Callable): Promise<void> {
  await t.finishAllScheduledFunctions(vi.runAllTimers, 10_000);
}

/** Seals all there is, and gives what the first step said. */
export async function seal(t: Callable) {
  const step = await t.mutation(api.auditSeals.seal, {});
  await settle(t);
  return step;
}

/** An entry under a seal of its own. */
export async function recordSealed(t: TestComponent, entry: Parameters<typeof record>[1] = {}) {
  const id = await record(t, entry);
  await seal(t);
  return id;
}

/** All that a verification finds, step by step. */
export async function verify(
  t: Callable,
  { range = {}, anchor }: { range?: TimeRange; anchor?: Anchor } = {},
): Promise<Verification> {
  const all: Verification = { seals: 0, entries: 0, pruned: 0, erased: 0, faults: [] };
  let place: VerifyPlace | null = null;
  do {
    const args = { range, place, ...(anchor && { anchor }) };
    const step: { found: Verification; next: VerifyPlace | null } = await t.query(
      api.auditVerification.verifyStep,
      args,
    );
    all.seals += step.found.seals;
    all.entries += step.found.entries;
    all.pruned += step.found.pruned;
    all.erased += step.found.erased;
    all.faults.push(...step.found.faults);
    place = step.next;
  } while (place !== null);
  return all;
}

export async function kindsFound(t: Callable, anchor?: Anchor): Promise<FaultKind[]> {
  const { faults } = await verify(t, anchor && { anchor });
  return faults.map(({ kind }) => kind);
}

export const DAY = 86_400_000;
export const EVERYTHING: RetentionRule[] = [{ prefix: "", days: 1 }];

/** Prunes all there is, and gives what the first step said. */
export async function prune(t: Callable, rules = EVERYTHING) {
  const step = await t.mutation(api.auditRetention.prune, { caller: aCaller(), rules });
  await settle(t);
  return step;
}

export async function hold(
  t: Callable,
  subject: Subject,
  reason = "lawsuit",
  caller: Caller = aCaller(),
) {
  await t.mutation(api.auditRetention.hold, { caller, subject, reason });
}

export async function release(t: Callable, subject: Subject, reason = "settled") {
  return await t.mutation(api.auditRetention.release, { caller: aCaller(), subject, reason });
}

/** Every row of the log in its order. */
export async function rowsOf(t: TestComponent) {
  const rows = await t.run(
    async (ctx) => await ctx.db.query("auditLogs").withIndex("by_commitTs").take(10_000),
  );
  return rows as (Doc<"auditLogs"> & { commitTs: bigint })[];
}

export async function sealsOf(t: TestComponent): Promise<Doc<"auditSeals">[]> {
  return await t.run(
    async (ctx) => await ctx.db.query("auditSeals").withIndex("by_index").take(1000),
  );
}

export async function partsOf(t: TestComponent): Promise<Doc<"auditSealParts">[]> {
  return await t.run(
    async (ctx) => await ctx.db.query("auditSealParts").withIndex("by_seal").take(1000),
  );
}

export async function actionsOf(t: TestComponent): Promise<string[]> {
  return (await rowsOf(t)).map(({ action }) => action);
}
