import type { IndexRange, PaginationOptions, PaginationResult } from "convex/server";
import { compareValues, convexToJson, type Value } from "convex/values";
import { decodeCursor, encodeCursor, type Bookmark, type Key, type Position } from "./cursors.js";
import { platformError } from "./errors.js";

/**
 * Pages over an index, by construction: the range comes from the arguments, the cursor only
 * moves inside it. So a cursor that somebody made up can skip rows, and never reach a row that
 * the arguments do not select.
 *
 * A list is ordered by one key (say a commit time) and, among equal keys, by `_creationTime`.
 */

/** Rows a page has when the caller does not say. */
export const DEFAULT_PAGE_SIZE = 25;
/** Rows a page has at most; a larger wish is clamped to it. */
export const MAX_PAGE_SIZE = 200;

/**
 * The rows to read for a wish of `numItems`: clamped above to {@link MAX_PAGE_SIZE}.
 *
 * @throws VALIDATION_FAILED unless `numItems` is a whole number from 1
 */
export function pageSize(numItems: number): number {
  if (!Number.isSafeInteger(numItems) || numItems < 1) {
    throw platformError({
      code: "VALIDATION_FAILED",
      message: "The page was not read.",
      fields: {
        "paginationOpts.numItems": {
          code: "out_of_range",
          message: `Use a whole number from 1 to ${MAX_PAGE_SIZE}.`,
          params: { min: 1, max: MAX_PAGE_SIZE },
        },
      },
    });
  }
  return Math.min(numItems, MAX_PAGE_SIZE);
}

export type Order = "asc" | "desc";

/** A query whose rows can be read a page at a time. */
export type List<Row> = {
  /** Everything that tells this query from others; its cursors are worth nothing elsewhere. */
  binding: Value;
  order: Order;
  range: KeyRange;
  key: (row: Row) => Key;
  /** The key is `_creationTime`, which says it all: no rows share one that an index could tell apart. */
  isByCreation?: boolean;
  /** Opens the index range of one segment; see {@link withinSegment}. */
  open: (segment: Segment) => { take(count: number): Promise<Row[]> };
};

/** A pinned page that has grown beyond this is cut short and asks to be split. */
const MAX_PINNED_ROWS = 2 * MAX_PAGE_SIZE;

/**
 * One page of `list`: at most n + 1 documents for n rows, and one index range unless the page
 * starts or ends amid rows that share their key.
 *
 * With `endCursor` the page ends where it ended before instead of after `numItems` rows. Once it
 * holds more than twice `numItems`, it recommends a split; beyond 400 rows it requires one.
 *
 * @throws VALIDATION_FAILED for a page size below 1, INVALID_CURSOR for a cursor of another query
 */
export async function readPage<Row extends { _creationTime: number }>(
  options: PaginationOptions,
  list: List<Row>,
): Promise<PaginationResult<Row>> {
  const size = pageSize(options.numItems);
  const binding = JSON.stringify(convexToJson(list.binding));
  const start = options.cursor === null ? null : decodeCursor(options.cursor, binding);
  const end = options.endCursor == null ? null : decodeCursor(options.endCursor, binding);
  const encode = (bookmark: Bookmark) => encodeCursor(bookmark, binding);
  if (start === "end") return { page: [], isDone: true, continueCursor: encode("end") };

  const segments = segmentsBetween(list.order, list.range, start, end === "end" ? null : end);
  const limit = end === null ? size : MAX_PINNED_ROWS;
  const rows = await readRows(list, segments, limit + 1);
  const page = rows.slice(0, limit);

  if (end === null) {
    const isDone = rows.length <= limit;
    const continueCursor = encode(isDone ? "end" : bookmarkAfter(limit - 1));
    return { page, isDone, continueCursor };
  }
  const pinned = { page, isDone: end === "end", continueCursor: encode(end) };
  if (page.length <= 2 * size) return pinned;
  const splitCursor = encode(bookmarkAfter(Math.floor(page.length / 2) - 1));
  const pageStatus = rows.length > limit ? "SplitRequired" : "SplitRecommended";
  return { ...pinned, splitCursor, pageStatus };

  /** Between two keys where possible: that place costs the next page no range of its own. */
  function bookmarkAfter(index: number): Bookmark {
    const row = rows[index]!;
    const key = list.key(row);
    const isLastOfKey = list.key(rows[index + 1]!) !== key;
    return { key, creationTime: isLastOfKey ? null : row._creationTime };
  }
}

async function readRows<Row>(list: List<Row>, segments: Segment[], limit: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const segment of segments) {
    if (rows.length === limit) break;
    rows.push(...(await list.open(segment).take(limit - rows.length)));
  }
  return rows;
}

