import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { vCaller, vReference, vTarget } from "../shared/auditLogs.js";
import { checkReason } from "../shared/auditRules.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { omit } from "../shared/fields.js";
import { readPage, withinSegment, type Segment } from "../shared/pages.js";
import {
  vPartOf,
  vScan,
  vNewItem,
  vTrashFilter,
  vTrashItem,
  vTrashOperation,
  vTrashRoom,
  type StoredOperation,
  type TrashItem,
  type TrashOperation,
} from "../shared/trash.js";
import { countItems, wakeTime } from "../shared/trashRules.js";
import type { Id } from "./_generated/dataModel.js";
import { mutation, query, type MutationCtx, type QueryCtx } from "./functions.js";
import {
  actorOf,
  findByRoot,
  findOperation,
  getOperation,
  insertBatches,
  readBatchesFrom,
  recordAct,
  toItem,
  toOperation,
  vWhy,
  type Operation,
} from "./trashRecords.js";
import { beginPurge, continues, vSlice } from "./trashSlices.js";

// --- Reads -----------------------------------------------------------------------------------

/** The operation, or `null` when there is none with this id. */
export const get = query({
  args: { operationId: v.string() },
  returns: v.union(vTrashOperation, v.null()),
  handler: async (ctx, { operationId }) => {
    const row = await findOperation(ctx, operationId);
    return row && toOperation(row);
  },
});

/** For each of these rows the newest operation that began with it, or `null`. */
export const getByRoots = query({
  args: { roots: v.array(vReference) },
  returns: v.array(v.union(vTrashOperation, v.null())),
  handler: async (ctx, { roots }) => {
    const found: (TrashOperation | null)[] = [];
    for (const root of roots) {
      const row = await findByRoot(ctx, root);
      found.push(row && toOperation(row));
    }
    return found;
  },
});

/** One page of operations, the newest first: of a tenant, or of one table of it. */
export const list = query({
  args: { filter: vTrashFilter, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vTrashOperation),
  handler: async (ctx, { filter, paginationOpts }) => {
    const { tenantId, table, inTrash = true } = filter;
    const result = await readPage(paginationOpts, {
      binding: { list: "trash", ...filter, inTrash },
      order: "desc",
      range: {},
      key: (row: Operation) => row.deletedAt,
      open: (segment) => {
        const operations = ctx.db.query("trashOperations");
        const found =
          table === undefined
            ? operations.withIndex("by_tenant", (q) =>
                withinSegment(
                  q.eq("tenantId", tenantId).eq("inTrash", inTrash),
                  "deletedAt",
                  segment,
                ),
              )
            : operations.withIndex("by_table", (q) =>
                withinSegment(
                  q.eq("tenantId", tenantId).eq("root.table", table).eq("inTrash", inTrash),
                  "deletedAt",
                  segment,
                ),
              );
        return found.order("desc");
      },
    });
    return { ...result, page: result.page.map(toOperation) };
  },
});

/** One page of the rows that an operation took along, in the order in which it met them. */
export const listOperation = query({
  args: { operationId: v.string(), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vTrashItem),
  handler: async (ctx, { operationId, paginationOpts }) => {
    const row = await findOperation(ctx, operationId);
    const result = await readPage(paginationOpts, {
      binding: { list: "trashItems", operationId },
      order: "asc",
      range: {},
      key: (item: PlacedItem) => item.place,
      open: (segment) => ({
        take: async (count) => (row ? await readItems(ctx, row._id, segment, count) : []),
      }),
    });
    const page = result.page.map((item) => omit(item, ["place", "_creationTime"]));
    return { ...result, page };
  },
});

/** Items as rows of a list, although a hundred of them are one document. */
type PlacedItem = TrashItem & { place: number; _creationTime: number };

async function readItems(
  ctx: QueryCtx,
  operationId: Id<"trashOperations">,
  segment: Segment,
  count: number,
): Promise<PlacedItem[]> {
  // No two items have one place, so no page ends amid a key.
  if (segment.kind === "ties") return [];
  const from = placeBehind(segment.lower?.value, segment.lower?.inclusive === false);
  const end = placeBehind(segment.upper?.value ?? Infinity, segment.upper?.inclusive === true);
  const batches = await readBatchesFrom(ctx, operationId, from, count);
  return batches
    .flatMap((batch) =>
      batch.items.map((item, i) => ({
        ...toItem(item),
        place: batch.from + i,
        _creationTime: batch._creationTime,
      })),
    )
    .filter(({ place }) => place >= from && place < end)
    .slice(0, count);
}

function placeBehind(key: unknown, isBehind: boolean): number {
  return (typeof key === "number" ? key : 0) + (isBehind ? 1 : 0);
}

// --- Writes ----------------------------------------------------------------------------------

const vRemoval = v.object({
  root: vTarget,
  /** Rows outside that the root cannot be without. */
  rootParents: v.array(vReference),
  rootBytes: v.number(),
  items: v.array(vNewItem),
  /** Where to look on for what goes along; `null`: all is found. */
  scan: v.union(vScan, v.null()),
  purgeAt: v.optional(v.number()),
  partOf: v.optional(vPartOf),
});

