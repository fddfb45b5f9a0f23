import type { FunctionHandle } from "convex/server";
import { encodeJobId } from "../shared/jobIds.js";
import type { EndedJob, OpenJob } from "../shared/jobRows.js";
import { DEFAULT_FAILED_RETENTION_MS } from "../shared/jobStates.js";
import type { BatchCounts, BatchEnd } from "../shared/jobBatches.js";
import type { EndStatus } from "../shared/jobs.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "./functions.js";
import { messageOf } from "./jobRecords.js";

/**
 * How far batches are. The counters of one are in as many parts as each part has members, and only a
 * part that has none left tells the batch: members that end together seldom meet at a row.
 */

export async function beginCounts(
  ctx: MutationCtx,
  batchId: Id<"jobBatches">,
  total: number,
): Promise<Id<"jobBatchShards">[]> {
  const count = Math.ceil(Math.sqrt(total));
  const shards: Id<"jobBatchShards">[] = [];
  for (let i = 0; i < count; i++) {
    const open = Math.ceil((total - i) / count);
    const row = { batchId, open, completed: 0, failed: 0, cancelled: 0 };
    shards.push(await ctx.db.insert("jobBatchShards", row));
  }
  return shards;
}

/** A member has ended; the last one ends the batch. */
export async function countEnd(
  ctx: MutationCtx,
  { batch }: OpenJob,
  status: EndStatus,
  now: number,
): Promise<void> {
  const shard = batch && (await ctx.db.get("jobBatchShards", batch.shard));
  if (!shard) return;
  const open = shard.open - 1;
  await ctx.db.patch("jobBatchShards", shard._id, { open, [status]: shard[status] + 1 });
  const row = open === 0 ? await ctx.db.get("jobBatches", shard.batchId) : null;
  if (!row) return;
  const openShards = row.openShards - 1;
  if (openShards > 0) await ctx.db.patch("jobBatches", row._id, { openShards });
  else await endBatch(ctx, { ...row, openShards }, now);
}

/** An ended member is tried again, and with it the batch goes on. */
export async function countReopening(ctx: MutationCtx, { batch, status }: EndedJob): Promise<void> {
  const shard = batch && (await ctx.db.get("jobBatchShards", batch.shard));
  if (!shard) return;
  const counts = { open: shard.open + 1, [status]: shard[status] - 1 };
  await ctx.db.patch("jobBatchShards", shard._id, counts);
  const row = shard.open === 0 ? await ctx.db.get("jobBatches", shard.batchId) : null;
  if (!row) return;
  const openShards = row.openShards + 1;
  const running = { status: "running" as const, finishedAt: undefined, wakeAt: undefined };
  await ctx.db.patch("jobBatches", row._id, { openShards, ...running, onCompleteError: undefined });
}

export async function endBatch(ctx: MutationCtx, row: Doc<"jobBatches">, now: number) {
  const wakeAt = now + DEFAULT_FAILED_RETENTION_MS;
  const { openShards, onComplete } = row;
  const ended = { openShards, status: "ended" as const, finishedAt: now, wakeAt };
  await ctx.db.patch("jobBatches", row._id, ended);
  if (!onComplete) return;
  const handle = onComplete.handle as FunctionHandle<"mutation", BatchEnd>;
  const end: BatchEnd = {
    batchId: encodeJobId({ ...row, id: row.prefix }),
    counts: await readCounts(ctx, row),
    ...(onComplete.context !== undefined && { context: onComplete.context }),
  };
  try {
    await ctx.runMutation(handle, end);
  } catch (thrown) {
    await ctx.db.patch("jobBatches", row._id, { onCompleteError: messageOf(thrown) });
  }
}

export async function readCounts(ctx: QueryCtx, row: Doc<"jobBatches">): Promise<BatchCounts> {
  const counts = { total: row.total, open: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const shard of await readShards(ctx, row._id)) {
    counts.open += shard.open;
    counts.completed += shard.completed;
    counts.failed += shard.failed;
    counts.cancelled += shard.cancelled;
  }
  return counts;
}

/** At most as many as the root of the largest batch. */
const MAX_SHARDS = 32;

export async function readShards(ctx: QueryCtx, batchId: Id<"jobBatches">) {
  return await ctx.db
    .query("jobBatchShards")
    .withIndex("by_batch", (q) => q.eq("batchId", batchId))
    .take(MAX_SHARDS);
}
