import { v, type Infer } from "convex/values";

const vLimitFields = {
  /** Tokens that come back in each period. Above 0. */
  rate: v.number(),
  /** Milliseconds, above 0. */
  period: v.number(),
  /** Tokens that can be saved up. Absent: `rate`. */
  capacity: v.optional(v.number()),
  /** Spreads a limit that everybody shares over so many rows, so that callers wait less for each other. */
  shards: v.optional(v.number()),
};

/**
 * How often something may be done. A token bucket fills steadily, a fixed window all at once when
 * it begins.
 */
export const vRateLimit = v.union(
  v.object({ kind: v.literal("token bucket"), ...vLimitFields }),
  v.object({
    kind: v.literal("fixed window"),
    ...vLimitFields,
    /** Where windows begin, ms since 1970. Absent: at the first call. */
    start: v.optional(v.number()),
  }),
);
export type RateLimit = Infer<typeof vRateLimit>;

/** Whether there is room. */
export const vRateLimitStatus = v.union(
  v.object({ ok: v.literal(true) }),
  v.object({
    ok: v.literal(false),
    /** Whole milliseconds until there is room, if nobody takes it before. */
    retryAfterMs: v.number(),
  }),
);
export type RateLimitStatus = Infer<typeof vRateLimitStatus>;

/** What is wrong with a limit as a host declared it; `null` when nothing is. */
export function findRateLimitFault({
  rate,
  period,
  capacity = rate,
  shards = 1,
}: RateLimit): string | null {
  if (!(rate > 0 && rate < Infinity)) return "rate has to be a number above 0";
  if (!(period > 0 && period < Infinity)) return "period has to be milliseconds above 0";
  if (!(capacity >= 1 && capacity < Infinity)) {
    return "capacity has to be a number from 1, or nothing would ever be allowed";
  }
  if (!Number.isInteger(shards) || shards < 1) return "shards has to be a whole number from 1";
  return null;
}
