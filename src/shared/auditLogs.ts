import { v, type Infer } from "convex/values";
import { vValue } from "./hostValues.js";

/** Who acts. */
export const vActor = v.object({
  type: v.union(
    v.literal("user"),
    v.literal("service"),
    v.literal("system"),
    v.literal("anonymous"),
  ),
  /** For users the `tokenIdentifier` of their identity, unless the host has an id of its own. 1–512 characters. */
  id: v.string(),
  /** A name for people to read, as it was then. At most 200 characters. */
  label: v.optional(v.string()),
});
export type Actor = Infer<typeof vActor>;

/** A record of the host by table and id; ids are strings, they belong to the host. */
export const vReference = v.object({
  /** 1–100 characters. */
  table: v.string(),
  /** 1–512 characters. */
  id: v.string(),
});
export type Reference = Infer<typeof vReference>;

/** What the platform's own entries are about, besides the host's tables. */
export type PlatformTable =
  | "auditExports"
  | "auditLogs"
  | "jobBatches"
  | "jobQueues"
  | "jobRedrives"
  | "jobs"
  | "userProfiles";

/** What is acted on. */
export const vTarget = vReference.extend({
  /** A name for people to read, as it was then. At most 200 characters. */
  label: v.optional(v.string()),
});
export type Target = Infer<typeof vTarget>;

/** One field that changed. A side is absent where the field was not set. */
export const vChange = v.object({
  /** Names joined by dots, places in lists as numbers: `lines.0.amount`. 1–1,000 characters. */
  path: v.string(),
  before: v.optional(vValue),
  after: v.optional(vValue),
  /** A side was too large: in its place stands what kind of value it was, its size and its start. */
  cut: v.optional(v.literal(true)),
});
export type Change = Infer<typeof vChange>;

export const vOutcome = v.union(v.literal("success"), v.literal("failure"), v.literal("denied"));
export type Outcome = Infer<typeof vOutcome>;

/** Where a call came from; taken from Convex's own request metadata, never from the caller's words. */
export const vRequestOrigin = v.object({
  /** Joins what one client request caused, across functions. */
  id: v.string(),
  /** The host function that recorded the entry: `invoices:send`. */
  functionName: v.optional(v.string()),
  scheduledFunctionId: v.optional(v.string()),
  /** As {@link vIpMode} says. Absent in scheduled functions. */
  ip: v.optional(v.string()),
  /** At most 512 characters; longer ones are cut. */
  userAgent: v.optional(v.string()),
});
export type RequestOrigin = Infer<typeof vRequestOrigin>;

const entryFields = {
  /** `table.verb`, past tense: `invoices.sent`. 1–100 characters after trimming, no control characters. */
  action: v.string(),
  outcome: vOutcome,
  actor: vActor,
  target: vTarget,
  /** Other records this is about, at most 50. */
  related: v.array(vReference),
  /** Keeps tenants apart: a list sees the entries of one tenant, or those without any. 1–512 characters. */
  tenantId: v.optional(v.string()),
  /** At most 500, and 256 KiB. */
  changes: v.array(vChange),
  /** How many changes found no room. Absent: all are there. */
  changesCut: v.optional(v.number()),
  /** Which version of the action's metadata this is, where the host counts them. */
  version: v.optional(v.number()),
  /** What else the host wants to keep, at most 64 KiB. */
  metadata: v.optional(v.record(v.string(), vValue)),
  /** Why, in the words of whoever did it. At most 1,000 characters. */
  reason: v.optional(v.string()),
  /** Joins the entries of one larger act, such as a cascade. 1–512 characters. */
  operationId: v.optional(v.string()),
  /** The job that did it. 1–512 characters. */
  jobId: v.optional(v.string()),
  /**
   * Which values are personal and may have to be erased: `metadata.email`, `changes.address`, each
   * with all that lies below it. At most 50.
   */
  personal: v.optional(v.array(v.string())),
};

/** How an entry binds to a block of personal values: open to be checked, or erased. */
export const vBlockCommitment = v.union(
  v.object({ hash: v.string(), salt: v.bytes() }),
  /** The id of the entry that tells of the erasure. */
  v.object({ hash: v.string(), erasedBy: v.string() }),
);

