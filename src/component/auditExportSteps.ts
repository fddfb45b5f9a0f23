import { getDocumentSize, v, type Value } from "convex/values";
import {
  findExcess,
  vExportFormat,
  vExportStep,
  type ExportError,
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
import { segmentsBetween, type KeyRange } from "../shared/pages.js";
import { internal } from "./_generated/api.js";
import type { Id } from "./_generated/dataModel.js";
import { internalAction, type ActionCtx } from "./functions.js";
import {
  beginStep,
  completeExport,
  expireExport,
  failExport,
  removeFiles,
  wakeLater,
  type RunningExport,
} from "./auditExportStages.js";
import { commitTsOf, openEntries, toEntry } from "./auditReading.js";
import { internalMutation, internalQuery, type MutationCtx, type QueryCtx } from "./functions.js";

/**
 * The work of an export, in steps: each reads some of the log and stores it as a part, the last one
 * joins the parts.
 *
 * A step is an action, because only actions store files, and an action may be lost. So it changes
 * nothing but through `savePart` or `saveFile`, which take a part or file only for the turn that is
 * under way. A step that was lost is repeated by `wake`; one that comes late, or twice, is too late.
 * What a job engine would have to run is `step`.
 */

/** What one query reads: far below half of Convex's limits, whatever the entries are. */
const PAGE_ENTRIES = 1000;
const PAGE_BYTES = 2 * 1024 * 1024;
/** What one step reads, so that progress shows and little is lost with it. */
const PART_ENTRIES = 2000;
const PART_BYTES = 4 * 1024 * 1024;
/** Lost steps in a row after which an export fails. */
const MAX_LOSSES = 3;

const INTERRUPTED: ExportError = {
  code: "INTERRUPTED",
  message: "The export was interrupted several times. Start it again.",
};

const vStepArgs = { id: v.id("auditExports"), turn: v.number() };
type StepArgs = { id: Id<"auditExports">; turn: number };

// --- The step --------------------------------------------------------------------------------

export const step = internalAction({
  args: vStepArgs,
  returns: v.null(),
  handler: async (ctx, at): Promise<null> => {
    const work = await ctx.runQuery(internal.auditExportSteps.findWork, at);
    if (work?.next.kind === "read") await readPart(ctx, at, { ...work, next: work.next });
    if (work?.next.kind === "join") await joinParts(ctx, at, work);
    return null;
  },
});

type Work = {
  format: ExportFormat;
  filter: EntryFilter;
  through: bigint;
  parts: Id<"_storage">[];
  next: ExportStep;
};

async function readPart(
  ctx: ActionCtx,
  at: StepArgs,
  work: Work & { next: { kind: "read" } },
): Promise<void> {
  const { format, filter, through, parts } = work;
  const texts = [new Blob([parts.length === 0 ? fileStart(format) : ""])];
  let rows = 0;
  let bytes = 0;
  let next: ExportStep = work.next;
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
  const file = await ctx.storage.store(part);
  const read = { file, rows, bytes: part.size, next };
  await ctx.runMutation(internal.auditExportSteps.savePart, { ...at, ...read });
}

async function joinParts(ctx: ActionCtx, at: StepArgs, { format, parts }: Work): Promise<void> {
  const blobs: Blob[] = [];
  for (const part of parts) {
    const blob = await ctx.storage.get(part);
    if (!blob) throw new Error("A part of the export was deleted.");
    blobs.push(blob);
  }
  const file = await ctx.storage.store(new Blob(blobs, { type: CONTENT_TYPES[format] }));
  await ctx.runMutation(internal.auditExportSteps.saveFile, { ...at, file });
}

/** What the step of this turn has to do; `null` when the turn is over. */
export const findWork = internalQuery({
  args: vStepArgs,
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
  handler: async (ctx, at): Promise<Work | null> => {
    const row = await findAtTurn(ctx, at);
    if (!row) return null;
    const { format, filter, through, parts, next } = row;
    return { format, filter, through, parts, next };
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

/** Takes a part for its export, or removes it when its step is too late. */
export const savePart = internalMutation({
  args: {
    ...vStepArgs,
    file: v.id("_storage"),
    rows: v.number(),
    bytes: v.number(),
    next: vExportStep,
  },
  returns: v.null(),
  handler: async (ctx, { file, rows, bytes, next, ...at }) => {
    const row = await findAtTurn(ctx, at);
    if (!row) return await removeUnlessTaken(ctx, at.id, file);
    const progress = {
      next,
      processed: row.processed + rows,
      bytes: row.bytes + bytes,
      parts: [...row.parts, file],
    };
    const read = { ...row, ...progress };
    const excess = findExcess(read);
    if (excess) await failExport(ctx, read, excess);
    else if (next.kind === "join" && read.parts.length === 1) await completeExport(ctx, read, file);
    else await beginStep(ctx, row, { ...progress, losses: 0 });
    return null;
  },
});

/** Takes the joined file for its export, or removes it when its step is too late. */
export const saveFile = internalMutation({
  args: { ...vStepArgs, file: v.id("_storage") },
  returns: v.null(),
  handler: async (ctx, { file, ...at }) => {
    const row = await findAtTurn(ctx, at);
    if (!row) return await removeUnlessTaken(ctx, at.id, file);
    await completeExport(ctx, row, file);
    return null;
  },
});

// --- Chores ----------------------------------------------------------------------------------

/** Repeats a step that was lost; ends an export that loses one again and again; removes expired files. */
export const wake = internalMutation({
  args: { id: v.id("auditExports") },
  returns: v.null(),
  handler: async (ctx, { id }) => {
    const row = await ctx.db.get("auditExports", id);
    if (row?.status !== "running" && row?.status !== "completed") return null;
    if (Date.now() < row.wakeAt) await wakeLater(ctx, id, row.wakeAt);
    else if (row.status === "completed") await expireExport(ctx, row);
    else if (row.losses >= MAX_LOSSES) await failExport(ctx, row, INTERRUPTED);
    else await repeatStep(ctx, row);
    return null;
  },
});

/**
 * Wakes what nobody wakes any more: a backup has the exports, but nothing of what was scheduled.
 */
export const wakeForgotten = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    for (const status of ["running", "completed"] as const) {
      const forgotten = await ctx.db
        .query("auditExports")
        .withIndex("by_status", (q) =>
          q.eq("status", status).lt("wakeAt", Date.now() - FORGOTTEN_AFTER_MS),
        )
        .take(MAX_WOKEN);
      for (const { _id } of forgotten) await wakeLater(ctx, _id, Date.now());
    }
    return null;
  },
});

const FORGOTTEN_AFTER_MS = 3_600_000;
/** The next round takes the others. */
const MAX_WOKEN = 100;

// --- Helpers ---------------------------------------------------------------------------------

async function findAtTurn(ctx: QueryCtx, { id, turn }: StepArgs): Promise<RunningExport | null> {
  const row = await ctx.db.get("auditExports", id);
  return row?.status === "running" && row.turn === turn ? row : null;
}

/** The same call may come twice, and then the file is the export's already. */
async function removeUnlessTaken(
  ctx: MutationCtx,
  id: Id<"auditExports">,
  file: Id<"_storage">,
): Promise<null> {
  const row = await ctx.db.get("auditExports", id);
  const isTaken =
    (row?.status === "running" && row.parts.includes(file)) ||
    (row?.status === "completed" && row.file === file);
  if (!isTaken) await removeFiles(ctx, [file]);
  return null;
}

async function repeatStep(ctx: MutationCtx, row: RunningExport): Promise<void> {
  const wakeAt = await beginStep(ctx, row, { losses: row.losses + 1 });
  await wakeLater(ctx, row._id, wakeAt);
}

/** The filter's time range, as far as there was a log when the export started. */
function rangeOf({ from, to }: EntryFilter, through: bigint): KeyRange {
  const end = to === undefined ? null : toCommitTs(to);
  return {
    from: from === undefined ? undefined : toCommitTs(from),
    to: end !== null && end <= through ? end : through + 1n,
  };
}
