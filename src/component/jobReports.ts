import type { Value } from "convex/values";
import { throwIfInvalid } from "../shared/errors.js";
import { isOpen } from "../shared/jobRows.js";
import { checkProgress, isKeepable } from "../shared/jobRules.js";
import { decide, isOwn } from "../shared/jobStates.js";
import type { JobError, JobStatus, Pulse, Receipt, ResultFault } from "../shared/jobs.js";
import type { MutationCtx } from "./functions.js";
import { afterAttempt, endJob } from "./jobEnds.js";
import { findJob, getToken, store } from "./jobRecords.js";
import { pulseOf, renewed } from "./jobSigns.js";

/** What an attempt reports from within its scheduled run: known by the id of that, and by nothing else. */

type Done = { id: string; result?: Value; resultFault?: ResultFault };

/** It has done its work. */
export async function reportDone(
  ctx: MutationCtx,
  { id, result: value, resultFault }: Done,
): Promise<Receipt> {
  const now = Date.now();
  const row = await findJob(ctx, { id });
  const token = await getToken(ctx);
  const decision = row && decide(row, { type: "completed", token }, now);
  if (!row || !isOpen(row) || decision?.kind !== "end") {
    return { accepted: false, ...(row && { status: row.status }) };
  }
  const { status } = decision;
  const fault = value === undefined || isKeepable(value) ? resultFault : "too_large";
  const isKept = status === "completed" && value !== undefined && fault === undefined;
  const kept = isKept ? await store(ctx, "result", value) : {};
  const outcome = { status, result: kept, resultFault: fault };
  await endJob(ctx, row, { ...outcome, ...(isKept && { value }) }, now);
  return { accepted: true, status };
}

type Failure = {
  id: string;
  startedAt?: number;
  error: JobError;
  isRetryable: boolean;
  retryAfterMs?: number;
};

/** It has failed. */
export async function reportFailure(
  ctx: MutationCtx,
  { id, ...failure }: Failure,
): Promise<Receipt> {
  const now = Date.now();
  const row = await findJob(ctx, { id });
  const token = await getToken(ctx);
  const event = { type: "failed" as const, token, ...failure, chance: Math.random() };
  const decision = row && decide(row, event, now);
  if (!row || !isOpen(row) || (decision?.kind !== "end" && decision?.kind !== "again")) {
    return { accepted: false, ...(row && { status: row.status }) };
  }
  await afterAttempt(ctx, row, decision, now);
  const status: JobStatus = decision.kind === "end" ? decision.status : "retrying";
  return { accepted: true, status };
}

/** It is so far. */
export async function reportProgress(
  ctx: MutationCtx,
  { id, fraction, message }: { id: string; fraction?: number; message?: string },
): Promise<Pulse> {
  const row = await findJob(ctx, { id });
  const isAccepted = row !== null && isOwn(row, await getToken(ctx));
  const before = isAccepted && row.progress?.attempt === row.attempt ? row.progress : undefined;
  const faults = checkProgress(fraction, message, before?.fraction);
  throwIfInvalid(faults, "The progress was not noted.");
  if (!isAccepted) return pulseOf(row, false);
  const now = Date.now();
  const toldFraction = fraction ?? before?.fraction;
  const told = {
    ...(toldFraction !== undefined && { fraction: toldFraction }),
    ...(message !== undefined && { message }),
  };
  const isNews = !before || told.fraction !== before.fraction || told.message !== before.message;
  const sign = isNews ? { ...told, at: now, attempt: row.attempt } : before;
  const alive = renewed(row, now, isNews);
  if (alive) await ctx.db.replace("jobs", row._id, { ...alive, progress: sign });
  return pulseOf(row, true);
}

/** It is alive. */
export async function reportLife(ctx: MutationCtx, id: string): Promise<Pulse> {
  const row = await findJob(ctx, { id });
  if (!row || !isOwn(row, await getToken(ctx))) return pulseOf(row, false);
  const alive = renewed(row, Date.now(), false);
  if (alive) await ctx.db.replace("jobs", row._id, alive);
  return pulseOf(row, true);
}
