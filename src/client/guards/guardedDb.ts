import { throwIfInvalid } from "../../shared/errors.js";
import { omit } from "../../shared/fields.js";
import { checkValue, MAX_DOCUMENT_DEPTH } from "../../shared/values.js";
import type { TrashTables } from "../tableChecks.js";
import { TRASHED_AT, type RegisteredTables, type Scope, type TableOptions } from "../tables.js";
import { present, type At, type Database, type Id } from "./database.js";
import { isTrashed, needsTrash, PROTECTED, tooLate } from "./refusals.js";
import { scopedReader, standsFor, type Reader } from "./scopedReads.js";
import {
  copyOf,
  isSame,
  own,
  pick,
  plainRow,
  snapshotOf,
  STAMPS,
  type Row,
  type WriteLog,
} from "./writeLog.js";

export type { Database } from "./database.js";
export { unguardedDb } from "./scopedReads.js";

export type GuardedDbOptions = {
  tables: RegisteredTables;
  trash: TrashTables;
  /** Protected fields that this function changes on purpose. */
  mayChange: readonly string[];
  /** The id of who acts, for stamps. */
  actorId: string;
};

/** What Convex stores (documentation, "Limits"). */
const DOCUMENT_LIMITS = { maxDepth: MAX_DOCUMENT_DEPTH, maxBytes: 1024 * 1024 };

const guarded = new WeakMap<object, GuardedDb>();

/** Which guarded database this `ctx.db` is, for what writes behind it; nothing for the host's own. */
export function guardedDbOf(db: object): GuardedDb | undefined {
  return guarded.get(db);
}

/**
 * `ctx.db` of a guarded mutation: writes to registered tables are checked, stamped, and noted for
 * the audit log; rows in the trash are not shown. Everything else goes through as it is.
 */
export class GuardedDb {
  readonly db: Database;
  private readonly inner: Database;
  /** Reads of every scope, noting what they find. */
  private readonly source: Reader;
  private readonly log: WriteLog;
  private readonly options: GuardedDbOptions;
  /** Rows as they are at this moment, as far as that is known, so that none is read twice. */
  private known = new Map<string, Row>();
  /** Writes run one after the other: each has to see what the one before has left. */
  private tail: Promise<unknown> = Promise.resolve();
  private writes = 0;
  private isClosed = false;

  constructor(inner: Database, log: WriteLog, options: GuardedDbOptions) {
    this.inner = inner;
    this.log = log;
    this.options = options;
    this.source = this.noteReads();
    this.db = this.wrap();
    standsFor(this.source, inner, "all");
    standsFor(this.db, inner, "live");
    guarded.set(this.db, this);
  }

  /** Reads of one scope, and nothing but reads. */
  reader(scope: Scope): Reader {
    return scopedReader(this.source, scope, this.options.trash);
  }

  /**
   * Lets somebody else write, such as a nested mutation: in turn with the handler's own writes, so
   * that each of those knows what it found. Nothing is known after that.
   */
  async yieldTo<Result>(work: () => Promise<Result>): Promise<Result> {
    return await this.enqueue(async () => {
      this.log.split();
      try {
        return await work();
      } finally {
        this.forget();
      }
    });
  }

  /** Waits for writes the handler did not wait for; what comes later would have no entry and is refused. */
  async close(): Promise<void> {
    let tail;
    while (tail !== this.tail) await (tail = this.tail);
    // Without an await in between, in which one more write could come.
    this.isClosed = true;
  }

  /** @throws INVALID_STATE once the handler has returned */
  assertOpen(): void {
    if (this.isClosed) throw tooLate();
  }

  /** Waits for the writes that are under way. */
  async settle(): Promise<void> {
    let tail;
    while (tail !== this.tail) await (tail = this.tail);
  }

  /** The row as it is at this moment, where that is known without a read. */
  rowOf(id: string): Row | undefined {
    return this.known.get(id);
  }

  /**
   * Somebody has written this row behind our back and recorded it: what comes later is told apart
   * from what came before.
   *
   * @param row - as it is now; absent where that is not known, or it is gone
   */
  wasWritten(id: string, row?: Row): void {
    this.writes++;
    this.log.split(id);
    if (row) this.known.set(id, copyOf(row));
    else this.known.delete(id);
  }

  private forget(): void {
    this.writes++;
    this.known.clear();
  }

  private noteReads(): Reader {
    const { query, normalizeId, system } = this.inner;
    const get = (...at: At) => this.get(present(at));
    const table = (name: string) => ({
      get: (id: Id) => get(name, id),
      query: () => query(name),
    });
    return { get, query, normalizeId, system, table };
  }

  private wrap(): Database {
    const reader = this.reader("live");
    return {
      ...this.inner,
      ...reader,
      insert: (table, value) => this.insert(table, value),
      patch: (...args) => this.write("patch", present(args)),
      replace: (...args) => this.write("replace", present(args)),
      delete: (...at) => this.delete(present(at)),
      // In the types of few hosts, and there in all of them.
      table: (name) => ({
        ...reader.table(name),
        insert: (value: Row) => this.insert(name, value),
        patch: (id: Id, value: Row) => this.write("patch", [name, id, value]),
        replace: (id: Id, value: Row) => this.write("replace", [name, id, value]),
        delete: (id: Id) => this.delete([name, id]),
      }),
    };
  }