/** The personal values of an entry: who acted and from where, and on whom. Erased one by one. */
export const vCommitments = v.object({ actor: vBlockCommitment, subject: vBlockCommitment });
export type Commitments = Infer<typeof vCommitments>;

/** One thing that happened, as the component stores it. */
export const vStoredEntry = v.object({
  ...entryFields,
  request: vRequestOrigin,
  /** Binds the entry's hash to its personal values, so that these can go and the hash stays. */
  commitments: vCommitments,
  /** What `search` looks through; follows from the other fields. */
  searchText: v.string(),
  /** Nanoseconds of the database's clock at commit; equal for the entries of one mutation. */
  commitTs: v.commitTs(),
});

const vDocument = v.union(v.null(), v.record(v.string(), vValue));

/** A document before and after, for its changes to be worked out; `null` where there is none. */
export const vDocumentPair = v.object({
  before: vDocument,
  after: vDocument,
  /** Paths whose values are secret: the change is recorded, the value is not. */
  redact: v.optional(v.array(v.string())),
  /** Paths that are not recorded at all. */
  ignore: v.optional(v.array(v.string())),
  /** Paths whose values are personal and may have to be erased. */
  personal: v.optional(v.array(v.string())),
});
export type DocumentPair = Infer<typeof vDocumentPair>;

/** One entry on its way in. */
export const vNewEntry = v.object({
  ...entryFields,
  /** Absent: the caller. */
  actor: v.optional(vActor),
  /** Adds the changes between two states of the target to `changes`. */
  diff: v.optional(vDocumentPair),
  /** Paths whose values are secret, in `changes` and in metadata; with `diff`, its own say so. */
  redact: v.optional(v.array(v.string())),
});
export type NewEntry = Infer<typeof vNewEntry>;

/** One entry as it is read. */
export const vAuditEntry = v.object({
  id: v.string(),
  ...entryFields,
  request: vRequestOrigin,
  /** Milliseconds since 1970 at commit. */
  at: v.number(),
  /** The exact place in the order of the log; the greatest int64 until the writing mutation has committed. */
  commitTs: v.int64(),
});
export type AuditEntry = Infer<typeof vAuditEntry>;

/**
 * What is kept of ip addresses: all, the network (IPv4 /24, IPv6 /48), a keyed hash by which
 * addresses can be told apart, or nothing.
 */
export const vIpMode = v.union(
  v.literal("full"),
  v.literal("truncated"),
  v.object({ hashKey: v.string() }),
  v.literal("off"),
);
export type IpMode = Infer<typeof vIpMode>;

/** Who calls the component, and from where. The client knows; a component has no `ctx.auth`. */
export const vCaller = v.object({
  /** Absent when nobody is signed in. */
  actor: v.optional(vActor),
  /** The host function that calls: `invoices:send`. */
  functionName: v.optional(v.string()),
  /** The job that is at work: of every entry that names no other. */
  jobId: v.optional(v.string()),
  /** What to keep of the ip address. */
  ip: vIpMode,
  /** Keep nothing that leads to them, for they ask to be forgotten. */
  isUnnamed: v.optional(v.literal(true)),
});
export type Caller = Infer<typeof vCaller>;

/** Which entries a list shows. At most one of `target`, `actorId` and `action`: each is an index range. */
export const vEntryFilter = v.object({
  target: v.optional(vReference),
  actorId: v.optional(v.string()),
  action: v.optional(v.string()),
  /** Absent: the entries recorded without a tenant. So whoever forgets it sees nobody's data. */
  tenantId: v.optional(v.string()),
  /** Every tenant, by time only. For the host's own operators. */
  allTenants: v.optional(v.literal(true)),
  /** Milliseconds since 1970, inclusive. */
  from: v.optional(v.number()),
  /** Milliseconds since 1970, exclusive. */
  to: v.optional(v.number()),
  /** By commit; newest first unless said otherwise. */
  order: v.optional(v.union(v.literal("asc"), v.literal("desc"))),
});
export type EntryFilter = Infer<typeof vEntryFilter>;
