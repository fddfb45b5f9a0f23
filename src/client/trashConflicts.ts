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

/** What keeps a row from coming back, unless it is of the same operation. */
type Suspect = RestoreConflict & { holder: Reference; mayBeOwn: boolean };

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
    const lost = await this.findLost(slice, asked);
    const suspects: Suspect[] = [];
    let certain = 0;
    const suspect = (one: Suspect) => {
      suspects.push(one);
      if (!one.mayBeOwn) certain++;
    };
    for (const { table, id, parents = [] } of asked) {
      if (certain >= MAX_CONFLICTS) break;
      const target = { table, id };
      for (const holder of parents) {
        const mayBeOwn = lost.get(rowKey(holder));
        if (mayBeOwn === undefined) continue;
        suspect({ reason: "PARENT_DELETED", target, holder, mayBeOwn });
      }
      for (const holder of await this.holdersOf(target)) {
        // Two that had one value before may have it again, whichever of them comes back first.
        suspect({ reason: "UNIQUE_TAKEN", target, holder, mayBeOwn: !slice.isFirst });
      }
    }
    return await this.settle(slice.operationId, suspects);
  }

  /** Parents of rows that are in the trash or gone, and do not come back with them; whether they may yet. */
  private async findLost(slice: Slice, asked: StoredItem[]): Promise<Map<string, boolean>> {
    const own = new Set([slice.root, ...slice.items.filter(isTaken)].map(rowKey));
    const lost = new Map<string, boolean>();
    const looked = new Set<string>();
    for (const parent of asked.flatMap(({ parents = [] }) => parents)) {
      const key = rowKey(parent);
      if (own.has(key) || looked.has(key)) continue;
      looked.add(key);
      const row = await this.rows.get(parent);
      if (row && !isTrashed(row)) continue;
      // Of an operation of many steps we do not see all rows. Its own bear its time.
      const hasItsTime = !row || row[TRASHED_AT] === slice.deletedAt;
      lost.set(key, !slice.isWhole && hasItsTime);
    }
    return lost;
  }

  /** What is an operation's own does not stand in its way. */
  private async settle(operationId: string, suspects: Suspect[]): Promise<Findings> {
    const doubtful = suspects.filter(({ mayBeOwn }) => mayBeOwn);
    const sought = new Map(doubtful.map(({ holder }) => [rowKey(holder), holder]));
    const search = sought.size > 0 ? await this.search(operationId, [...sought.values()]) : null;
    const isKnown = !search || search.left === 0;
    const own = new Set(search?.members.map(rowKey));
    const conflicts = suspects
      .filter(({ holder, mayBeOwn }) => !mayBeOwn || (isKnown && !own.has(rowKey(holder))))
      .slice(0, MAX_CONFLICTS)
      .map(({ reason, target, holder }) => ({ reason, target, holder }));
    return { conflicts, search: isKnown || conflicts.length > 0 ? null : search };
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
