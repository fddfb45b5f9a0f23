import { v } from "convex/values";
import { vCaller, vReference } from "../shared/auditLogs.js";
import {
  vRestoreConflict,
  vScan,
  vNewItem,
  vTrashItem,
  vTrashRoom,
  type TrashStage,
} from "../shared/trash.js";
import { omit } from "../shared/fields.js";
import { addCounts, countItems, hasRoomLeft, LOST_AFTER_MS } from "../shared/trashRules.js";
import { mutation, query, type MutationCtx } from "./functions.js";
import {
  findOperation,
  insertBatches,
  patchOperation,
  readBatchesFrom,
  recordAct,
  toItem,
  type Operation,
} from "./trashRecords.js";
import { beginPurge, purgeSlice, readSlice, vSlice, type Slice } from "./trashSlices.js";

/**
 * The steps of operations that take more than one transaction. The host looks what comes next, does
 * it with its rows, and reports, all in one transaction: so a step happens once or not at all. Each
 * changes the number of the next one, and a wake-up with an older number does nothing.
 */

const vWork = v.union(
  v.object({
    work: v.literal("remove"),
    root: vReference,
    deletedAt: v.number(),
    scan: vScan,
    /** The items from `scan.item` on; before them the root, where that is 0. */
    items: v.array(vTrashItem),
    /** No other items follow these. */
    isWhole: v.boolean(),
    /** Tables of which it has taken rows. */
    tables: v.array(v.string()),
    isReturning: v.boolean(),
  }),
  v.object({ work: v.literal("turn") }),
  v.object({ work: v.literal("restore"), slice: vSlice }),
  v.object({ work: v.literal("purge") }),
);

/** Most items have nothing that depends on them: looking at them costs next to nothing. */
const LOOKED_AT_PER_ROW = 5;

/** What is to be done next for an operation; `null`: nothing, somebody else has done it. */
export const next = query({
  args: { operationId: v.string(), step: v.number(), room: vTrashRoom },
  returns: v.union(vWork, v.null()),
  handler: async (ctx, { operationId, step, room }) => {
    const operation = await findOperation(ctx, operationId);
    if (operation?.step !== step) return null;
    const { stage, root, deletedAt, items } = operation;
    switch (stage.state) {
      case "removing": {
        const from = Math.max(0, stage.scan.item - 1);
        const batches = await readBatchesFrom(
          ctx,
          operation._id,
          from,
          LOOKED_AT_PER_ROW * room.rows,
        );
        const found = batches.flatMap((batch) =>
          batch.items.slice(Math.max(0, from - batch.from)).map(toItem),
        );
        return {
          work: "remove" as const,
          root: { table: root.table, id: root.id },
          deletedAt,
          scan: stage.scan,
          items: found,
          isWhole: from + found.length === items,
          tables: Object.keys(operation.taken),
          isReturning: stage.isReturning ?? false,
        };
      }
      case "restoring":
        if (stage.isTurning) return { work: "turn" as const };
        return {
          work: "restore" as const,
          slice: await readSlice(ctx, operation, stage.left, room),
        };
      case "purging":
        return { work: "purge" as const };
      default:
        return null;
    }
  },
});

const vReport = v.union(
  v.object({
    did: v.literal("remove"),
    items: v.array(vNewItem),
    scan: v.union(vScan, v.null()),
  }),
  /** A row that must not lose what it points to: all goes back. */
  v.object({ did: v.literal("refuse"), blocker: vReference }),
  v.object({
    did: v.literal("restore"),
    left: v.number(),
    isLast: v.boolean(),
    missing: v.number(),
  }),
  /** A row that cannot come back: all goes to the trash again. */
  v.object({ did: v.literal("conflict"), conflict: vRestoreConflict }),
  v.object({ did: v.literal("turn") }),
);

const vNext = v.union(v.object({ step: v.number() }), v.null());

/** What was done, in the transaction in which it was done; gives the number of the next step. */
export const advance = mutation({
  args: { caller: vCaller, operationId: v.string(), step: v.number(), report: vReport },
  returns: vNext,
  handler: async (ctx, { caller, operationId, step, report }) => {
    const operation = await findOperation(ctx, operationId);
    if (operation?.step !== step) return null;
    const { stage, actor, root, items } = operation;
    const { table } = root;
    if (stage.state === "removing" && report.did === "remove") {
      await insertBatches(ctx, operation._id, items, report.items);
      const counts = countItems(report.items);
      const after = await patchOperation(ctx, operation, {
        stage: report.scan ? { ...stage, scan: report.scan } : { state: "trashed" },
        items: items + report.items.length,
        taken: addCounts(operation.taken, counts.taken),
        detached: addCounts(operation.detached, counts.detached),
      });
      if (report.scan) return { step: after.step };
      const { action = `${table}.trashed` } = stage;
      await recordAct(ctx, caller, after, { action, actor, metadata: CONTINUED });
      return null;
    }
    if (stage.state === "removing" && report.did === "refuse") {
      const back = { state: "restoring", by: actor, left: items } as const;
      return await turn(ctx, operation, back, () =>
        recordAct(ctx, caller, operation, {
          action: stage.action ?? `${table}.trashed`,
          actor,
          outcome: "failure",
          reason: "A row that was met on the way must not lose what it points to: all goes back.",
          items: [report.blocker],
          metadata: { refused: "RESTRICTED" },
        }),
      );
    }
    if (stage.state !== "restoring") return null;
    if (report.did === "restore") {
      const missing = operation.missing + report.missing;
      const after = await patchOperation(ctx, operation, {
        stage: report.isLast
          ? { state: "restored", by: stage.by, at: Date.now() }
          : { ...stage, left: report.left },
        missing,
      });
      if (!report.isLast) return { step: after.step };
      const { action = `${table}.restored` } = stage;
      await recordAct(ctx, caller, after, { action, actor: stage.by, metadata: CONTINUED });
      return null;
    }
    if (report.did === "conflict") {
      const again = { ...omit(stage, ["action"]), isTurning: "returning" } as const;
      const { reason, target } = report.conflict;
      return await turn(ctx, operation, again, () =>
        recordAct(ctx, caller, operation, {
          action: stage.action ?? `${table}.restored`,
          actor: stage.by,
          outcome: "failure",
          reason: "A row cannot come back any more: all goes to the trash again.",
          items: [target],
          metadata: { refused: reason },
        }),
      );
    }
    return report.did === "turn" ? await turnOn(ctx, operation) : null;
  },
});

