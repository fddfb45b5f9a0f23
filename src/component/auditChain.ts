import { getDocumentSize, type Value } from "convex/values";
import { CHORE_BYTES, CHORE_ENTRIES, MAX_PARTS, type SealPart } from "../shared/auditSealing.js";
import type { Position } from "../shared/cursors.js";
import { segmentsBetween, withinSegment } from "../shared/pages.js";
import type { Seal } from "../shared/seals.js";
import type { Doc } from "./_generated/dataModel.js";
import type { QueryCtx } from "./functions.js";

/** Reading the log in its order, and the seals over it. */

/** A committed row: inside the mutation that writes it, a row's commit time is not known yet. */
export type CommittedEntry = Doc<"auditLogs"> & { commitTs: bigint };

/**
 * The entries after `start` up to `end`, in the order of the log, as many as one step of a chore
 * may read: at least one, if there is any.
 */
export async function readEntries(
  ctx: QueryCtx,
  start: Position,
  end: Position,
  maxEntries = CHORE_ENTRIES,
): Promise<{ rows: CommittedEntry[]; isDone: boolean }> {
  const rows: CommittedEntry[] = [];
  let bytes = 0;
  for (const segment of segmentsBetween("asc", {}, start, end)) {
    const query = ctx.db
      .query("auditLogs")
      .withIndex("by_commitTs", (q) => withinSegment(q, "commitTs", segment));
    for await (const row of query) {
      if (rows.length === maxEntries || bytes > CHORE_BYTES) return { rows, isDone: false };
      rows.push(row as CommittedEntry);
      bytes += getDocumentSize(row as unknown as Record<string, Value>);
    }
  }
  return { rows, isDone: true };
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

/** The seals with this index or the next ones that exist: an edited log may have several, or none. */
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

export async function readParts(ctx: QueryCtx, seal: number): Promise<Doc<"auditSealParts">[]> {
  return await ctx.db
    .query("auditSealParts")
    .withIndex("by_seal", (q) => q.eq("seal", seal))
    .take(MAX_PARTS);
}

/** Where the entries of a part lie. */
export function placeOfPart(
  seal: Seal,
  { from, until }: Pick<SealPart, "from" | "until">,
): [start: Position, end: Position] {
  return [
    from === undefined ? endOf(seal.after) : { key: seal.through, creationTime: from },
    { key: seal.through, creationTime: until ?? null },
  ];
}

function toSeal({ _id, _creationTime, ...seal }: Doc<"auditSeals">): Seal {
  return seal;
}
