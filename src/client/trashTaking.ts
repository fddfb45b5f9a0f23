import type { Reference } from "../shared/auditLogs.js";
import type { Scan, StoredItem, TrashItem } from "../shared/trash.js";
import { rowKey } from "../shared/trashRules.js";
import type { Row } from "./guards/writeLog.js";
import type { TrashRelation } from "./tableChecks.js";
import type { Relations } from "./trashRelations.js";
import type { Room } from "./trashRoom.js";
import type { TrashRows } from "./trashRows.js";

/** Rows that keep an operation from going on; more are not looked for. */
const MAX_BLOCKERS = 10;

export type Taking = {
  /** In the order in which they were met; none is written yet. */
  items: StoredItem[];
  /** Where to look on; `null`: all is found. */
  scan: Scan | null;
  /** Live rows that must not lose what they point to. */
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
  private readonly items: StoredItem[] = [];
  /** Of the rows that went along: what else they depend on. */
  private readonly parents = new Map<StoredItem, Reference[]>();
  private readonly taken = new Set<string>();
  private readonly detached = new Set<string>();

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
    let { relation } = first;
    let place = 0;
    let isCut = false;
    // What is met now stands behind all others, so it is looked at only after them.
    const length = () => (isWhole ? this.queue.length : queue.length);
    for (; place < length(); place++, relation = 0) {
      isCut = !(await this.look(this.queue[place]!, relation, (at) => (relation = at)));
      if (isCut) break;
    }
    const isDone = !isCut && isWhole;
    const blockers = isReturning ? [] : await this.findBlockers(this.queue.slice(0, place));
    return {
      items: this.items.map((item) => this.withParents(item)),
      scan: isDone ? null : { item: first.item + place, relation },
      blockers,
    };
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
    this.room.useRanges(relations.filter(({ onDelete }) => onDelete === "restrict").length);
    return true;
  }

  /** @returns whether there was room for all rows */
  private async take(parent: TrashItem, relation: TrashRelation): Promise<boolean> {
    this.room.useRanges(1);
    for await (const row of this.rows.childrenOf(parent, relation)) {
      // A row that was met may be too much only when there is another one behind it.
      if (this.room.isOut) return false;
      this.room.useRow(row);
      this.add(parent, relation, row);
    }
    return true;
  }

  private add(parent: TrashItem, { table, field, onDelete }: TrashRelation, row: Row): void {
    const reference = { table, id: String(row["_id"]) };
    const key = rowKey(reference);
    if (this.isGone(key)) return;
    if (onDelete === "detach") {
      const place = `${key}.${field}`;
      if (this.detached.has(place)) return;
      this.detached.add(place);
      this.push({ ...reference, detached: { field, value: parent.id } });
      return;
    }
    this.taken.add(key);
    const item: StoredItem = reference;
    this.push(item);
    const parents = this.rows.parentsOf(this.relations, table, row);
    const others = parents.filter((one) => one.id !== parent.id);
    if (others.length > 0) this.parents.set(item, others);
  }

  private push(item: StoredItem): void {
    this.items.push(item);
    this.queue.push(item);
  }

  private isGone(key: string): boolean {
    return this.taken.has(key) || this.start.gone.has(key);
  }

  /** With what it depends on outside of the operation, as far as that is known. */
  private withParents(item: StoredItem): StoredItem {
    const parents = this.parents.get(item)?.filter((one) => !this.taken.has(rowKey(one))) ?? [];
    return parents.length > 0 ? { ...item, parents } : item;
  }

  /** Asked when it is known what goes along: a row that goes too is no reason to stay. */
  private async findBlockers(looked: TrashItem[]): Promise<Reference[]> {
    const blockers: Reference[] = [];
    for (const row of looked) {
      for (const relation of this.relationsOf(row)) {
        if (relation.onDelete !== "restrict") continue;
        for await (const child of this.rows.childrenOf(row, relation)) {
          const reference = { table: relation.table, id: String(child["_id"]) };
          if (this.isGone(rowKey(reference))) continue;
          blockers.push(reference);
          break;
        }
        if (blockers.length === MAX_BLOCKERS) return blockers;
      }
    }
    return blockers;
  }

  private relationsOf({ table, detached }: TrashItem): readonly TrashRelation[] {
    return detached ? [] : this.relations.ofTable(table);
  }
}
