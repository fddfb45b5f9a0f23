import { defineSchema, defineTable } from "convex/server";
import { vStoredEntry } from "../shared/auditLogs.js";

export default defineSchema({
  // Written by recordEntries, from the client and from every area. Read by get and list.
  // Never patched or removed.
  auditLogs: defineTable(vStoredEntry)
    .index("by_commitTs", ["commitTs"])
    .index("by_tenant", ["tenantId", "commitTs"])
    .index("by_target", ["tenantId", "target.table", "target.id", "commitTs"])
    .index("by_actor", ["tenantId", "actor.id", "commitTs"])
    .index("by_action", ["tenantId", "action", "commitTs"]),
});
