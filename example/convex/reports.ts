import { day } from "convex-platform/rules";
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import { internalQuery, mutation } from "./functions";
import { platform } from "./platform";
import { vCurrency, vStatus, type Status } from "./schema";

/** Invoices of one status that a report reads at most. */
const MOST_INVOICES = 500;
/** The demo's invoices are read in no time, and a bar that nobody sees shows nothing. */
const READING_MS = 900;
const STATUSES: Status[] = ["paid", "sent", "draft", "void"];

const vTotals = v.object({
  status: vStatus,
  currency: vCurrency,
  count: v.number(),
  amountCents: v.number(),
});
/** What a report says. */
export type Report = { month: string; totals: Infer<typeof vTotals>[] };

// #region job
/** Adds up the invoices that are due in a month. */
export const build = platform.jobs.action({
  args: { month: v.string() },
  permission: "invoices.read",
  handler: async (ctx, { month }): Promise<Report> => {
    const totals: Report["totals"] = [];
    for (const [i, status] of STATUSES.entries()) {
      await ctx.job.progress(i / STATUSES.length, `Reading ${status} invoices`);
      totals.push(...(await ctx.runQuery(internal.reports.totalsOf, { month, status })));
      await pause(READING_MS, ctx.job.signal);
    }
    return { month, totals };
  },
});
// #endregion

/** @param month - `2026-11` */
export const totalsOf = internalQuery({
  args: { month: v.string(), status: vStatus },
  returns: v.array(vTotals),
  permission: "invoices.read",
  empty: [],
  handler: async (ctx, { month, status }) => {
    const invoices = await ctx.db
      .query("invoices")
      .withIndex("by_status", (q) => q.eq("status", status))
      .order("desc")
      .take(MOST_INVOICES);
    const totals = new Map<string, Infer<typeof vTotals>>();
    for (const { currency, amountCents, dueOn } of invoices) {
      if (!dueOn.startsWith(month)) continue;
      const so = totals.get(currency) ?? { status, currency, count: 0, amountCents: 0 };
      const count = so.count + 1;
      totals.set(currency, { ...so, count, amountCents: so.amountCents + amountCents });
    }
    return [...totals.values()];
  },
});

// #region enqueue
/** Begins the report of the month in which a day is; while that is at work, it gives the same one. */
export const start = mutation({
  args: { day: v.string() },
  returns: v.string(),
  permission: "jobs.enqueue",
  rules: { day: day() },
  handler: async (ctx, { day }): Promise<string> => {
    const month = day.slice(0, 7);
    const options = { queue: "reports", label: `Report, ${month}`, key: month, ttlMs: 0 } as const;
    return await platform.jobs.enqueue(ctx, internal.reports.build, { month }, options);
  },
});
// #endregion

/** Ends with the signal's reason as soon as nobody waits for the result any more. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  signal.throwIfAborted();
}
