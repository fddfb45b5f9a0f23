import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v, type Infer } from "convex/values";
import { vCaller, vReference, vTarget, type Caller } from "../shared/auditLogs.js";
import { checkReason } from "../shared/auditRules.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { omit } from "../shared/fields.js";
import { readPage, withinSegment, type Segment } from "../shared/pages.js";
import {
  vRestoreConflict,
  vScan,
  vStoredItem,
  vTrashFilter,
  vTrashItem,
  vTrashOperation,
  vTrashState,
  type StoredOperation,
  type TrashItem,
} from "../shared/trash.js";
import { countItems, restoreRefusal, wakeTime } from "../shared/trashRules.js";
import type { Id } from "./_generated/dataModel.js";
import { mutation, query, type MutationCtx, type QueryCtx } from "./functions.js";
import {
  actorOf,
  findByRoot,
  findOperation,
  insertBatches,
  patchOperation,
  readBatchesFrom,
  recordAct,
  toItem,
  toOperation,
  type Operation,
} from "./trashRecords.js";
import { beginPurge, continues, leftOf, readSlice, vSlice, type Slice } from "./trashSlices.js";

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

/** The newest operation that began with this row, or `null`. */
export const getByRoot = query({
  args: { root: vReference },
  returns: v.union(vTrashOperation, v.null()),
  handler: async (ctx, { root }) => {
    const row = await findByRoot(ctx, root);
    return row && toOperation(row);
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
  items: v.array(vStoredItem),
  /** Where to look on for what goes along; `null`: all is found. */
  scan: v.union(vScan, v.null()),
  purgeAt: v.optional(v.number()),
});

/** In the words of whoever does it; the action is `table.verb` unless given. */
const vWhy = { reason: v.optional(v.string()), action: v.optional(v.string()) };

type Why = { reason?: string; action?: string };

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
    for (const { root, rootParents, items, scan, purgeAt } of removals) {
      const operation: StoredOperation = {
        root,
        actor: actorOf(caller),
        deletedAt,
        inTrash: true,
        ...countItems(items),
        missing: 0,
        stage: scan ? { state: "removing", scan } : { state: "trashed" },
        items: items.length,
        step: 0,
        ...(reason !== undefined && { reason: reason.trim() }),
        ...(tenantId !== undefined && { tenantId }),
        ...(purgeAt !== undefined && { purgeAt }),
        ...(rootParents.length > 0 && { rootParents }),
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

/** Whether an operation may be restored as a whole; what its rows say only the host can see. */
export const checkRestore = query({
  args: { operationId: v.string(), rows: v.number(), now: v.number() },
  returns: v.union(
    v.null(),
    v.object({ state: vTrashState, refusal: v.union(vRestoreConflict, v.null()), slice: vSlice }),
  ),
  handler: async (ctx, { operationId, rows, now }) => {
    const operation = await findOperation(ctx, operationId);
    if (!operation) return null;
    return {
      state: operation.stage.state,
      refusal: restoreRefusal(operation, now),
      slice: await readSlice(ctx, operation, leftOf(operation), rows),
    };
  },
});

const vRestoreAnswer = v.union(
  v.object({ answer: v.literal("notFound") }),
  v.object({ answer: v.literal("already") }),
  v.object({ answer: v.literal("refused"), conflict: vRestoreConflict }),
  /** Nothing is written yet: look at the rows, then ask again. */
  v.object({ answer: v.literal("check"), slice: vSlice }),
  v.object({ answer: v.literal("begun"), slice: vSlice, step: v.number() }),
);
type RestoreAnswer = Infer<typeof vRestoreAnswer>;

/**
 * Begins to bring operations back, and ends it where all rows fit into `rows`; the host patches them
 * in the same transaction.
 *
 * Where rows have to be looked at first, because they have parents outside or a value that must be
 * free, it writes nothing until it is told that this was done.
 */
export const restore = mutation({
  args: {
    caller: vCaller,
    operationIds: v.array(v.string()),
    /** The most rows in one transaction. */
    rows: v.number(),
    /** Tables with values that must be free. */
    uniqueTables: v.array(v.string()),
    isChecked: v.boolean(),
    ...vWhy,
  },
  returns: v.array(vRestoreAnswer),
  handler: async (ctx, { operationIds, rows, ...how }) => {
    const answers: RestoreAnswer[] = [];
    let room = rows;
    for (const operationId of operationIds) {
      const answer = await restoreOne(ctx, operationId, room, how);
      if ("slice" in answer) room -= answer.slice.items.length + 1;
      answers.push(answer);
    }
    return answers;
  },
});

type HowToRestore = Why & { caller: Caller; uniqueTables: string[]; isChecked: boolean };

async function restoreOne(
  ctx: MutationCtx,
  operationId: string,
  rows: number,
  { caller, uniqueTables, isChecked, reason, action }: HowToRestore,
): Promise<RestoreAnswer> {
  const operation = await findOperation(ctx, operationId);
  if (!operation) return { answer: "notFound" };
  const { stage, root, taken } = operation;
  if (stage.state === "restored") return { answer: "already" };
  if (stage.state === "restoring" && !stage.isTurning) return { answer: "already" };
  const conflict = restoreRefusal(operation, Date.now());
  if (conflict) return { answer: "refused", conflict };
  const slice = await readSlice(ctx, operation, leftOf(operation), rows);
  if (!isChecked && needsCheck(slice, [root.table, ...Object.keys(taken)], uniqueTables)) {
    return { answer: "check", slice };
  }
  const by = actorOf(caller);
  const { step } = await patchOperation(ctx, operation, {
    stage: slice.isLast
      ? { state: "restored", by, at: Date.now() }
      : { state: "restoring", by, left: slice.left },
  });
  await recordAct(ctx, caller, operation, {
    action: action ?? `${root.table}.restored`,
    reason,
    items: slice.items,
    metadata: continues(!slice.isLast),
  });
  return { answer: "begun", slice, step };
}

function needsCheck(slice: Slice, tables: string[], uniqueTables: string[]): boolean {
  return (
    slice.root.parents.length > 0 ||
    slice.items.some(({ parents }) => parents) ||
    tables.some((table) => uniqueTables.includes(table))
  );
}

/** Rows that were to be restored and are gone: the host told nobody. */
export const noteMissing = mutation({
  args: { operationId: v.string(), missing: v.number() },
  returns: v.null(),
  handler: async (ctx, { operationId, missing }) => {
    const operation = await getOperation(ctx, operationId);
    const { _id } = operation;
    await ctx.db.patch("trashOperations", _id, { missing: operation.missing + missing });
    return null;
  },
});

/** Turns a restore that is under way into a removal again. `null`: it is none. */
export const turnBack = mutation({
  args: { caller: vCaller, operationId: v.string(), ...vWhy },
  returns: v.union(v.object({ step: v.number() }), v.null()),
  handler: async (ctx, { caller, operationId, reason, action }) => {
    const operation = await getOperation(ctx, operationId);
    const { stage, root } = operation;
    if (stage.state !== "restoring" || stage.isTurning) return null;
    const turned = { ...stage, isTurning: "removing" as const };
    const { step } = await patchOperation(ctx, operation, { stage: turned });
    await recordAct(ctx, caller, operation, {
      action: action ?? `${root.table}.trashed`,
      reason,
      metadata: continues(true),
    });
    return { step };
  },
});

/**
 * Begins to purge an operation by hand, and ends it where all rows fit into `rows`; `null` when it
 * has been purged already.
 *
 * @throws NOT_FOUND, HELD, INVALID_STATE unless it lies in the trash
 */
export const purge = mutation({
  args: { caller: vCaller, operationId: v.string(), rows: v.number(), reason: vWhy.reason },
  returns: v.union(v.object({ slice: vSlice, step: v.number() }), v.null()),
  handler: async (ctx, { caller, operationId, rows, reason }) => {
    const operation = await getOperation(ctx, operationId);
    const { state } = operation.stage;
    if (state === "purging" || state === "purged") return null;
    if (state !== "trashed") throw notInTrash(state, "purged");
    if (operation.hold) {
      const message = "This is held and cannot be purged. Release it first.";
      throw platformError({ code: "HELD", message, details: { reason: operation.hold.reason } });
    }
    return await beginPurge(ctx, caller, operation, rows, reason);
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
    const placed = { reason: reason.trim(), placedBy: actorOf(caller), placedAt: Date.now() };
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

async function getOperation(ctx: QueryCtx, operationId: string): Promise<Operation> {
  const operation = await findOperation(ctx, operationId);
  if (operation) return operation;
  throw platformError({ code: "NOT_FOUND", message: "There is no such operation in the trash." });
}

function notInTrash(state: string, verb: string) {
  return platformError({
    code: "INVALID_STATE",
    message: `This is ${state}: only what lies in the trash can be ${verb}.`,
    details: { state },
  });
}
