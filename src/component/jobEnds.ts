import type { FunctionHandle } from "convex/server";
import type { Value } from "convex/values";
import type { Caller } from "../shared/auditLogs.js";
import { encodeJobId } from "../shared/jobIds.js";
import { isOpen, type EndedJob, type OpenJob, type StoredJob } from "../shared/jobRows.js";
import {
  betweenAttempts,
  decide,
  ended,
  reopened,
  type Decision,
  type Outcome,
} from "../shared/jobStates.js";
import type { JobEnd, Receipt } from "../shared/jobs.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import type { MutationCtx } from "./functions.js";
import { countEnd, countReopening } from "./jobBatchCounts.js";
import { place, release } from "./jobPlaces.js";
import { callerOf, findRecord, messageOf, readPayload, recordJob } from "./jobRecords.js";

/** What an attempt's end does to its job, and to those who wait for it. */

type OpenRow = Doc<"jobs"> & OpenJob;

/**
 * The one end of a job: its row, its slot, its batch, its callback and its entry, in one transaction.
 *
 * @param caller - who ended it; absent: itself, or nobody heard of it any more
 */
export async function endJob(
  ctx: MutationCtx,
  row: OpenRow,
  outcome: Outcome & { value?: Value | undefined },
  now: number,
  caller?: Caller,
): Promise<void> {
  const job = ended(row, outcome, now);
  await ctx.db.replace("jobs", row._id, job);
  await release(ctx, row, now);
  await countEnd(ctx, row, outcome.status, now);
  await callBack(ctx, row._id, job, outcome.value);
  const { status, error, reason } = outcome;
  if (status === "failed") {
    await recordJob(ctx, caller ?? callerOf(row), row, "failed", { error: error?.message });
  }
  if (status === "cancelled") {
    await recordJob(ctx, caller ?? callerOf(row), row, "cancelled", { reason });
  }
}

/** What follows a failed or lost attempt: the end, or another one. */
export async function afterAttempt(
  ctx: MutationCtx,
  row: OpenRow,
  decision: Extract<Decision, { kind: "end" | "again" }>,
  now: number,
): Promise<void> {
  if (decision.kind === "end") return await endJob(ctx, row, decision, now);
  await release(ctx, row, now);
  const next = await place(ctx, betweenAttempts(row, decision, now), now);
  await ctx.db.replace("jobs", row._id, next);
}

/** From the beginning, by hand: whoever does it has asked whether it may. */
export async function reopenJob(
  ctx: MutationCtx,
  caller: Caller,
  row: Doc<"jobs"> & EndedJob,
  now: number,
): Promise<void> {
  await ctx.db.replace("jobs", row._id, await place(ctx, reopened(row, now), now));
  await countReopening(ctx, row);
  await recordJob(ctx, caller, row, "retried");
}

/** Tells the host of an end. What it throws undoes what it wrote, and no more. */
export async function callBack(
  ctx: MutationCtx,
  id: Id<"jobs">,
  job: EndedJob,
  value?: Value,
): Promise<string | undefined> {
  const { onComplete, resultId, status, error } = job;
  if (!onComplete) return undefined;
  const result = value ?? job.result ?? (await readPayload(ctx, resultId));
  const handle = onComplete.handle as FunctionHandle<"mutation", JobEnd>;
  const end: JobEnd = {
    jobId: encodeJobId(job),
    status,
    ...(status === "completed" && result !== undefined && { result }),
    ...(error && { error }),
    ...(onComplete.context !== undefined && { context: onComplete.context }),
  };
  try {
    await ctx.runMutation(handle, end);
    return undefined;
  } catch (thrown) {
    const onCompleteError = messageOf(thrown);
    await ctx.db.replace("jobs", id, { ...job, onCompleteError });
    return onCompleteError;
  }
}

export function hasEnded<Row extends StoredJob>(row: Row): row is Row & EndedJob {
  return row.status === "completed" || row.status === "failed" || row.status === "cancelled";
}

/** Cancels at once what is not at work, and asks the rest to stop. */
export async function cancelJob(
  ctx: MutationCtx,
  caller: Caller,
  row: Doc<"jobs">,
  reason: string | undefined,
  now: number,
): Promise<Receipt> {
  const { state: record } = await findRecord(ctx, row);
  const decision = decide(row, { type: "cancelled", record, reason }, now);
  if (!isOpen(row)) return { accepted: false, status: row.status };
  // It was asked to stop before.
  if (decision.kind === "ignored") return { accepted: false, status: "processing" };
  if (decision.kind === "end") {
    if (record === "pending" && row.attemptId) await ctx.scheduler.cancel(row.attemptId);
    await endJob(ctx, row, { status: decision.status, reason }, now, caller);
    return { accepted: true, status: decision.status };
  }
  const asked = { cancelRequestedAt: now, ...(reason !== undefined && { cancelReason: reason }) };
  await ctx.db.replace("jobs", row._id, { ...row, ...asked });
  return { accepted: true, status: "processing" };
}
