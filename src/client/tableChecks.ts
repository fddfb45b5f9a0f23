import { platformError } from "../shared/errors.js";
import {
  TRASHED_AT,
  type OnDelete,
  type RegisteredTables,
  type Relation,
  type SoftDeleteOptions,
  type TableOptions,
} from "./tables.js";

/** A schema as it is at run time; Convex's types leave most of it out. */
export type Schema = { tables: Record<string, TableDefinition> };

type TableDefinition = {
  validator: RowValidator;
  " indexes"?(): Index[];
  export(): { indexes: Index[] };
  searchIndexes?: { indexDescriptor: string; filterFields: string[] }[];
};
type Index = { indexDescriptor: string; fields: string[] };
type RowValidator = {
  kind: string;
  fields?: Record<string, FieldValidator>;
  /** Of a union. */
  members?: RowValidator[];
};
type FieldValidator = { kind: string; isOptional: string; tableName?: string };

/** Fields of each index, without those that Convex adds. */
export type Indexes = ReadonlyMap<string, readonly string[]>;

/** A table with `softDelete`, checked against the schema. */
export type TrashTable = {
  retentionDays: number | undefined;
  relations: readonly TrashRelation[];
  /** `key` are the fields of the index before `deletedAt`. */
  unique: readonly { index: string; key: readonly string[] }[];
  indexes: Indexes;
  /** Fields that each search index can filter by. */
  searchFilters: ReadonlyMap<string, readonly string[]>;
};

export type TrashRelation = Relation & {
  /** The foreign key. */
  field: string;
  /** Whether rows of that table go to the trash: then `deletedAt` is the second field of the index. */
  isSoftDeleted: boolean;
};

/** The tables with `softDelete`. */
export type TrashTables = ReadonlyMap<string, TrashTable>;

/**
 * The tables with `softDelete` and their relations, as the schema says they are. Runs at every cold
 * start, so it looks at what these tables need and nothing else.
 *
 * @throws NOT_CONFIGURED naming everything that is missing, each with the line to add
 */
export function readTrashTables(tables: RegisteredTables, schema: Schema | undefined): TrashTables {
  const declared = Object.entries(tables).flatMap(([name, options]) =>
    options?.softDelete ? [[name, options.softDelete] as const] : [],
  );
  if (declared.length === 0) return new Map();
  if (!schema) throw needsSchema();
  const check = new SchemaCheck(schema, new Set(declared.map(([name]) => name)));
  const checked = declared.map(([name, options]) => [name, check.read(name, options)] as const);
  if (check.faults.size > 0) throw doesNotFit([...check.faults]);
  return new Map(checked);
}

/**
 * Whether tables that are parts of others name them as the schema does.
 *
 * @throws NOT_CONFIGURED naming all that do not; never without a schema
 */
export function checkParts(tables: RegisteredTables, schema: Schema | undefined): void {
  if (!schema) return;
  const check = new SchemaCheck(schema, new Set());
  for (const [table, options] of Object.entries(tables)) {
    if (options?.partOf) check.checkPart(table, options.partOf);
  }
  if (check.faults.size > 0) throw isNoPart([...check.faults]);
}

class SchemaCheck {
  /** Each once: two relations may lack the same thing. */
  readonly faults = new Set<string>();
  private readonly schema: Schema;
  private readonly softDeleted: ReadonlySet<string>;

  constructor(schema: Schema, softDeleted: ReadonlySet<string>) {
    this.schema = schema;
    this.softDeleted = softDeleted;
  }

  read(table: string, options: SoftDeleteOptions): TrashTable {
    const { retentionDays, cascade = [], unique = [] } = options;
    const definition = this.find(table);
    const indexes = indexesOf(definition);
    if (definition && !hasTrashField(definition.validator)) {
      this.faults.add(`convex/schema.ts: give ${table} the field\n    ...softDeleteFields,`);
    }
    if (retentionDays !== undefined && !(retentionDays >= 1 && Number.isFinite(retentionDays))) {
      this.faults.add(
        `tables: retentionDays of ${table} is a number of days from 1; leave it out to keep rows` +
          "\n    retentionDays: 30,",
      );
    }
    return {
      retentionDays,
      relations: cascade.map((relation) => this.readRelation(table, relation)),
      unique: unique.map((index) => this.readUnique(table, index, indexes)),
      indexes,
      searchFilters: new Map(
        definition?.searchIndexes?.map((found) => [found.indexDescriptor, found.filterFields]),
      ),
    };
  }

  checkPart(table: string, { table: whole, field }: NonNullable<TableOptions["partOf"]>): void {
    const [part] = [this.find(table), this.find(whole)];
    const rows = part && (part.validator.members ?? [part.validator]);
    if (!rows?.some(({ fields }) => fields)) return;
    const found = rows.flatMap(({ fields }) => fields?.[field] ?? []);
    const holdsId = found.some(({ tableName = whole }) => tableName === whole);
    if (holdsId) return;
    const key = guessForeignKey(part!.validator, whole) ?? "…";
    this.faults.add(
      `tables: partOf of ${table} names the field that holds the id of its ${whole}` +
        `\n    partOf: { table: "${whole}", field: "${key}" },`,
    );
  }

  private find(table: string): TableDefinition | undefined {
    if (Object.hasOwn(this.schema.tables, table)) return this.schema.tables[table];
    this.faults.add(`tables: "${table}" is no table of convex/schema.ts`);
    return undefined;
  }

