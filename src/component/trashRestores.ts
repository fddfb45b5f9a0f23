import { v, type Infer } from "convex/values";
import { vCaller, vReference, type Caller, type Reference } from "../shared/auditLogs.js";
import { checkEntry } from "../shared/auditRules.js";
import { throwIfInvalid, type FieldErrors } from "../shared/errors.js";
import { omit } from "../shared/fields.js";
import {
  vMemberSearch,
  vRestoreConflict,
  vTrashRoom,
  vTrashState,
  type TrashItem,
  type TrashRoom,
} from "../shared/trash.js";
import { restoreRefusal, rowKey } from "../shared/trashRules.js";
import { mutation, query, type MutationCtx } from "./functions.js";
import {
  actorOf,
  batchesBelow,
  findOperation,
  getOperation,
  patchOperation,
  recordAct,
  vWhy,
  type Operation,
  type Why,
} from "./trashRecords.js";
import { continues, leftOf, readSlice, vSlice, type Slice } from "./trashSlices.js";

/**
 * How operations come back. The component knows the rows, the host has them: so the host asks, does
 * it, and where it had to look at rows first, says that it is done.
 */

/** Whether an operation may be restored as a whole; what its rows say only the host can see. */
export const checkRestore = query({
  args: { operationId: v.string(), room: vTrashRoom, now: v.number() },
  returns: v.union(
    v.null(),
    v.object({ state: vTrashState, refusal: v.union(vRestoreConflict, v.null()), slice: vSlice }),
  ),
  handler: async (ctx, { operationId, room, now }) => {
    const operation = await findOperation(ctx, operationId);
    if (!operation) return null;
    return {
      state: operation.stage.state,
      refusal: restoreRefusal(operation, now),
      slice: await readSlice(ctx, operation, leftOf(operation), room),
    };
  },
});

/**
 * Which of these rows an operation took along, by its record: looks through about `items` of it, from
 * `below` down, or from its end.
 */
export const findMembers = query({
  args: {
    operationId: v.string(),
    rows: v.array(vReference),
    below: v.optional(v.number()),
    items: v.number(),
  },
  returns: vMemberSearch,
  handler: async (ctx, { operationId, rows, below, items }) => {
    const operation = await getOperation(ctx, operationId);
    const others = new Map(rows.map((row) => [rowKey(row), row]));
    const members: Reference[] = [];
    let left = below ?? operation.items;
    let room = items;
    if (left > 0 && room > 0) {
      for await (const batch of batchesBelow(ctx, operation._id, left)) {
        for (const item of batch.items) {
          const row = item.detached ? undefined : others.get(rowKey(item));
          if (row && others.delete(rowKey(row))) members.push(row);
        }
        left = others.size > 0 ? batch.from : 0;
        room -= batch.items.length;
        if (left === 0 || room <= 0) break;
      }
    }
    return { members, others: [...others.values()], left };
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
 * Begins to bring operations back, and ends it where there is room for all rows; the host patches them
 * in the same transaction.
 *
 * Where rows have to be looked at first, because they have parents outside or a value that must be
 * free, it writes nothing: {@link confirmRestore} does.
 */
export const restore = mutation({
  args: {
    caller: vCaller,
    operationIds: v.array(v.string()),
    room: vTrashRoom,
    /** Tables with values that must be free. */
    uniqueTables: v.array(v.string()),
    /** Only operations of this tenant, or of none; absent: of any. */
    within: v.optional(v.object({ tenantId: v.optional(v.string()) })),
    ...vWhy,
  },
  returns: v.array(vRestoreAnswer),
  handler: async (ctx, { operationIds, room, ...how }) => {
    // The host may patch rows before it confirms: nothing must be wrong with that call then.
    throwIfInvalid(checkWhy(how), "Nothing was restored.");
    const answers: RestoreAnswer[] = [];
    for (const operationId of operationIds) {
      answers.push(await restoreOne(ctx, operationId, room, how));
    }
    return answers;
  },
});

type HowToRestore = Why & {
  caller: Caller;
  uniqueTables: string[];
  within?: { tenantId?: string };
};

async function restoreOne(
  ctx: MutationCtx,
  operationId: string,
  room: TrashRoom,
  { uniqueTables, within, ...how }: HowToRestore,
): Promise<RestoreAnswer> {
  const operation = await findOperation(ctx, operationId);
  if (!operation) return { answer: "notFound" };
  if (within && within.tenantId !== operation.tenantId) return { answer: "notFound" };
  const { stage, root, taken } = operation;
  if (stage.state === "restored") return { answer: "already" };
  if (stage.state === "restoring" && !stage.isTurning) return { answer: "already" };
  const conflict = restoreRefusal(operation, Date.now());
  if (conflict) return { answer: "refused", conflict };
  const slice = await readSlice(ctx, operation, leftOf(operation), room);
  if (needsCheck(slice, [root.table, ...Object.keys(taken)], uniqueTables)) {
    return { answer: "check", slice };
  }
  const step = await putRestored(ctx, operation, slice, slice.items, how);
  return { answer: "begun", slice, step };
}

/** The host has looked at the rows and patched them: those behind `left`, and the root with the last. */
export const confirmRestore = mutation({
  args: {
    caller: vCaller,
    operations: v.array(
      v.object({
        operationId: v.string(),
        left: v.number(),
        isLast: v.boolean(),
        related: v.array(vReference),
      }),
    ),
    ...vWhy,
  },
  returns: v.array(v.object({ step: v.number() })),
  handler: async (ctx, { operations, ...how }) => {
    const steps: { step: number }[] = [];
    for (const { operationId, related, ...done } of operations) {
      const operation = await getOperation(ctx, operationId);
      steps.push({ step: await putRestored(ctx, operation, done, related, how) });
    }
    return steps;
  },
});

async function putRestored(
  ctx: MutationCtx,
  operation: Operation,
  { left, isLast }: Pick<Slice, "left" | "isLast">,
  items: TrashItem[],
  { caller, reason, action }: Why & { caller: Caller },
): Promise<number> {
  const by = await actorOf(ctx, caller);
  const { step } = await patchOperation(ctx, operation, {
    stage: isLast
      ? { state: "restored", by, at: Date.now() }
      : { state: "restoring", by, left, ...(action !== undefined && { action }) },
  });
  await recordAct(ctx, caller, operation, {
    action: action ?? `${operation.root.table}.restored`,
    reason,
    items,
    metadata: continues(!isLast),
  });
  return step;
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
    const turned = {
      ...omit(stage, ["action"]),
      isTurning: "removing" as const,
      ...(action !== undefined && { action }),
    };
    const { step } = await patchOperation(ctx, operation, { stage: turned });
    await recordAct(ctx, caller, operation, {
      action: action ?? `${root.table}.trashed`,
      reason,
      metadata: continues(true),
    });
    return { step };
  },
});

/** What an entry would be refused for. */
function checkWhy({ reason, action = "a" }: Why): FieldErrors {
  const target = { table: "t", id: "i" };
  const words = { action: action.trim(), ...(reason !== undefined && { reason: reason.trim() }) };
  return checkEntry({ ...words, target, outcome: "success", related: [], changes: [] });
}
