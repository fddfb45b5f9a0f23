import type { ExportError, ExportStep } from "../shared/auditExports.js";
import type { Caller, EntryFilter } from "../shared/auditLogs.js";
import { pick } from "../shared/fields.js";
import { internal } from "./_generated/api.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import { recordEntry } from "./auditRecording.js";
import type { MutationCtx } from "./functions.js";

/**
 * The stages of an export: running, then completed (and at last expired), failed or cancelled.
 *
 * Each change takes along what belongs to it: the files, the entry that tells of it, the next
 * wake-up. The row is the truth; what is scheduled only comes to look at it.
 */

export type RunningExport = Extract<Doc<"auditExports">, { status: "running" }>;
export type CompletedExport = Extract<Doc<"auditExports">, { status: "completed" }>;

/** A step takes seconds. What is not back after this long was lost with its server. */
const STEP_TIMEOUT_MS = 15 * 60_000;

export async function beginExport(
  ctx: MutationCtx,
  caller: Caller,
  wish: { filter: EntryFilter; format: "ndjson" | "csv"; expiresInMs: number },
): Promise<Id<"auditExports">> {
  const first = {
    next: { kind: "read" as const, after: null },
    turn: 0,
    losses: 0,
    wakeAt: Date.now() + STEP_TIMEOUT_MS,
  };
  const id = await ctx.db.insert("auditExports", {
    ...wish,
    ...first,
    status: "running",
    processed: 0,
    bytes: 0,
    startedAt: Date.now(),
    ...(caller.actor && { startedBy: caller.actor }),
    through: ctx.meta.getSnapshotTs(),
    parts: [],
  });
  await ctx.scheduler.runAfter(0, internal.auditExportSteps.step, { id, turn: first.turn });
  await wakeLater(ctx, id, first.wakeAt);
  await recordStage(ctx, caller, { _id: id, ...wish }, { stage: "started" });
  return id;
}

/**
 * Schedules the next step, and makes the one before it too late.
 *
 * @returns when the step is given up for lost
 */
export async function beginStep(
  ctx: MutationCtx,
  { _id: id, turn }: RunningExport,
  changes: Partial<Progress> & { losses: number },
): Promise<number> {
  const next = { turn: turn + 1, wakeAt: Date.now() + STEP_TIMEOUT_MS };
  await ctx.db.patch("auditExports", id, { ...changes, ...next });
  await ctx.scheduler.runAfter(0, internal.auditExportSteps.step, { id, turn: next.turn });
  return next.wakeAt;
}

/** What a step adds to an export. */
export type Progress = {
  next: ExportStep;
  processed: number;
  bytes: number;
  parts: Id<"_storage">[];
};

export async function completeExport(
  ctx: MutationCtx,
  row: RunningExport,
  file: Id<"_storage">,
): Promise<void> {
  const finishedAt = Date.now();
  const wakeAt = finishedAt + row.expiresInMs;
  const completed = { ...begunOf(row), status: "completed" as const, finishedAt, file, wakeAt };
  await ctx.db.replace("auditExports", row._id, completed);
  await removeFiles(
    ctx,
    row.parts.filter((part) => part !== file),
  );
  await wakeLater(ctx, row._id, wakeAt);
  const { processed: rows, bytes } = row;
  await recordStage(ctx, starterOf(row), row, { stage: "completed", rows, bytes });
}

export async function failExport(
  ctx: MutationCtx,
  row: RunningExport,
  error: ExportError,
): Promise<void> {
  const failed = { ...begunOf(row), status: "failed" as const, finishedAt: Date.now(), error };
  await ctx.db.replace("auditExports", row._id, failed);
  await removeFiles(ctx, row.parts);
  await recordStage(ctx, starterOf(row), row, { stage: "failed" }, error);
}

export async function cancelExport(
  ctx: MutationCtx,
  row: RunningExport,
  caller: Caller,
): Promise<void> {
  const cancelled = { ...begunOf(row), status: "cancelled" as const, finishedAt: Date.now() };
  await ctx.db.replace("auditExports", row._id, cancelled);
  await removeFiles(ctx, row.parts);
  await recordStage(ctx, caller, row, { stage: "cancelled" });
}

export async function expireExport(ctx: MutationCtx, row: CompletedExport): Promise<void> {
  const { finishedAt, wakeAt: expiresAt } = row;
  const expired = { ...begunOf(row), status: "expired" as const, finishedAt, expiresAt };
  await ctx.db.replace("auditExports", row._id, expired);
  await removeFiles(ctx, [row.file]);
}

/** Comes back to see whether a step was lost, or a file has expired. */
export async function wakeLater(
  ctx: MutationCtx,
  id: Id<"auditExports">,
  wakeAt: number,
): Promise<void> {
  await ctx.scheduler.runAt(wakeAt, internal.auditExportSteps.wake, { id });
}

/** Somebody may have deleted a file by hand; deleting it again would throw. */
export async function removeFiles(ctx: MutationCtx, files: Id<"_storage">[]): Promise<void> {
  for (const file of files) {
    if (await ctx.db.system.get("_storage", file)) await ctx.storage.delete(file);
  }
}

/** What an export keeps from stage to stage. */
export function begunOf(row: Doc<"auditExports">) {
  return pick(row, ["format", "filter", "processed", "bytes", "startedAt"]);
}

// --- Helpers ---------------------------------------------------------------------------------

function starterOf({ startedBy }: RunningExport): Caller {
  return { ...(startedBy && { actor: startedBy }), ip: "off" };
}

/** Who reads out the log leaves an entry in it, beside what they read. */
async function recordStage(
  ctx: MutationCtx,
  caller: Caller,
  { _id: id, format, filter }: Pick<RunningExport, "_id" | "format" | "filter">,
  stage: { stage: string; rows?: number; bytes?: number },
  error?: ExportError,
): Promise<void> {
  await recordEntry(ctx, caller, {
    action: "auditLogs.exported",
    outcome: error ? "failure" : "success",
    target: { table: "auditExports", id },
    related: [],
    changes: [],
    ...(filter.tenantId !== undefined && { tenantId: filter.tenantId }),
    metadata: { ...stage, format, filter },
    ...(error && { reason: error.message }),
  });
}
