import type { Platform } from "convex-platform";
import { vAuditEntry, vExport, vReference } from "convex-platform/validators";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { mutation, query } from "./functions";
import { platform } from "./platform";

/** The names of our own tables complete in `platform.auditLogs`; people and exports have entries too. */
const auditLogs: Platform["auditLogs"] = platform.auditLogs;

/** What a search finds at most. */
const MOST_RESULTS = 100;

const filter = {
  // At most one of these three: each is an index of the log.
  target: v.optional(vReference),
  actorId: v.optional(v.string()),
  action: v.optional(v.string()),
  from: v.optional(v.number()),
  to: v.optional(v.number()),
};

// #region list
export const list = query({
  args: { ...filter, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vAuditEntry),
  permission: "auditLogs.read",
  handler: async (ctx, args) => await auditLogs.list(ctx, args),
});
// #endregion

/** One entry, for its permalink; `null` to strangers, and when there is none. */
export const get = query({
  args: { id: v.string() },
  returns: v.union(vAuditEntry, v.null()),
  permission: "auditLogs.read",
  handler: async (ctx, { id }) => await auditLogs.get(ctx, id),
});

/** Entries in which the words occur, the best fit first; at most 100. */
export const search = query({
  args: { words: v.string(), actorId: v.optional(v.string()), action: v.optional(v.string()) },
  returns: v.array(vAuditEntry),
  permission: "auditLogs.read",
  empty: [],
  handler: async (ctx, { words, ...filter }) =>
    await auditLogs.search(ctx, words, { ...filter, limit: MOST_RESULTS }),
});

// #region stats
/** How many entries each hour or day (UTC) has, by action and outcome. */
export const stats = query({
  args: {
    unit: v.union(v.literal("hour"), v.literal("day")),
    from: v.number(),
    to: v.number(),
  },
  permission: "auditLogs.read",
  handler: async (ctx, range) => await auditLogs.stats(ctx, range),
});
// #endregion

// #region export
/** Begins a file with the entries of a filter; `exportStatus` says when it is there. */
export const startExport = mutation({
  args: { ...filter, format: v.union(v.literal("ndjson"), v.literal("csv")) },
  returns: v.string(),
  permission: "auditLogs.export",
  handler: async (ctx, args) => await auditLogs.export(ctx, args),
});

export const exportStatus = query({
  args: { id: v.string() },
  returns: v.union(vExport, v.null()),
  permission: "auditLogs.export",
  handler: async (ctx, { id }) => await auditLogs.exports.get(ctx, id),
});
// #endregion
