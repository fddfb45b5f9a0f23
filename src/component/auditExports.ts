import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import {
  checkExport,
  DEFAULT_EXPIRES_IN_MS,
  MAX_RUNNING_EXPORTS,
  vExport,
  vExportFilter,
  vExportFormat,
  type Export,
  type ExportFilter,
} from "../shared/auditExports.js";
import { vCaller, vEntryFilter } from "../shared/auditLogs.js";
import { checkFilter } from "../shared/auditRules.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { pick } from "../shared/fields.js";
import { readPage, withinSegment, type Segment } from "../shared/pages.js";
import type { Doc } from "./_generated/dataModel.js";
import { beginExport, cancelWork } from "./auditExportJobs.js";
import { begunOf, cancelExport } from "./auditExportStages.js";
import { mutation, query, type MutationCtx, type QueryCtx } from "./functions.js";

/**
 * Reading out the log into a file: asked for here, done by a job; see auditExportSteps.ts.
 *
 * The file has the entries that were committed when the export started, in the order of a list.
 * What is pruned or erased while it runs may be in it or not; what is erased later stays in it until
 * it expires.
 */

// --- Reads -----------------------------------------------------------------------------------

/** The export, or `null` when there is none with this id. */
export const get = query({
  args: { id: v.string() },
  returns: v.union(vExport, v.null()),
  handler: async (ctx, { id }) => {
    const exportId = ctx.db.normalizeId("auditExports", id);
    const row = exportId && (await ctx.db.get("auditExports", exportId));
    if (row?.status !== "completed") return row && toExport(row);
    const url = await ctx.storage.getUrl(row.file);
    return { ...toExport(row), ...(url !== null && { url }) };
  },
});

/** One page of exports, newest first; of one tenant, of those without, or all. */
export const list = query({
  args: { filter: vExportFilter, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vExport),
  handler: async (ctx, { filter, paginationOpts }) => {
    throwIfInvalid(checkFilter(filter), "The exports were not listed.");
    const result = await readPage(paginationOpts, {
      binding: { list: "auditExports", ...filter },
      order: "desc",
      range: {},
      key: (row: Doc<"auditExports">) => row.startedAt,
      open: (segment) => openExports(ctx, filter, segment).order("desc"),
    });
    return { ...result, page: result.page.map(toExport) };
  },
});

// --- Writes ----------------------------------------------------------------------------------

/**
 * Starts an export of what has been committed so far.
 *
 * @param expiresInMs - how long the file can be downloaded once it is there: a day unless said otherwise
 * @throws VALIDATION_FAILED naming the fields; LIMIT_EXCEEDED while 10 exports are under way
 */
export const start = mutation({
  args: {
    caller: vCaller,
    filter: vEntryFilter,
    format: vExportFormat,
    expiresInMs: v.optional(v.number()),
  },
  returns: v.id("auditExports"),
  handler: async (ctx, { caller, filter, format, expiresInMs = DEFAULT_EXPIRES_IN_MS }) => {
    throwIfInvalid(checkExport(filter, expiresInMs), "The export was not started.");
    await refuseTooMany(ctx);
    return await beginExport(ctx, caller, { filter, format, expiresInMs });
  },
});

/** Ends an export that is under way, and removes what it has; `false` when it has ended already. */
export const cancel = mutation({
  args: { caller: vCaller, id: v.string() },
  returns: v.boolean(),
  handler: async (ctx, { caller, id }) => {
    const exportId = ctx.db.normalizeId("auditExports", id);
    const row = exportId && (await ctx.db.get("auditExports", exportId));
    if (row?.status !== "running") return false;
    await cancelExport(ctx, row, caller);
    await cancelWork(ctx, row, caller);
    return true;
  },
});

// --- Helpers ---------------------------------------------------------------------------------

async function refuseTooMany(ctx: MutationCtx): Promise<void> {
  const running = await ctx.db
    .query("auditExports")
    .withIndex("by_status", (q) => q.eq("status", "running"))
    .take(MAX_RUNNING_EXPORTS);
  if (running.length < MAX_RUNNING_EXPORTS) return;
  throw platformError({
    code: "LIMIT_EXCEEDED",
    message: `There are ${MAX_RUNNING_EXPORTS} exports under way. Wait for one to end, or cancel one.`,
  });
}

function openExports(ctx: QueryCtx, { tenantId, allTenants }: ExportFilter, segment: Segment) {
  const exports = ctx.db.query("auditExports");
  if (allTenants) {
    return exports.withIndex("by_startedAt", (q) => withinSegment(q, "startedAt", segment));
  }
  return exports.withIndex("by_tenant", (q) =>
    withinSegment(
      q.eq("filter.allTenants", undefined).eq("filter.tenantId", tenantId),
      "startedAt",
      segment,
    ),
  );
}

/** The row for readers, without what only the steps need. */
function toExport(row: Doc<"auditExports">): Export {
  const begun = { id: row._id, ...begunOf(row) };
  switch (row.status) {
    case "running":
      return { ...begun, ...pick(row, ["status"]) };
    case "completed":
      return { ...begun, ...pick(row, ["status", "finishedAt"]), expiresAt: row.wakeAt };
    case "failed":
      return { ...begun, ...pick(row, ["status", "finishedAt", "error"]) };
    case "expired":
      return { ...begun, ...pick(row, ["status", "finishedAt", "expiresAt"]) };
    case "cancelled":
      return { ...begun, ...pick(row, ["status", "finishedAt"]) };
  }
}
