import type { ProfileStatus } from "convex-platform";
import { vSealHead } from "convex-platform/validators";
import { v, type Infer } from "convex/values";
import { query } from "./functions";
import { platform } from "./platform";
import { roleNames } from "./roles";
import { vCurrency } from "./schema";

/** What the figures of the overview count at most; beyond that they say "or more". */
const MOST_INVOICES = 500;
const MOST_PEOPLE = 200;
const DAY_MS = 24 * 60 * 60 * 1000;
const WEEK_MS = 7 * DAY_MS;
/** Weeks back and ahead; what is due beyond counts for the outermost one. */
const WEEKS = 6;

const vReceivables = v.object({
  count: v.number(),
  overdue: v.number(),
  isCut: v.boolean(),
  /** The largest first. */
  totals: v.array(v.object({ currency: vCurrency, amountCents: v.number() })),
  /** Invoices by the week they are due in: six weeks back, then six ahead. */
  dueByWeek: v.array(v.number()),
});

/** What customers have been sent and not paid. @param today - `2026-11-30`, where the reader sits */
export const receivables = query({
  args: { today: v.string() },
  returns: vReceivables,
  permission: "invoices.read",
  handler: async (ctx, { today }): Promise<Infer<typeof vReceivables>> => {
    const found = await ctx.db
      .query("invoices")
      .withIndex("by_status", (q) => q.eq("status", "sent"))
      .take(MOST_INVOICES + 1);
    const open = found.slice(0, MOST_INVOICES);
    const totals = new Map<(typeof open)[number]["currency"], number>();
    const dueByWeek = Array.from({ length: 2 * WEEKS }, () => 0);
    for (const { currency, amountCents, dueOn } of open) {
      totals.set(currency, (totals.get(currency) ?? 0) + amountCents);
      const week = Math.floor((Date.parse(dueOn) - Date.parse(today)) / WEEK_MS) + WEEKS;
      const place = Math.min(Math.max(week, 0), dueByWeek.length - 1);
      dueByWeek[place] = dueByWeek[place]! + 1;
    }
    return {
      count: open.length,
      overdue: open.filter(({ dueOn }) => dueOn < today).length,
      isCut: found.length > open.length,
      totals: [...totals]
        .map(([currency, amountCents]) => ({ currency, amountCents }))
        .sort((a, b) => b.amountCents - a.amountCents),
      dueByWeek,
    };
  },
});

// #region stats
/** Entries by day, and how far they are sealed. @param to - the end of today, UTC */
export const activity = query({
  args: { days: v.number(), to: v.number() },
  returns: v.object({
    days: v.array(v.object({ start: v.number(), count: v.number(), refused: v.number() })),
    /** Entries behind the last seal: they are in none of the days yet. */
    unsealed: v.object({ count: v.number(), isCut: v.boolean() }),
    head: v.union(vSealHead, v.null()),
  }),
  permission: "auditLogs.read",
  handler: async (ctx, { days, to }) => {
    const from = to - days * DAY_MS;
    const stats = await platform.auditLogs.stats(ctx, { unit: "day", from, to });
    const head = await platform.auditLogs.latestSeal(ctx);
    const starts = Array.from({ length: days }, (_, i) => from + i * DAY_MS);
    return {
      days: starts.map((start) => {
        const ofDay = stats.buckets.filter((bucket) => bucket.start === start);
        return { start, count: sum(ofDay), refused: sum(ofDay.filter(isRefused)) };
      }),
      unsealed: stats.tail,
      head,
    };
  },
});
// #endregion

/** Who may come in, who may not, and with which roles. */
export const people = query({
  args: {},
  returns: v.object({
    active: v.number(),
    suspended: v.number(),
    isCut: v.boolean(),
    /** Active people, for each role there is; somebody with two roles counts twice. */
    byRole: v.array(v.object({ role: v.string(), count: v.number() })),
  }),
  permission: "userProfiles.read",
  handler: async (ctx) => {
    const ofStatus = async (status: ProfileStatus) => {
      const paginationOpts = { numItems: MOST_PEOPLE, cursor: null };
      return await platform.userProfiles.list(ctx, { status, paginationOpts });
    };
    const active = await ofStatus("active");
    const suspended = await ofStatus("suspended");
    const held = active.page.flatMap(({ grants }) => grants.map(({ role }) => role));
    return {
      active: active.page.length,
      suspended: suspended.page.length,
      isCut: !active.isDone || !suspended.isDone,
      byRole: roleNames.map((role) => ({
        role,
        count: held.filter((name) => name === role).length,
      })),
    };
  },
});

function sum(buckets: { count: number }[]): number {
  return buckets.reduce((total, { count }) => total + count, 0);
}

function isRefused({ outcome }: { outcome: string }): boolean {
  return outcome === "denied";
}
