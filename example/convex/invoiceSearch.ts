import { v } from "convex/values";
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
    const numbers = digits && `INV-${digits}`;
    const found = numbers
      ? await ctx.db
          .query("invoices")
          .withIndex("by_number", (q) => q.gte("number", numbers).lt("number", `${numbers}:`))
          .order("desc")
          .take(MOST_RESULTS)
      : await ctx.db.query("invoices").order("desc").take(MOST_INVOICES);
    return found
      .filter(({ number, customer, title }) =>
        [number, customer, title].some((field) => field.toLowerCase().includes(wanted)),
      )
      .slice(0, MOST_RESULTS)
      .map(({ _id: id, number, customer, title }) => ({ id, number, customer, title }));
  },
});
