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
import type { LoadScope } from "./guards/contexts.js";
import { TRASHED_AT, type RegisteredTables } from "./tables.js";

/** Which rows of a host's table, in which order, and which page of them. */
export type PaginateArgs<
  DataModel extends GenericDataModel,
  TableName extends TableNamesInDataModel<DataModel>,
> = {
  table: TableName;
  /** Absent: by creation. */
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
  scope?: LoadScope;
  /** As the client sends it: `args.paginationOpts`. */
  paginationOpts: PaginationOptions;
};

export type PageFilter<
  DataModel extends GenericDataModel,
  TableName extends TableNamesInDataModel<DataModel>,
> = (row: DocumentByName<DataModel, TableName>) => boolean | Promise<boolean>;

/** A schema as it is at run time; Convex's types leave its indexes out. */
export type Schema = {
  tables: Record<string, { " indexes"(): { indexDescriptor: string; fields: string[] }[] }>;
};

type Row = { _creationTime: number } & Record<string, Value | undefined>;
type Range = { eq(field: string, value: unknown): Range };
type Request = {
  table: string;
  index?: string;
  eq?: Record<string, Value | undefined>;
  range?: KeyRange;
  order?: Order;
  scope?: LoadScope;
  paginationOpts: PaginationOptions;
  filter?: (row: never) => boolean | Promise<boolean>;
};

/** The page; see `Platform.paginate`. */
export async function paginate(
  db: unknown,
  request: Request,
  schema: Schema | undefined,
  tables: RegisteredTables,
): Promise<PaginationResult<Row> | FilteredPage<Row>> {
  const list = toList(db as GenericDatabaseReader<GenericDataModel>, request, schema, tables);
  const { filter, paginationOpts } = request;
  return filter
    ? await readFilteredPage(paginationOpts, list, filter as (row: Row) => boolean)
    : await readPage(paginationOpts, list);
}

function toList(
  db: GenericDatabaseReader<GenericDataModel>,
  request: Request,
  schema: Schema | undefined,
  tables: RegisteredTables,
): List<Row> {
  const { table, index = "by_creation_time", order = "desc", range = {} } = request;
  const isSoftDeleted = Object.hasOwn(tables, table) && tables[table]?.softDelete !== undefined;
  const scope = isSoftDeleted ? (request.scope ?? "live") : "all";
  const fields = fieldsOf(schema, table, index);
  const live = scope === "live" ? { [TRASHED_AT]: undefined } : {};
  const eq: Record<string, Value | undefined> = { ...request.eq, ...live };
  const prefix = Object.keys(eq);
  const key = fields[prefix.length] ?? "_creationTime";

  const isPrefix = fields.slice(0, prefix.length).every((field) => prefix.includes(field));
  if (!isPrefix || prefix.length > fields.length || fields.length > prefix.length + 1) {
    throw doesNotFit(table, index, fields, prefix);
  }
  if (isSoftDeleted && (scope === "trashed") !== (key === TRASHED_AT)) {
    throw needsTrashIndex(table, index, scope);
  }

  const values = fields.slice(0, prefix.length).map((field) => [field, eq[field]] as const);
  return {
    binding: [table, index, scope, order, ...values.map(toBinding)],
    order,
    // Whatever is in the trash has been there since some time.
    range: key === TRASHED_AT ? { from: -Infinity, ...range } : range,
    key: (row) => keyOf(row, key, table),
    open: (segment) => {
      // Two rows of one creation time have no order that a range could follow; almost never there.
      if (key === "_creationTime" && segment.kind === "ties") return { take: async () => [] };
      const rows = db.query(table).withIndex(index as never, (q) => {
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
  const indexes = schema?.tables[table]?.[" indexes"]() ?? [];
  const found = indexes.find(({ indexDescriptor }) => indexDescriptor === index);
  if (found) return found.fields;
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

function needsTrashIndex(table: string, index: string, scope: LoadScope) {
  return notConfigured(
    scope === "trashed"
      ? `paginate: for what is in the trash, "${TRASHED_AT}" has to be the last field of index "${index}" of "${table}", and the only one that eq leaves.`
      : `paginate: index "${index}" of "${table}" has to be one without "${TRASHED_AT}" for scope "all".`,
  );
}

function notConfigured(message: string) {
  return platformError({ code: "NOT_CONFIGURED", message });
}
