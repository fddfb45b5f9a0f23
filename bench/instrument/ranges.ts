import type { GenericSchema, SchemaDefinition } from "convex/server";
import { getConvexSize, jsonToConvex, CommitTsPlaceholder, type JSONValue } from "convex/values";
import type { Document, FieldValue, RangeRead } from "./recording";

/** A query as Convex's server library hands it to the backend. */
export interface QueryJson {
  source:
    | { type: "FullTableScan"; tableName: string; order?: "asc" | "desc" | null }
    | { type: "IndexRange"; indexName: string; range: StepJson[]; order?: "asc" | "desc" | null }
    | { type: "Search"; indexName: string };
  operators: ({ limit: number } | { filter: JSONValue })[];
}

interface StepJson {
  type: "Eq" | "Gt" | "Gte" | "Lt" | "Lte";
  fieldPath: string;
  value: JSONValue;
}

type Schema = SchemaDefinition<GenericSchema, boolean> | undefined;

/** The index range a query is about to read. A search stands for its whole table: the careful side. */
export function rangeOf(query: QueryJson, component: string, schema: Schema): RangeRead {
  const { source } = query;
  const [table, index] =
    source.type === "FullTableScan"
      ? [source.tableName, "by_creation_time"]
      : (source.indexName.split(".") as [string, string]);
  const range: RangeRead = {
    component,
    table,
    index,
    fields: source.type === "Search" ? [] : indexFields(schema, table, index),
    equals: [],
    order: (source.type !== "Search" && source.order) || "asc",
    limit: query.operators.find((operator) => "limit" in operator)?.limit ?? null,
    rows: 0,
    keyBytes: 0,
    isFiltered: query.operators.some((operator) => "filter" in operator),
    isSnapshot: false,
  };
  for (const step of source.type === "IndexRange" ? source.range : []) addStep(range, step);
  return range;
}

function addStep(range: RangeRead, { type, fieldPath, value: json }: StepJson): void {
  const value = isUndefinedJson(json) ? undefined : jsonToConvex(json);
  if (type === "Eq") {
    range.equals.push([fieldPath, value]);
    return;
  }
  range.boundField = fieldPath;
  const bound = { value, inclusive: type.endsWith("e") };
  if (type.startsWith("G")) range.lower = bound;
  else range.upper = bound;
}

/** Notes that the range gave `row`. */
export function addRow(range: RangeRead, row: Document): void {
  range.rows++;
  range.lastKey = keyOf(range.fields, row);
  range.keyBytes += keyBytes(range.fields, row);
}

/** The fields of each index that `table` declares. */
export function declaredIndexes(schema: Schema, table: string): string[][] {
  return schema?.tables[table]?.[" indexes"]().map(({ fields }) => fields) ?? [];
}

function indexFields(schema: Schema, table: string, index: string): string[] {
  if (index === "by_id") return ["_id"];
  if (index === "by_creation_time") return ["_creationTime", "_id"];
  const declared = schema?.tables[table]?.[" indexes"]();
  const fields = declared?.find(({ indexDescriptor }) => indexDescriptor === index)?.fields;
  return [...(fields ?? []), "_creationTime", "_id"];
}

export function keyOf(fields: string[], document: Document): FieldValue[] {
  return fields.map((field) => fieldAt(document, field));
}

/** The value at a path such as `target.id`. */
export function fieldAt(document: Document, path: string): FieldValue {
  let value: FieldValue = document;
  for (const name of path.split(".")) value = isObject(value) ? value[name] : undefined;
  return value;
}

/**
 * Bytes of one index key.
 *
 * The backend's own encoding is not reproduced. The size of each field plus 25 bytes for
 * `_creationTime` and `_id` is near enough to compare designs, which is all it is used for.
 */
export function keyBytes(fields: string[], document: Document): number {
  const own = fields.filter((field) => field !== "_id" && field !== "_creationTime");
  const sizes = own.map((field) => {
    const value = fieldAt(document, field);
    return value === undefined ? 1 : getConvexSize(value);
  });
  return sizes.reduce((sum, size) => sum + size, 8 + 17);
}

function isObject(value: FieldValue): value is Document {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ArrayBuffer) &&
    !(value instanceof CommitTsPlaceholder)
  );
}

function isUndefinedJson(json: JSONValue): boolean {
  return typeof json === "object" && json !== null && "$undefined" in json;
}
