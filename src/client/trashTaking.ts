import type { Reference } from "../shared/auditLogs.js";
import type { NewItem, Scan, TrashItem } from "../shared/trash.js";
import { rowKey } from "../shared/trashRules.js";
import type { Row } from "./guards/writeLog.js";
import type { TrashRelation } from "./tableChecks.js";
import type { Relations } from "./trashRelations.js";
import type { Room } from "./trashRoom.js";
import type { TrashRows } from "./trashRows.js";

/** Rows that keep an operation from going on; more are not looked for. */
const MAX_BLOCKERS = 10;

/** All is found: from the root on, who must stay is asked. */
const ASK: Scan = { item: 0, relation: 0, blockers: "asked" };

export type Taking = {
  /** In the order in which they were met; none is written yet. */
  items: NewItem[];
  /** Where to look on; `null`: all is found. */
  scan: Scan | null;
  /** Live rows that must not lose what they point to, and that do not go along. */
  blockers: Reference[];
};

export type TakingStart = {
  /** The rows whose relations are looked at, from `scan.item` on. */
  queue: TrashItem[];
  scan: Scan;
  /** No others follow the queue. */
  isWhole: boolean;
  /** Rows that other operations of this transaction have taken: live no more, although not written. */
  gone: ReadonlySet<string>;
  /** What goes back to where it was asks nobody. */
  isReturning?: boolean;
};

/**
 * What goes along with rows that go to the trash: breadth first over the declared relations, as far
 * as there is room. Reads only.
 */
export async function takeAlong(
  rows: TrashRows,
  relations: Relations,
  start: TakingStart,
  room: Room,
): Promise<Taking> {
  return await new Cascade(rows, relations, start, room).run();
}

class Cascade {
  private readonly rows: TrashRows;
  private readonly relations: Relations;
  private readonly start: TakingStart;
  private readonly room: Room;
  private readonly queue: TrashItem[];
  private readonly items: NewItem[] = [];
  /** Of the rows that went along: what else they depend on. */
  private readonly parents = new Map<NewItem, Reference[]>();
  private readonly taken = new Set<string>();
  private readonly detached = new Set<string>();
  private readonly blockers: Reference[] = [];
  /** A row was met that must stay, unless it goes along with one that was not met yet. */
  private hasDoubts = false;

  constructor(rows: TrashRows, relations: Relations, start: TakingStart, room: Room) {
    this.rows = rows;
    this.relations = relations;
    this.start = start;
    this.room = room;
    this.queue = [...start.queue];
    for (const item of start.queue) if (!item.detached) this.taken.add(rowKey(item));
  }

  async run(): Promise<Taking> {
    const { scan: first, queue, isWhole, isReturning } = this.start;
    if (first.blockers === "asked") return await this.ask();
    let { relation } = first;
    let place = 0;
    let isCut = false;
    // What is met now stands behind all others, so it is looked at only after them.
    const length = () => (isWhole ? this.queue.length : queue.length);
    for (; place < length(); place++, relation = 0) {
      isCut = !(await this.look(this.queue[place]!, relation, (at) => (relation = at)));
      if (isCut) break;
    }
    const isFound = !isCut && isWhole;
    this.hasDoubts = first.blockers === "met";
    if (!isReturning) await this.findBlockers(this.queue.slice(0, place), isFound);
    const met = this.hasDoubts ? { blockers: "met" as const } : {};
    const next = { item: first.item + place, relation, ...met };
    return this.taking(isFound ? (this.hasDoubts ? ASK : null) : next);
  }

  /** All is found: what is live now stays live. */
  private async ask(): Promise<Taking> {
    const { scan: first, isWhole } = this.start;
    let place = 0;
    for (; place < this.queue.length && !this.room.isOut; place++) {
      this.room.useRanges(this.restrictsOf(this.queue[place]!).length);
    }
    await this.findBlockers(this.queue.slice(0, place), true);
    const isDone = place === this.queue.length && isWhole;
    return this.taking(isDone ? null : { ...ASK, item: first.item + place });
  }

  private taking(scan: Scan | null): Taking {
    const items = this.items.map((item) => this.withParents(item));
    return { items, scan, blockers: this.blockers };
  }

  /** @returns whether there was room for all of its relations */
  private async look(
    row: TrashItem,
    first: number,
    cutAt: (relation: number) => void,
  ): Promise<boolean> {
    const relations = this.relationsOf(row);
    for (let i = first; i < relations.length; i++) {
      if (relations[i]!.onDelete === "restrict") continue;
      if (this.room.isOut || !(await this.take(row, relations[i]!))) {
        cutAt(i);
        return false;
      }
    }
    this.room.useRanges(this.restrictsOf(row).length);
    return true;
  }

  /** @returns whether there was room for all rows */
  private async take(parent: TrashItem, relation: TrashRelation): Promise<boolean> {
    this.room.useRanges(1);
    for await (const row of this.rows.childrenOf(parent, relation)) {
      // A row that was met may be too much only when there is another one behind it.
      if (this.room.isOut) return false;
      this.add(parent, relation, row, this.room.useRow(row));
    }
    return true;
  }

  private add(parent: TrashItem, relation: TrashRelation, row: Row, bytes: number): void {
    const { table, field, onDelete } = relation;
    const reference = { table, id: String(row["_id"]) };
    const key = rowKey(reference);
    if (this.isGone(key)) return;
    if (onDelete === "detach") {
      const place = `${key}.${field}`;
      if (this.detached.has(place)) return;
      this.detached.add(place);
      this.push({ ...reference, bytes, detached: { field, value: parent.id } });
      return;
    }
    this.taken.add(key);
    const item: NewItem = { ...reference, bytes };
    this.push(item);
    const parents = this.rows.parentsOf(this.relations, table, row);
    const others = parents.filter((one) => one.id !== parent.id);
    if (others.length > 0) this.parents.set(item, others);
  }

  private push(item: NewItem): void {
    this.items.push(item);
    this.queue.push(item);
  }

  private isGone(key: string): boolean {
    return this.taken.has(key) || this.start.gone.has(key);
  }

  /** With what it depends on outside of the operation, as far as that is known. */
  private withParents(item: NewItem): NewItem {
    const parents = this.parents.get(item)?.filter((one) => !this.taken.has(rowKey(one))) ?? [];
    return parents.length > 0 ? { ...item, parents } : item;
  }

  /**
   * Asked when it is known what goes along: a row that goes too is no reason to stay.
   *
   * @param isAll - nothing else goes along; else those that still may are left in doubt
   */
  private async findBlockers(looked: TrashItem[], isAll: boolean): Promise<void> {
    for (const row of looked) {
      for (const relation of this.restrictsOf(row)) {
        for await (const child of this.rows.childrenOf(row, relation)) {
          const reference = { table: relation.table, id: String(child["_id"]) };
          if (this.isGone(rowKey(reference))) continue;
          if (isAll || !this.mayGoAlong(relation.table, child)) this.blockers.push(reference);
          else this.hasDoubts = true;
          break;
        }
        if (this.blockers.length === MAX_BLOCKERS) return;
      }
    }
  }

  private mayGoAlong(table: string, row: Row): boolean {
    return this.rows.parentsOf(this.relations, table, row, "cascade").length > 0;
  }

  private restrictsOf(row: TrashItem): readonly TrashRelation[] {
    return this.relationsOf(row).filter(({ onDelete }) => onDelete === "restrict");
  }

  private relationsOf({ table, detached }: TrashItem): readonly TrashRelation[] {
    return detached ? [] : this.relations.ofTable(table);
  }
}
