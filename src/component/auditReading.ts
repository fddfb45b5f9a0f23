import type { AuditEntry, EntryFilter } from "../shared/auditLogs.js";
import { toMilliseconds } from "../shared/auditRules.js";
import { omit } from "../shared/fields.js";
import { withinSegment, type Segment } from "../shared/pages.js";
import type { Doc } from "./_generated/dataModel.js";
import type { QueryCtx } from "./functions.js";

/** How entries are found and shown: the same in lists and in exports. */

/** The entries that a filter selects within one segment of commit time: one index range. */
export function openEntries(ctx: QueryCtx, filter: EntryFilter, segment: Segment) {
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
export function toEntry(row: Doc<"auditLogs">): AuditEntry {
  const fields = omit(row, ["_id", "_creationTime", "commitments", "searchText"]);
  const commitTs = commitTsOf(row);
  const at = commitTs === UNCOMMITTED ? Math.floor(row._creationTime) : toMilliseconds(commitTs);
  return { ...fields, id: row._id, at, commitTs };
}

/** Where Convex sorts a commit time that is not known yet. */
const UNCOMMITTED = 2n ** 63n - 1n;

export function commitTsOf({ commitTs }: Doc<"auditLogs">): bigint {
  return typeof commitTs === "bigint" ? commitTs : UNCOMMITTED;
}
