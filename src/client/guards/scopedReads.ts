import { TRASHED_AT } from "../../shared/softDelete.js";
import type { TrashTable, TrashTables } from "../tableChecks.js";
import type { Scope } from "../tables.js";
import { present, type At, type Database, type Id } from "./database.js";
import { scanIndexOf, scopedRange, type Step } from "./scopedRanges.js";
import type { Row } from "./writeLog.js";

/** The reading half of the host's `ctx.db`. */
export type Reader = Pick<Database, "get" | "query" | "normalizeId" | "system" | "table">;

const behind = new WeakMap<object, { db: object; scope: Scope }>();

/** Says what stands behind a `ctx.db` of ours: for {@link unguardedDb} and {@link scopeOf}. */
export function standsFor(reader: object, db: object, scope: Scope): void {
  behind.set(reader, { db, scope });
}

/** The host's own `ctx.db` behind a guarded one, for what keeps scopes and records itself. */
export function unguardedDb(db: object): Database {
  return (behind.get(db)?.db ?? db) as Database;
}

/** What a reader of ours shows; nothing where it is the host's own. */
export function scopeOf(db: object): Scope | undefined {
  return behind.get(db)?.scope;
}

/**
 * Reads of one scope. What a row's scope is costs no read: it stands in the row, and in the index
 * range wherever an index has it right behind what the host asks for. Else the rows of other scopes
 * are filtered out before any is taken.
 *
 * Without tables in `trash` this is `db` itself.
 */
export function scopedReader<Db extends Reader>(db: Db, scope: Scope, trash: TrashTables): Reader {
  if (trash.size === 0) return db;
  const get = async (...given: At) => {
    const at = present(given);
    const row = await db.get(...at);
    return row && isInScope(row, scope, isIn(trash, db, at)) ? row : null;
  };
  const query = (name: string) => {
    const table = trash.get(name);
    if (!table || scope === "all") return db.query(name);
    return scopedQuery(() => db.query(name) as Initial, name, table, scope);
  };
  const { normalizeId, system } = db;
  const table = (name: string) => ({
    get: (id: Id) => get(name, id),
    query: () => query(name),
  });
  const reader = { get, query, normalizeId, system, table };
  standsFor(reader, unguardedDb(db), scope);
  return reader;
}

/** Asked only of rows that are elsewhere, so that most reads do without. */
function isIn(trash: TrashTables, db: Reader, at: At): () => boolean {
  if (at.length === 2) return () => trash.has(at[0]);
  return () => [...trash.keys()].some((name) => db.normalizeId(name, at[0]) !== null);
}

function isInScope(row: Row, scope: Scope, hasTrash: () => boolean): boolean {
  if (scope === "all") return true;
  return (row[TRASHED_AT] === undefined) === (scope === "live") || !hasTrash();
}

// --- Queries -----------------------------------------------------------------------------------

/** A range builder of Convex, and whatever it becomes. */
type Building = { [Kind in Step[0]]: (field: string, value: unknown) => Building } & {
  search(field: string, text: string): Building;
};
type BuildRange = (q: Building) => Building;
type Filters = { field(name: string): unknown } & {
  [Name in "eq" | "neq"]: (a: unknown, b: unknown) => unknown;
};
type Built = { filter(predicate: (q: Filters) => unknown): Built };
type Methods = Record<string | symbol, (...args: unknown[]) => unknown>;
type Initial = {
  fullTableScan(): Built;
  withIndex(name: string, range?: BuildRange): Built;
  withSearchIndex(name: string, search: BuildRange): Built;
};

/** What else can be done with `ctx.db.query(table)`: all of it begins with a scan of the table. */
const OF_A_SCAN = [
  "order",
  "filter",
  "limit",
  "collect",
  "take",
  "first",
  "unique",
  "paginate",
  Symbol.asyncIterator,
] as const;

function scopedQuery(
  open: () => Initial,
  name: string,
  table: TrashTable,
  scope: Exclude<Scope, "all">,
): object {
  const withIndex = (index: string, range?: BuildRange) => {
    const steps = range ? stepsOf(range) : [];
    const isByCreation = index === BY_CREATION;
    const scan = isByCreation && scope === "live" ? scanIndexOf(table.indexes) : undefined;
    const used = scan ?? index;
    const scoped = scopedRange(steps, table.indexes.get(used) ?? [], scope, name);
    const query = open().withIndex(used, (q) => replay(q, scoped.steps));
    return scoped.isExact ? query : filtered(query, scope);
  };
  const fullTableScan = () => {
    const scan = scanIndexOf(table.indexes);
    return scan === undefined ? filtered(open().fullTableScan(), scope) : withIndex(scan);
  };
  const withSearchIndex = (index: string, search: BuildRange) => {
    const canSay = scope === "live" && table.searchFilters.get(index)?.includes(TRASHED_AT);
    if (!canSay) return filtered(open().withSearchIndex(index, search), scope);
    return open().withSearchIndex(index, (q) => search(q).eq(TRASHED_AT, undefined));
  };
  const ofAScan = OF_A_SCAN.map((method) => {
    const scan = () => fullTableScan() as unknown as Methods;
    return [method, (...args: unknown[]) => scan()[method]!(...args)];
  });
  return { fullTableScan, withIndex, withSearchIndex, ...Object.fromEntries(ofAScan) };
}

const BY_CREATION = "by_creation_time";

function filtered(query: Built, scope: Scope): Built {
  const is = scope === "live" ? "eq" : "neq";
  return query.filter((q) => q[is](q.field(TRASHED_AT), undefined));
}

/** What the host's range says. Convex's own builder keeps that to itself. */
function stepsOf(range: BuildRange): Step[] {
  const steps: Step[] = [];
  const kinds = ["eq", "gt", "gte", "lt", "lte"] as const;
  const recorder = Object.fromEntries(
    kinds.map((kind) => [
      kind,
      (field: string, value: unknown) => {
        steps.push([kind, field, value]);
        return recorder;
      },
    ]),
  ) as Building;
  range(recorder);
  return steps;
}

function replay(q: Building, steps: readonly Step[]): Building {
  return steps.reduce((q, [kind, field, value]) => q[kind](field, value), q);
}
