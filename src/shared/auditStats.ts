import { v, type Infer } from "convex/values";
import { vOutcome } from "./auditLogs.js";

export const vStatsUnit = v.union(v.literal("hour"), v.literal("day"));
export type StatsUnit = Infer<typeof vStatsUnit>;

/** How many entries with one action and outcome one hour or day (UTC) had. */
export const vStatsBucket = v.object({
  /** The first millisecond of the hour or day. */
  start: v.number(),
  action: v.string(),
  outcome: vOutcome,
  count: v.number(),
});
export type StatsBucket = Infer<typeof vStatsBucket>;

export const UNIT_MS: Record<StatsUnit, number> = { hour: 3_600_000, day: 86_400_000 };

/** Buckets one read gives at most: a month of hours with five actions each, or years of days. */
export const MAX_STATS_BUCKETS = 4000;
/** Entries counted in the unsealed tail at most; fewer where they are large. */
export const MAX_TAIL_COUNT = 1000;

/** The start of the hour or day that holds `at`, both in milliseconds. */
export function bucketStart(at: number, unit: StatsUnit): number {
  return Math.floor(at / UNIT_MS[unit]) * UNIT_MS[unit];
}

/** The end of the last hour or day with a time before `at`. */
export function bucketEnd(at: number, unit: StatsUnit): number {
  return Math.ceil(at / UNIT_MS[unit]) * UNIT_MS[unit];
}
