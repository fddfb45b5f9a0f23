import type { Caller } from "../shared/auditLogs.js";
import { platformError, throwIfInvalid, type FieldErrors } from "../shared/errors.js";
import { pick } from "../shared/fields.js";
import { callPrefix, CHANCE_BYTES, encodeJobId, jobIdAt } from "../shared/jobIds.js";
import { isOpen, type StoredJob } from "../shared/jobRows.js";
import { checkJob, MAX_JOBS_PER_CALL } from "../shared/jobRules.js";
import type { IdleJob } from "../shared/jobStates.js";
import type { NewJob } from "../shared/jobs.js";
import type { Doc } from "./_generated/dataModel.js";
import type { MutationCtx } from "./functions.js";
import { askForKey, holdKey } from "./jobKeys.js";
import { place, release } from "./jobPlaces.js";
import { recordJob, removePayloads, store } from "./jobRecords.js";

/** How jobs come to be. */

/** What the ids of this call begin with. */
export async function newPrefix(ctx: MutationCtx, now: number): Promise<string> {
  const { documentsWritten } = await ctx.meta.getTransactionMetrics();
  const chance = crypto.getRandomValues(new Uint8Array(CHANCE_BYTES));
  return callPrefix(now, documentsWritten.used, chance);
}

type Enqueueing = {
  caller: Caller;
  now: number;
  prefix: string;
  /** The batch, and for each of its jobs its part of the counters. */
  batch?: (index: number) => NonNullable<StoredJob["batch"]>;
};

/** @returns the public ids, in order; that of an earlier job where a unique key says so */
export async function enqueueJobs(
  ctx: MutationCtx,
  jobs: NewJob[],
  { caller, now, prefix, batch }: Enqueueing,
): Promise<string[]> {
  await assertRoom(ctx, jobs.length);
  throwIfInvalid(checkJobs(jobs, now), "The job was not enqueued.");
  const full = new Set<string>();
  const ids: string[] = [];
  for (const [i, job] of jobs.entries()) {
    const { unique, cap } = job;
    const answer = unique ? await askForKey(ctx, job, unique, now) : { kind: "free" as const };
    if (answer.kind === "known") {
      ids.push(answer.id);
      continue;
    }
    const replaced = answer.kind === "replace" ? answer.job : null;
    const id = replaced?.id ?? jobIdAt(prefix, i);
    const keyUntil = unique && (await holdKey(ctx, job, unique, id, now));
    const idle: IdleJob = {
      ...(await newRow(ctx, job, id, now)),
      ...(caller.actor && { actor: caller.actor }),
      ...(keyUntil !== undefined && { keyUntil }),
      ...(batch && { batch: batch(i) }),
    };
    if (replaced) await withdraw(ctx, replaced, now);
    const row = await place(ctx, idle, now, { cap, full });
    if (replaced) await ctx.db.replace("jobs", replaced._id, row);
    else await ctx.db.insert("jobs", row);
    await recordJob(ctx, caller, row, "enqueued");
    ids.push(encodeJobId(row));
  }
  return ids;
}

async function newRow(ctx: MutationCtx, job: NewJob, id: string, now: number): Promise<IdleJob> {
  const { runAt = now, priority = 0, policy, unique, cap, audit } = job;
  return {
    ...pick(job, [
      "queue",
      "name",
      "handle",
      "timeoutMs",
      "concurrencyKey",
      "label",
      "tenantId",
      "onComplete",
      "retention",
    ]),
    ...(await store(ctx, "args", job.args)),
    id,
    priority,
    policy,
    ...(cap && { isCapped: true as const }),
    ...(unique && { key: unique.key }),
    ...(audit && { audit }),
    status: runAt > now ? "scheduled" : "pending",
    enqueuedAt: now,
    runAt: Math.max(runAt, now),
    attempt: 1,
    lastAttempt: policy.maxAttempts,
    failedAttempts: [],
  };
}

/** Takes back what a job holds that has not begun and makes room for another one. */
async function withdraw(ctx: MutationCtx, row: Doc<"jobs">, now: number): Promise<void> {
  if (!isOpen(row)) return;
  if (row.attemptId) await ctx.scheduler.cancel(row.attemptId);
  await release(ctx, row, now);
  await removePayloads(ctx, [row.argsId]);
}

function checkJobs(jobs: NewJob[], now: number): FieldErrors {
  const faults: FieldErrors = {};
  for (const [i, job] of jobs.entries()) {
    for (const [path, fault] of Object.entries(checkJob(job, now))) {
      faults[jobs.length === 1 ? path : `jobs.${i}.${path}`] = fault;
      if (Object.keys(faults).length > MAX_NAMED_FAULTS) return faults;
    }
  }
  return faults;
}

/** A thousand bad jobs are described well enough by the first ones. */
const MAX_NAMED_FAULTS = 20;

/** @throws LIMIT_EXCEEDED where Convex would stop the mutation with an error of its own */
async function assertRoom(ctx: MutationCtx, count: number): Promise<void> {
  const { functionsScheduled } = await ctx.meta.getTransactionMetrics();
  if (count <= Math.min(MAX_JOBS_PER_CALL, functionsScheduled.remaining)) return;
  throw platformError({
    code: "LIMIT_EXCEEDED",
    message: `One mutation enqueues at most ${MAX_JOBS_PER_CALL} jobs. Enqueue the rest in another one.`,
  });
}
