import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import {
  vAuditEntry,
  vCaller,
  vEntryFilter,
  vNewEntry,
  type Actor,
  type AuditEntry,
  type Caller,
  type EntryFilter,
  type NewEntry,
  type RequestOrigin,
} from "../shared/auditLogs.js";
import {
  checkEntries,
  checkEntry,
  checkFilter,
  maskIp,
  MAX_USER_AGENT_LENGTH,
  toCommitTs,
  toMilliseconds,
  trimEntry,
} from "../shared/auditRules.js";
import { throwIfInvalid } from "../shared/errors.js";
import { readPage, withinSegment, type Segment } from "../shared/pages.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import { mutation, query, type MutationCtx, type QueryCtx } from "./functions.js";

// --- Reads -----------------------------------------------------------------------------------

/** The entry, or `null` when there is none with this id. */
export const get = query({
  args: { id: v.string() },
  returns: v.union(vAuditEntry, v.null()),
  handler: async (ctx, { id }) => {
    const entryId = ctx.db.normalizeId("auditLogs", id);
    const row = entryId && (await ctx.db.get("auditLogs", entryId));
    return row && toEntry(row);
  },
});

/** One page of the entries a filter selects, in order of commit. */
export const list = query({
  args: { filter: vEntryFilter, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vAuditEntry),
  handler: async (ctx, { filter, paginationOpts }) => {
    throwIfInvalid(checkFilter(filter), "The entries were not listed.");
    const order = filter.order ?? "desc";
    const result = await readPage(paginationOpts, {
      binding: { list: "auditLogs", ...filter, order },
      order,
      range: {
        from: filter.from === undefined ? undefined : toCommitTs(filter.from),
        to: filter.to === undefined ? undefined : toCommitTs(filter.to),
      },
      key: commitTsOf,
      open: (segment) => openList(ctx, filter, segment).order(order),
    });
    return { ...result, page: result.page.map(toEntry) };
  },
});

// --- Writes ----------------------------------------------------------------------------------

/** Records one entry in the caller's transaction: one insert, no read. */
export const record = mutation({
  args: { caller: vCaller, entry: vNewEntry },
  returns: v.id("auditLogs"),
  handler: async (ctx, { caller, entry }) => await recordEntry(ctx, caller, entry),
});

/** Records entries in the given order, all or none. */
export const recordMany = mutation({
  args: { caller: vCaller, entries: v.array(vNewEntry) },
  returns: v.array(v.id("auditLogs")),
  handler: async (ctx, { caller, entries }) => {
    const trimmed = entries.map(trimEntry);
    throwIfInvalid(checkEntries(trimmed), "The entries were not recorded.");
    return await insertEntries(ctx, caller, trimmed);
  },
});

// --- For every area of the component ---------------------------------------------------------

/**
 * Leaves an entry in the same transaction as what it tells of.
 *
 * Reads nothing, so two writers never wait for each other.
 *
 * @throws VALIDATION_FAILED naming the fields; the caller's transaction fails with it
 */
export async function recordEntry(
  ctx: MutationCtx,
  caller: Caller,
  entry: NewEntry,
): Promise<Id<"auditLogs">> {
  const trimmed = trimEntry(entry);
  throwIfInvalid(checkEntry(trimmed), "The entry was not recorded.");
  const [id] = await insertEntries(ctx, caller, [trimmed]);
  return id!;
}

// --- Helpers ---------------------------------------------------------------------------------

async function insertEntries(
  ctx: MutationCtx,
  caller: Caller,
  entries: NewEntry[],
): Promise<Id<"auditLogs">[]> {
  const request = await captureRequest(ctx, caller);
  const actor = caller.actor ?? nobody(request);
  const ids: Id<"auditLogs">[] = [];
  // One after the other: within a transaction the order of inserts is the order of the log.
  for (const entry of entries) {
    const row = { actor, ...entry, request, commitTs: ctx.db.vars.commitTs };
    ids.push(await ctx.db.insert("auditLogs", row));
  }
  return ids;
}

/** Where the call came from. The request's auth token is left where it is. */
async function captureRequest(ctx: MutationCtx, caller: Caller): Promise<RequestOrigin> {
  const metadata = await ctx.meta.getRequestMetadata();
  const { requestId, scheduledFunctionId, userAgent } = metadata;
  const ip = metadata.ip === null ? undefined : maskIp(metadata.ip, caller.ip);
  return {
    id: requestId,
    ...(caller.functionName !== undefined && { functionName: caller.functionName }),
    ...(scheduledFunctionId !== null && { scheduledFunctionId }),
    ...(ip !== undefined && { ip }),
    ...(userAgent !== null && { userAgent: userAgent.slice(0, MAX_USER_AGENT_LENGTH) }),
  };
}

/** Nobody is signed in: a scheduled function is the system at work, anything else a stranger. */
function nobody(request: RequestOrigin): Actor {
  return request.scheduledFunctionId === undefined
    ? { type: "anonymous", id: "anonymous" }
    : { type: "system", id: request.functionName ?? "scheduler" };
}

function openList(ctx: QueryCtx, filter: EntryFilter, segment: Segment) {
  const { target, actorId, action, tenantId } = filter;
  const entries = ctx.db.query("auditLogs");
  if (filter.allTenants) {
    return entries.withIndex("by_commitTs", (q) => withinSegment(q, "commitTs", segment));
  }
  if (target) {
    return entries.withIndex("by_target", (q) =>
      withinSegment(
        q.eq("tenantId", tenantId).eq("target.table", target.table).eq("target.id", target.id),
        "commitTs",
        segment,
      ),
    );
  }
  if (actorId !== undefined) {
    return entries.withIndex("by_actor", (q) =>
      withinSegment(q.eq("tenantId", tenantId).eq("actor.id", actorId), "commitTs", segment),
    );
  }
  if (action !== undefined) {
    return entries.withIndex("by_action", (q) =>
      withinSegment(q.eq("tenantId", tenantId).eq("action", action), "commitTs", segment),
    );
  }
  return entries.withIndex("by_tenant", (q) =>
    withinSegment(q.eq("tenantId", tenantId), "commitTs", segment),
  );
}

/** The row for readers. In the mutation that writes it, it has no place in the log yet: the last one. */
function toEntry(row: Doc<"auditLogs">): AuditEntry {
  const { _id: id, _creationTime, ...fields } = row;
  const commitTs = commitTsOf(row);
  const at = commitTs === UNCOMMITTED ? Math.floor(_creationTime) : toMilliseconds(commitTs);
  return { ...fields, id, at, commitTs };
}

/** Where Convex sorts a commit time that is not known yet. */
const UNCOMMITTED = 2n ** 63n - 1n;

function commitTsOf({ commitTs }: Doc<"auditLogs">): bigint {
  return typeof commitTs === "bigint" ? commitTs : UNCOMMITTED;
}
