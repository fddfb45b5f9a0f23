import { platformError } from "../shared/errors.js";
import { encodeJobId } from "../shared/jobIds.js";
import { isOpen, type StoredJob } from "../shared/jobRows.js";
import { DEFAULT_KEY_TTL_MS, fingerprintOf } from "../shared/jobRules.js";
import type { NewJob, UniqueKey } from "../shared/jobs.js";
import type { Doc } from "./_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "./functions.js";
import { findJob, findRecord, readPayload } from "./jobRecords.js";

/**
 * Unique keys: an open job has its key, a completed one until the time is over, a failed or
 * cancelled one no more. Nothing is written when a job ends: whoever comes with the key looks.
 */

/** What a new job with a key meets. */
export type KeyAnswer =
  { kind: "free" } | { kind: "known"; id: string } | { kind: "replace"; job: Doc<"jobs"> };

/** @throws CONFLICT when another job has the key, as `onConflict` says */
export async function askForKey(
  ctx: QueryCtx,
  job: NewJob,
  unique: UniqueKey,
  now: number,
): Promise<KeyAnswer> {
  const row = await findKeyRow(ctx, job.queue, unique.key);
  const holder = row && (await findHolder(ctx, row, now));
  if (!holder) return { kind: "free" };
  const id = encodeJobId(holder);
  if (unique.onConflict === "return" && row.fingerprint === fingerprintOf(job)) {
    return { kind: "known", id };
  }
  const isAlike = holder.name === job.name;
  if (unique.onConflict === "replace" && isAlike && (await hasNotStarted(ctx, holder))) {
    return { kind: "replace", job: holder };
  }
  const message = isAlike ? SAYINGS[unique.onConflict] : OTHER_HANDLER;
  throw platformError({ code: "CONFLICT", message, details: { jobId: id } });
}

const OTHER_HANDLER = "A job of another handler has this key. Use another key.";

const SAYINGS: Record<UniqueKey["onConflict"], string> = {
  reject: "Another job has this key. Wait for it, or use another key.",
  return: "Another job has this key, and other arguments. Use a key for one piece of work only.",
  replace: "The job with this key has begun already. Wait for it, or use another key.",
};

/** Writes down whose key it is from now on. */
export async function holdKey(
  ctx: MutationCtx,
  job: NewJob,
  { key, ttlMs = DEFAULT_KEY_TTL_MS }: UniqueKey,
  jobId: string,
  now: number,
): Promise<number> {
  const { queue, name } = job;
  const expiresAt = now + ttlMs;
  const row = { queue, key, name, jobId, fingerprint: fingerprintOf(job), expiresAt };
  const known = await findKeyRow(ctx, queue, key);
  if (known) await ctx.db.replace("jobKeys", known._id, row);
  else await ctx.db.insert("jobKeys", row);
  return expiresAt;
}

/**
 * Whether an ended job may have its key again; then it has it.
 *
 * @returns false when another job has it meanwhile
 */
export async function reclaimKey(ctx: MutationCtx, job: StoredJob, now: number): Promise<boolean> {
  const { queue, key, name, id: jobId, keyUntil: expiresAt = now } = job;
  if (key === undefined) return true;
  const row = await findKeyRow(ctx, queue, key);
  if (row?.jobId === jobId) return true;
  if (row && (await findHolder(ctx, row, now))) return false;
  const args = job.args ?? (await readPayload(ctx, job.argsId)) ?? {};
  const own = { queue, key, name, jobId, fingerprint: fingerprintOf({ name, args }), expiresAt };
  if (row) await ctx.db.replace("jobKeys", row._id, own);
  else await ctx.db.insert("jobKeys", own);
  return true;
}

/** Forgets the key of a job that is removed. */
export async function forgetKey(ctx: MutationCtx, job: StoredJob): Promise<void> {
  if (job.key === undefined) return;
  const row = await findKeyRow(ctx, job.queue, job.key);
  if (row?.jobId === job.id) await ctx.db.delete("jobKeys", row._id);
}

async function findHolder(ctx: QueryCtx, row: Doc<"jobKeys">, now: number) {
  const job = await findJob(ctx, { id: encodeJobId({ ...row, id: row.jobId }) });
  if (!job) return null;
  const holds = isOpen(job) || (job.status === "completed" && now < row.expiresAt);
  return holds ? job : null;
}

async function hasNotStarted(ctx: QueryCtx, job: Doc<"jobs">): Promise<boolean> {
  if (!isOpen(job) || job.failedAttempts.length > 0) return false;
  return job.attemptId === undefined || (await findRecord(ctx, job)).state === "pending";
}

async function findKeyRow(ctx: QueryCtx, queue: string, key: string) {
  return await ctx.db
    .query("jobKeys")
    .withIndex("by_key", (q) => q.eq("queue", queue).eq("key", key))
    .unique();
}
