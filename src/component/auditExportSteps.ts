import { getDocumentSize, v, type Value } from "convex/values";
import {
  findExcess,
  vExportFormat,
  vExportStep,
  type ExportFormat,
  type ExportStep,
} from "../shared/auditExports.js";
import { CONTENT_TYPES, entryLine, fileStart } from "../shared/auditExportLines.js";
import {
  vAuditEntry,
  vEntryFilter,
  type AuditEntry,
  type EntryFilter,
} from "../shared/auditLogs.js";
import { toCommitTs } from "../shared/auditRules.js";
import { vJobCall, type JobError } from "../shared/jobs.js";
import { pick } from "../shared/fields.js";
import { segmentsBetween, type KeyRange } from "../shared/pages.js";
import { api, internal } from "./_generated/api.js";
import type { Id } from "./_generated/dataModel.js";
import { handOn, isAskedToStop, isTurnOf } from "./auditExportJobs.js";
import {
  completeExport,
  failExport,
  isWorkOf,
  removeFiles,
  type RunningExport,
} from "./auditExportStages.js";
import { commitTsOf, openEntries, toEntry } from "./auditReading.js";
import {
  internalAction,
  internalMutation,
  internalQuery,
  type ActionCtx,
  type MutationCtx,
  type QueryCtx,
} from "./functions.js";
import { messageOf } from "./jobRecords.js";
import { reportDone, reportFailure, reportProgress } from "./jobReports.js";

/**
 * The work of an export, in steps: each reads some of the log and stores it as a part, the last one
 * joins the parts.
 *
 * It runs in an action, because only actions store files, and an action may be lost. So it changes
 * nothing but through `savePart` or `saveFile`, which take a file only from the attempt whose turn it
 * is, and only as the part that comes next. What the row has is not done again by another attempt.
 */

/** What one query reads: far below half of Convex's limits, whatever the entries are. */
const PAGE_ENTRIES = 1000;
const PAGE_BYTES = 2 * 1024 * 1024;
/** What one step reads, so that progress shows and little is lost with it. */
const PART_ENTRIES = 2000;
const PART_BYTES = 4 * 1024 * 1024;
/** What one action does before another goes on: it has ten minutes, and 64 MiB, also for joining. */
const RUN_MS = 4 * 60_000;
const RUN_BYTES = 8 * 1024 * 1024;

/** What the job says whose export has ended otherwise. */
const OVER: JobError = {
  code: "INVALID_STATE",
  message: "The export has ended. Start another one.",
};

const vWork = { id: v.id("auditExports"), jobId: v.string() };
type Work = { id: Id<"auditExports">; jobId: string };
/** A step of it: how many parts there were before. */
const vStep = { ...vWork, place: v.number() };
type Step = Work & { place: number };

// --- The job ---------------------------------------------------------------------------------

export const run = internalAction({
  args: { job: vJobCall, args: v.object({ id: v.id("auditExports") }) },
  returns: v.null(),
  handler: async (ctx, { job, args: { id } }): Promise<null> => {
    try {
      await runSteps(ctx, { id, jobId: job.id }, job.attempt);
    } catch (thrown) {
      const error = { message: messageOf(thrown) };
      await ctx.runMutation(api.jobs.fail, { id: job.id, error, isRetryable: true });
    }
    return null;
  },
});

/** Each save that ends the work, or hands it on, reports so by itself. */
async function runSteps(ctx: ActionCtx, work: Work, attempt: number): Promise<void> {
  const until = Date.now() + RUN_MS;
  let bytes = 0;
  let goesOn = true;
  while (goesOn) {
    const found: Found | null = await ctx.runQuery(internal.auditExportSteps.findWork, work);
    if (!found) {
      await ctx.runMutation(api.jobs.fail, { id: work.jobId, error: OVER, isRetryable: false });
      return;
    }
    const { next } = found;
    const step = { ...work, place: found.parts.length };
    if (next.kind === "join") return await joinParts(ctx, step, found);
    const part = await readPart(ctx, { ...found, next });
    bytes += part.bytes;
    // Losses in a row end an export: once there is progress, the next job counts from the beginning.
    const isLast = attempt > 1 || bytes >= RUN_BYTES || Date.now() >= until;
    const saved = { ...step, ...part, isLast };
    goesOn = await ctx.runMutation(internal.auditExportSteps.savePart, saved);
  }
}

