import type { Attempt } from "convex-platform";
import { v } from "convex/values";
import { api } from "./_generated/api";
import { mutation } from "./functions";
import { platform } from "./platform";

// #region attempt
/** Voids an invoice. A refusal stays in the log, and comes back as data instead of an error. */
export const tryToVoid = mutation({
  args: { id: v.id("invoices"), reason: v.string() },
  // Whoever sees invoices may try; `markVoid` asks whether they may.
  permission: "invoices.read",
  handler: async (ctx, args): Promise<Attempt<null>> => {
    const label = (await ctx.db.get("invoices", args.id))?.number;
    return await platform.auditLogs.attempt(ctx, api.invoices.markVoid, args, {
      action: "invoices.voided",
      target: { table: "invoices", id: args.id, ...(label !== undefined && { label }) },
    });
  },
});
// #endregion
