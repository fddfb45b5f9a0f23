import type { Value } from "convex/values";
import type { Reference } from "../shared/auditLogs.js";
import { isFields } from "../shared/fields.js";
import type { Row } from "./guards/writeLog.js";
import type { TrashRelation, TrashTables } from "./tableChecks.js";
import type { OnDelete } from "./tables.js";

type ParentKey = { table: string; field: string; onDelete: OnDelete };

/** What the host declared about its tables, from both ends. */
export class Relations {
  private readonly tables: TrashTables;
  private readonly parents = new Map<string, ParentKey[]>();

  constructor(tables: TrashTables) {
    this.tables = tables;
    for (const [table, { relations }] of tables) {
      for (const { table: child, field, onDelete } of relations) {
        this.parents.set(child, [...(this.parents.get(child) ?? []), { table, field, onDelete }]);
      }
    }
  }

  /** What depends on rows of this table, in the order of the declaration. */
  ofTable(table: string): readonly TrashRelation[] {
    return this.tables.get(table)?.relations ?? [];
  }

  /**
   * What this one may depend on, by its foreign keys: one that may hold ids of two tables gives both.
   *
   * @param deed - only by relations with this one
   */
  parentsOf(table: string, row: Row, deed?: OnDelete): Reference[] {
    return (this.parents.get(table) ?? []).flatMap(({ table: parent, field, onDelete }) => {
      if (deed !== undefined && onDelete !== deed) return [];
      // Fields of an index may be nested: `billing.customerId`.
      const id = field
        .split(".")
        .reduce<Value | undefined>(
          (value, name) => (isFields(value) ? value[name] : undefined),
          row,
        );
      return typeof id === "string" ? { table: parent, id } : [];
    });
  }
}
