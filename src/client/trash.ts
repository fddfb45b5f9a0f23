import type {
  DocumentByName,
  GenericDataModel,
  MutationBuilder,
  TableNamesInDataModel,
} from "convex/server";
import type { GenericId } from "convex/values";
import { platformError, type PlatformErrorData } from "../shared/errors.js";
import { MAX_OPERATIONS_PER_CALL } from "../shared/trashRules.js";
import type { CanRecord } from "./contexts.js";
import type { Row } from "./guards/writeLog.js";
import type { IndexOf } from "./tables.js";
import {
  reserve,
  type CanReserve,
  type Reservation,
  type ReservedValues,
  type ReserveOptions,
} from "./reservations.js";
import { TrashReads } from "./trashReads.js";
import * as removing from "./trashRemoving.js";
import * as restoring from "./trashRestoring.js";
import { Room } from "./trashRoom.js";
import { callerOf, choresOf, purgeSlice, tell, type TrashCtx } from "./trashSteps.js";

/** The host's own words for an act. */
export type TrashWhy<ActionName extends string = string> = {
  /** At most 1,000 characters. */
  reason?: string;
  /** The action of the entry; `table.trashed` and `table.restored` unless given. */
  action?: ActionName;
};

/** What became of one row, as {@link Trash.softDelete} tells it. */
export type SoftDeleted = Extract<removing.Removed, { status: "trashed" | "already" }>;

/** What became of one operation, as {@link Trash.restore} tells it. */
export type Restored = Extract<restoring.Restored, { status: "restored" | "already" }>;

/** What became of one of many; `id` is what was given. */
export type OneSoftDeleted<Id extends string = string> = {
  id: Id;
  status: removing.Removed["status"];
  operationId?: string;
  isDone?: boolean;
  /** Why it was refused. */
  error?: PlatformErrorData;
};
export type OneRestored = {
  id: string;
  status: restoring.Restored["status"];
  isDone?: boolean;
  missing?: number;
  error?: PlatformErrorData;
};

/** What was deleted and can come back. Reached as `platform.trash`. */
export class Trash<
  DataModel extends GenericDataModel = GenericDataModel,
  TrashTable extends TableNamesInDataModel<DataModel> = TableNamesInDataModel<DataModel>,
  ActionName extends string = string,
