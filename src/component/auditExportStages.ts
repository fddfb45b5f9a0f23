import { LABELS } from "../shared/auditExportLines.js";
import type { ExportError, ExportStep } from "../shared/auditExports.js";
import type { Caller } from "../shared/auditLogs.js";
import { pick } from "../shared/fields.js";
import { internal } from "./_generated/api.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import { recordEntry } from "./auditRecording.js";
import type { MutationCtx } from "./functions.js";

/**
 * The stages of an export: running, then completed (and at last expired), failed or cancelled.
 *
 * Each change takes along what belongs to it: the files, the entry that tells of it, and for a
 * completed one the function that comes when its file expires. The row is the truth.
 */

export type RunningExport = Extract<Doc<"auditExports">, { status: "running" }>;
export type CompletedExport = Extract<Doc<"auditExports">, { status: "completed" }>;

/** Whether this is an export under way, and its work that of this job. */
export function isWorkOf(
  row: Doc<"auditExports"> | null,
  jobId: string,
): row is Doc<"auditExports"> & RunningExport {
  return row?.status === "running" && row.jobId === jobId;
}

/** What a part adds to an export. */
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
  await expireLater(ctx, row._id, wakeAt);
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

export async function expireLater(
  ctx: MutationCtx,
  id: Id<"auditExports">,
  expiresAt: number,
): Promise<void> {
  await ctx.scheduler.runAt(expiresAt, internal.auditExportChores.expire, { id });
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

/** Who reads out the log leaves an entry in it, beside what they read. */
export async function recordStage(
  ctx: MutationCtx,
  caller: Caller,
  { _id: id, format, filter }: Pick<RunningExport, "_id" | "format" | "filter">,
  stage: { stage: string; rows?: number; bytes?: number },
  error?: ExportError,
): Promise<void> {
  await recordEntry(ctx, caller, {
    action: "auditLogs.exported",
    outcome: error ? "failure" : "success",
    target: { table: "auditExports", id, label: LABELS[format] },
    related: [],
    changes: [],
    ...(filter.tenantId !== undefined && { tenantId: filter.tenantId }),
    metadata: { ...stage, format, filter },
    ...(error && { reason: error.message }),
  });
}

// --- Helpers ---------------------------------------------------------------------------------

function starterOf({ startedBy }: RunningExport): Caller {
  return { ...(startedBy && { actor: startedBy }), ip: "off" };
}