  private async get(at: At): Promise<Row | null> {
    const id = at.at(-1)!;
    if (!this.tableOf(id)) return await this.inner.get(...at);
    await this.settle();
    const { writes } = this;
    const row = await this.inner.get(...at);
    if (row && writes === this.writes) this.known.set(id, copyOf(row));
    return row;
  }

  private async insert(table: string, value: Row): Promise<Id> {
    const options = this.optionsOf(table);
    if (!options) return await this.inner.insert(table, value);
    const row = { ...snapshotOf(value), ...(options.stamps && this.stamps(true)) };
    return await this.enqueue(async () => {
      checkDocument(row);
      // A row begins its life outside of the trash.
      if (options.softDelete) this.assertUnchanged([TRASHED_AT], {}, row);
      const id = await this.inner.insert(table, row);
      this.note(table, id, null, copyOf(row));
      return id;
    });
  }

  private async write(kind: "patch" | "replace", args: [...At, Row]): Promise<void> {
    const given = args.pop() as Row;
    const at = args as unknown as At;
    const id = at.at(-1)!;
    const table = this.tableOf(id);
    if (!table) return await this.inner[kind](...at, given);
    const { stamps, protect = [], softDelete } = this.optionsOf(table)!;
    const value = stamps ? omit(snapshotOf(given), STAMPS) : snapshotOf(given);
    await this.enqueue(async () => {
      const before = this.known.get(id) ?? (await this.readBefore(at));
      // The row does not exist: Convex says so best.
      if (!before) return await this.inner[kind](...at, value);
      if (softDelete) this.assertLive(table, before);
      const kept = kind === "replace" && stamps ? pick(before, STAMPS) : {};
      const base = kind === "patch" ? before : pick(before, SYSTEM_FIELDS);
      const wanted = { ...base, ...value, ...kept };
      const fields = [...SYSTEM_FIELDS, ...protect, ...(softDelete ? [TRASHED_AT] : [])];
      this.assertUnchanged(fields, before, wanted);
      checkDocument(wanted);
      const isChanged = !isSame(before, copyOf(wanted));
      const fresh = isChanged && stamps ? this.stamps(false) : {};
      await this.inner[kind](...at, { ...value, ...kept, ...fresh });
      this.note(table, id, before, copyOf({ ...wanted, ...fresh }));
    });
  }

  private async delete(at: At): Promise<void> {
    const id = at.at(-1)!;
    const table = this.tableOf(id);
    if (!table) return await this.inner.delete(...at);
    if (this.optionsOf(table)!.softDelete) throw needsTrash(table);
    await this.enqueue(async () => {
      const before = this.known.get(id) ?? (await this.readBefore(at));
      await this.inner.delete(...at);
      if (before) this.note(table, id, before, null);
    });
  }

  private note(table: string, id: string, before: Row | null, after: Row | null): void {
    this.writes++;
    // A new row gets its system fields from Convex: whoever wants to know reads it.
    if (before && after) this.known.set(id, after);
    else this.known.delete(id);
    this.log.add({ table, id, before, after });
  }

  private async readBefore(at: At): Promise<Row | null> {
    const row = await this.inner.get(...at);
    return row && copyOf(row);
  }

  private async enqueue<Result>(work: () => Promise<Result>): Promise<Result> {
    this.assertOpen();
    const result = this.tail.then(work);
    this.tail = result.catch(() => {});
    return await result;
  }

  /** By the id alone, whatever table the caller names. */
  private tableOf(id: string): string | undefined {
    return Object.keys(this.options.tables).find((name) => this.inner.normalizeId(name, id));
  }

  private optionsOf(table: string): TableOptions | undefined {
    const { tables } = this.options;
    return Object.hasOwn(tables, table) ? tables[table] : undefined;
  }

  private stamps(isNew: boolean): Row {
    const [at, by] = [Date.now(), this.options.actorId];
    return { ...(isNew && { createdAt: at, createdBy: by }), updatedAt: at, updatedBy: by };
  }

  private assertLive(table: string, row: Row): void {
    const isOnPurpose = this.options.mayChange.includes(TRASHED_AT);
    if (row[TRASHED_AT] !== undefined && !isOnPurpose) throw isTrashed(table);
  }

  private assertUnchanged(fields: string[], before: Row, after: Row): void {
    const changed = fields.filter(
      (name) =>
        !this.options.mayChange.includes(name) && !isSame(own(before, name), own(after, name)),
    );
    const faults = changed.map((name) => [name, PROTECTED] as const);
    throwIfInvalid(Object.fromEntries(faults), "The document was not written.");
  }
}

const SYSTEM_FIELDS = ["_id", "_creationTime"];

function checkDocument(row: Row): void {
  const { _id, _creationTime, ...fields } = plainRow(row);
  throwIfInvalid(checkValue(fields, "", DOCUMENT_LIMITS), "The document was not written.");
}
