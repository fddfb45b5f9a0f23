import type {
  DocumentByName,
  GenericActionCtx,
  GenericDatabaseReader,
  GenericDataModel,
  GenericMutationCtx,
  GenericQueryCtx,
  TableNamesInDataModel,
  WithOptionalSystemFields,
  WithoutSystemFields,
} from "convex/server";
import type { GenericId } from "convex/values";
import type { ActionCatalogue, AuditInput } from "../auditInputs.js";
import type { Scope, Stamp } from "../tables.js";
import type { GuardedCaller } from "./callers.js";

/** Everything a host declared by name, so that a typo does not compile. */
export type Names = {
  permission: string;
  limit: string;
  /** Fields that only functions change that say so. */
  protectedField: string;
  /** What `stamps` adds to a mutation's ctx. */
  stamping: unknown;
  actions: ActionCatalogue;
};

/**
 * One row by its id, if the caller may have it.
 *
 * An id that is malformed or of another table, a row that does not exist, is in the trash, or that
 * `isAllowed` refuses: to the caller these are all the same.
 *
 * @throws NOT_FOUND
 */
export type Load<DataModel extends GenericDataModel> = <
  TableName extends TableNamesInDataModel<DataModel>,
>(
  table: TableName,
  id: string,
  isAllowed?: (row: DocumentByName<DataModel, TableName>) => boolean | Promise<boolean>,
  options?: { scope?: Scope },
) => Promise<DocumentByName<DataModel, TableName>>;

type Guarded<DataModel extends GenericDataModel> = Pick<GuardedCaller, "actor" | "profile"> & {
  load: Load<DataModel>;
  /**
   * Reads other rows than the live ones, which `ctx.db` keeps to on tables with `softDelete`:
   * `ctx.scope("trashed").query("invoices")`. What is in the trash comes in the order in which it
   * went there, where an index has `deletedAt` right behind what is asked for.
   */
  scope(scope: Scope): GenericDatabaseReader<DataModel>;
};

export type GuardedQueryCtx<DataModel extends GenericDataModel> = GenericQueryCtx<DataModel> &
  Guarded<DataModel>;

// The host's own ctx with parts added, and none replaced: that is what type checking can afford.
export type GuardedMutationCtx<
  DataModel extends GenericDataModel,
  N extends Names,
> = GenericMutationCtx<DataModel> &
  Guarded<DataModel> &
  N["stamping"] & {
    /**
     * Adds an entry to those of this function's own writes; they are recorded together, in one call,
     * when the handler has returned. An entry that cannot be recorded fails the whole mutation.
     *
     * @throws VALIDATION_FAILED naming the fields, as far as they can be checked at once
     */
    audit(entry: AuditInput<TableNamesInDataModel<DataModel>, N["actions"]>): Promise<void>;
  };

export type GuardedActionCtx<
  DataModel extends GenericDataModel,
  N extends Names,
> = GenericActionCtx<DataModel> &
  Pick<GuardedCaller, "actor" | "profile"> & {
    /** Records one entry, at once and in a transaction of its own. */
    audit(entry: AuditInput<TableNamesInDataModel<DataModel>, N["actions"]>): Promise<void>;
  };

/** A `ctx.db` that keeps the stamps of these tables by itself. */
export type Stamping<DataModel extends GenericDataModel, Stamped extends string> = [
  Stamped,
] extends [never]
  ? unknown
  : { db: StampingWriter<DataModel, TableNamesInDataModel<DataModel> & Stamped> };

type StampingWriter<
  DataModel extends GenericDataModel,
  Stamped extends TableNamesInDataModel<DataModel>,
> = {
  insert<TableName extends Stamped>(
    table: TableName,
    value: Unstamped<WithoutSystemFields<DocumentByName<DataModel, TableName>>>,
  ): Promise<GenericId<TableName>>;
  replace<TableName extends Stamped>(
    table: TableName,
    id: GenericId<TableName>,
    value: Unstamped<WithOptionalSystemFields<DocumentByName<DataModel, TableName>>>,
  ): Promise<void>;
  replace<TableName extends Stamped>(
    id: GenericId<TableName>,
    value: Unstamped<WithOptionalSystemFields<DocumentByName<DataModel, TableName>>>,
  ): Promise<void>;
};

/** For each member, where rows are a union. */
type Unstamped<Row> = Row extends unknown
  ? Omit<Row, Stamp> & { [Field in Stamp]?: Row[Field & keyof Row] }
  : never;
