import { v, type Infer } from "convex/values";
import { vActor } from "./auditLogs.js";
import { vValue } from "./hostValues.js";

/** Jobs that are followed as one. */

export const vBatchCounts = v.object({
  total: v.number(),
  /** Not ended yet. */
  open: v.number(),
  completed: v.number(),
  failed: v.number(),
  cancelled: v.number(),
});
export type BatchCounts = Infer<typeof vBatchCounts>;

/** Jobs of one handler in one queue that are followed as one. */
export const vBatch = v.object({
  id: v.string(),
  queue: v.string(),
  name: v.string(),
  label: v.optional(v.string()),
  tenantId: v.optional(v.string()),
  actor: v.optional(vActor),
  status: v.union(v.literal("running"), v.literal("ended")),
  counts: vBatchCounts,
  createdAt: v.number(),
  /** When its last member ended. */
  finishedAt: v.optional(v.number()),
  cancelRequestedAt: v.optional(v.number()),
  onCompleteError: v.optional(v.string()),
});
export type Batch = Infer<typeof vBatch>;

/** What a batch's `onComplete` is called with, in the transaction in which its last member ends. */
export const vBatchEnd = v.object({
  batchId: v.string(),
  counts: vBatchCounts,
  context: v.optional(vValue),
});
export type BatchEnd = Infer<typeof vBatchEnd>;
