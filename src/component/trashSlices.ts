import { v, type Infer } from "convex/values";
import { vReference, type Caller } from "../shared/auditLogs.js";
import { vStoredItem, type TrashRoom } from "../shared/trash.js";
import { hasRoomLeft } from "../shared/trashRules.js";
import type { MutationCtx, QueryCtx } from "./functions.js";
import {
  actorOf,
  patchOperation,
  readBatchesBelow,
  recordAct,
  type Batch,
  type Operation,
} from "./trashRecords.js";

/**
 * A part of an operation that one transaction brings back or purges: its last items, and the root
 * when no other is left. So a root is never back before all that belongs to it.
 */
export const vSlice = v.object({
  operationId: v.string(),
  root: vReference.extend({ parents: v.array(vReference) }),
  deletedAt: v.number(),
  /** In the order in which they were taken. */
  items: v.array(vStoredItem),
  /** Items before these. */
  left: v.number(),
  /** None is behind these: no other has come back. */
  isFirst: v.boolean(),
  /** None is left, and the root is part of it. */
  isLast: v.boolean(),
  /** These are all items there are. */
  isWhole: v.boolean(),
});
export type Slice = Infer<typeof vSlice>;

/** @param room - what there is of it for the slice, which takes away what it needs */
export async function readSlice(
  ctx: QueryCtx,
  operation: Operation,
  left: number,
  room: TrashRoom,
): Promise<Slice> {
  const batches = await readBatchesBelow(ctx, operation._id, left, room);
  return toSlice(operation, batches, left, room);
}

/** Without room it has no row, not even the root. */
function toSlice(operation: Operation, batches: Batch[], above: number, room: TrashRoom): Slice {
  const { _id, root, rootParents: parents = [], rootBytes, deletedAt } = operation;
  const left = batches[0]?.from ?? above;
  const items = batches.flatMap((batch) => batch.items);
  const isLast = left === 0 && hasRoomLeft(room);
  room.rows -= items.length + (isLast ? 1 : 0);
  room.bytes -= batches.reduce((sum, { bytes }) => sum + bytes, isLast ? rootBytes : 0);
  return {
    operationId: _id,
    root: { table: root.table, id: root.id, parents },
    deletedAt,
    items,
    left,
    isFirst: above === operation.items,
    isLast,
    isWhole: items.length === operation.items,
  };
}

/** Items of it that are in the trash. */
export function leftOf({ stage, items }: Operation): number {
  return "left" in stage ? stage.left : items;
}

/** Says in an entry that its counts are not the last word. */
export function continues(isSo: boolean): Record<string, boolean> {
  return isSo ? { continues: true } : {};
}

/** The first slice of a purge, together with its entry; the host deletes the rows. */
export async function beginPurge(
  ctx: MutationCtx,
  caller: Caller,
  operation: Operation,
  room: TrashRoom,
  reason?: string,
): Promise<{ slice: Slice; step: number }> {
  const { slice, step } = await purgeSlice(ctx, operation, operation.items, room, caller);
  await recordAct(ctx, caller, operation, {
    action: `${operation.root.table}.purged`,
    reason,
    items: slice.items,
    metadata: continues(!slice.isLast),
  });
  return { slice, step };
}

/** The next slice of a purge; its items are forgotten here as the host deletes the rows. */
export async function purgeSlice(
  ctx: MutationCtx,
  operation: Operation,
  left: number,
  room: TrashRoom,
  caller: Caller,
): Promise<{ slice: Slice; step: number }> {
  const batches = await readBatchesBelow(ctx, operation._id, left, room);
  for (const { _id } of batches) await ctx.db.delete("trashItems", _id);
  const slice = toSlice(operation, batches, left, room);
  const by = operation.stage.state === "purging" ? operation.stage.by : await actorOf(ctx, caller);
  const { step } = await patchOperation(ctx, operation, {
    stage: slice.isLast
      ? { state: "purged", by, at: Date.now() }
      : { state: "purging", by, left: slice.left },
  });
  return { slice, step };
}
