import type { Progress, VerifyResult } from "convex-platform";
import { vSealHead } from "convex-platform/validators";
import type { InclusionProof } from "convex-platform/verify";
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { action, internalMutation, mutation, query } from "./functions";
import { platform } from "./platform";

/** Heads that a verification goes by; what is older than these it looks at in one go. */
const MOST_HEADS = 1_000;

// #region prove
/**
 * Whether anybody changed what was sealed; names each entry and each seal that is not as it was.
 * For a progress bar, call it for one stretch of time after the other.
 */
export const verify = action({
  args: {
    from: v.optional(v.number()),
    to: v.optional(v.number()),
    anchor: v.optional(v.object({ index: v.number(), hash: v.string() })),
  },
  permission: "auditLogs.verify",
  handler: async (ctx, { anchor, ...range }): Promise<VerifyResult> => {
    return await platform.auditLogs.verify(ctx, range, anchor ? { anchor } : {});
  },
});

/** Seals at once what waits for the next round, and has every new head kept from now on. */
export const seal = mutation({
  args: {},
  permission: "auditLogs.seal",
  handler: async (ctx): Promise<Progress> => {
    return await platform.auditLogs.seal(ctx, { onSeal: internal.auditProofs.keepHead });
  },
});
// #endregion

/** Seals for a chore: nobody has to be signed in. */
export const sealInBackground = internalMutation({
  args: {},
  returns: v.null(),
  permission: "auditLogs.seal",
  handler: async (ctx) => {
    await platform.auditLogs.seal(ctx, { onSeal: internal.auditProofs.keepHead });
    return null;
  },
});

/** The heads that were kept, the oldest first: between two of them lies what one seal closed. */
export const heads = query({
  args: {},
  returns: v.array(vSealHead),
  permission: "auditLogs.verify",
  empty: [],
  handler: async (ctx) => {
    const newest = ctx.db.query("sealHeads").withIndex("by_index").order("desc");
    const rows = await newest.take(MOST_HEADS);
    return rows.reverse().map(({ _id, _creationTime, ...head }) => head);
  },
});

/**
 * What shows that an entry is in the log, also to somebody without access to it; see
 * `convex-platform/verify`. It names people, like the entry itself. `null`: the entry is not sealed
 * yet, or no longer what was sealed.
 */
export const inclusionProof = query({
  args: { id: v.string() },
  permission: "auditLogs.read",
  handler: async (ctx, { id }): Promise<InclusionProof | null> =>
    await platform.auditLogs.inclusionProof(ctx, id),
});

const vSealState = v.union(
  v.object({ kind: v.literal("open") }),
  v.object({ kind: v.literal("sealed"), seal: v.number(), sealedAt: v.number() }),
  /** It lies in the time of a seal, and is not what was sealed then. */
  v.object({ kind: v.literal("changed") }),
);

/** Whether an entry can still be changed unnoticed. */
export const sealState = query({
  args: { id: v.string() },
  returns: vSealState,
  permission: "auditLogs.read",
  handler: async (ctx, { id }) => {
    const proof = await platform.auditLogs.inclusionProof(ctx, id);
    if (proof) {
      const { index, sealedAt } = proof.seal;
      return { kind: "sealed" as const, seal: index, sealedAt };
    }
    const entry = await platform.auditLogs.get(ctx, id);
    const head = await platform.auditLogs.latestSeal(ctx);
    const isBehind = entry !== null && head !== null && entry.commitTs <= head.through;
    return { kind: isBehind ? ("changed" as const) : ("open" as const) };
  },
});

/** A real host sends the head to where its database administrators cannot reach it. */
export const keepHead = internalMutation({
  args: { head: vSealHead },
  returns: v.null(),
  permission: "auditLogs.seal",
  handler: async (ctx, { head }) => {
    await ctx.db.insert("sealHeads", head);
    return null;
  },
});

// #region retention
/** Called by a cron of the host: without this nothing is ever pruned. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  permission: "auditLogs.prune",
  handler: async (ctx) => {
    await platform.auditLogs.prune(ctx, [{ prefix: "invoices.", days: 3650 }]);
    return null;
  },
});
// #endregion
