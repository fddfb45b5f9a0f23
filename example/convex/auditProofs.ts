import type { Progress, VerifyResult } from "convex-platform";
import { vSealHead } from "convex-platform/validators";
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { action, internalMutation, mutation } from "./functions";
import { platform } from "./platform";

// #region prove
/** Whether anybody changed what was sealed; names each entry and each seal that is not as it was. */
export const verify = action({
  args: { anchor: v.optional(v.object({ index: v.number(), hash: v.string() })) },
  permission: "auditLogs.verify",
  handler: async (ctx, { anchor }): Promise<VerifyResult> => {
    return await platform.auditLogs.verify(ctx, {}, anchor ? { anchor } : {});
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
