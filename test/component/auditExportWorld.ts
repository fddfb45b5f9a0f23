import { jsonToConvex, type JSONValue } from "convex/values";
import { vi } from "vitest";
import { api, internal } from "../../src/component/_generated/api.js";
import type { Id } from "../../src/component/_generated/dataModel.js";
import type { Export, ExportFilter, ExportFormat } from "../../src/shared/auditExports.js";
import type { AuditEntry, EntryFilter, NewEntry } from "../../src/shared/auditLogs.js";
import { aCaller, aComponent, ann, anEntry, ben } from "../factories.js";
import { parseCsv } from "../shared/csvParser.js";

/** Logs to export, an export's steps one by one, and what may happen to them. */

export type TestComponent = ReturnType<typeof aComponent>;
export type ExportId = Id<"auditExports">;

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;
/** When a step that does not come back is repeated. */
export const LOST_AFTER = 15 * MINUTE;

// --- World -----------------------------------------------------------------------------------

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

/** Lets the step that is due run, and no other one. */
export async function runStep(t: TestComponent) {
  vi.advanceTimersByTime(1);
  await t.finishInProgressScheduledFunctions();
}

/** Lets step after step run until the export has ended; far less time passes than a step has. */
export async function settle(t: TestComponent, id: string): Promise<Export> {
  for (let i = 0; i < 20; i++) {
    const found = await get(t, id);
    if (found!.status !== "running") return found!;
    await runStep(t);
  }
  throw new Error("The export does not end.");
}

export async function finish(t: TestComponent, wish: Wish): Promise<ExportId> {
  const id = await start(t, wish);
  await settle(t, id);
  return id;
}

/** Lets what was scheduled up to then run, but no further step. */
export async function pass(t: TestComponent, ms: number) {
  vi.advanceTimersByTime(ms);
  await t.finishInProgressScheduledFunctions();
}

// --- Faults ----------------------------------------------------------------------------------

export async function scheduled(t: TestComponent) {
  return await t.run(async (ctx) =>
    (await ctx.db.system.query("_scheduled_functions").take(1000)).filter(
      ({ state }) => state.kind === "pending",
    ),
  );
}

/** The server goes down before the step that is due can run. */
export async function loseStep(t: TestComponent) {
  const steps = (await scheduled(t)).filter(({ name }) => name.endsWith(":step"));
  if (steps.length !== 1) throw new Error(`${steps.length} steps are due.`);
  await t.run(async (ctx) => await ctx.scheduler.cancel(steps[0]!._id));
}

/** The deployment is restored from a backup. */
export async function forgetSchedule(t: TestComponent) {
  const all = await scheduled(t);
  await t.run(async (ctx) => {
    for (const { _id } of all) await ctx.scheduler.cancel(_id);
  });
}

/** What the step of this turn would do if it had looked what to do before it was given up. */
export async function lateStep(t: TestComponent, id: ExportId, turn: number) {
  const file = await storeFile(t, "late");
  const part = { file, rows: 2000, bytes: 4, next: { kind: "join" } } as const;
  await t.mutation(internal.auditExportSteps.savePart, { id, turn, ...part });
  await t.action(internal.auditExportSteps.step, { id, turn });
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
