import type { PaginationOptions, PaginationResult } from "convex/server";
import { convexToJson } from "convex/values";
import { decodeCursor, encodeCursor, type Bookmark, type Position } from "./cursors.js";
import { MAX_PAGE_SIZE, pageSize, segmentsBetween, type List } from "./pages.js";

/** Rows that one filtered page reads at most. */
export const MAX_FILTERED_ROWS = 1_000;

export type FilteredPage<Row> = PaginationResult<Row> & {
  /** The page has fewer rows than asked for because it had read enough; the next one goes on. */
  stoppedEarly: boolean;
};

/**
 * One page of the rows that `keep` keeps: full, unless the list ends or it has read
 * {@link MAX_FILTERED_ROWS}, which it then says.
 *
 * With `endCursor` the page ends where it ended before, as `readPage` does it. Once it has to read
 * too much for that, it keeps what it found, and requires a split.
 *
 * @throws VALIDATION_FAILED for a page size below 1, INVALID_CURSOR for a cursor of another query
 */
export async function readFilteredPage<Row extends { _creationTime: number }>(
  options: PaginationOptions,
  list: List<Row>,
  keep: (row: Row) => boolean | Promise<boolean>,
): Promise<FilteredPage<Row>> {
  const size = pageSize(options.numItems);
  const binding = JSON.stringify(convexToJson(list.binding));
  const encode = (bookmark: Bookmark) => encodeCursor(bookmark, binding);
  const start = options.cursor === null ? null : decodeCursor(options.cursor, binding);
  const end = options.endCursor == null ? null : decodeCursor(options.endCursor, binding);
  const until = end === "end" ? null : end;
  const wanted = end === null ? size : Infinity;

  const page: Row[] = [];
  let place: Bookmark | null = start;
  let middle: Bookmark | null = null;
  let read = 0;
  while (place !== "end" && page.length < wanted) {
    if (read === MAX_FILTERED_ROWS) return cutAt(place!);
    // As many again as before: few rounds, also where few rows are kept.
    const count = Math.min(wanted - page.length + read, MAX_PAGE_SIZE, MAX_FILTERED_ROWS - read);
    const rows = await readRows(list, place, until, count);
    for (const row of rows) {
      place = {
        key: list.key(row),
        creationTime: list.isByCreation ? null : row._creationTime,
      };
      read++;
      if (read === MAX_FILTERED_ROWS / 2) middle = place;
      if (await keep(row)) page.push(row);
      if (page.length === wanted) break;
    }
    if (rows.length < count && page.length < wanted) place = "end";
  }
  if (end !== null) {
    const isDone = end === "end";
    return { page, isDone, continueCursor: encode(end), stoppedEarly: false };
  }
  // Full, and perhaps at the very end: the next page tells.
  const isDone = place === "end";
  return { page, isDone, continueCursor: encode(place!), stoppedEarly: false };

  function cutAt(bookmark: Bookmark): FilteredPage<Row> {
    if (end === null) {
      return { page, isDone: false, continueCursor: encode(bookmark), stoppedEarly: true };
    }
    const pinned = { page, isDone: end === "end", continueCursor: encode(end), stoppedEarly: true };
    return { ...pinned, splitCursor: encode(middle ?? bookmark), pageStatus: "SplitRequired" };
  }
}

async function readRows<Row>(
  list: List<Row>,
  start: Position | null,
  end: Position | null,
  count: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const segment of segmentsBetween(list.order, list.range, start, end)) {
    if (rows.length === count) break;
    rows.push(...(await list.open(segment).take(count - rows.length)));
  }
  return rows;
}
