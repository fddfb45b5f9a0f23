import { v } from "convex/values";
import type { QueryCtx } from "./_generated/server";
import { query } from "./functions";
import schema from "./schema";

const { number, customer, title } = schema.doc("invoices").fields;

/** Invoices that are looked through for a word; older ones are found by their number. */
const MOST_INVOICES = 200;
const MOST_RESULTS = 8;

/**
 * Invoices to jump to: by the beginning of their number (`INV-10`, `10`), or by a part of customer
 * or title among the 200 newest. At most 8, the newest first.
 */
export const find = query({
  args: { text: v.string() },
  returns: v.array(v.object({ id: v.id("invoices"), number, customer, title })),
  permission: "invoices.read",
  empty: [],
  handler: async (ctx, { text }) => {
    const wanted = text.trim().toLowerCase();
    const digits = /^(?:inv-?)?(\d+)$/.exec(wanted)?.[1];
    const found = digits
      ? await byNumber(ctx, `INV-${digits}`)
      : (await ctx.db.query("invoices").order("desc").take(MOST_INVOICES)).filter(
          ({ customer, title }) =>
            [customer, title].some((field) => field.toLowerCase().includes(wanted)),
        );
    return found
      .slice(0, MOST_RESULTS)
      .map(({ _id: id, number, customer, title }) => ({ id, number, customer, title }));
  },
});

/** @param beginning - `INV-10` */
async function byNumber({ db }: QueryCtx, beginning: string) {
  return await db
    .query("invoices")
    // A colon sorts right behind the digits.
    .withIndex("by_number", (q) => q.gte("number", beginning).lt("number", `${beginning}:`))
    .order("desc")
    .take(MOST_RESULTS);
}
