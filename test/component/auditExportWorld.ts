import { convexTest } from "convex-test";
import { jsonToConvex, type JSONValue } from "convex/values";
import { vi } from "vitest";
import { api, internal } from "../../src/component/_generated/api.js";
import type { Id } from "../../src/component/_generated/dataModel.js";
import type { ActionCtx } from "../../src/component/functions.js";
import type { Export, ExportFilter, ExportFormat } from "../../src/shared/auditExports.js";
import type { Job } from "../../src/shared/jobs.js";
import type { AuditEntry, EntryFilter, NewEntry } from "../../src/shared/auditLogs.js";
import schema from "../../src/component/schema.js";
import { aCaller, ann, anEntry, ben } from "../factories.js";
import { parseCsv } from "../shared/csvParser.js";

/** Logs to export, an export's job, and what may happen to it. */

export type TestComponent = ReturnType<typeof aWorld>["t"];
export type ExportId = Id<"auditExports">;

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;
/** When an attempt of which nothing is heard counts as lost. */
export const LOST_AFTER = 15 * MINUTE;
/** No attempt comes later after the one before has failed. */
export const RETRY_WITHIN = 100_000;

// --- World -----------------------------------------------------------------------------------

/** What happens to the actions that write the file. */
export type Faults = {
  /** The server goes down after so many more saves: nothing of the attempt is heard any more. */
  savesLeft?: number;
  /** How long it takes to store a file. */
  storingMs?: number;
  /** The same attempt runs twice at once. */
  runsTwice?: boolean;
  /** Each save is sent twice. */
  savesTwice?: boolean;
  /** Storing a file waits for this, once. */
  gate?: Promise<void>;
};

const faults = new WeakMap<object, Faults>();

/** What happens to the actions of this world from now on. */
export function faultsOf(t: TestComponent): Faults {
  return faults.get(t)!;
}

/** The component alone, with servers that may go down. */
export function aComponent(): TestComponent {
  const { t, happening } = aWorld();
  faults.set(t, happening);
  return t;
}

function aWorld() {
  const happening: Faults = {};
  const modules = import.meta.glob("../../src/component/**/*.ts");
  const path = "../../src/component/auditExportSteps.ts";
  const steps = modules[path]!;
  modules[path] = async () => {
    const exports = (await steps()) as { run: Action };
    const _handler: Handler = async (ctx, args) => await runAmid(happening, exports.run, ctx, args);
    return { ...exports, run: { ...exports.run, isAction: true, _handler } };
  };
  return { t: convexTest({ schema, modules, transactionLimits: true }), happening };
}

type Handler = (ctx: ActionCtx, args: unknown) => Promise<null>;
type Action = { _handler: Handler };

async function runAmid(happening: Faults, run: Action, ctx: ActionCtx, args: unknown) {
  const hit = () => run._handler(amid(happening, ctx), args);
  if (!happening.runsTwice) return await hit();
  happening.runsTwice = false;
  await Promise.all([hit(), hit()]);
  return null;
}

function amid(happening: Faults, ctx: ActionCtx): ActionCtx {
  const assertUp = () => {
    if (happening.savesLeft === 0) throw new Error("The server went down.");
  };
  const runMutation = async (does: never, args: never) => {
    assertUp();
    if (happening.savesTwice) await ctx.runMutation(does, args);
    const result: unknown = await ctx.runMutation(does, args);
    if (happening.savesLeft !== undefined) happening.savesLeft--;
    return result;
  };
  const runQuery = async (does: never, args: never): Promise<unknown> => {
    assertUp();
    return await ctx.runQuery(does, args);
  };
  const store = async (blob: Blob) => {
    assertUp();
    const { gate } = happening;
    delete happening.gate;
    await gate;
    vi.setSystemTime(Date.now() + (happening.storingMs ?? 0));
    return await ctx.storage.store(blob);
  };
  const get = async (id: Id<"_storage">) => await ctx.storage.get(id);
  const storage = { ...ctx.storage, store, get };
  return { ...ctx, runMutation, runQuery, storage } as ActionCtx;
}

