import { v } from "convex/values";
import { MAX_RELATED } from "../shared/auditRules.js";
import type { Actor, Caller, NewEntry, Reference } from "../shared/auditLogs.js";
import { platformError } from "../shared/errors.js";
import { pick } from "../shared/fields.js";
import type {
  NewItem,
  StoredItem,
  StoredOperation,
  TrashItem,
  TrashOperation,
  TrashRoom,
  TrashStage,
} from "../shared/trash.js";
import {
  BYTES_PER_BATCH,
  hasRoomLeft,
  isInTrash,
  ITEMS_PER_BATCH,
  progressOf,
  toBatches,
  wakeTime,
} from "../shared/trashRules.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import { recordEntry } from "./auditRecording.js";
import type { MutationCtx, QueryCtx } from "./functions.js";

/** Operations and their items as they are stored, for everything that touches them. */

export type Operation = Doc<"trashOperations">;
export type Batch = Doc<"trashItems">;

// --- Reads -----------------------------------------------------------------------------------

export async function findOperation(ctx: QueryCtx, id: string): Promise<Operation | null> {
  const operationId = ctx.db.normalizeId("trashOperations", id);
  return operationId && (await ctx.db.get("trashOperations", operationId));
}

/** @throws NOT_FOUND */
export async function getOperation(ctx: QueryCtx, operationId: string): Promise<Operation> {
  const operation = await findOperation(ctx, operationId);
  if (operation) return operation;
  throw platformError({ code: "NOT_FOUND", message: "There is no such operation in the trash." });
}

/** The newest operation that began with this row. */
export async function findByRoot(
  ctx: QueryCtx,
  { table, id }: Reference,
): Promise<Operation | null> {
  return await ctx.db
    .query("trashOperations")
    .withIndex("by_root", (q) => q.eq("root.table", table).eq("root.id", id))
    .order("desc")
    .first();
}

/** The row for readers. */
export function toOperation(row: Operation): TrashOperation {
  const { stage } = row;
  const progress = progressOf(stage, row.items);
  const shown = [
    "root",
    "actor",
    "reason",
    "tenantId",
    "deletedAt",
    "inTrash",
    "taken",
    "detached",
    "missing",
    "purgeAt",
    "hold",
  ] as const;
  return {
    id: row._id,
    ...pick(row, [...shown]),
    state: stage.state,
    ...(progress && { progress }),
    ...("by" in stage && { ended: { by: stage.by, ...("at" in stage && { at: stage.at }) } }),
  };
}

/**
 * Whole batches of the items below `left`, in their order: the last of them, as many as there is room
 * for, give or take one.
 */
export async function readBatchesBelow(
  ctx: QueryCtx,
  operationId: Id<"trashOperations">,
  left: number,
  room: TrashRoom,
): Promise<Batch[]> {
  const batches: Batch[] = [];
  if (left === 0 || !hasRoomLeft(room)) return batches;
  let { rows, bytes } = room;
  for await (const batch of batchesBelow(ctx, operationId, left)) {
    batches.unshift(batch);
    rows -= batch.items.length;
    bytes -= batch.bytes;
    if (rows < ITEMS_PER_BATCH || bytes < BYTES_PER_BATCH) break;
  }
  return batches;
}

/** The batches with the items below `left`, the last of them first. */
export function batchesBelow(
  ctx: QueryCtx,
  operationId: Id<"trashOperations">,
  left: number,
): AsyncIterable<Batch> {
  return ctx.db
    .query("trashItems")
    .withIndex("by_operation", (q) => q.eq("operationId", operationId).lt("from", left))
    .order("desc");
}

/** The batches with the items from `from` on, as many as hold `rows` of them. */
export async function readBatchesFrom(
  ctx: QueryCtx,
  operationId: Id<"trashOperations">,
  from: number,
  rows: number,
): Promise<Batch[]> {
  const batches: Batch[] = [];
  const around = ctx.db.query("trashItems").withIndex("by_operation", (q) =>
    // The batch that holds it begins less than a batch's length before it.
    q.eq("operationId", operationId).gt("from", from - ITEMS_PER_BATCH),
  );
  let room = rows;
  for await (const batch of around) {
    if (endOf(batch) <= from) continue;
    batches.push(batch);
    room -= endOf(batch) - Math.max(from, batch.from);
    if (room <= 0) break;
  }
  return batches;
}

export function endOf({ from, items }: Batch): number {
  return from + items.length;
}

export function toItem({ table, id, detached }: StoredItem): TrashItem {
  return { table, id, ...(detached && { detached }) };
}

// --- Writes ----------------------------------------------------------------------------------

/** The operation in another stage, together with all that follows from it. */
export async function patchOperation(
  ctx: MutationCtx,
  operation: Operation,
  patch: Partial<StoredOperation> & { stage: TrashStage },
): Promise<Operation> {
  const next = { ...operation, ...patch, step: operation.step + 1 };
  const fields = {
    ...patch,
    step: next.step,
    inTrash: isInTrash(patch.stage.state),
    wakeAt: wakeTime(patch.stage, next, Date.now()),
  };
  await ctx.db.patch("trashOperations", operation._id, fields);
  return { ...next, ...fields } as Operation;
}

/** Writes items to the places from `from` on. */
export async function insertBatches(
  ctx: MutationCtx,
  operationId: Id<"trashOperations">,
  from: number,
  items: NewItem[],
): Promise<void> {
  let place = from;
  for (const batch of toBatches(items)) {
    await ctx.db.insert("trashItems", { operationId, from: place, ...batch });
    place += batch.items.length;
  }
}

/** In the words of whoever does it; the action is `table.verb` unless given. */
export const vWhy = { reason: v.optional(v.string()), action: v.optional(v.string()) };
export type Why = { reason?: string; action?: string };

// --- Entries ---------------------------------------------------------------------------------

/** Who acts: whoever the host says, a scheduled function, or a stranger. */
export async function actorOf(
  ctx: MutationCtx,
  { actor, functionName = "scheduler" }: Caller,
): Promise<Actor> {
  if (actor) return actor;
  const { scheduledFunctionId } = await ctx.meta.getRequestMetadata();
  return scheduledFunctionId === null
    ? { type: "anonymous", id: "anonymous" }
    : { type: "system", id: functionName };
}

type About = Pick<Operation, "_id" | "root" | "partOf" | "tenantId" | "taken" | "detached">;

/** One entry about an operation; its target is what was deleted, or what that is a part of. */
export async function recordAct(
  ctx: MutationCtx,
  caller: Caller,
  { _id, root, partOf, tenantId, taken, detached }: About,
  act: {
    action: string;
    actor?: Actor;
    reason?: string | undefined;
    outcome?: NewEntry["outcome"];
    items?: TrashItem[];
    metadata?: Record<string, boolean | string | number>;
  },
): Promise<void> {
  const {
    action,
    actor = await actorOf(ctx, caller),
    reason,
    outcome = "success",
    items = [],
  } = act;
  const related = [...(partOf ? [root] : []), ...items].slice(0, MAX_RELATED);
  await recordEntry(ctx, caller, {
    action,
    actor,
    outcome,
    target: partOf?.whole ?? root,
    related: related.map(({ table, id }) => ({ table, id })),
    changes: [],
    operationId: _id,
    metadata: {
      taken,
      ...(Object.keys(detached).length > 0 && { detached }),
      ...(partOf?.label !== undefined && { label: partOf.label }),
      ...act.metadata,
    },
    ...(tenantId !== undefined && { tenantId }),
    ...(reason !== undefined && { reason }),
  });
}
