import type {
  DocumentByName,
  FieldTypeFromFieldPath,
  GenericDataModel,
  GenericTableInfo,
  TableNamesInDataModel,
} from "convex/server";
import type { GenericId, Value } from "convex/values";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { isFields } from "../shared/fields.js";
import type { Row } from "./guards/writeLog.js";
import { unguardedDb } from "./guards/scopedReads.js";
import type { TrashTable, TrashTables } from "./tableChecks.js";
import { TRASHED_AT, type IndexOf } from "./tables.js";

/** Values of the fields of an index before `deletedAt`. */
export type ReservedValues<
  Table extends GenericTableInfo,
  Index extends IndexOf<Table>,
> = Table["indexes"][Index] extends [...infer Key extends string[], typeof TRASHED_AT, string]
  ? { [Field in Key[number]]: NonNullable<FieldTypeFromFieldPath<Table["document"], Field>> }
  : never;

export type ReserveOptions<TableName extends string> = {
  /** The row that has the values already, when it is about to be changed. */
  except?: GenericId<TableName>;
};

export type Reservation<Doc> = {
  /** Who had these values and is in the trash now, the newest: perhaps it should come back instead. */
  trashed: Doc | null;
};

/** A live row has the values of a unique index. */
export type Taken = { index: string; holder: { table: string; id: string } };

/** A query or a mutation of the host. Which tables it has does not matter here. */
export type CanReserve = { db: { query: (...args: never[]) => unknown } };

/**
 * Makes sure that no live row has these values, so that one can be written with them in the same
 * transaction: of two that want them at once, the second sees the first.
 *
 * @param index - one of `softDelete.unique`: restores keep to it too
 * @param values - of all its fields before `deletedAt`
 * @throws CONFLICT when a live row has them, with `details: { reason: "UNIQUE_TAKEN", table, id }`,
 *   VALIDATION_FAILED for a value that is missing, NOT_CONFIGURED for an index that is not unique
 */
export async function reserve<
  DataModel extends GenericDataModel,
  TableName extends TableNamesInDataModel<DataModel>,
  Index extends IndexOf<DataModel[TableName]>,
>(
  ctx: CanReserve,
  tables: TrashTables,
  table: TableName,
  index: Index,
  values: ReservedValues<DataModel[TableName], Index>,
  { except }: ReserveOptions<TableName> = {},
): Promise<Reservation<DocumentByName<DataModel, TableName>>> {
  const key = tables.get(table)?.unique.find((one) => one.index === index)?.key;
  if (!key) throw notUnique(tables, table, index);
  const wanted = values as Row;
  throwIfInvalid(checkValues(wanted, key), "The values were not reserved.");
  const rows = rowsWith(ctx.db, table, { index, key }, wanted);
  const holder = await findLive(rows, except);
  if (holder) throw isTaken(table, String(holder._id), key);
  return { trashed: (await rows.trashed()) as DocumentByName<DataModel, TableName> | null };
}

/**
 * The live rows that have the values of this one in a unique index: while there is one, this one
 * cannot come back. Rows without one of the values share them with nobody.
 */
export async function findTaken(
  db: object,
  tables: TrashTables,
  table: string,
  row: Row,
): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (const unique of tables.get(table)?.unique ?? []) {
    const values = Object.fromEntries(unique.key.map((path) => [path, valueAt(row, path)]));
    if (!Object.values(values).every(isThere)) continue;
    const holder = await findLive(rowsWith(db, table, unique, values), String(row._id));
    if (holder) taken.push({ index: unique.index, holder: { table, id: String(holder._id) } });
  }
  return taken;
}

type Unique = TrashTable["unique"][number];
type Range = { eq(field: string, value: unknown): Range; gte(field: string, value: number): Range };
type Rows = {
  live(count: number): Promise<Row[]>;
  /** The one that went to the trash last. */
  trashed(): Promise<Row | null>;
};

function rowsWith(db: object, table: string, { index, key }: Unique, values: Row): Rows {
  const query = (narrow: (q: Range) => Range) => {
    const initial = unguardedDb(db).query(table) as {
      withIndex(name: string, range: (q: Range) => Range): Ordered;
    };
    const ofKey = (q: Range) => key.reduce((q, field) => q.eq(field, values[field]), q);
    return initial.withIndex(index, (q) => narrow(ofKey(q)));
  };
  return {
    live: (count) => query((q) => q.eq(TRASHED_AT, undefined)).take(count),
    trashed: () =>
      query((q) => q.gte(TRASHED_AT, -Infinity))
        .order("desc")
        .first(),
  };
}

type Ordered = {
  order(order: "desc"): Ordered;
  take(count: number): Promise<Row[]>;
  first(): Promise<Row | null>;
};

/** One more than the excepted row is enough to know. */
async function findLive(rows: Rows, except: string | undefined): Promise<Row | undefined> {
  const found = await rows.live(except === undefined ? 1 : 2);
  return found.find(({ _id }) => _id !== except);
}

function checkValues(values: Row, key: readonly string[]) {
  const missing = key.filter((field) => !isThere(values[field]));
  return Object.fromEntries(missing.map((field) => [field, REQUIRED]));
}

function isThere(value: Value | undefined): boolean {
  return value !== undefined && value !== null;
}

/** Fields of an index may be nested: `address.city`. */
function valueAt(row: Row, path: string): Value | undefined {
  return path
    .split(".")
    .reduce<Value | undefined>((value, name) => (isFields(value) ? value[name] : undefined), row);
}

const REQUIRED = { code: "required", message: "This is required." };

function isTaken(table: string, id: string, key: readonly string[]) {
  return platformError({
    code: "CONFLICT",
    message: `Another one has the same ${key.join(" and ")}. Choose another.`,
    details: { reason: "UNIQUE_TAKEN", table, id },
  });
}

function notUnique(tables: TrashTables, table: string, index: string) {
  const others = tables.get(table)?.unique.map((one) => one.index) ?? [];
  const unique = [...others, index].map((name) => `"${name}"`).join(", ");
  return platformError({
    code: "NOT_CONFIGURED",
    message:
      `Values can be reserved in unique indexes. In tables, give ${table}\n` +
      `    softDelete: { unique: [${unique}] },`,
  });
}
