import { getDocumentSize, type Value } from "convex/values";
import { CHORE_BYTES, CHORE_ENTRIES, ERASED_BYTES, MAX_PARTS } from "../shared/auditSealing.js";
import { MAX_TAIL_COUNT } from "../shared/auditStats.js";
import type { Position } from "../shared/cursors.js";
import { segmentsBetween, withinSegment, type Segment } from "../shared/pages.js";
import type { Seal } from "../shared/seals.js";
import type { Doc } from "./_generated/dataModel.js";
import type { QueryCtx } from "./functions.js";

/** Reading the log in its order, and the seals over it. */

/** A committed row: inside the mutation that writes it, a row's commit time is not known yet. */
export type CommittedEntry = Doc<"auditLogs"> & { commitTs: bigint };

/** Entries in the order of the log, and the first that is not among them; `null`: these are all. */
export type Stretch = { rows: CommittedEntry[]; next: CommittedEntry | null };

/** The entries after `start` up to `end`, as many as one step may read: at least one, if there is any. */
export async function readEntries(
  ctx: QueryCtx,
  start: Position | null,
  end: Position,
  limits?: StepLimits,
): Promise<Stretch> {
  return await readStretch(allEntries(ctx), start, end, limits);
}

export function allEntries(ctx: QueryCtx) {
  return (segment: Segment) =>
    ctx.db
      .query("auditLogs")
      .withIndex("by_commitTs", (q) => withinSegment(q, "commitTs", segment));
}

export type StepLimits = { maxEntries: number; maxBytes: number };
const CHORE: StepLimits = { maxEntries: CHORE_ENTRIES, maxBytes: CHORE_BYTES };

/** {@link readEntries} from any index that ends with the commit time. */
export async function readStretch(
  open: (segment: Segment) => AsyncIterable<Doc<"auditLogs">>,
  start: Position | null,
  end: Position | null,
  { maxEntries, maxBytes } = CHORE,
): Promise<Stretch> {
  const rows: CommittedEntry[] = [];
  let bytes = 0;
  for (const segment of segmentsBetween("asc", {}, start, end)) {
    for await (const row of open(segment)) {
      bytes += getDocumentSize(row as unknown as Record<string, Value>);
      const isFull = rows.length >= maxEntries || (bytes > maxBytes && rows.length > 0);
      if (isFull) return { rows, next: row as CommittedEntry };
      rows.push(row as CommittedEntry);
    }
  }
  return { rows, next: null };
}

/** Bytes of entries that are read to be counted, at most. */
const MAX_COUNTED_BYTES = 4 * 1024 * 1024;
const COUNTED: StepLimits = { maxEntries: MAX_TAIL_COUNT, maxBytes: MAX_COUNTED_BYTES };

/** How many entries lie there: up to 1,000, or as many as one read may hold where they are large. */
export async function countStretch(
  open: (segment: Segment) => AsyncIterable<Doc<"auditLogs">>,
  start: Position,
  end: Position | null,
): Promise<{ count: number; isCut: boolean }> {
  const { rows, next } = await readStretch(open, start, end, COUNTED);
  return { count: rows.length, isCut: next !== null };
}

/** The place after everything that committed up to and at `commitTs`. */
export function endOf(commitTs: bigint): Position {
  return { key: commitTs, creationTime: null };
}

export async function findLatestSeal(ctx: QueryCtx): Promise<Seal | null> {
  const row = await ctx.db.query("auditSeals").withIndex("by_index").order("desc").first();
  return row && toSeal(row);
}

/** The first seal whose range ends at or after `commitTs`. */
export async function findSealFrom(ctx: QueryCtx, commitTs: bigint): Promise<Seal | null> {
  const row = await ctx.db
    .query("auditSeals")
    .withIndex("by_through", (q) => q.gte("through", commitTs))
    .first();
  return row && toSeal(row);
}

/** The seals from this index on, in order: an edited log may have several of one index, or none. */
export async function readSealsFrom(ctx: QueryCtx, index: number, count: number): Promise<Seal[]> {
  const rows = await ctx.db
    .query("auditSeals")
    .withIndex("by_index", (q) => q.gte("index", index))
    .take(count);
  return rows.map(toSeal);
}

export async function findSealBefore(ctx: QueryCtx, index: number): Promise<Seal | null> {
  const row = await ctx.db
    .query("auditSeals")
    .withIndex("by_index", (q) => q.lt("index", index))
    .order("desc")
    .first();
  return row && toSeal(row);
}

export async function findSealAfter(ctx: QueryCtx, index: number): Promise<Seal | null> {
  const row = await ctx.db
    .query("auditSeals")
    .withIndex("by_index", (q) => q.gt("index", index))
    .first();
  return row && toSeal(row);
}

export async function readParts(ctx: QueryCtx, seal: number): Promise<Doc<"auditSealParts">[]> {
  return await ctx.db
    .query("auditSealParts")
    .withIndex("by_seal", (q) => q.eq("seal", seal))
    .take(MAX_PARTS);
}

/**
 * The entries of one part of a seal, and what somebody may have put between them.
 *
 * The parts of a seal leave no place between them, nor do the seals: the first takes whatever
 * lies before it.
 *
 * @param after - where the part before ends; `undefined` for the first
 * @param until - where this part ends; `undefined` for the last
 * @param count - entries that were sealed; up to 1,000 more are read
 */
export async function readPartEntries(
  ctx: QueryCtx,
  { index, after, through }: Seal,
  part: { after: number | undefined; until: number | undefined; count: number },
): Promise<Stretch> {
  const first = index === 0 ? null : endOf(after);
  const start = part.after === undefined ? first : { key: through, creationTime: part.after };
  const end = { key: through, creationTime: part.until ?? null };
  const limits = { maxEntries: part.count + CHORE_ENTRIES, maxBytes: ERASED_BYTES };
  return await readEntries(ctx, start, end, limits);
}

function toSeal({ _id, _creationTime, ...seal }: Doc<"auditSeals">): Seal {
  return seal;
}
