import type { FunctionReturnType } from "convex/server";
import type { ComponentApi } from "../component/_generated/component.js";
import type { Reference } from "../shared/auditLogs.js";
import type { RestoreConflict, StoredItem } from "../shared/trash.js";
import { MAX_CONFLICTS, rowKey } from "../shared/trashRules.js";
import { findTaken } from "./reservations.js";
import type { TrashTables } from "./tableChecks.js";
import { TRASHED_AT } from "./tables.js";
import { isTrashed, type TrashRows } from "./trashRows.js";

/** The rows of an operation that one transaction brings back or purges. */
export type Slice = NonNullable<
  FunctionReturnType<ComponentApi["trashRestores"]["checkRestore"]>
>["slice"];

/** The rows of a slice, in the order in which they were taken. */
export function rowsOf({ root, items, isLast }: Slice): StoredItem[] {
  return isLast ? [{ table: root.table, id: root.id, parents: root.parents }, ...items] : items;
}

/** What keeps rows of a slice from coming back, at most 50: parents in the trash, values taken. */
export async function findConflicts(
  db: object,
  rows: TrashRows,
  tables: TrashTables,
  slice: Slice,
): Promise<RestoreConflict[]> {
  const conflicts: RestoreConflict[] = [];
  const parents = new ParentCheck(rows, slice);
  // The root of a longer operation comes back last, and is asked about from the start.
  const { root } = slice;
  const asked = slice.isLast ? rowsOf(slice) : [root, ...slice.items];
  for (const item of asked) {
    if (conflicts.length >= MAX_CONFLICTS) break;
    if ("detached" in item) continue;
    const target = { table: item.table, id: item.id };
    for (const holder of item.parents ?? []) {
      if (await parents.isThere(holder)) continue;
      conflicts.push({ reason: "PARENT_DELETED", target, holder });
    }
    if ((tables.get(item.table)?.unique.length ?? 0) === 0) continue;
    const row = await rows.get(item);
    const taken = row ? await findTaken(db, tables, item.table, row) : [];
    for (const { holder } of taken) conflicts.push({ reason: "UNIQUE_TAKEN", target, holder });
  }
  return conflicts.slice(0, MAX_CONFLICTS);
}

class ParentCheck {
  private readonly rows: TrashRows;
  private readonly slice: Slice;
  private readonly own: Set<string>;
  private readonly known = new Map<string, boolean>();

  constructor(rows: TrashRows, slice: Slice) {
    this.rows = rows;
    this.slice = slice;
    const { root, items } = slice;
    this.own = new Set([root, ...items].map(({ table, id }) => rowKey({ table, id })));
  }

  async isThere(parent: Reference): Promise<boolean> {
    const key = rowKey(parent);
    if (this.own.has(key)) return true;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const row = await this.rows.get(parent);
    // Of an operation of many steps we do not see all rows. Its own bear its time.
    const isOwn = !this.slice.isWhole && row?.[TRASHED_AT] === this.slice.deletedAt;
    const isThere = row !== null && (!isTrashed(row) || isOwn);
    this.known.set(key, isThere);
    return isThere;
  }
}
