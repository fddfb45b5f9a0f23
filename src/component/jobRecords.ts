import type { FunctionHandle } from "convex/server";
import { getConvexSize, type Value } from "convex/values";
import type { Caller, Target } from "../shared/auditLogs.js";
import { oneLine, platformError } from "../shared/errors.js";
import { pick } from "../shared/fields.js";
import { batchOf, decodeJobId, encodeJobId } from "../shared/jobIds.js";
import { isOpen, type StoredJob } from "../shared/jobRows.js";
import { MAX_INLINE_BYTES } from "../shared/jobRules.js";
import { tellsOfMissing, type RecordState } from "../shared/jobStates.js";
import type { Job, JobCall, JobStatus } from "../shared/jobs.js";
import { redactSecrets } from "../shared/redaction.js";
import { internal } from "./_generated/api.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import { recordEntry } from "./auditRecording.js";
import type { MutationCtx, QueryCtx } from "./functions.js";

/** Jobs in the database: how they are found, shown, and what belongs to them. */

type JobRow = Doc<"jobs">;

/** @returns null when there is none, or it is of another tenant than the one asked for */
export async function findJob(
  ctx: QueryCtx,
  { id, tenantId }: { id: string; tenantId?: string | undefined },
): Promise<JobRow | null> {
  const key = decodeJobId(id);
  if (!key) return null;
  const row = await ctx.db
    .query("jobs")
    .withIndex("by_queue", (q) => q.eq("queue", key.queue).eq("name", key.name).eq("id", key.id))
    .first();
  return tenantId === undefined || row?.tenantId === tenantId ? row : null;
}

/** @throws NOT_FOUND */
export async function getJob(
  ctx: QueryCtx,
  which: { id: string; tenantId?: string | undefined },
): Promise<JobRow> {
  const row = await findJob(ctx, which);
  if (row) return row;
  throw platformError({ code: "NOT_FOUND", message: "There is no such job any more." });
}

/** The scheduled function in whose name this runs. */
export async function getToken(ctx: MutationCtx): Promise<string | null> {
  const { scheduledFunctionId } = await ctx.meta.getRequestMetadata();
  return scheduledFunctionId;
}

/** What the scheduler knows of a job's attempt. */
export async function findRecord(
  ctx: QueryCtx,
  job: StoredJob,
): Promise<{ state: RecordState; reason?: string }> {
  const id = isOpen(job) ? job.attemptId : undefined;
  const record = id && (await ctx.db.system.get("_scheduled_functions", id));
  if (!record) return { state: "gone" };
  const { state } = record;
  const reason = "error" in state ? state.error : undefined;
  return { state: state.kind, ...(reason !== undefined && { reason }) };
}

// --- Payloads --------------------------------------------------------------------------------

type Stored<Name extends string> =
  { [Field in Name]?: Value } | { [Field in `${Name}Id`]?: Id<"jobPayloads"> };

/** Small values go into the row, large ones beside it. */
export async function store<Name extends "args" | "result">(
  ctx: MutationCtx,
  name: Name,
  value: Value,
): Promise<Stored<Name>> {
  if (getConvexSize(value) <= MAX_INLINE_BYTES) return { [name]: value } as Stored<Name>;
  const id = await ctx.db.insert("jobPayloads", { value });
  return { [`${name}Id`]: id } as Stored<Name>;
}

export async function readPayload(
  ctx: QueryCtx,
  id: Id<"jobPayloads"> | undefined,
): Promise<Value | undefined> {
  const payload = id && (await ctx.db.get("jobPayloads", id));
  return payload?.value;
}

/** Removes what is beside a row. */
export async function removePayloads(ctx: MutationCtx, ids: (Id<"jobPayloads"> | undefined)[]) {
  for (const id of ids) if (id !== undefined) await ctx.db.delete("jobPayloads", id);
}

// --- Attempts --------------------------------------------------------------------------------

type Attempt = Pick<StoredJob, "args" | "argsId" | "handle"> & CallOf;
type CallOf = Pick<
  StoredJob,
  | "queue"
  | "name"
  | "id"
  | "attempt"
  | "lastAttempt"
  | "key"
  | "actor"
  | "tenantId"
  | "label"
  | "enqueuedAt"
  | "timeoutMs"
>;

/**
 * A deployment schedules no function that a deploy has removed. That must not stop whoever schedules
 * it, who may be another job that ends: in its place there is one that says so.
 *
 * @returns the scheduled function, which from now on is the one that may report
 */
