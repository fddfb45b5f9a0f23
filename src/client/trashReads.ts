import type {
  DocumentByName,
  GenericDataModel,
  PaginationOptions,
  PaginationResult,
  TableNamesInDataModel,
} from "convex/server";
import type { GenericId } from "convex/values";
import type { ComponentApi } from "../component/_generated/component.js";
import type { Reference } from "../shared/auditLogs.js";
import { platformError } from "../shared/errors.js";
import { DEFAULT_PAGE_SIZE } from "../shared/pages.js";
import type { RestoreCheck, TrashFilter, TrashItem, TrashOperation } from "../shared/trash.js";
import { countItems } from "../shared/trashRules.js";
import { fromComponent, type CallOptions } from "./calls.js";
import type { CanRunQuery } from "./contexts.js";
import type { Row } from "./guards/writeLog.js";
import type { TrashTables } from "./tableChecks.js";
import type { RegisteredTables } from "./tables.js";
import { Conflicts } from "./trashConflicts.js";
import { Relations } from "./trashRelations.js";
import type { RemovingOptions } from "./trashRemoving.js";
import { Room, type CanMeasure } from "./trashRoom.js";
import { isTrashed, TrashRows } from "./trashRows.js";
import { takeAlong } from "./trashTaking.js";

export type TrashOptions = CallOptions & {
  tables: TrashTables;
  registered: RegisteredTables;
  /** The module that exports the chores, as Convex names it. */
  chores: string;
};

export type SoftDeletePreview = {
  /** Rows that would go along, by table. */
  taken: Record<string, number>;
  /** Rows whose foreign key would be cleared, by table. */
  detached: Record<string, number>;
  /** There are more than could be counted at once. */
  atLeast: boolean;
  /** Live rows that keep it from going to the trash, at most 10. */
  blockers: Reference[];
};

/** A query or a mutation of the host. */
export type CanPreview = CanRunQuery &
  CanMeasure & { db: { query: (...args: never[]) => unknown } };

/** The part of `platform.trash` that writes nothing. */
export class TrashReads<
  DataModel extends GenericDataModel = GenericDataModel,
  TrashTable extends TableNamesInDataModel<DataModel> = TableNamesInDataModel<DataModel>,
> {
  protected readonly component: ComponentApi;
  protected readonly options: RemovingOptions;

  constructor(component: ComponentApi, options: TrashOptions) {
    this.component = component;
    this.options = { ...options, component, relations: new Relations(options.tables) };
  }

  /** The operation, or `null` when there is none with this id. */
  async get(ctx: CanRunQuery, operationId: string): Promise<TrashOperation | null> {
    return await fromComponent(ctx.runQuery(this.component.trash.get, { operationId }));
  }

  /**
   * The operation that put a row into the trash, by at most one read. `null` when the row is not in
   * it, or went along with another one.
   *
   * @throws NOT_CONFIGURED for a table without `softDelete`
   */
  async find<TableName extends TrashTable>(
    ctx: CanRunQuery,
    table: TableName,
    id: NoInfer<GenericId<TableName>>,
  ): Promise<TrashOperation | null> {
    this.assertTrash(table);
    const args = { roots: [{ table, id }] };
    const [found] = await fromComponent(ctx.runQuery(this.component.trash.getByRoots, args));
    return found?.inTrash ? found : null;
  }

  /**
   * One page of operations, newest first: those in the trash unless `inTrash` is `false`, of one table
   * if it is named. A page of n reads at most n + 1 of them from one index range.
   *
   * Without `tenantId` it shows the operations recorded without one, never those of all tenants.
   *
   * @throws INVALID_CURSOR for a cursor of another list, VALIDATION_FAILED for a page size below 1
   */
  async list(
    ctx: CanRunQuery,
    {
      paginationOpts,
      ...filter
    }: TrashFilter & { table?: TrashTable; paginationOpts?: PaginationOptions } = {},
  ): Promise<PaginationResult<TrashOperation>> {
    const args = { filter, paginationOpts: paginationOpts ?? FIRST_PAGE };
    return await fromComponent(ctx.runQuery(this.component.trash.list, args));
  }

  /** One page of the rows that an operation took along, in the order in which it met them. */
  async listOperation(
    ctx: CanRunQuery,
    operationId: string,
    paginationOpts: PaginationOptions = FIRST_PAGE,
  ): Promise<PaginationResult<TrashItem>> {
    const args = { operationId, paginationOpts };
    return await fromComponent(ctx.runQuery(this.component.trash.listOperation, args));
  }

  /**
   * What `softDelete` would do: how many rows of which tables would go along, and what would
   * keep it from it. Counts up to 1,000 rows; `null` when the row is not there, or in the trash.
   */
  async preview<TableName extends TrashTable>(
    ctx: CanPreview,
    table: TableName,
    given: NoInfer<GenericId<TableName> | DocumentByName<DataModel, TableName>>,
  ): Promise<SoftDeletePreview | null> {
    this.assertTrash(table);
    const rows = new TrashRows(ctx.db);
    const row = await rows.find(table, given as string | Row);
    if (!row || isTrashed(row)) return null;
    const queue = [{ table, id: String(row["_id"]) }];
    const scan = { item: 0, relation: 0 };
    const start = { queue, scan, isWhole: true, gone: new Set<string>() };
    const found = await takeAlong(rows, this.options.relations, start, await Room.in(ctx));
    return { ...countItems(found.items), atLeast: found.scan !== null, blockers: found.blockers };
  }

  /**
   * Whether `restore` would bring an operation back, and what stands in its way: parents that
   * are in the trash, values that are taken. Of more than 1,000 rows it looks at the root and at those
   * that would come first. `null` when there is no such operation.
   */
  async checkRestore(ctx: CanPreview, operationId: string): Promise<RestoreCheck | null> {
    const room = (await Room.in(ctx)).limits;
    const args = { operationId, room, now: Date.now() };
    const { checkRestore } = this.component.trashRestores;
    const operation = await fromComponent(ctx.runQuery(checkRestore, args));
    if (!operation) return null;
    const { state, refusal, slice } = operation;
    if (state === "restored" || state === "restoring") return { ok: true };
    const rows = new TrashRows(ctx.db);
    const found = new Conflicts(ctx, rows, this.options, room.rows);
    const conflicts = refusal ? [refusal] : (await found.of(slice)).conflicts;
    return conflicts.length > 0 ? { ok: false, conflicts } : { ok: true };
  }

  protected assertTrash(table: string): void {
    if (this.options.tables.has(table)) return;
    throw platformError({
      code: "NOT_CONFIGURED",
      message:
        `Rows of ${table} do not go to the trash. In new Platform say` +
        `\n    tables: { ${table}: { softDelete: {} } },`,
    });
  }
}

const FIRST_PAGE: PaginationOptions = { numItems: DEFAULT_PAGE_SIZE, cursor: null };
