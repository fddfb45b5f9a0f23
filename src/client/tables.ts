import type { TableAuditOptions } from "./auditInputs.js";

/** What the platform knows about one of the host's tables. With it, the table is registered. */
export type TableOptions<Field extends string = string, Path extends string = string> = {
  /** The field that names a row to people, in the audit log and elsewhere. */
  label?: Field;
  /**
   * What the audit log keeps of the table's rows. Guarded functions cannot write what it cannot
   * keep: fields may nest eleven levels deep, ignored ones as deep as Convex lets them.
   */
  audit?: TableAuditOptions<Path>;
  /**
   * Fields that a guarded function does not change once a row is there, such as `ownerId`, unless
   * it says so with `mayChange`. So no `...args` can carry them in.
   */
  protect?: Field[];
  /** Rows go to the trash: the guarded `ctx.db.delete` refuses them, `ctx.load` hides those in it. */
  softDelete?: typeof TRASHED_AT extends Field ? object : never;
  /**
   * The guarded `ctx.db` keeps `createdAt` and `updatedAt` (ms since 1970), `createdBy` and
   * `updatedBy` (ids of actors). The table declares the four fields.
   */
  stamps?: Stamp extends Field ? boolean : false;
};

/** The fields that `stamps` keeps. */
export type Stamp = "createdAt" | "createdBy" | "updatedAt" | "updatedBy";

/** When a row went to the trash, on tables with `softDelete`. */
export const TRASHED_AT = "deletedAt";

export type RegisteredTables = Record<string, TableOptions | undefined>;
