import { v, type Infer } from "convex/values";
import { vActor, vReference, vTarget } from "./auditLogs.js";

/** What is known about deletions: one operation for each, and the rows it took along. */

/** What goes on with an operation; see ARCHITECTURE, "Trash". */
export const vTrashState = v.union(
  v.literal("removing"),
  v.literal("trashed"),
  v.literal("restoring"),
  v.literal("restored"),
  v.literal("purging"),
  v.literal("purged"),
);
export type TrashState = Infer<typeof vTrashState>;

/** A row besides the root that an operation took along. */
export const vTrashItem = vReference.extend({
  /** It stayed, and only its foreign key was cleared: which field, and what it held. */
  detached: v.optional(v.object({ field: v.string(), value: v.string() })),
});
export type TrashItem = Infer<typeof vTrashItem>;

/** An item as it is stored: with the rows outside of the operation that it cannot be without. */
export const vStoredItem = vTrashItem.extend({ parents: v.optional(v.array(vReference)) });
export type StoredItem = Infer<typeof vStoredItem>;

/** A row that goes along or is detached now, with its size: what it takes to write it again. */
export const vNewItem = vStoredItem.extend({ bytes: v.number() });
export type NewItem = Infer<typeof vNewItem>;

/** How many rows, of which size together, a transaction has room for. */
export const vTrashRoom = v.object({ rows: v.number(), bytes: v.number() });
export type TrashRoom = Infer<typeof vTrashRoom>;

/** Items are stored by the hundred: a cascade then writes its rows, and next to nothing else. */
export const vItemBatch = v.object({
  operationId: v.id("trashOperations"),
  /** The place of the first of them among all of the operation, from 0. */
  from: v.number(),
  items: v.array(vStoredItem),
  /** The size of their rows together. */
  bytes: v.number(),
});

/** How far the record of an operation was looked through for some rows, over several transactions. */
export const vMemberSearch = v.object({
  /** Those that it took along. */
  members: v.array(vReference),
  /** Those that were not found so far. */
  others: v.array(vReference),
  /** Items that were not looked at yet, the first ones; 0: all is known. */
  left: v.number(),
});
export type MemberSearch = Infer<typeof vMemberSearch>;

/** How far a cascade has looked: the root is 0, the items follow; then which of its relations. */
export const vScan = v.object({
  item: v.number(),
  relation: v.number(),
  /** Rows that must stay unless they go along: `met` on the way; `asked` again, when all is found. */
  blockers: v.optional(v.union(v.literal("met"), v.literal("asked"))),
});
export type Scan = Infer<typeof vScan>;

/** Keeps an operation from being purged and restored. */
export const vTrashHold = v.object({
  /** 1–1,000 characters. */
  reason: v.string(),
  placedBy: vActor,
  /** Milliseconds since 1970. */
  placedAt: v.number(),
});

/** The action that the host gave, for the entries that are still to come. */
const vAction = v.optional(v.string());

/** What a stage has to know beyond its name. */
const vStage = v.union(
  v.object({
    state: v.literal("removing"),
    scan: vScan,
    action: vAction,
    /** A restore that failed is being taken back: then nothing refuses. */
    isReturning: v.optional(v.literal(true)),
  }),
  v.object({ state: v.literal("trashed") }),
  v.object({
    state: v.literal("restoring"),
    by: vActor,
    action: vAction,
    /** The first so many items are still in the trash; behind them all are back. */
    left: v.number(),
    /** The restore is being turned into a removal again. */
    isTurning: v.optional(v.union(v.literal("returning"), v.literal("removing"))),
  }),
  v.object({ state: v.literal("restored"), by: vActor, at: v.number() }),
  v.object({ state: v.literal("purging"), by: vActor, left: v.number() }),
  v.object({ state: v.literal("purged"), by: vActor, at: v.number() }),
);
export type TrashStage = Infer<typeof vStage>;

const operationFields = {
  /** What was deleted; the label is that of the day. */
  root: vTarget,
  /** Who did it. */
  actor: vActor,
  /** In their words. At most 1,000 characters. */
  reason: v.optional(v.string()),
  tenantId: v.optional(v.string()),
  /** Milliseconds since 1970; the `deletedAt` of every row of it. */
  deletedAt: v.number(),
  /** The root is in the trash. */
  inTrash: v.boolean(),
  /** Rows that went along, by table. */
  taken: v.record(v.string(), v.number()),
  /** Rows whose foreign key was cleared, by table. */
  detached: v.record(v.string(), v.number()),
  /** Rows that were gone, or not in the trash, when they were to be restored or purged: the host's own doing. */
  missing: v.number(),
  /** From when on it may be purged, and no longer be restored. Absent: never. */
  purgeAt: v.optional(v.number()),
  hold: v.optional(vTrashHold),
};

/** The row that another one is a part of, and the label of the part, where entries may show it. */
export const vPartOf = v.object({ whole: vTarget, label: v.optional(v.string()) });

/** One act of deletion, as it is stored. */
export const vStoredOperation = v.object({
  ...operationFields,
  /** What entries say where the root is a part of another row. */
  partOf: v.optional(vPartOf),
  /** Rows outside that the root cannot be without. */
  rootParents: v.optional(v.array(vReference)),
  /** The size of the root. */
  rootBytes: v.number(),
  stage: vStage,
  /** Items of it, in its batches. */
  items: v.number(),
  /** Counts what went on: of two continuations only the newer one does anything. */
  step: v.number(),
  /** When the chore has to look at it: purge it, or go on where a continuation was lost. */
  wakeAt: v.optional(v.number()),
});
export type StoredOperation = Infer<typeof vStoredOperation>;

/** One act of deletion: what was deleted, by whom and why, and what went along. */
export const vTrashOperation = v.object({
  id: v.string(),
  ...operationFields,
  state: vTrashState,
  /** While it is `removing`, `restoring` or `purging`: items done so far, and how many there are, once known. */
  progress: v.optional(v.object({ done: v.number(), total: v.optional(v.number()) })),
  /** Who restored or purged it, and when; while that goes on, without a time. */
  ended: v.optional(v.object({ by: vActor, at: v.optional(v.number()) })),
});
export type TrashOperation = Infer<typeof vTrashOperation>;

/** Which operations a list shows, the newest first. */
export const vTrashFilter = v.object({
  /** Absent: those recorded without a tenant. */
  tenantId: v.optional(v.string()),
  /** Of one table's rows only. */
  table: v.optional(v.string()),
  /** `false`: what was restored or purged. */
  inTrash: v.optional(v.boolean()),
});
export type TrashFilter = Infer<typeof vTrashFilter>;

/** Why a row cannot come back, and what stands in the way. */
export const vRestoreConflict = v.object({
  reason: v.union(
    v.literal("PARENT_DELETED"),
    v.literal("UNIQUE_TAKEN"),
    v.literal("EXPIRED"),
    v.literal("HELD"),
  ),
  /** The row that would come back. */
  target: vReference,
  /** The parent to restore first, or the live row that has the value. */
  holder: v.optional(vReference),
});
export type RestoreConflict = Infer<typeof vRestoreConflict>;

export const vRestoreCheck = v.union(
  v.object({ ok: v.literal(true) }),
  v.object({ ok: v.literal(false), conflicts: v.array(vRestoreConflict) }),
);
export type RestoreCheck = Infer<typeof vRestoreCheck>;
