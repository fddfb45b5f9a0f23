import { v } from "convex/values";
import { maskIp } from "../shared/ipAddresses.js";
import { vRateLimit, vRateLimitStatus, type RateLimitStatus } from "../shared/rateLimits.js";
import { components } from "./_generated/api.js";
import { mutation, query, type MutationCtx } from "./functions.js";

/**
 * Rate limits of the host's functions. The counting is that of `@convex-dev/rate-limiter`, mounted
 * inside of this component; a host could not reach it there without these functions.
 */

const limitArgs = { name: v.string(), config: vRateLimit, count: v.number() };

// --- Reads -----------------------------------------------------------------------------------

/** Whether there is room, without taking any. */
export const check = query({
  args: { ...limitArgs, key: v.string() },
  returns: vRateLimitStatus,
  handler: async (ctx, args) =>
    toStatus(await ctx.runQuery(components.rateLimiter.lib.checkRateLimit, args)),
});

// --- Writes ----------------------------------------------------------------------------------

/** Takes tokens, where there are enough. Without a key they are those of the caller's network. */
export const limit = mutation({
  args: { ...limitArgs, key: v.optional(v.string()) },
  returns: vRateLimitStatus,
  handler: async (ctx, args) => {
    const key = args.key ?? (await networkOf(ctx));
    return toStatus(await ctx.runMutation(components.rateLimiter.lib.rateLimit, { ...args, key }));
  },
});

/** Gives all tokens back. */
export const reset = mutation({
  args: { name: v.string(), key: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => {
    await ctx.runMutation(components.rateLimiter.lib.resetRateLimit, args);
    return null;
  },
});

// --- Helpers ---------------------------------------------------------------------------------

/**
 * Keeps strangers apart, so that one of them cannot use up what all may do. The network only: no
 * row may name somebody who never said who they are.
 */
async function networkOf(ctx: MutationCtx): Promise<string> {
  const { ip } = await ctx.meta.getRequestMetadata();
  const network = ip === null ? undefined : maskIp(ip, "truncated");
  return `anonymous ${network ?? "somewhere"}`;
}

function toStatus(status: { ok: true } | { ok: false; retryAfter: number }): RateLimitStatus {
  return status.ok ? { ok: true } : { ok: false, retryAfterMs: Math.ceil(status.retryAfter) };
}
