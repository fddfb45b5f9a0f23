import type {
  DocumentByName,
  GenericDataModel,
  GenericDatabaseReader,
  IndexNames,
  NamedTableInfo,
  PaginationOptions,
  PaginationResult,
  TableNamesInDataModel,
} from "convex/server";
import type { Value } from "convex/values";
import type { Key } from "../shared/cursors.js";
import { platformError } from "../shared/errors.js";
import { readFilteredPage, type FilteredPage } from "../shared/filteredPages.js";
import { readPage, withinSegment, type KeyRange, type List, type Order } from "../shared/pages.js";
import { scanIndexOf, scopedRange, type Step } from "./guards/scopedRanges.js";
import { scopeOf, unguardedDb } from "./guards/scopedReads.js";
import { indexesOf, type Schema, type TrashTables } from "./tableChecks.js";
import { TRASHED_AT, type Scope } from "./tables.js";

/** Which rows of a host's table, in which order, and which page of them. */
export type PaginateArgs<
  DataModel extends GenericDataModel,
  TableName extends TableNamesInDataModel<DataModel>,
> = {
  table: TableName;
  /** Absent: by creation, of live rows through an index of `deletedAt` alone: `live([])`. */
  index?: IndexNames<NamedTableInfo<DataModel, TableName>>;
  /**
   * Values for the first fields of the index. At most one field may be left: the page is ordered by
   * it, or by creation where none is. Where the index has `deletedAt`, the scope sets it.
   */
  eq?: {
    readonly [Field in keyof DocumentByName<DataModel, TableName>]?: DocumentByName<
      DataModel,
      TableName
    >[Field];
  };
  /** Limits of the field that is left: `from` ≤ it < `to`. */
  range?: KeyRange;
  /** Newest first unless said otherwise. */
  order?: Order;
  /** On tables with `softDelete`, whose index then needs `deletedAt`; `"live"` unless said otherwise. */
  scope?: Scope;
  /** As the client sends it: `args.paginationOpts`. */
  paginationOpts: PaginationOptions;
};

export type PageFilter<
  DataModel extends GenericDataModel,
  TableName extends TableNamesInDataModel<DataModel>,
> = (row: DocumentByName<DataModel, TableName>) => boolean | Promise<boolean>;

type Row = { _creationTime: number } & Record<string, Value | undefined>;
type Range = { eq(field: string, value: unknown): Range };
type Request = {
  table: string;
  index?: string;
  eq?: Record<string, Value | undefined>;
  range?: KeyRange;
  order?: Order;
  scope?: Scope;
  paginationOpts: PaginationOptions;
  filter?: (row: never) => boolean | Promise<boolean>;
};

/** The page; see `Platform.paginate`. */
export async function paginate(
  db: unknown,
  request: Request,
  schema: Schema | undefined,
  trash: TrashTables,
): Promise<PaginationResult<Row> | FilteredPage<Row>> {
  const list = toList(db as object, request, schema, trash);
  const { filter, paginationOpts } = request;
  return filter
    ? await readFilteredPage(paginationOpts, list, filter as (row: Row) => boolean)
    : await readPage(paginationOpts, list);
}

function toList(
  db: object,
  request: Request,
  schema: Schema | undefined,
  trash: TrashTables,
): List<Row> {
  const { table, order = "desc", range = {} } = request;
  const inTrash = trash.get(table);
  const scope = inTrash ? (request.scope ?? scopeOf(db) ?? "live") : "all";
  // What the scope means is settled here, once: cursors are bound to it.
  const reader = unguardedDb(db) as unknown as GenericDatabaseReader<GenericDataModel>;
  const scan = inTrash && scope !== "all" ? scanIndexOf(inTrash.indexes) : undefined;
  const index = request.index ?? scan ?? "by_creation_time";
  const fields = fieldsOf(schema, table, index);
  const eq = request.eq ?? {};
  const named = Object.keys(eq).sort((a, b) => fields.indexOf(a) - fields.indexOf(b));
  const asked = named.map((name): Step => ["eq", name, eq[name]]);
  const { steps, isExact } = scopedRange(asked, fields, scope, table);
  const values = steps.flatMap(([kind, name, value]) =>
    kind === "eq" ? [[name, value as Value | undefined] as const] : [],
  );
  const key = fields[values.length] ?? "_creationTime";
  const isByCreation = key === "_creationTime";

  if (!isExact && !fields.includes(TRASHED_AT)) throw needsTrashIndex(table, index, scope);
  const isPrefix = values.every(([name], i) => name === fields[i]);
  if (!isExact || !isPrefix || fields.length > values.length + 1) {
    throw doesNotFit(table, index, fields, named);
  }
  if (inTrash && (scope === "trashed") !== (key === TRASHED_AT)) {
    throw needsTrashIndex(table, index, scope);
  }

  return {
    binding: [table, index, scope, order, ...values.map(toBinding)],
    order,
    // Whatever is in the trash has been there since some time.
    range: key === TRASHED_AT ? { ...range, from: range.from ?? -Infinity } : range,
    key: (row) => keyOf(row, key, table),
    isByCreation,
    open: (segment) => {
      // Two rows of one creation time have no order that a range could follow; almost never there.
      if (isByCreation && segment.kind === "ties") return { take: async () => [] };
      const rows = reader.query(table).withIndex(index as never, (q) => {
        const start = values.reduce<Range>((q, [field, value]) => q.eq(field, value), q as never);
        return withinSegment(start as never, key, segment) as never;
      });
      const taken = rows.order(order) as unknown as { take(count: number): Promise<Row[]> };
      return {
        take: async (count) => {
          const found = await taken.take(count);
          // At the first row already, not at the first that a cursor has to name.
          for (const row of found) keyOf(row, key, table);
          return found;
        },
      };
    },
  };
}

function toBinding([field, value]: readonly [string, Value | undefined]): Value {
  return value === undefined ? [field] : [field, value];
}

function fieldsOf(schema: Schema | undefined, table: string, index: string): string[] {
  if (index === "by_creation_time") return [];
  const found = indexesOf(schema?.tables[table]).get(index);
  if (found) return found;
  throw notConfigured(
    schema
      ? `paginate: table "${table}" has no index "${index}".`
      : "paginate: give new Platform your schema, so that it knows the fields of your indexes.",
  );
}

function keyOf(row: Row, field: string, table: string): Key {
  const value = row[field];
  if (typeof value === "number" || typeof value === "string" || typeof value === "bigint") {
    return value;
  }
  throw notConfigured(
    `paginate: a row of "${table}" has no number or text in "${field}". Give that field in eq, or ` +
      "a range that leaves such rows out.",
  );
}

function doesNotFit(table: string, index: string, fields: string[], prefix: string[]) {
  return notConfigured(
    `paginate: eq names ${prefix.join(", ") || "nothing"}, and index "${index}" of "${table}" has ` +
      `${fields.join(", ") || "no fields"}. Name its first fields, all of them or all but one.`,
  );
}

function needsTrashIndex(table: string, index: string, scope: Scope) {
  const needs = {
    live: `has to be one with "${TRASHED_AT}" behind the fields of eq, for live rows: live([…])`,
    trashed: `needs "${TRASHED_AT}" as its last field and the only one that eq leaves, for what is in the trash`,
    all: `has to be one without "${TRASHED_AT}" for scope "all"`,
  };
  return notConfigured(`paginate: index "${index}" of "${table}" ${needs[scope]}.`);
}

function notConfigured(message: string) {
  return platformError({ code: "NOT_CONFIGURED", message });
}
