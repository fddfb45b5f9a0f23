import { v } from "convex/values";
import { mutation } from "./functions";
import { platform } from "./platform";

/** What one call of `flood` writes at most; a transaction takes 8,000 entries. */
const MOST_ENTRIES = 2_000;

// #region rateLimit
/** Does nothing, five times in a row. Whoever goes on knocking is refused, and the log says so. */
export const knock = mutation({
  args: {},
  permission: "invoices.read",
  rateLimit: "knocks",
  recordDenials: true,
  handler: async () => null,
});
// #endregion

/** Fills the log with reminders that nobody sent: to see what a long list does to a screen. */
export const flood = mutation({
  args: { count: v.number() },
  returns: v.null(),
  permission: "auditLogs.flood",
  handler: async (ctx, { count }) => {
    const invoices = await ctx.db.query("invoices").order("desc").take(20);
    const events = Math.min(Math.max(count, 0), MOST_ENTRIES);
    await platform.auditLogs.recordMany(
      ctx,
      Array.from({ length: events }, (_, i) => {
        const { _id: id = "none", number: label = "none" } = invoices[i % invoices.length] ?? {};
        return {
          action: "invoices.reminded",
          target: { table: "invoices", id, label },
          metadata: { flood: i + 1 },
        };
      }),
    );
    return null;
  },
});
