import { paginationOptsValidator } from "convex/server";
import { v } from "convex/values";
import { query } from "./_generated/server";
import { canRead, EMPTY_PAGE } from "./access";
import { platform } from "./platform";

// #region list
export const list = query({
  args: {
    // At most one of these three: each is an index of the log.
    target: v.optional(v.object({ table: v.literal("invoices"), id: v.string() })),
    actorId: v.optional(v.string()),
    action: v.optional(v.string()),
    from: v.optional(v.number()),
    to: v.optional(v.number()),
    paginationOpts: paginationOptsValidator,
  },
  handler: async (ctx, args) => {
    if (!(await canRead(ctx))) return EMPTY_PAGE;
    return await platform.auditLogs.list(ctx, args);
  },
});
// #endregion

/** One entry, for its permalink; `null` to strangers, and when there is none. */
export const get = query({
  args: { id: v.string() },
  handler: async (ctx, { id }) => {
    if (!(await canRead(ctx))) return null;
    return await platform.auditLogs.get(ctx, id);
  },
});