/** Entries of the last step of what took several. */
const CONTINUED = { continued: true };

async function turn(
  ctx: MutationCtx,
  operation: Operation,
  stage: TrashStage,
  tell: () => Promise<void>,
): Promise<{ step: number }> {
  await tell();
  const { step } = await patchOperation(ctx, operation, { stage });
  return { step };
}

/** Batches that one step of a turn forgets; each holds up to a hundred items. */
const FORGOTTEN_PER_STEP = 200;

/**
 * What has come back is none of the operation's any more. It is forgotten, and then looked for again
 * like anything else: so what somebody has changed meanwhile is taken as it is now.
 */
async function turnOn(ctx: MutationCtx, operation: Operation): Promise<{ step: number } | null> {
  const { _id, stage } = operation;
  if (stage.state !== "restoring" || !stage.isTurning) return null;
  const batches = await ctx.db
    .query("trashItems")
    .withIndex("by_operation", (q) => q.eq("operationId", _id).gte("from", stage.left))
    .order("desc")
    .take(FORGOTTEN_PER_STEP);
  for (const batch of batches) await ctx.db.delete("trashItems", batch._id);
  const counts = countItems(batches.flatMap(({ items }) => items));
  const isDone = batches.length < FORGOTTEN_PER_STEP;
  const scan = { item: 0, relation: 0 };
  const isReturning = stage.isTurning === "returning";
  const { action } = stage;
  const removing = {
    state: "removing" as const,
    scan,
    ...(action !== undefined && { action }),
    ...(isReturning && { isReturning: true as const }),
  };
  const { step } = await patchOperation(ctx, operation, {
    stage: isDone ? removing : stage,
    items: batches.at(-1)?.from ?? operation.items,
    taken: addCounts(operation.taken, counts.taken, -1),
    detached: addCounts(operation.detached, counts.detached, -1),
  });
  return { step };
}

/** The next rows of a purge under way, for the host to delete; `null`: nothing is. */
export const purgeOn = mutation({
  args: { caller: vCaller, operationId: v.string(), step: v.number(), room: vTrashRoom },
  returns: v.union(v.object({ slice: vSlice, step: v.number() }), v.null()),
  handler: async (ctx, { caller, operationId, step, room }) => {
    const operation = await findOperation(ctx, operationId);
    if (operation?.step !== step || operation.stage.state !== "purging") return null;
    return await purgeSlice(ctx, operation, operation.stage.left, room, caller);
  },
});

// --- The chore -------------------------------------------------------------------------------

/** Operations that one run of the chore looks at. */
const DUE_PER_STEP = 100;

/**
 * Begins to purge what is due, and finds what was left amid its steps.
 *
 * @param tables - those with a retention: what belongs to another one is not due any more
 */
export const purgeDue = mutation({
  args: { caller: vCaller, tables: v.array(v.string()), room: vTrashRoom },
  returns: v.object({
    purged: v.array(v.object({ slice: vSlice, step: v.number() })),
    lost: v.array(v.object({ operationId: v.string(), step: v.number() })),
    isDone: v.boolean(),
  }),
  handler: async (ctx, { caller, tables, room }) => {
    const now = Date.now();
    const due = ctx.db
      .query("trashOperations")
      .withIndex("by_wakeAt", (q) => q.gt("wakeAt", 0).lte("wakeAt", now));
    const purged: { slice: Slice; step: number }[] = [];
    const lost: { operationId: string; step: number }[] = [];
    const found = await due.take(DUE_PER_STEP);
    for (const operation of found) {
      if (!hasRoomLeft(room)) return { purged, lost, isDone: false };
      const { _id, stage, step, root } = operation;
      if (stage.state !== "trashed") {
        await ctx.db.patch("trashOperations", _id, { wakeAt: now + LOST_AFTER_MS });
        lost.push({ operationId: _id, step });
      } else if (!tables.includes(root.table)) {
        await ctx.db.patch("trashOperations", _id, { wakeAt: undefined, purgeAt: undefined });
      } else {
        purged.push(await beginPurge(ctx, caller, operation, room));
      }
    }
    return { purged, lost, isDone: found.length < DUE_PER_STEP };
  },
});
