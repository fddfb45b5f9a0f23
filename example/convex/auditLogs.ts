import { vAuditEntry, vExport } from "convex-platform/validators";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { mutation, query } from "./functions";
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
  returns: paginationResultValidator(vAuditEntry),
  permission: "auditLogs.read",
  handler: async (ctx, args) => await platform.auditLogs.list(ctx, args),
});
// #endregion

/** One entry, for its permalink; `null` to strangers, and when there is none. */
export const get = query({
  args: { id: v.string() },
  returns: v.union(vAuditEntry, v.null()),
  permission: "auditLogs.read",
  handler: async (ctx, { id }) => await platform.auditLogs.get(ctx, id),
});

// #region export
/** Begins a file with the entries of one invoice, or of all; `exportStatus` says when it is there. */
export const startExport = mutation({
  args: { id: v.optional(v.string()), format: v.union(v.literal("ndjson"), v.literal("csv")) },
  returns: v.string(),
  permission: "auditLogs.export",
  handler: async (ctx, { id, format }) => {
    const filter = id === undefined ? {} : { target: { table: "invoices", id } as const };
    return await platform.auditLogs.export(ctx, { ...filter, format });
  },
});

export const exportStatus = query({
  args: { id: v.string() },
  returns: v.union(vExport, v.null()),
  permission: "auditLogs.export",
  handler: async (ctx, { id }) => await platform.auditLogs.exports.get(ctx, id),
});
// #endregion