export async function aLog() {
  const t = aComponent();
  const write = async (id: string, entry: Partial<NewEntry>) => {
    vi.advanceTimersByTime(1000);
    await record(t, { target: { table: "invoices", id }, ...entry });
  };
  await write("1", { action: "invoices.created" });
  await write("2", { action: "invoices.sent", actor: ben });
  await write("3", { action: "invoices.sent", tenantId: "acme" });
  await write("4", { action: "invoices.sent", tenantId: "acme", actor: ben });
  await write("5", { action: "invoices.sent" });
  return t;
}

export async function record(t: TestComponent, entry: Partial<NewEntry> = {}) {
  await t.mutation(api.auditLogs.record, { caller: aCaller(), entry: anEntry(entry) });
}

/** The ids of the targets of a long log. */
export function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i));
}

/** A log of this many entries with numbered targets, in one commit, without the price of recording each. */
export async function aLongLog(count: number) {
  const t = aComponent();
  await record(t);
  await t.run(async (ctx) => {
    const { _id, _creationTime, ...row } = (await ctx.db.query("auditLogs").first())!;
    await ctx.db.delete("auditLogs", _id);
    for (const id of numbered(count)) {
      const copy = { ...row, target: { table: "invoices", id }, commitTs: ctx.db.vars.commitTs };
      await ctx.db.insert("auditLogs", copy);
    }
  });
  return t;
}

export async function listAll(t: TestComponent, filter: EntryFilter): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  let cursor: string | null = null;
  do {
    const page: { page: AuditEntry[]; isDone: boolean; continueCursor: string } = await t.query(
      api.auditLogs.list,
      { filter, paginationOpts: { numItems: 200, cursor } },
    );
    entries.push(...page.page);
    cursor = page.isDone ? null : page.continueCursor;
  } while (cursor !== null);
  return entries;
}

type Wish = { filter?: EntryFilter; format?: ExportFormat; expiresInMs?: number };

export async function start(t: TestComponent, wish: Wish): Promise<ExportId> {
  const args = { caller: aCaller(), filter: {}, format: "ndjson" as const, ...wish };
  return await t.mutation(api.auditExports.start, args);
}

export async function cancel(t: TestComponent, id: string, actor = ann) {
  return await t.mutation(api.auditExports.cancel, { caller: aCaller({ actor }), id });
}

export async function get(t: TestComponent, id: string) {
  return await t.query(api.auditExports.get, { id });
}

export async function list(
  t: TestComponent,
  filter: ExportFilter = {},
  paginationOpts: { numItems: number; cursor: string | null } = { numItems: 25, cursor: null },
) {
  return await t.query(api.auditExports.list, { filter, paginationOpts });
}

export async function completed(t: TestComponent, id: string) {
  const found = await get(t, id);
  if (found?.status !== "completed") throw new Error(`The export is ${found?.status}.`);
  return found;
}

// --- Time ------------------------------------------------------------------------------------

/** Lets the job that is due run, and none that it hands on to. */
export async function runJob(t: TestComponent) {
  await pass(t, 1);
}

/** Lets the attempt run that follows a failed one. */
export async function retryJob(t: TestComponent) {
  await pass(t, RETRY_WITHIN);
}

/** Lets job after job run until the export has ended; far less time passes than an attempt has. */
export async function settle(t: TestComponent, id: string): Promise<Export> {
  for (let i = 0; i < 20; i++) {
    const found = await get(t, id);
    if (found!.status !== "running") return found!;
    await runJob(t);
  }
  throw new Error("The export does not end.");
}

export async function finish(t: TestComponent, wish: Wish): Promise<ExportId> {
  const id = await start(t, wish);
  await settle(t, id);
  return id;
}

/** Lets what was scheduled up to then run. */
export async function pass(t: TestComponent, ms: number) {
  vi.advanceTimersByTime(ms);
  await t.finishInProgressScheduledFunctions();
}