type Found = {
  format: ExportFormat;
  filter: EntryFilter;
  through: bigint;
  parts: Id<"_storage">[];
  next: ExportStep;
};
type Part = { file: Id<"_storage">; rows: number; bytes: number; next: ExportStep };

async function readPart(
  ctx: ActionCtx,
  { format, filter, through, parts, next: first }: Found & { next: { kind: "read" } },
): Promise<Part> {
  const texts = [new Blob([parts.length === 0 ? fileStart(format) : ""])];
  let rows = 0;
  let bytes = 0;
  let next: ExportStep = first;
  while (next.kind === "read" && rows < PART_ENTRIES && bytes < PART_BYTES) {
    const { after } = next;
    const page: Page = await ctx.runQuery(internal.auditExportSteps.readEntries, {
      filter,
      through,
      after,
    });
    // A blob for each page: Convex keeps what is in it outside of the memory of the action.
    const text = new Blob([page.entries.map((entry) => entryLine(format, entry)).join("")]);
    texts.push(text);
    rows += page.entries.length;
    bytes += text.size;
    next = page.next;
  }
  const part = new Blob(texts, { type: CONTENT_TYPES[format] });
  return { file: await ctx.storage.store(part), rows, bytes: part.size, next };
}

async function joinParts(ctx: ActionCtx, step: Step, { format, parts }: Found): Promise<void> {
  const blobs: Blob[] = [];
  for (const part of parts) {
    const blob = await ctx.storage.get(part);
    if (!blob) throw new Error("A part of the export was deleted.");
    blobs.push(blob);
  }
  const file = await ctx.storage.store(new Blob(blobs, { type: CONTENT_TYPES[format] }));
  await ctx.runMutation(internal.auditExportSteps.saveFile, { ...step, file });
}

/** What is left to do; `null` when the export has ended, or goes on in another job. */
export const findWork = internalQuery({
  args: vWork,
  returns: v.union(
    v.object({
      format: vExportFormat,
      filter: vEntryFilter,
      through: v.int64(),
      parts: v.array(v.id("_storage")),
      next: vExportStep,
    }),
    v.null(),
  ),
  handler: async (ctx, work): Promise<Found | null> => {
    const row = await findExport(ctx, work);
    return row && pick(row, ["format", "filter", "through", "parts", "next"]);
  },
});

type Page = { entries: AuditEntry[]; next: ExportStep };

/** Some of the entries that are still to be exported: at least one, if there is any. */
export const readEntries = internalQuery({
  args: {
    filter: vEntryFilter,
    through: v.int64(),
    after: v.union(v.object({ key: v.int64(), creationTime: v.number() }), v.null()),
  },
  returns: v.object({ entries: v.array(vAuditEntry), next: vExportStep }),
  handler: async (ctx, { filter, through, after }): Promise<Page> => {
    const order = filter.order ?? "desc";
    const entries: AuditEntry[] = [];
    let last = after;
    let bytes = 0;
    for (const segment of segmentsBetween(order, rangeOf(filter, through), after, null)) {
      for await (const row of openEntries(ctx, filter, segment).order(order)) {
        const isFull = entries.length === PAGE_ENTRIES || bytes > PAGE_BYTES;
        if (isFull) return { entries, next: { kind: "read", after: last } };
        entries.push(toEntry(row));
        bytes += getDocumentSize(row as unknown as Record<string, Value>);
        last = { key: commitTsOf(row), creationTime: row._creationTime };
      }
    }
    return { entries, next: { kind: "join" } };
  },
});

