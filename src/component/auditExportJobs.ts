import { createFunctionHandle } from "convex/server";
import { v } from "convex/values";
import { LABELS } from "../shared/auditExportLines.js";
import type { ExportError, ExportFormat } from "../shared/auditExports.js";
import type { Actor, Caller, EntryFilter } from "../shared/auditLogs.js";
import { encodeJobId, jobIdAt } from "../shared/jobIds.js";
import { isOpen } from "../shared/jobRows.js";
import { isOwn } from "../shared/jobStates.js";
import { vJobEnd, type NewJob } from "../shared/jobs.js";
import { internal } from "./_generated/api.js";
import type { Id } from "./_generated/dataModel.js";
import {
  cancelExport,
  failExport,
  isWorkOf,
  recordStage,
  type Progress,
  type RunningExport,
} from "./auditExportStages.js";
import { internalMutation, type MutationCtx, type QueryCtx } from "./functions.js";
import { cancelJob } from "./jobEnds.js";
import { enqueueJobs, newPrefix } from "./jobEnqueuing.js";
import { findJob, getToken } from "./jobRecords.js";
import { reportDone } from "./jobReports.js";

/**
 * An export's work as a job: the engine runs it, repeats what was lost, and knows which attempt may
 * still say something. A long export, or one that has had losses, is a chain of jobs, one at a time.
 */

const QUEUE = "auditExports";
const NAME = "auditLogs:export";

/** An action has ten minutes. With the engine's grace, what was not heard of for 15 counts as lost. */
const TIMEOUT_MS = 14 * 60_000;
/** An export survives three losses in a row; what its parts have is never read again. */
const POLICY = { maxAttempts: 4, initialBackoffMs: 1000, base: 10, maxBackoffMs: 100_000 };

export const INTERRUPTED: ExportError = {
  code: "INTERRUPTED",
  message: "The export was interrupted several times. Start it again.",
};

// --- Enqueuing -------------------------------------------------------------------------------

export async function beginExport(
  ctx: MutationCtx,
  caller: Caller,
  wish: { filter: EntryFilter; format: ExportFormat; expiresInMs: number },
): Promise<Id<"auditExports">> {
  const now = Date.now();
  // The job has the id of its export among its arguments, and the export that of its job.
  const prefix = await newPrefix(ctx, now);
  const id = await ctx.db.insert("auditExports", {
    ...wish,
    status: "running",
    processed: 0,
    bytes: 0,
    startedAt: now,
    ...(caller.actor && { startedBy: caller.actor }),
    through: ctx.meta.getSnapshotTs(),
    parts: [],
    next: { kind: "read", after: null },
    jobId: jobIdOf(prefix),
  });
  await enqueueWork(ctx, { ...wish, _id: id, startedBy: caller.actor }, { prefix, now });
  await recordStage(ctx, caller, { _id: id, ...wish }, { stage: "started" });
  return id;
}

/** Ends the job of this attempt, and goes on in another one, which has time and attempts of its own. */
export async function handOn(
  ctx: MutationCtx,
  row: RunningExport,
  progress: Progress,
): Promise<void> {
  const now = Date.now();
  const prefix = await newPrefix(ctx, now);
  await reportDone(ctx, { id: row.jobId });
  await ctx.db.patch("auditExports", row._id, { ...progress, jobId: jobIdOf(prefix) });
  await enqueueWork(ctx, row, { prefix, now });
}

function jobIdOf(prefix: string): string {
  return encodeJobId({ queue: QUEUE, name: NAME, id: jobIdAt(prefix, 0) });
}

type Work = Pick<RunningExport, "_id" | "filter" | "format"> & { startedBy?: Actor | undefined };

async function enqueueWork(
  ctx: MutationCtx,
  { _id: id, filter: { tenantId }, format, startedBy }: Work,
  call: { prefix: string; now: number },
): Promise<void> {
  const job: NewJob = {
    queue: QUEUE,
    name: NAME,
    handle: await createFunctionHandle(internal.auditExportSteps.run),
    args: { id },
    policy: POLICY,
    timeoutMs: TIMEOUT_MS,
    label: LABELS[format],
    onComplete: {
      handle: await createFunctionHandle(internal.auditExportJobs.hearEnd),
      context: { id },
    },
    ...(tenantId !== undefined && { tenantId }),
  };
  const caller: Caller = { ip: "off", ...(startedBy && { actor: startedBy }) };
  await enqueueJobs(ctx, [job], { caller, ...call });
}

// --- Ends ------------------------------------------------------------------------------------

/** Who cancelled a job the engine does not say, so that nobody is named who did not do it. */
const BY_ITSELF: Caller = { actor: { type: "system", id: NAME }, ip: "off" };

/** A job ended by itself: lost too often, failed, or cancelled as a job. Its export ends with it. */
export const hearEnd = internalMutation({
  args: { ...vJobEnd.fields, context: v.object({ id: v.id("auditExports") }) },
  returns: v.null(),
  handler: async (ctx, { jobId, status, context: { id } }) => {
    const row = await ctx.db.get("auditExports", id);
    if (!isWorkOf(row, jobId)) return null;
    if (status === "cancelled") await cancelExport(ctx, row, { ...BY_ITSELF, jobId });
    if (status === "failed") await failExport(ctx, row, INTERRUPTED);
    return null;
  },
});

/** Stops the work of an export that was cancelled. */
export async function cancelWork(
  ctx: MutationCtx,
  { jobId }: RunningExport,
  caller: Caller,
): Promise<void> {
  const job = await findJob(ctx, { id: jobId });
  if (job) await cancelJob(ctx, caller, job, undefined, Date.now());
}

// --- Asking ----------------------------------------------------------------------------------

/** Whether this runs in the attempt whose turn it is, and nobody wants that to stop. */
export async function isTurnOf(ctx: MutationCtx, jobId: string): Promise<boolean> {
  const job = await findJob(ctx, { id: jobId });
  const isOwnTurn = job !== null && isOwn(job, await getToken(ctx));
  return isOwnTurn && job.cancelRequestedAt === undefined;
}

/** Whether the job was cancelled while it was at work. */
export async function isAskedToStop(ctx: QueryCtx, jobId: string): Promise<boolean> {
  const job = await findJob(ctx, { id: jobId });
  return job?.cancelRequestedAt !== undefined;
}

/** Whether somebody still works on an export, or will. */
export async function isAtWork(ctx: QueryCtx, { jobId }: RunningExport): Promise<boolean> {
  const job = await findJob(ctx, { id: jobId });
  return job !== null && isOpen(job);
}
