import { v } from "convex/values";
import type { Caller } from "../shared/auditLogs.js";
import { pick } from "../shared/fields.js";
import type { EndedJob, StoredJob } from "../shared/jobRows.js";
import { DEFAULT_FAILED_RETENTION_MS } from "../shared/jobStates.js";
import type { Redrive, RedriveFilter } from "../shared/jobs.js";
import { readPage } from "../shared/pages.js";
import { internal } from "./_generated/api.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import { hasRoom, internalMutation, type MutationCtx } from "./functions.js";
import { hasEnded, reopenJob } from "./jobEnds.js";
import { reclaimKey } from "./jobKeys.js";
import { listOf } from "./jobReading.js";

/** Trying failed jobs again: a walk over those that had failed when it began. */

/** Failed jobs that are looked at together: as many fit into a transaction, whatever their arguments. */
const PAGE_SIZE = 25;
/** So many times, where they are small, in one step. */
const MAX_PAGES = 4;
/** A step that has not come by then is lost. */
export const REDRIVE_STEP_MS = 15 * 60_000;

export async function beginRedrive(
  ctx: MutationCtx,
  { actor }: Caller,
  filter: RedriveFilter,
  max: number,
): Promise<Id<"jobRedrives">> {
  const now = Date.now();
  const id = await ctx.db.insert("jobRedrives", {
    filter,
    status: "running",
    examined: 0,
    redriven: 0,
    skipped: 0,
    startedAt: now,
    max,
    wakeAt: now + REDRIVE_STEP_MS,
    ...(actor && { actor }),
  });
  await ctx.scheduler.runAfter(0, internal.jobRedrives.step, { id, examined: 0 });
  return id;
}

/** @param examined - how far it has to be: a step that was made up for is too late */
export const step = internalMutation({
  args: { id: v.id("jobRedrives"), examined: v.number() },
  returns: v.null(),
  handler: async (ctx, { id, examined }) => {
    const row = await ctx.db.get("jobRedrives", id);
    if (row?.status === "running" && row.examined === examined) await goOn(ctx, row);
    return null;
  },
});

async function goOn(ctx: MutationCtx, row: Doc<"jobRedrives">): Promise<void> {
  const now = Date.now();
  let walk: Walk = { ...pick(row, ["examined", "redriven", "skipped", "cursor"]), ends: false };
  for (let pages = 0; pages < MAX_PAGES && !walk.ends && (await hasRoom(ctx)); pages++) {
    walk = await walkOn(ctx, row, walk, now);
  }
  const { ends, ...far } = walk;
  await ctx.db.patch("jobRedrives", row._id, {
    ...far,
    ...(ends
      ? { status: "completed", finishedAt: now, wakeAt: now + DEFAULT_FAILED_RETENTION_MS }
      : { wakeAt: now + REDRIVE_STEP_MS }),
  });
  if (ends) return;
  const next = { id: row._id, examined: walk.examined };
  await ctx.scheduler.runAfter(0, internal.jobRedrives.step, next);
}

/** How far a redrive is. */
type Walk = Pick<Doc<"jobRedrives">, "examined" | "redriven" | "skipped" | "cursor"> & {
  ends: boolean;
};

async function walkOn(
  ctx: MutationCtx,
  row: Doc<"jobRedrives">,
  walk: Walk,
  now: number,
): Promise<Walk> {
  const options = { numItems: PAGE_SIZE, cursor: walk.cursor ?? null };
  const { page, isDone, continueCursor } = await readPage(
    options,
    listOf(ctx, { status: "failed", order: "asc" }),
  );
  let { redriven, skipped } = walk;
  const caller = { ip: "off" as const, ...(row.actor && { actor: row.actor }) };
  for (const job of page) {
    if (redriven === row.max) break;
    if (!hasEnded(job) || !isWanted(job, row)) continue;
    if (await reclaimKey(ctx, job, now)) {
      await reopenJob(ctx, caller, job, now);
      redriven++;
    } else skipped++;
  }
  return {
    examined: walk.examined + page.length,
    redriven,
    skipped,
    cursor: continueCursor,
    ends: isDone || redriven === row.max,
  };
}

/** What fails while it runs is for the next one: otherwise it would never end. */
function isWanted(job: StoredJob & EndedJob, { filter, startedAt }: Doc<"jobRedrives">): boolean {
  const { queue, name, tenantId, code, from, to } = filter;
  return (
    job.finishedAt <= startedAt &&
    (queue === undefined || job.queue === queue) &&
    (name === undefined || job.name === name) &&
    (tenantId === undefined || job.tenantId === tenantId) &&
    (code === undefined || job.error?.code === code) &&
    (from === undefined || job.finishedAt >= from) &&
    (to === undefined || job.finishedAt < to)
  );
}

export function toRedrive(row: Doc<"jobRedrives">): Redrive {
  return {
    id: row._id,
    ...pick(row, [
      "filter",
      "status",
      "examined",
      "redriven",
      "skipped",
      "startedAt",
      "finishedAt",
    ]),
  } as Redrive;
}
