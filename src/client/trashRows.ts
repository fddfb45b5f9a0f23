import type { Reference } from "../shared/auditLogs.js";
import type { StoredItem } from "../shared/trash.js";
import type { Database, Id } from "./guards/database.js";
import { guardedDbOf } from "./guards/guardedDb.js";
import { unguardedDb } from "./guards/scopedReads.js";
import type { Row } from "./guards/writeLog.js";
import type { TrashRelation } from "./tableChecks.js";
import { TRASHED_AT, type OnDelete } from "./tables.js";
import type { Relations } from "./trashRelations.js";

/** Rows that were written here in the transaction of a `ctx.db`: what callers hold of them is old. */
const written = new WeakMap<object, Set<string>>();

type Range = { eq(field: string, value: unknown): Range };
type Indexed = { withIndex(name: string, range: (q: Range) => Range): AsyncIterable<Row> };

/** The host's rows, in the trash or not, behind whatever guards its `ctx.db`. */
export class TrashRows {
  private readonly given: object;
  private readonly db: Database;

  constructor(db: object) {
    this.given = db;
    this.db = unguardedDb(db);
  }

  // --- Reads ---------------------------------------------------------------------------------

  idOf(table: string, id: string): Id | null {
    return this.db.normalizeId(table, id);
  }

  async get({ id }: Pick<Reference, "id">): Promise<Row | null> {
    return await this.db.get(id as Id);
  }

  /** The row, without a read where the caller has it, or the guarded `ctx.db` does. */
  async find(table: string, given: string | Row): Promise<Row | null> {
    const id = this.idOf(table, typeof given === "string" ? given : String(given["_id"]));
    if (id === null) return null;
    const guarded = guardedDbOf(this.given);
    await guarded?.settle();
    const isOld = written.get(this.db)?.has(id) ?? false;
    const held = typeof given === "string" || isOld ? undefined : given;
    return guarded?.rowOf(id) ?? held ?? (await this.db.get(id));
  }

  /** The row, where the guarded `ctx.db` has it. */
  rowOf(id: string): Row | undefined {
    return guardedDbOf(this.given)?.rowOf(id);
  }

  /** The rows that this one depends on: a key that holds no id of the parent's table points to none. */
  parentsOf(relations: Relations, table: string, row: Row, deed?: OnDelete): Reference[] {
    const parents = relations.parentsOf(table, row, deed);
    return parents.filter((parent) => this.idOf(parent.table, parent.id) !== null);
  }

  /** The live rows that point to a row. */
  childrenOf({ id }: Reference, relation: TrashRelation): AsyncIterable<Row> {
    const { table, index, field, isSoftDeleted } = relation;
    return (this.db.query(table) as Indexed).withIndex(index, (q) => {
      const ofParent = q.eq(field, id);
      return isSoftDeleted ? ofParent.eq(TRASHED_AT, undefined) : ofParent;
    });
  }

  // --- Writes --------------------------------------------------------------------------------

  /** Puts rows into the trash, or clears their foreign keys. */
  async remove(items: StoredItem[], deletedAt: number): Promise<void> {
    for (const { id, detached } of items) {
      await this.patch(
        id,
        detached ? { [detached.field]: undefined } : { [TRASHED_AT]: deletedAt },
      );
    }
  }

  /**
   * Takes rows out of the trash, the last one first, without a look at them: what the record says is
   * in the trash is there.
   *
   * @returns how many do not exist any more
   */
  async restore(items: StoredItem[]): Promise<number> {
    let missing = 0;
    for (const { id, detached } of items.toReversed()) {
      if (detached) await this.attach(id, detached);
      else if (!(await this.tryPatch(id, { [TRASHED_AT]: undefined }))) missing++;
    }
    return missing;
  }

  /**
   * Deletes rows for good, the last one first, and only those that are in the trash.
   *
   * @returns how many were not
   */
  async purge(items: StoredItem[]): Promise<number> {
    let missing = 0;
    for (const { id, detached } of items.toReversed()) {
      if (detached) continue;
      const row = await this.db.get(id as Id);
      if (row?.[TRASHED_AT] === undefined) {
        missing++;
        continue;
      }
      await this.db.delete(id as Id);
      this.wasWritten(id);
    }
    return missing;
  }

  private async attach(id: string, { field, value }: { field: string; value: string }) {
    const row = await this.db.get(id as Id);
    // Somebody has pointed it elsewhere meanwhile.
    if (row && row[field] === undefined) await this.patch(id, { [field]: value });
  }

  private async tryPatch(id: string, patch: Row): Promise<boolean> {
    try {
      await this.patch(id, patch);
      return true;
    } catch (error) {
      if (await this.db.get(id as Id)) throw error;
      return false;
    }
  }

  private async patch(id: string, patch: Row): Promise<void> {
    await this.db.patch(id as Id, patch);
    this.wasWritten(id);
  }

  private wasWritten(id: string): void {
    guardedDbOf(this.given)?.wasWritten(id);
    const rows = written.get(this.db) ?? new Set();
    written.set(this.db, rows.add(id));
  }
}

export function isTrashed(row: Row): boolean {
  return row[TRASHED_AT] !== undefined;
}
