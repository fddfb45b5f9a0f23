import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { vStoredExport } from "../shared/auditExports.js";
import { vHold } from "../shared/auditHolds.js";
import { vStoredEntry } from "../shared/auditLogs.js";
import { vSealDraft, vSealPart } from "../shared/auditSealing.js";
import { vStatsBucket, vStatsUnit } from "../shared/auditStats.js";
import {
  vBatchRow,
  vBatchShard,
  vJobKeyRow,
  vJobPayload,
  vJobSlot,
  vJobSweep,
  vKeyCount,
  vQueueRow,
  vRedriveRow,
  vStoredJob,
} from "../shared/jobRows.js";
import { vSeal } from "../shared/seals.js";
import { vItemBatch, vStoredOperation } from "../shared/trash.js";
import { vProfileAlias, vStoredProfile } from "../shared/userProfiles.js";

export default defineSchema({
  // Written by insertEntries, from the client and from every area. Read by get, list and search,
  // and by every chore. Personal values leave it through eraseBatch; removed only by pruneBatch.
  auditLogs: defineTable(vStoredEntry)
    .index("by_commitTs", ["commitTs"])
    .index("by_tenant", ["tenantId", "commitTs"])
    .index("by_target", ["tenantId", "target.table", "target.id", "commitTs"])
    .index("by_actor", ["tenantId", "actor.id", "commitTs"])
    .index("by_action", ["tenantId", "action", "commitTs"])
    .searchIndex("by_searchText", {
      searchField: "searchText",
      filterFields: ["tenantId", "actor.id", "action"],
    }),

  // What closes a range of the log. Written by the sealing chore, read by it, by verification and
  // proofs. Never patched or removed.
  auditSeals: defineTable(vSeal).index("by_index", ["index"]).index("by_through", ["through"]),

  // The leaves under a seal. Written by the sealing chore, read by verification, proofs and prune,
  // which marks what it has taken. Never removed: 32 bytes stay of each pruned entry.
  auditSealParts: defineTable(vSealPart)
    .index("by_seal", ["seal", "part"])
    .index("by_prunedBy", ["prunedBy", "seal", "part"]),

  // At most one row: a seal in the making. Written, read and removed by the sealing chore.
  auditSealDrafts: defineTable(vSealDraft),

  // At most one row: who wants to hear of new seals. Written by seal, read by the sealing chore.
  auditSettings: defineTable({ onSeal: v.string() }),

  // Which entry an idempotency key made. Written and read by record, when it is given a key.
  // Removed by forgetKeys seven days later.
  auditKeys: defineTable({ key: v.string(), entryId: v.id("auditLogs") }).index("by_key", ["key"]),

  // Subjects whose entries stay. Written and removed by hold and release, read by every prune.
  auditHolds: defineTable({ ...vHold.fields, subjectKey: v.string() }).index("by_subjectKey", [
    "subjectKey",
  ]),

  // Counts of sealed entries. Written by the sealing chore only, so nobody waits for it.
  auditStats: defineTable({
    unit: vStatsUnit,
    tenantId: v.optional(v.string()),
    ...vStatsBucket.fields,
  }).index("by_bucket", ["tenantId", "unit", "start", "action", "outcome"]),

  // Exports of the log, and where their files are. Written by start, cancel and the steps of each
  // export, read by get and list. Never removed; the files are, when they expire.
  auditExports: defineTable(vStoredExport)
    .index("by_startedAt", ["startedAt"])
    .index("by_tenant", ["filter.allTenants", "filter.tenantId", "startedAt"])
    .index("by_status", ["status", "wakeAt"]),

  // Who the host knows. Written by every sync and by those who give out roles or take access away;
  // read by every guarded call. Never removed, except by link, when another profile takes it over.
  userProfiles: defineTable(vStoredProfile)
    .index("by_tokenIdentifier", ["tokenIdentifier"])
    .index("by_status", ["status", "administers"])
    .index("by_lastEvent", ["lastEvent.provider", "lastEvent.at"])
    .searchIndex("by_searchText", { searchField: "searchText", filterFields: ["status"] }),

  // Copies of profiles under their further identities. Written with the profile, removed by unlink.
  userProfileAliases: defineTable(vProfileAlias).index("by_tokenIdentifier", ["tokenIdentifier"]),

  // What was deleted, by whom, and what became of it. Written by remove, by restore, hold and purge,
  // and by the steps of each; read by get, list and the chore. Never removed.
  trashOperations: defineTable(vStoredOperation)
    .index("by_tenant", ["tenantId", "inTrash", "deletedAt"])
    .index("by_table", ["tenantId", "root.table", "inTrash", "deletedAt"])
    .index("by_root", ["root.table", "root.id"])
    .index("by_wakeAt", ["wakeAt"]),

  // The rows that an operation took along. Written by remove and its steps, read by restore, purge
  // and listOperation. Removed by purge, and where a restore is taken back.
  trashItems: defineTable(vItemBatch).index("by_operation", ["operationId", "from"]),

  // Background work. Written by enqueue, by the reports of each attempt, and by those who cancel,
  // retry and rescue; read by get and list. Removed by the sweep when their retention is over.
  jobs: defineTable(vStoredJob)
    .index("by_queue", ["queue", "name", "id"])
    .index("by_status", ["status", "wakeAt"])
    .index("by_actor", ["actor.id", "id"]),

  // Arguments and results too large for the row. Written and removed with the job.
  jobPayloads: defineTable(vJobPayload),

  // Which job has a unique key. Written and read by enqueue and retry of jobs with one. Removed
  // with the job.
  jobKeys: defineTable(vJobKeyRow).index("by_key", ["queue", "key"]),

  // Capped queues. Written when one is first used, when its cap changes, and by pause and resume.
  // Never removed.
  jobQueues: defineTable(vQueueRow).index("by_queue", ["queue"]),

  // Free slots of capped queues: taken by enqueue, given back by the end of an attempt that nobody
  // waits behind. A busy queue has none.
  jobSlots: defineTable(vJobSlot).index("by_queue", ["queue", "rank"]),

  // How many jobs of a key run or are next, in queues with a cap per key. Removed at none.
  jobKeyCounts: defineTable(vKeyCount).index("by_key", ["queue", "key"]),

  // Jobs that are followed as one. Written by create and by the end of members; removed by the sweep.
  jobBatches: defineTable(vBatchRow)
    .index("by_prefix", ["prefix"])
    .index("by_wakeAt", ["status", "wakeAt"]),

  // The counters of a batch, in parts. Written by the end of each member, removed with the batch.
  jobBatchShards: defineTable(vBatchShard).index("by_batch", ["batchId"]),

  // Failed jobs that are tried again in steps. Written by redrive and its steps, removed by the sweep.
  jobRedrives: defineTable(vRedriveRow).index("by_wakeAt", ["status", "wakeAt"]),

  // At most one row: the sweep that is scheduled because jobs are open. Written and read by it.
  jobSweeps: defineTable(vJobSweep),
});
