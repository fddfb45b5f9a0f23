import type { Attempt } from "convex-platform";
import { v } from "convex/values";
import { api } from "./_generated/api";
import { mutation } from "./_generated/server";
import { requireUser } from "./access";
import { platform } from "./platform";

// #region attempt
/** Voids an invoice. A refusal stays in the log, and comes back as data instead of an error. */
export const tryToVoid = mutation({
  args: { id: v.id("invoices"), reason: v.string() },
  handler: async (ctx, args): Promise<Attempt<null>> => {
    await requireUser(ctx);
    return await platform.auditLogs.attempt(ctx, api.invoices.markVoid, args, {
      action: "invoices.voided",
      target: { table: "invoices", id: args.id },
    });
  },
});
// #endregion