> extends TrashReads<DataModel, TrashTable> {
  // --- Writes --------------------------------------------------------------------------------

  /**
   * Puts a row into the trash with what its table's relations say, in the caller's transaction, and
   * leaves an entry. Beyond about 1,000 rows, or half of what is left of the transaction, it goes on
   * by itself: the operation is `removing` until it is done. When it then meets a row that restricts
   * it, all goes back, and an entry with the outcome `failure` says so.
   *
   * With a row instead of its id it reads one document less. What is in the trash already stays
   * there as it is; if it is on its way out of it, it goes back.
   *
   * @returns the operation, by which {@link restore} undoes exactly this
   * @throws NOT_FOUND for an id that is none of this table's; CONFLICT where a relation restricts it,
   *   with `details: { reason: "RESTRICTED", table, id }`; NOT_CONFIGURED for a table without
   *   `softDelete`. Nothing is written then
   */
  async softDelete<TableName extends TrashTable>(
    ctx: TrashCtx,
    table: TableName,
    given: NoInfer<GenericId<TableName> | DocumentByName<DataModel, TableName>>,
    why: TrashWhy<ActionName> & { tenantId?: string } = {},
  ): Promise<SoftDeleted> {
    this.assertTrash(table);
    const one = given as string | Row;
    const removed = await removing.removeAll(ctx, table, [one], why, this.options);
    return removing.orThrow([...removed.values()][0]!);
  }

  /**
   * {@link softDelete} for up to 500 rows of a table, an operation each, in one call.
   *
   * @returns for each given row, in this order, what became of it; one given twice is removed once
   * @throws VALIDATION_FAILED for more than 500: nothing is removed then
   */
  async softDeleteMany<TableName extends TrashTable>(
    ctx: TrashCtx,
    table: TableName,
    given: NoInfer<GenericId<TableName> | DocumentByName<DataModel, TableName>>[],
    why: TrashWhy<ActionName> & { tenantId?: string } = {},
  ): Promise<OneSoftDeleted<GenericId<TableName>>[]> {
    this.assertTrash(table);
    assertCount(given.length, "ids");
    const all = given as (string | Row)[];
    const removed = await removing.removeAll(ctx, table, all, why, this.options);
    return all.map((one) => {
      const id = (typeof one === "string" ? one : one["_id"]) as GenericId<TableName>;
      const result = removed.get(id)!;
      const { status } = result;
      if (status === "notFound") return { id, status };
      if (status === "refused") return { id, status, error: result.error };
      const { operationId } = result;
      return {
        id,
        status,
        ...(operationId !== null && { operationId }),
        ...("isDone" in result && { isDone: result.isDone }),
      };
    });
  }

  /**
   * Brings back exactly what an operation took: no row that was in the trash before, whatever the
   * order of restores. Beyond about 1,000 rows it goes on by itself and ends with the root; until then
   * the operation is `restoring`. An operation that is still `removing` is undone.
   *
   * @throws NOT_FOUND; EXPIRED once it may be purged; HELD; CONFLICT where a parent is in the trash or
   *   a unique value is taken, each with `details: { reason, conflicts }` as {@link checkRestore}
   *   tells them. Nothing is written then
   */
  async restore(
    ctx: TrashCtx,
    operationId: string,
    why: TrashWhy<ActionName> = {},
  ): Promise<Restored> {
    const restored = await restoring.restoreAll(ctx, [operationId], why, this.options);
    return restoring.orThrow(restored.get(operationId)!);
  }

  /**
   * {@link restore} for up to 500 operations, in one call. Parents may stand behind their children.
   *
   * @param why - `within`: operations of another tenant are as if they were not there
   * @returns for each operation, in this order, what became of it
   * @throws VALIDATION_FAILED for more than 500: nothing is restored then
   */
  async restoreMany(
    ctx: TrashCtx,
    operationIds: string[],
    why: TrashWhy<ActionName> & restoring.Within = {},
  ): Promise<OneRestored[]> {
    assertCount(operationIds.length, "operationIds");
    const restored = await restoring.restoreAll(ctx, operationIds, why, this.options);
    return operationIds.map((id) => ({ id, ...restored.get(id)! }));
  }

  /**
   * Keeps an operation from being purged, and from being restored, until {@link release}.
   *
   * @returns `false` when it is held already, which stays as it is
   * @throws NOT_FOUND; INVALID_STATE unless it lies in the trash; VALIDATION_FAILED without a reason
   */
  async hold(ctx: CanRecord, operationId: string, { reason }: { reason: string }) {
    const args = { caller: await callerOf(ctx, this.options), operationId, reason };
    return await tell(ctx, this.component.trash.hold, args);
  }

  /**
   * Ends a hold; `false` when there is none. What is past its time then may be purged at once, and not
   * be restored.
   *
   * @throws NOT_FOUND, VALIDATION_FAILED without a reason
   */
  async release(ctx: CanRecord, operationId: string, { reason }: { reason: string }) {
    const args = { caller: await callerOf(ctx, this.options), operationId, reason };
    return await tell(ctx, this.component.trash.release, args);
  }

  /**
   * Deletes the rows of an operation for good, whatever the retention of its table. The operation
   * stays, without its rows, and so does its entry.
   *
   * @throws NOT_FOUND; HELD; INVALID_STATE unless it lies in the trash
   */
  async purge(
    ctx: TrashCtx,
    operationId: string,
    { reason }: { reason?: string } = {},
  ): Promise<{ status: "purged"; isDone: boolean } | { status: "already" }> {
    const args = {
      caller: await callerOf(ctx, this.options),
      operationId,
      room: (await Room.in(ctx)).limits,
      ...(reason !== undefined && { reason }),
    };
    const begun = await tell(ctx, this.component.trash.purge, args);
    if (!begun) return { status: "already" };
    await purgeSlice(ctx, begun, this.options);
    return { status: "purged", isDone: begun.slice.isLast };
  }

  // --- Names ---------------------------------------------------------------------------------

  /**
   * Makes sure that no live row has these values, so that one can be written with them in the same
   * transaction: of two that want them at once, the second sees the first.
   *
   * @param index - one of the table's `softDelete.unique`, which restores keep to as well
   * @param values - of all its fields before `deletedAt`
   * @returns who had them and is in the trash now, the newest: perhaps it should come back instead
   * @throws CONFLICT when a live row has them, with `details: { reason: "UNIQUE_TAKEN", table, id }`;
   *   VALIDATION_FAILED for a value that is missing; NOT_CONFIGURED for an index that is not unique
   *
   * @example
   * const { trashed } = await platform.trash.reserve(ctx, "teams", "by_slug", { slug });
   */
  async reserve<TableName extends TrashTable, Index extends IndexOf<DataModel[TableName]>>(
    ctx: CanReserve,
    table: TableName,
    index: Index,
    values: ReservedValues<DataModel[TableName], Index>,
    options: ReserveOptions<TableName> = {},
  ): Promise<Reservation<DocumentByName<DataModel, TableName>>> {
    const { tables } = this.options;
    return await reserve<DataModel, TableName, Index>(ctx, tables, table, index, values, options);
  }

  // --- Chores --------------------------------------------------------------------------------

  /**
   * The functions in which the platform goes on by itself, to be exported from `convex/trash.ts`.
   *
   * `proceed` continues what takes more than one transaction. `purge` is for a cron: it purges what
   * its table's `retentionDays` say, and finds operations whose continuation was lost, as after a
   * restore from a backup. Without that line nothing is ever purged by itself.
   *
   * @param builders - all of the host's `_generated/server`
   *
   * @example
   * export const { proceed, purge } = platform.trash.chores(generated);
   * // crons.ts
   * crons.daily("purge the trash", { hourUTC: 3, minuteUTC: 0 }, internal.trash.purge);
   */
  chores<HostDataModel extends GenericDataModel>(builders: {
    internalMutation: MutationBuilder<HostDataModel, "internal">;
  }) {
    return choresOf(builders, this.options);
  }
}

function assertCount(count: number, field: string): void {
  if (count <= MAX_OPERATIONS_PER_CALL) return;
  const max = MAX_OPERATIONS_PER_CALL;
  throw platformError({
    code: "VALIDATION_FAILED",
    message: "Nothing was done.",
    fields: { [field]: { code: "too_many", message: `Use at most ${max}.`, params: { max } } },
  });
}