/**
 * Takes a part for its export, or removes it when it comes too late.
 *
 * @returns whether the attempt has more to do
 */
export const savePart = internalMutation({
  args: {
    ...vStep,
    file: v.id("_storage"),
    rows: v.number(),
    bytes: v.number(),
    next: vExportStep,
    /** Another job goes on. */
    isLast: v.boolean(),
  },
  returns: v.boolean(),
  handler: async (ctx, { file, rows, bytes, next, isLast, ...step }) => {
    const row = await findOwn(ctx, step);
    if (!row) return await refuse(ctx, step, file);
    const progress = {
      next,
      processed: row.processed + rows,
      bytes: row.bytes + bytes,
      parts: [...row.parts, file],
    };
    const read = { ...row, ...progress };
    const excess = findExcess(read);
    const isWhole = next.kind === "join" && read.parts.length === 1;
    if (!excess && !isWhole && !isLast) {
      await ctx.db.patch("auditExports", row._id, progress);
      await reportProgress(ctx, { id: step.jobId, message: entriesOf(read) });
      return true;
    }
    if (excess) {
      await failExport(ctx, read, excess);
      await reportFailure(ctx, { id: step.jobId, error: excess, isRetryable: false });
    } else if (isWhole) await finish(ctx, read, file);
    else await handOn(ctx, row, progress);
    return false;
  },
});

/** Takes the joined file for its export, or removes it when it comes too late. */
export const saveFile = internalMutation({
  args: { ...vStep, file: v.id("_storage") },
  returns: v.null(),
  handler: async (ctx, { file, ...step }) => {
    const row = await findOwn(ctx, step);
    if (row) await finish(ctx, row, file);
    else await refuse(ctx, step, file);
    return null;
  },
});

// --- Helpers ---------------------------------------------------------------------------------

async function findExport(ctx: QueryCtx, { id, jobId }: Work): Promise<RunningExport | null> {
  const row = await ctx.db.get("auditExports", id);
  return isWorkOf(row, jobId) ? row : null;
}

/** The export, if this is the next step of the attempt whose turn it is. */
async function findOwn(ctx: MutationCtx, step: Step): Promise<RunningExport | null> {
  const row = await findExport(ctx, step);
  // The same attempt may come twice at once, and then its token is the same as well.
  if (row?.parts.length !== step.place) return null;
  return (await isTurnOf(ctx, step.jobId)) ? row : null;
}

async function finish(ctx: MutationCtx, row: RunningExport, file: Id<"_storage">): Promise<void> {
  await completeExport(ctx, row, file);
  await reportDone(ctx, { id: row.jobId });
}

/** @returns whether the file is the export's already, because the same call has come twice */
async function refuse(ctx: MutationCtx, work: Work, file: Id<"_storage">): Promise<boolean> {
  const row = await ctx.db.get("auditExports", work.id);
  const isTaken =
    (row?.status === "running" && row.parts.includes(file)) ||
    (row?.status === "completed" && row.file === file);
  if (!isTaken) await removeFiles(ctx, [file]);
  const isLeft = isWorkOf(row, work.jobId) && !(await isAskedToStop(ctx, work.jobId));
  if (!isLeft) await reportFailure(ctx, { id: work.jobId, error: OVER, isRetryable: false });
  return isTaken;
}

/** As people read it: 12,000 entries. */
function entriesOf({ processed }: RunningExport): string {
  return `${String(processed).replace(/\B(?=(\d{3})+$)/g, ",")} entries`;
}

/** The filter's time range, as far as there was a log when the export started. */
function rangeOf({ from, to }: EntryFilter, through: bigint): KeyRange {
  const end = to === undefined ? null : toCommitTs(to);
  return {
    from: from === undefined ? undefined : toCommitTs(from),
    to: end !== null && end <= through ? end : through + 1n,
  };
}