/** What Convex's range builders have in common, once their `eq` prefix is complete. */
type RangeStart = RangeEnd & {
  eq(field: string, value: unknown): unknown;
  gt(field: string, value: unknown): RangeEnd;
  gte(field: string, value: unknown): RangeEnd;
};
type RangeEnd = IndexRange & {
  lt(field: string, value: unknown): IndexRange;
  lte(field: string, value: unknown): IndexRange;
};

/**
 * Completes an index range: `q` has its `eq` prefix, `field` is the next one of the index.
 *
 * @example
 * ctx.db.query("auditLogs").withIndex("by_tenant", (q) =>
 *   withinSegment(q.eq("tenantId", tenantId), "commitTs", segment));
 */
export function withinSegment(q: RangeStart, field: string, segment: Segment): IndexRange {
  if (segment.kind === "keys") return withBounds(q, field, segment);
  const ties = q.eq(field, segment.key) as RangeStart;
  return withBounds(ties, "_creationTime", segment);
}

type Bounds = Record<"lower" | "upper", { value: unknown; inclusive: boolean } | undefined>;

function withBounds(q: RangeStart, field: string, { lower, upper }: Partial<Bounds>): IndexRange {
  const start = lower
    ? lower.inclusive
      ? q.gte(field, lower.value)
      : q.gt(field, lower.value)
    : q;
  if (!upper) return start;
  return upper.inclusive ? start.lte(field, upper.value) : start.lt(field, upper.value);
}

// --- Where a page lies ----------------------------------------------------------------------

/** Limits on the list's key: `from` ≤ key < `to`. */
export type KeyRange = { from?: Key | undefined; to?: Key | undefined };

export type Bound = { value: Key; inclusive: boolean };
/** One index range: an interval of keys, or rows that share a key, by `_creationTime`. */
export type Segment =
  | { kind: "keys"; lower?: Bound; upper?: Bound }
  | { kind: "ties"; key: Key; lower?: TimeBound; upper?: TimeBound };
type TimeBound = { value: number; inclusive: boolean };

/**
 * The index ranges that hold the rows after `start` up to `end`, in reading order.
 *
 * One range, as long as both places are between keys; a place amid rows that share a key (one
 * mutation may write thousands with one commit time) costs one range more.
 */
export function segmentsBetween(
  order: Order,
  range: KeyRange,
  start: Position | null,
  end: Position | null,
): Segment[] {
  const isInRange = (key: Key) =>
    (range.from === undefined || compareValues(key, range.from) >= 0) &&
    (range.to === undefined || compareValues(key, range.to) < 0);
  const startTie = start?.creationTime != null && isInRange(start.key) ? start : null;
  const endTie = end?.creationTime != null && isInRange(end.key) ? end : null;
  if (startTie && endTie && compareValues(startTie.key, endTie.key) === 0) {
    return [tiesBetween(order, startTie.key, startTie.creationTime, endTie.creationTime)];
  }
  const segments: (Segment | null)[] = [
    startTie && tiesBetween(order, startTie.key, startTie.creationTime, null),
    keysBetween(order, range, start, end),
    endTie && tiesBetween(order, endTie.key, null, endTie.creationTime),
  ];
  return segments.filter((segment) => segment !== null);
}

function tiesBetween(order: Order, key: Key, after: number | null, until: number | null): Segment {
  const start = after === null ? undefined : { value: after, inclusive: false };
  const end = until === null ? undefined : { value: until, inclusive: true };
  const [lower, upper] = order === "asc" ? [start, end] : [end, start];
  return { kind: "ties", key, ...(lower && { lower }), ...(upper && { upper }) };
}

/** @returns null when nothing can lie there */
function keysBetween(
  order: Order,
  range: KeyRange,
  start: Position | null,
  end: Position | null,
): Segment | null {
  const after = start && { value: start.key, inclusive: false };
  // An end amid a key leaves that key to the ties; an end after it takes all of it.
  const until = end && { value: end.key, inclusive: end.creationTime === null };
  const [low, high] = order === "asc" ? [after, until] : [until, after];
  const from = range.from === undefined ? null : { value: range.from, inclusive: true };
  const to = range.to === undefined ? null : { value: range.to, inclusive: false };
  const lower = tighter(from, low, 1);
  const upper = tighter(to, high, -1);
  if (lower && upper) {
    const gap = compareValues(lower.value, upper.value);
    if (gap > 0 || (gap === 0 && !(lower.inclusive && upper.inclusive))) return null;
  }
  return { kind: "keys", ...(lower && { lower }), ...(upper && { upper }) };
}

/** @param sign - 1 for lower bounds (the greater one is tighter), −1 for upper ones */
function tighter(a: Bound | null, b: Bound | null, sign: 1 | -1): Bound | null {
  if (a === null || b === null) return a ?? b;
  const difference = compareValues(a.value, b.value) * sign;
  if (difference === 0) return a.inclusive ? b : a;
  return difference > 0 ? a : b;
}
