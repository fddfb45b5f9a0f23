import type { GenericDataModel, GenericTableInfo, TableNamesInDataModel } from "convex/server";
import type { TRASHED_AT } from "../shared/softDelete.js";
import type { TableAuditOptions } from "./auditInputs.js";

export { TRASHED_AT } from "../shared/softDelete.js";

/** What the platform knows about one of the host's tables. With it, the table is registered. */
export type TableOptions<
  Field extends string = string,
  Path extends string = string,
  AnyRelation = Relation,
  Index extends string = string,
  Table extends string = string,
> = {
  /** The field that names a row to people, in the audit log and elsewhere. */
  label?: Field;
  /**
   * What the audit log keeps of the table's rows. Guarded functions cannot write what it cannot
   * keep: fields may nest eleven levels deep, ignored ones as deep as Convex lets them.
   */
  audit?: TableAuditOptions<Path>;
  /**
   * Its rows are parts of a row of another table, as the lines of an invoice are: entries about them
   * have that row as their target, so that one history tells of the whole. They name the part in
   * `related`, and its label in their metadata. `field` holds the other row's id.
   */
  partOf?: { table: Table; field: Field };
  /**
   * Fields that a guarded function does not change once a row is there, such as `ownerId`, unless
   * it says so with `mayChange`. So no `...args` can carry them in.
   */
  protect?: Field[];
  /**
   * Rows go to the trash, where they can be restored: the guarded `ctx.db.delete` refuses them, and
   * guarded functions do not see those in it unless they ask. The table declares `deletedAt`, see
   * `softDeleteFields` of `convex-platform/validators`.
   */
  softDelete?: typeof TRASHED_AT extends Field ? SoftDeleteOptions<AnyRelation, Index> : never;
  /**
   * The guarded `ctx.db` keeps `createdAt` and `updatedAt` (ms since 1970), `createdBy` and
   * `updatedBy` (ids of actors). The table declares the four fields.
   */
  stamps?: Stamp extends Field ? boolean : false;
};

export type SoftDeleteOptions<AnyRelation = Relation, Index extends string = string> = {
  /** Days in the trash after which a row may be purged; at least 1. Absent: it never is. */
  retentionDays?: number;
  /** The rows of other tables that point to a row of this one, and what becomes of them with it. */
  cascade?: readonly AnyRelation[];
  /**
   * Indexes (`["slug", "deletedAt"]`: some fields, then `deletedAt`, and nothing behind it) whose
   * values no two live rows share. A restore onto a value that is taken is refused; new rows keep to
   * it with `platform.trash.reserve`.
   */
  unique?: readonly Index[];
};

/**
 * - `"cascade"`: they go to the trash with it, and come back with it;
 * - `"restrict"`: as long as there is a live one, the row cannot go;
 * - `"detach"`: their foreign key is cleared, and set again when the row comes back.
 */
export type OnDelete = "cascade" | "restrict" | "detach";

/** Rows of `table` that point to a row: those of `index`, whose first field is the foreign key. */
export type Relation<
  Table extends string = string,
  Index extends string = string,
  Deed extends OnDelete = OnDelete,
> = {
  table: Table;
  /** Where the table has `softDelete`, `deletedAt` is the second field: `live(["invoiceId"])`. */
  index: Index;
  onDelete: Deed;
};

/** All relations that the indexes of a data model allow. */
export type RelationsOf<DataModel extends GenericDataModel> = {
  [Table in TableNamesInDataModel<DataModel>]:
    | Relation<Table, IndexOf<DataModel[Table]>, BesideDetach<DataModel[Table]>>
    | Relation<Table, DetachableIndex<DataModel[Table]>, "detach">;
}[TableNamesInDataModel<DataModel>];

export type IndexOf<Table extends GenericTableInfo> = keyof Table["indexes"] & string;

/** What has no `deletedAt` cannot go to the trash with anything. */
type BesideDetach<Table extends GenericTableInfo> =
  typeof TRASHED_AT extends keyof Table["document"] ? "cascade" | "restrict" : "restrict";

/** Only a field that may be absent can be cleared. */
type DetachableIndex<Table extends GenericTableInfo> = {
  [Index in IndexOf<Table>]: Table["indexes"][Index][0] extends infer Key
    ? undefined extends Table["document"][Key & keyof Table["document"]]
      ? Index
      : never
    : never;
}[IndexOf<Table>];

/** Which rows of tables with `softDelete` a read finds; all others are as they always are. */
export type Scope = "live" | "trashed" | "all";

/** The tables whose rows go to the trash. */
export type SoftDeletedIn<Tables> = {
  [Table in keyof Tables & string]: Tables[Table] extends { softDelete: object } ? Table : never;
}[keyof Tables & string];

/** The fields that guarded functions change only if they say so with `mayChange`. */
export type ProtectedIn<Tables> = {
  [Table in keyof Tables]:
    | (Tables[Table] extends { protect: readonly (infer Field)[] } ? Field & string : never)
    | (Tables[Table] extends { softDelete: object } ? typeof TRASHED_AT : never);
}[keyof Tables];

/** The fields that `stamps` keeps. */
export type Stamp = "createdAt" | "createdBy" | "updatedAt" | "updatedBy";

export type RegisteredTables = Record<string, TableOptions | undefined>;