export async function scheduleAttempt(
  ctx: MutationCtx,
  job: Attempt,
  at: number,
): Promise<Id<"_scheduled_functions">> {
  const handle = job.handle as FunctionHandle<"action" | "mutation", { job: JobCall; args: Value }>;
  const args = job.argsId ? await readPayload(ctx, job.argsId) : job.args;
  try {
    return await ctx.scheduler.runAt(at, handle, { job: callOf(job), args: args ?? {} });
  } catch (error) {
    if (!(error instanceof Error && tellsOfMissing(error.message))) throw error;
    return await ctx.scheduler.runAt(at, internal.jobSteps.refuse, { id: encodeJobId(job) });
  }
}

function callOf(job: CallOf): JobCall {
  return {
    id: encodeJobId(job),
    attempt: job.attempt,
    maxAttempts: job.lastAttempt,
    enqueuedAt: job.enqueuedAt,
    timeoutMs: job.timeoutMs,
    ...pick(job, ["key", "actor", "tenantId", "label"]),
  };
}

// --- What hosts see --------------------------------------------------------------------------

/**
 * @param record - what the scheduler knows of the attempt; absent in lists, which do not ask: there
 *   a job is at work as soon as its attempt has told something
 */
export function toJob(row: JobRow, record?: RecordState): Job {
  const common = {
    ...pick(row, [
      "queue",
      "name",
      "priority",
      "concurrencyKey",
      "label",
      "tenantId",
      "key",
      "actor",
      "cancelRequestedAt",
      "cancelReason",
      "onCompleteError",
    ]),
    id: encodeJobId(row),
    attempt: row.attempt,
    maxAttempts: row.lastAttempt,
    enqueuedAt: row.enqueuedAt,
    runAt: row.runAt,
    failedAttempts: row.failedAttempts,
    hasLargeResult: false,
    isWaiting: false,
    status: row.status as JobStatus,
    ...(row.batch && { batchId: batchIdOf(row) }),
    ...(row.progress && { progress: pick(row.progress, ["fraction", "message", "at"]) }),
  };
  if (isOpen(row)) {
    const lastError = row.failedAttempts.at(-1)?.error;
    return {
      ...common,
      status: statusOf(row, record),
      isWaiting: row.isCapped === true && row.attemptId === undefined,
      ...(row.status === "retrying" && lastError && { error: lastError }),
    };
  }
  return {
    ...common,
    ...pick(row, ["finishedAt", "result", "resultFault", "error"]),
    expiresAt: row.wakeAt,
    hasLargeResult: row.resultId !== undefined,
  };
}

function statusOf(row: JobRow, record: RecordState | undefined): JobStatus {
  if (record === "inProgress") return "processing";
  const isHeardOf = record === undefined && row.progress?.attempt === row.attempt;
  return isHeardOf ? "processing" : row.status;
}

export function batchIdOf(row: Pick<StoredJob, "queue" | "name" | "id">): string {
  return encodeJobId({ ...row, id: batchOf(row.id) });
}

// --- Entries ---------------------------------------------------------------------------------

/** Leaves an entry, where the host asked for it. */
export async function recordJob(
  ctx: MutationCtx,
  caller: Caller,
  row: Pick<JobRow, "queue" | "name" | "id" | "label" | "tenantId" | "audit" | "attempt">,
  action: "enqueued" | "cancelled" | "failed" | "retried",
  more: { reason?: string | undefined; error?: string | undefined } = {},
): Promise<void> {
  if (!row.audit) return;
  const { reason, error } = more;
  const id = encodeJobId(row);
  await recordEntry(ctx, caller, {
    action: `jobs.${action}`,
    outcome: action === "failed" ? "failure" : "success",
    target: { table: "jobs", id, ...(row.label && { label: row.label }) },
    related: [],
    changes: [],
    jobId: id,
    metadata: {
      queue: row.queue,
      name: row.name,
      attempt: row.attempt,
      ...(error !== undefined && { error }),
    },
    ...(row.tenantId !== undefined && { tenantId: row.tenantId }),
    ...(reason !== undefined && { reason }),
  });
}

/** Leaves an entry of what was done to more than one job. */
export async function recordAct(
  ctx: MutationCtx,
  caller: Caller,
  action: string,
  target: Target,
  about: { metadata?: Record<string, Value>; tenantId?: string } = {},
): Promise<void> {
  await recordEntry(ctx, caller, {
    action: `jobs.${action}`,
    outcome: "success",
    target,
    related: [],
    changes: [],
    ...about,
  });
}

/** A job speaks in the name of who enqueued it. */
export function callerOf(row: Pick<JobRow, "queue" | "name" | "id" | "actor">): Caller {
  return {
    ...(row.actor && { actor: row.actor }),
    functionName: row.name,
    jobId: encodeJobId(row),
    ip: "off",
  };
}

const MAX_MESSAGE_LENGTH = 1000;

/** What a callback threw, as one line. */
export function messageOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const [line = ""] = message.slice(0, 2 * MAX_MESSAGE_LENGTH).split("\n");
  return oneLine(redactSecrets(line) as string, MAX_MESSAGE_LENGTH);
}