  private readRelation(parent: string, relation: Relation): TrashRelation {
    const { table, index, onDelete } = relation;
    const definition = this.find(table);
    const isSoftDeleted = this.softDeleted.has(table);
    const [field = "", second, ...others] = indexesOf(definition).get(index) ?? [];
    const found = definition && foreignKeyOf(definition.validator, field);
    const pointsElsewhere = found?.tableName !== undefined && found.tableName !== parent;
    if (definition && (!field || pointsElsewhere || (isSoftDeleted && second !== TRASHED_AT))) {
      const isKey = found?.tableName === parent;
      const key = isKey ? field : guessForeignKey(definition.validator, parent) || field || "…";
      const rest = isKey && second !== undefined ? [second, ...others] : [];
      const fields = isSoftDeleted ? liveCall([key], rest) : list([key]);
      this.faults.add(`convex/schema.ts: give ${table} the index${lineOf(index, fields)}`);
    }
    if (!DEEDS.includes(onDelete)) {
      this.faults.add(
        `tables: onDelete of ${table} in ${parent} is none of ${DEEDS.join(", ")}` +
          '\n    onDelete: "restrict",',
      );
    }
    if (onDelete === "cascade" && definition && !isSoftDeleted) {
      this.faults.add(
        `tables: rows of ${table} go to the trash with those of ${parent}, so give it` +
          `\n    ${table}: { softDelete: {} },`,
      );
    }
    if (onDelete === "detach" && found && found.isOptional !== "optional") {
      this.faults.add(
        `convex/schema.ts: "detach" clears ${field} of ${table}, so it has to be optional` +
          `\n    ${field}: v.optional(…),`,
      );
    }
    // A patch replaces whole fields, so a key within one cannot be cleared by itself.
    if (onDelete === "detach" && field.includes(".")) {
      const name = field.slice(field.lastIndexOf(".") + 1);
      this.faults.add(
        `convex/schema.ts: "detach" clears a field of ${table} itself, and ${field} is within another` +
          `\n    ${name}: v.optional(v.id("${parent}")),`,
      );
    }
    return { table, index, onDelete, field, isSoftDeleted };
  }

  private readUnique(table: string, index: string, indexes: Indexes) {
    const fields = indexes.get(index) ?? [];
    const key = fields.slice(0, -1);
    if (key.length === 0 || fields.at(-1) !== TRASHED_AT) {
      const names = fields.filter((name) => name !== TRASHED_AT);
      const call = liveCall(names.length > 0 ? names : ["…"], []);
      this.faults.add(`convex/schema.ts: give ${table} the index${lineOf(index, call)}`);
    }
    return { index, key };
  }
}

const DEEDS: readonly OnDelete[] = ["cascade", "restrict", "detach"];

/** Fields of each index of a table. */
export function indexesOf(definition: TableDefinition | undefined): Map<string, string[]> {
  // Definitions of other libraries (convex-ents) have only what a push needs.
  const found = definition?.[" indexes"]?.() ?? definition?.export().indexes ?? [];
  return new Map(found.map(({ indexDescriptor, fields }) => [indexDescriptor, fields]));
}

function hasTrashField(validator: RowValidator): boolean {
  if (validator.kind === "union") return (validator.members ?? []).every(hasTrashField);
  const field = validator.fields?.[TRASHED_AT];
  if (!validator.fields) return true;
  return field?.kind === "float64" && field.isOptional === "optional";
}

/** Of a union the strictest; nothing where a field is nested, or the schema does not say. */
function foreignKeyOf(validator: RowValidator, field: string): FieldValidator | undefined {
  const found = (validator.members ?? [validator]).map(({ fields }) => fields?.[field]);
  return found.find((one) => one?.isOptional !== "optional") ?? found[0];
}

/** The first field with ids of the parent. */
function guessForeignKey(validator: RowValidator, parent: string): string | undefined {
  const fields = (validator.members ?? [validator]).flatMap(({ fields }) =>
    Object.entries(fields ?? {}),
  );
  return fields.find(([, { tableName }]) => tableName === parent)?.[0];
}

// --- Refusals ----------------------------------------------------------------------------------

function lineOf(index: string, fields: string): string {
  return `\n    .index("${index}", ${fields})`;
}

function liveCall(by: readonly string[], then: readonly string[]): string {
  return `live(${list(by)}${then.length > 0 ? `, ${list(then)}` : ""})`;
}

function list(fields: readonly string[]): string {
  return `[${fields.map((field) => `"${field}"`).join(", ")}]`;
}

function doesNotFit(faults: string[]) {
  return platformError({
    code: "NOT_CONFIGURED",
    message:
      "What new Platform was told of the trash does not fit the schema:\n" +
      faults.map((fault) => `- ${fault}`).join("\n") +
      '\nlive and softDeleteFields come from "convex-platform/validators".',
  });
}

function isNoPart(faults: string[]) {
  return platformError({
    code: "NOT_CONFIGURED",
    message:
      "What new Platform was told of parts does not fit the schema:\n" +
      faults.map((fault) => `- ${fault}`).join("\n"),
  });
}

function needsSchema() {
  return platformError({
    code: "NOT_CONFIGURED",
    message:
      "The trash reads the indexes of tables with softDelete. Give new Platform your schema:" +
      '\n    import schema from "./schema";' +
      "\n    new Platform(components.platform, { schema, … })",
  });
}
