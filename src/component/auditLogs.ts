import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import {
  vAuditEntry,
  vCaller,
  vChange,
  vDocumentPair,
  vEntryFilter,
  vNewEntry,
  type NewEntry,
} from "../shared/auditLogs.js";
import {
  checkEntries,
  checkFilter,
  checkSearch,
  MAX_SEARCH_RESULTS,
  toCommitTs,
  trimEntry,
} from "../shared/auditRules.js";
import { ERASED_ACTION, isEvidence, PRUNED_ACTION } from "../shared/auditSealing.js";
import { diffDocuments } from "../shared/diff.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { readPage } from "../shared/pages.js";
import { recordedFields, revertPatch } from "../shared/revert.js";
import { internal } from "./_generated/api.js";
import { commitTsOf, openEntries, toEntry } from "./auditReading.js";
import { insertEntries, recordEntry, recordOnce } from "./auditRecording.js";
import { hasRoom, internalMutation, mutation, query } from "./functions.js";

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
      open: (segment) => openEntries(ctx, filter, segment).order(order),
    });
    return { ...result, page: result.page.map(toEntry) };
  },
});

/** The entries in whose action, names, target or reason the words occur; the best fit first. */
export const search = query({
  args: {
    query: v.string(),
    tenantId: v.optional(v.string()),
    actorId: v.optional(v.string()),
    action: v.optional(v.string()),
    limit: v.number(),
  },
  returns: v.array(vAuditEntry),
  handler: async (ctx, { query: words, tenantId, actorId, action, limit }) => {
    throwIfInvalid(checkSearch(words, limit), "The entries were not searched.");
    const found = ctx.db.query("auditLogs").withSearchIndex("by_searchText", (q) => {
      const inTenant = q.search("searchText", words).eq("tenantId", tenantId);
      const byActor = actorId === undefined ? inTenant : inTenant.eq("actor.id", actorId);
      return action === undefined ? byActor : byActor.eq("action", action);
    });
    return (await found.take(Math.min(limit, MAX_SEARCH_RESULTS))).map(toEntry);
  },
});

/** What changed between two states of a document, as an entry would record it. */
export const diff = query({
  args: vDocumentPair.fields,
  returns: v.object({
    changes: v.array(vChange),
    changesCut: v.optional(v.number()),
    personal: v.optional(v.array(v.string())),
  }),
  handler: async (_ctx, { before, after, ...options }) => diffDocuments(before, after, options),
});

/**
 * What undoes the changes of an entry in a document of the host.
 *
 * `unset` names the fields that the patch removes: a field that is `undefined` cannot be returned.
 */
export const revert = query({
  args: {
    id: v.string(),
    current: v.record(v.string(), v.any()),
    /** Paths the log does not record: they may differ. */
    ignore: v.optional(v.array(v.string())),
  },
  returns: v.object({ set: v.record(v.string(), v.any()), unset: v.array(v.string()) }),
  handler: async (ctx, { id, current, ignore = [] }) => {
    const entryId = ctx.db.normalizeId("auditLogs", id);
    const entry = entryId && (await ctx.db.get("auditLogs", entryId));
    if (!entry) throw platformError({ code: "NOT_FOUND", message: "There is no such entry." });
    const { changes, changesCut = 0 } = entry;
    const reverted = revertPatch(changes, current, { ignore, changesCut });
    if (!reverted.ok) throw notRevertible(reverted);
    const fields = Object.entries(reverted.patch);
    const unset = fields.filter(([, value]) => value === undefined).map(([name]) => name);
    const recorded = recordedFields(current, ignore);
    if (recorded.length > 0 && recorded.every((name) => unset.includes(name))) {
      throw CREATED_BY_ENTRY;
    }
    const set = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
    return { set, unset };
  },
});

// --- Writes ----------------------------------------------------------------------------------

/**
 * Records one entry in the caller's transaction: one insert, no read.
 *
 * With an `idempotencyKey` it first looks whether that key has made its entry already: for
 * callers in actions, which may be run again.
 */
export const record = mutation({
  args: {
    caller: vCaller,
    entry: vNewEntry,
    idempotencyKey: v.optional(v.string()),
  },
  returns: v.id("auditLogs"),
  handler: async (ctx, { caller, entry, idempotencyKey }) => {
    refuseReserved([entry]);
    return idempotencyKey === undefined
      ? await recordEntry(ctx, caller, entry)
      : await recordOnce(ctx, caller, entry, idempotencyKey);
  },
});

/** Records entries in the given order, all or none. */
export const recordMany = mutation({
  args: { caller: vCaller, entries: v.array(vNewEntry) },
  returns: v.array(v.id("auditLogs")),
  handler: async (ctx, { caller, entries }) => {
    refuseReserved(entries);
    const trimmed = entries.map(trimEntry);
    throwIfInvalid(checkEntries(trimmed), "The entries were not recorded.");
    return await insertEntries(ctx, caller, trimmed);
  },
});

// --- Chores ----------------------------------------------------------------------------------

/** An action's own retries, and a person's, are over long before. */
const KEY_LIFETIME_MS = 7 * 86_400_000;

export const forgetKeys = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const keys = ctx.db
      .query("auditKeys")
      .withIndex("by_creation_time", (q) => q.lt("_creationTime", Date.now() - KEY_LIFETIME_MS));
    for await (const { _id } of keys) {
      await ctx.db.delete("auditKeys", _id);
      if (await hasRoom(ctx)) continue;
      await ctx.scheduler.runAfter(0, internal.auditLogs.forgetKeys, {});
      break;
    }
    return null;
  },
});

// --- Helpers ---------------------------------------------------------------------------------

const CREATED_BY_ENTRY = platformError({
  code: "INVALID_STATE",
  message: "This entry created the document. To undo it, remove the document.",
});

function notRevertible({ conflicts, unavailable }: { conflicts: string[]; unavailable: string[] }) {
  return conflicts.length > 0
    ? platformError({
        code: "CONFLICT",
        message: "The document has moved on since this entry. Undo the later changes first.",
        details: { fields: conflicts },
      })
    : platformError({
        code: "INVALID_STATE",
        message: "The entry does not hold what was there before: it was redacted, cut or erased.",
        details: { fields: unavailable },
      });
}

/** Entries that account for what is gone from the log are the component's own. */
function refuseReserved(entries: NewEntry[]): void {
  if (!entries.some(({ action }) => isEvidence(action.trim()))) return;
  const message = `${PRUNED_ACTION} and ${ERASED_ACTION} are reserved.`;
  throw platformError({
    code: "VALIDATION_FAILED",
    message: "The entry was not recorded.",
    fields: { action: { code: "reserved", message } },
  });
}
