import type { FunctionReturnType } from "convex/server";
import type { ComponentApi } from "../component/_generated/component.js";
import type { Reference } from "../shared/auditLogs.js";
import type { MemberSearch, RestoreConflict, StoredItem } from "../shared/trash.js";
import { MAX_CONFLICTS, rowKey } from "../shared/trashRules.js";
import { fromComponent } from "./calls.js";
import type { CanRunQuery } from "./contexts.js";
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

export type Findings = {
  /** What keeps rows of the slice from coming back, at most 50: parents in the trash, values taken. */
  conflicts: RestoreConflict[];
  /** The record is too long to be looked through here: whether rows are kept is not known yet. */
  search: MemberSearch | null;
};

/** Looking through the record costs a read for a hundred items. */
const ITEMS_SEARCHED_PER_ROW = 20;

/** Finds what keeps operations from coming back, in one transaction. */
export class Conflicts {
  private readonly ctx: CanRunQuery & { db: object };
  private readonly rows: TrashRows;
  private readonly component: ComponentApi;
  private readonly tables: TrashTables;
  private items: number;
  /** By operation. */
  private readonly searches = new Map<string, MemberSearch>();

  /** @param room - rows that the transaction has room for */
  constructor(
    ctx: CanRunQuery & { db: object },
    rows: TrashRows,
    { component, tables }: { component: ComponentApi; tables: TrashTables },
    room: number,
  ) {
    this.ctx = ctx;
    this.rows = rows;
    this.component = component;
    this.tables = tables;
    this.items = ITEMS_SEARCHED_PER_ROW * room;
  }

  /** @param search - what an earlier transaction has found out */
  async of(slice: Slice, search?: MemberSearch): Promise<Findings> {
    if (search) this.searches.set(slice.operationId, search);
    // The root of a longer operation comes back last, and is asked about from the start.
    const { root, items, isLast } = slice;
    const asked = (isLast ? rowsOf(slice) : [root, ...items]).filter(isTaken);
    const { lost, isKnown } = await this.findLost(slice, asked);
    const conflicts: RestoreConflict[] = [];
    for (const { table, id, parents = [] } of asked) {
      if (conflicts.length >= MAX_CONFLICTS) break;
      const target = { table, id };
      for (const holder of parents) {
        if (lost.has(rowKey(holder))) conflicts.push({ reason: "PARENT_DELETED", target, holder });
      }
      for (const holder of await this.holdersOf(target)) {
        conflicts.push({ reason: "UNIQUE_TAKEN", target, holder });
      }
    }
    return {
      conflicts: conflicts.slice(0, MAX_CONFLICTS),
      search: isKnown || conflicts.length > 0 ? null : this.searches.get(slice.operationId)!,
    };
  }

  /** Which parents of rows are in the trash or gone, and do not come back with them. */
  private async findLost(slice: Slice, asked: StoredItem[]) {
    const own = new Set([slice.root, ...slice.items.filter(isTaken)].map(rowKey));
    const lost = new Set<string>();
    const doubtful: Reference[] = [];
    const looked = new Set<string>();
    for (const parent of asked.flatMap(({ parents = [] }) => parents)) {
      const key = rowKey(parent);
      if (own.has(key) || looked.has(key)) continue;
      looked.add(key);
      const row = await this.rows.get(parent);
      if (row && !isTrashed(row)) continue;
      lost.add(key);
      // Of an operation of many steps we do not see all rows. Its own bear its time.
      const mayBeOwn = !slice.isWhole && (!row || row[TRASHED_AT] === slice.deletedAt);
      if (mayBeOwn) doubtful.push(parent);
    }
    if (doubtful.length === 0) return { lost, isKnown: true };
    const { members, left } = await this.search(slice.operationId, doubtful);
    for (const member of members) lost.delete(rowKey(member));
    if (left === 0) return { lost, isKnown: true };
    for (const parent of doubtful) lost.delete(rowKey(parent));
    return { lost, isKnown: false };
  }

  /** Other rows may have the time of an operation, too: only its record says which ones are its own. */
  private async search(operationId: string, sought: Reference[]): Promise<MemberSearch> {
    const before = this.goingOn(operationId, sought);
    if (before?.left === 0) return before;
    const args = {
      operationId,
      rows: before?.others ?? sought,
      ...(before && { below: before.left }),
      items: this.items,
    };
    const { findMembers } = this.component.trashRestores;
    const found = await fromComponent(this.ctx.runQuery(findMembers, args));
    // Whoever comes next goes on in a transaction of its own.
    this.items = 0;
    const search = { ...found, members: [...(before?.members ?? []), ...found.members] };
    this.searches.set(operationId, search);
    return search;
  }

  /** The search that was begun for all of these rows. */
  private goingOn(operationId: string, sought: Reference[]): MemberSearch | undefined {
    const search = this.searches.get(operationId);
    const begun = new Set([...(search?.members ?? []), ...(search?.others ?? [])].map(rowKey));
    return sought.every((row) => begun.has(rowKey(row))) ? search : undefined;
  }

  /** Live rows that have a value of this one which only one may have. */
  private async holdersOf(target: Reference): Promise<Reference[]> {
    if ((this.tables.get(target.table)?.unique.length ?? 0) === 0) return [];
    const row = await this.rows.get(target);
    const taken = row ? await findTaken(this.ctx.db, this.tables, target.table, row) : [];
    return taken.map(({ holder }) => holder);
  }
}

/** What was only detached was never in the trash. */
function isTaken(item: StoredItem): boolean {
  return item.detached === undefined;
}
