import { v } from "convex/values";
import { checkTimes, MAX_TIME, toCommitTs, toMilliseconds } from "../shared/auditRules.js";
import {
  bucketEnd,
  bucketStart,
  MAX_STATS_BUCKETS,
  vStatsBucket,
  vStatsUnit,
  type StatsUnit,
} from "../shared/auditStats.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { withinSegment, type Segment } from "../shared/pages.js";
import { countStretch, endOf, findLatestSeal, type CommittedEntry } from "./auditChain.js";
import { query, type MutationCtx, type QueryCtx } from "./functions.js";

/** Counts for charts, kept up by the sealing chore: on the write path nobody counts. */

/**
 * Entries by hour or day, action and outcome, of one tenant or of those without.
 *
 * Whole hours or days: those that the range touches. Complete up to `sealedThrough`; what came
 * later is counted as `tail`, up to 1,000 or 4 MiB.
 */
export const read = query({
  args: {
    unit: vStatsUnit,
    from: v.number(),
    to: v.number(),
    tenantId: v.optional(v.string()),
  },
  returns: v.object({
    buckets: v.array(vStatsBucket),
    sealedThrough: v.union(v.number(), v.null()),
    tail: v.object({ count: v.number(), isCut: v.boolean() }),
  }),
  handler: async (ctx, { unit, tenantId, ...range }) => {
    throwIfInvalid(checkTimes(range), "The entries were not counted.");
    const from = bucketStart(range.from, unit);
    const to = Math.min(bucketEnd(range.to, unit), MAX_TIME);
    const rows = await ctx.db
      .query("auditStats")
      .withIndex("by_bucket", (q) =>
        q.eq("tenantId", tenantId).eq("unit", unit).gte("start", from).lt("start", to),
      )
      .take(MAX_STATS_BUCKETS + 1);
    if (rows.length > MAX_STATS_BUCKETS) {
      throw platformError({
        code: "LIMIT_EXCEEDED",
        message: `This range has more than ${MAX_STATS_BUCKETS} counts. Take a shorter one, or days.`,
      });
    }
    const sealed = await findLatestSeal(ctx);
    const through = sealed?.through ?? 0n;
    const start = toCommitTs(from) - 1n;
    return {
      buckets: rows.map(({ start, action, outcome, count }) => ({ start, action, outcome, count })),
      sealedThrough: sealed && toMilliseconds(sealed.through),
      tail: await countTail(ctx, tenantId, start > through ? start : through, toCommitTs(to)),
    };
  },
});

async function countTail(
  ctx: QueryCtx,
  tenantId: string | undefined,
  after: bigint,
  to: bigint,
): Promise<{ count: number; isCut: boolean }> {
  if (after >= to) return { count: 0, isCut: false };
  const open = (segment: Segment) =>
    ctx.db
      .query("auditLogs")
      .withIndex("by_tenant", (q) =>
        withinSegment(q.eq("tenantId", tenantId), "commitTs", segment),
      );
  return await countStretch(open, endOf(after), endOf(to - 1n));
}

/** Adds sealed entries to the counts: one read and one write for each count that changes. */
export async function countEntries(ctx: MutationCtx, entries: CommittedEntry[]): Promise<void> {
  const counts = new Map<string, Count>();
  for (const { tenantId, action, outcome, commitTs } of entries) {
    for (const unit of ["hour", "day"] as const) {
      const start = bucketStart(toMilliseconds(commitTs), unit);
      const key = JSON.stringify([tenantId, unit, start, action, outcome]);
      const count = counts.get(key) ?? { tenantId, unit, start, action, outcome, count: 0 };
      counts.set(key, { ...count, count: count.count + 1 });
    }
  }
  for (const count of counts.values()) await addCount(ctx, count);
}

type Count = {
  tenantId: string | undefined;
  unit: StatsUnit;
  start: number;
  action: string;
  outcome: CommittedEntry["outcome"];
  count: number;
};

async function addCount(ctx: MutationCtx, { count, tenantId, ...bucket }: Count): Promise<void> {
  const known = await ctx.db
    .query("auditStats")
    .withIndex("by_bucket", (q) =>
      q
        .eq("tenantId", tenantId)
        .eq("unit", bucket.unit)
        .eq("start", bucket.start)
        .eq("action", bucket.action)
        .eq("outcome", bucket.outcome),
    )
    .unique();
  if (known) {
    await ctx.db.patch("auditStats", known._id, { count: known.count + count });
  } else {
    const tenant = tenantId === undefined ? {} : { tenantId };
    await ctx.db.insert("auditStats", { ...tenant, ...bucket, count });
  }
}