/** Lets time pass, and then what the component does every ten minutes. */
export async function sweepAfter(t: TestComponent, ms: number) {
  vi.advanceTimersByTime(ms);
  await t.mutation(internal.jobSweeps.sweepNow, {});
}

/** Lets everything run that is not held back, nor waits for the clock. */
export async function calm() {
  for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
}

// --- Faults ----------------------------------------------------------------------------------

export async function scheduled(t: TestComponent) {
  return await t.run(async (ctx) =>
    (await ctx.db.system.query("_scheduled_functions").take(1000)).filter(
      ({ state }) => state.kind === "pending",
    ),
  );
}

/** The server of the attempt that is due within `ms` goes down, after so many saves. */
export async function loseAttempt(t: TestComponent, saves = 0, ms = RETRY_WITHIN) {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  faultsOf(t).savesLeft = saves;
  await pass(t, ms);
  if (faultsOf(t).savesLeft !== 0 || log.mock.calls.length !== 1) throw new Error("None was lost.");
  delete faultsOf(t).savesLeft;
  log.mockRestore();
}

/** The deployment is restored from a backup. */
export async function forgetSchedule(t: TestComponent) {
  const all = await scheduled(t);
  await t.run(async (ctx) => {
    for (const { _id } of all) await ctx.scheduler.cancel(_id);
  });
}

/** Holds back the attempt that is due while it stores a file. */
export async function holdAttempt(t: TestComponent): Promise<() => Promise<void>> {
  let open: () => void = () => undefined;
  faultsOf(t).gate = new Promise((resolve) => (open = resolve));
  vi.advanceTimersByTime(1);
  await calm();
  return async () => {
    open();
    await t.finishInProgressScheduledFunctions();
  };
}

/** The jobs of exports, the newest first. */
export async function jobs(t: TestComponent): Promise<Job[]> {
  const filter = { queue: "auditExports" };
  const paginationOpts = { numItems: 100, cursor: null };
  return (await t.query(api.jobs.list, { filter, paginationOpts })).page;
}

export async function patchExport(t: TestComponent, id: ExportId, size: Partial<Export>) {
  await t.run(async (ctx) => await ctx.db.patch("auditExports", id, size));
}

// --- Files -----------------------------------------------------------------------------------

export async function files(t: TestComponent): Promise<Id<"_storage">[]> {
  const rows = await t.run(async (ctx) => await ctx.db.system.query("_storage").take(100));
  return rows.map(({ _id }) => _id);
}

export async function storeFile(t: TestComponent, text: string): Promise<Id<"_storage">> {
  return await t.run(async (ctx) => await ctx.storage.store(new Blob([text])));
}

export async function blobOf(t: TestComponent, id: ExportId): Promise<Blob> {
  let blob: Blob | null = null;
  await t.run(async (ctx) => {
    const row = await ctx.db.get("auditExports", id);
    if (row?.status === "completed") blob = await ctx.storage.get(row.file);
  });
  if (!blob) throw new Error("The export has no file.");
  return blob;
}

export async function textOf(t: TestComponent, id: ExportId): Promise<string> {
  return await (await blobOf(t, id)).text();
}

/** The entries in the file, as a program reads it. */
export async function entriesIn(t: TestComponent, id: ExportId): Promise<AuditEntry[]> {
  const lines = (await textOf(t, id)).split("\n");
  if (lines.pop() !== "") throw new Error("The last line has no end.");
  return lines.map((line) => jsonToConvex(JSON.parse(line) as JSONValue) as AuditEntry);
}

export async function targetsIn(t: TestComponent, id: ExportId): Promise<string[]> {
  return (await entriesIn(t, id)).map(({ target }) => target.id);
}

export async function exported(t: TestComponent, wish: Wish): Promise<AuditEntry[]> {
  return await entriesIn(t, await finish(t, wish));
}

export async function exportedCsv(t: TestComponent, wish: Wish): Promise<string[][]> {
  return parseCsv(await textOf(t, await finish(t, { ...wish, format: "csv" })));
}