/** The host patches the rows in the same transaction. Reads nothing; an entry for each operation. */
export const remove = mutation({
  args: {
    caller: vCaller,
    tenantId: v.optional(v.string()),
    deletedAt: v.number(),
    removals: v.array(vRemoval),
    ...vWhy,
  },
  returns: v.array(v.object({ operationId: v.string(), step: v.number() })),
  handler: async (ctx, { caller, tenantId, deletedAt, removals, reason, action }) => {
    const begun: { operationId: string; step: number }[] = [];
    const actor = await actorOf(ctx, caller);
    for (const { root, rootParents, rootBytes, items, scan, purgeAt, partOf } of removals) {
      const operation: StoredOperation = {
        root,
        actor,
        deletedAt,
        inTrash: true,
        ...countItems(items),
        missing: 0,
        stage: scan
          ? { state: "removing", scan, ...(action !== undefined && { action }) }
          : { state: "trashed" },
        items: items.length,
        rootBytes,
        step: 0,
        ...(reason !== undefined && { reason: reason.trim() }),
        ...(tenantId !== undefined && { tenantId }),
        ...(purgeAt !== undefined && { purgeAt }),
        ...(rootParents.length > 0 && { rootParents }),
        ...(partOf && { partOf }),
      };
      const wakeAt = wakeTime(operation.stage, operation, Date.now());
      const row = { ...operation, ...(wakeAt !== undefined && { wakeAt }) };
      const _id = await ctx.db.insert("trashOperations", row);
      await insertBatches(ctx, _id, 0, items);
      await recordAct(
        ctx,
        caller,
        { ...operation, _id },
        {
          action: action ?? `${root.table}.trashed`,
          actor,
          reason,
          items,
          metadata: continues(scan !== null),
        },
      );
      begun.push({ operationId: _id, step: 0 });
    }
    return begun;
  },
});

/**
 * Begins to purge an operation by hand, and ends it where there is room for all rows; `null` when it
 * has been purged already.
 *
 * @throws NOT_FOUND, HELD, INVALID_STATE unless it lies in the trash
 */
export const purge = mutation({
  args: { caller: vCaller, operationId: v.string(), room: vTrashRoom, reason: vWhy.reason },
  returns: v.union(v.object({ slice: vSlice, step: v.number() }), v.null()),
  handler: async (ctx, { caller, operationId, room, reason }) => {
    const operation = await getOperation(ctx, operationId);
    const { state } = operation.stage;
    if (state === "purging" || state === "purged") return null;
    if (state !== "trashed") throw notInTrash(state, "purged");
    if (operation.hold) {
      const message = "This is held and cannot be purged. Release it first.";
      throw platformError({ code: "HELD", message, details: { reason: operation.hold.reason } });
    }
    return await beginPurge(ctx, caller, operation, room, reason);
  },
});

/** Keeps an operation from being purged, and from being restored. `false`: it is held already. */
export const hold = mutation({
  args: { caller: vCaller, operationId: v.string(), reason: v.string() },
  returns: v.boolean(),
  handler: async (ctx, { caller, operationId, reason }) => {
    throwIfInvalid(checkReason(reason), "The hold was not placed.");
    const operation = await getOperation(ctx, operationId);
    const { state } = operation.stage;
    if (state !== "trashed" && state !== "removing") throw notInTrash(state, "held");
    if (operation.hold) return false;
    const placed = {
      reason: reason.trim(),
      placedBy: await actorOf(ctx, caller),
      placedAt: Date.now(),
    };
    await patchHold(ctx, operation, placed);
    await recordAct(ctx, caller, operation, { action: "trash.held", reason });
    return true;
  },
});

/** Ends a hold; `false` when there is none. */
export const release = mutation({
  args: { caller: vCaller, operationId: v.string(), reason: v.string() },
  returns: v.boolean(),
  handler: async (ctx, { caller, operationId, reason }) => {
    throwIfInvalid(checkReason(reason), "The hold was not released.");
    const operation = await getOperation(ctx, operationId);
    if (!operation.hold) return false;
    await patchHold(ctx, operation, undefined);
    await recordAct(ctx, caller, operation, { action: "trash.released", reason });
    return true;
  },
});

// --- Helpers ---------------------------------------------------------------------------------

async function patchHold(
  ctx: MutationCtx,
  operation: Operation,
  placed: Operation["hold"],
): Promise<void> {
  const { _id, stage, purgeAt, wakeAt } = operation;
  const next = { ...(purgeAt !== undefined && { purgeAt }), ...(placed && { hold: placed }) };
  // A step under way keeps its own time to be looked for.
  const wake = stage.state === "trashed" ? wakeTime(stage, next, Date.now()) : wakeAt;
  await ctx.db.patch("trashOperations", _id, { hold: placed, wakeAt: wake });
}

function notInTrash(state: string, verb: string) {
  return platformError({
    code: "INVALID_STATE",
    message: `This is ${state}: only what lies in the trash can be ${verb}.`,
    details: { state },
  });
}
