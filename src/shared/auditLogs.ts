import { v, type Infer, type Value, type VAny } from "convex/values";
import { pathPart, type FieldError, type FieldErrors } from "./errors.js";
import { checkText, checkOptionalText, type TextLimits } from "./texts.js";
import { checkValue } from "./values.js";

/** Host data that we only carry. */
const vValue = v.any() as VAny<Value>;

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
  /** At most 500. */
  changes: v.array(vChange),
  /** What else the host wants to keep, at most 64 KiB. */
  metadata: v.optional(v.record(v.string(), vValue)),
  /** Why, in the words of whoever did it. At most 1,000 characters. */
  reason: v.optional(v.string()),
  /** Joins the entries of one larger act, such as a cascade. 1–512 characters. */
  operationId: v.optional(v.string()),
  /** The job that did it. 1–512 characters. */
  jobId: v.optional(v.string()),
};

/** One thing that happened, as the component stores it. */
export const vStoredEntry = v.object({
  ...entryFields,
  request: vRequestOrigin,
  /** Nanoseconds of the database's clock at commit; equal for the entries of one mutation. */
  commitTs: v.commitTs(),
});

/** One entry on its way in. */
export const vNewEntry = v.object({
  ...entryFields,
  /** Absent: the caller. */
  actor: v.optional(vActor),
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

/** What is kept of ip addresses: all, the network (IPv4 /24, IPv6 /48), or nothing. */
export const vIpMode = v.union(v.literal("full"), v.literal("truncated"), v.literal("off"));
export type IpMode = Infer<typeof vIpMode>;

/** Who calls the component, and from where. The client knows; a component has no `ctx.auth`. */
export const vCaller = v.object({
  /** Absent when nobody is signed in. */
  actor: v.optional(vActor),
  /** The host function that calls: `invoices:send`. */
  functionName: v.optional(v.string()),
  /** What to keep of the ip address. */
  ip: vIpMode,
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

/** Entries one call of `recordMany` takes: half of what a transaction may write. */
export const MAX_ENTRIES_PER_CALL = 8000;
export const MAX_RELATED = 50;
export const MAX_CHANGES = 500;
export const MAX_USER_AGENT_LENGTH = 512;
export const MAX_LABEL_LENGTH = 200;

const ACTION: TextLimits = { min: 1, max: 100, isOneLine: true };
const TABLE: TextLimits = { min: 1, max: 100, isOneLine: true };
const ID: TextLimits = { min: 1, max: 512, isOneLine: true };
const LABEL: TextLimits = { min: 0, max: MAX_LABEL_LENGTH, isOneLine: true };
const PATH: TextLimits = { min: 1, max: 1000, isOneLine: true };
const REASON: TextLimits = { min: 0, max: 1000, isOneLine: false };

/** The entry's document is nested 16 deep at most; metadata sits on its second level, changes on the fourth. */
const METADATA_LIMITS = { maxDepth: 12, maxBytes: 64 * 1024 };
const CHANGED_VALUE_LIMITS = { maxDepth: 12, maxBytes: 64 * 1024 };

/** The entry as it is checked and stored: trimmed where people write. Ids are left alone. */
export function trimEntry(entry: NewEntry): NewEntry {
  return {
    ...entry,
    action: entry.action.trim(),
    ...(entry.reason !== undefined && { reason: entry.reason.trim() }),
  };
}

/**
 * What is wrong with a trimmed entry, by path; `{}` when nothing is.
 *
 * Runs in the client, because not every bad value survives the way into the component, and
 * again in the component, because that is where the promise is kept.
 */
export function checkEntry(entry: NewEntry, path = ""): FieldErrors {
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  return {
    ...checkText(entry.action, at("action"), ACTION),
    ...(entry.actor && checkActor(entry.actor, at("actor"))),
    ...checkReference(entry.target, at("target")),
    ...checkOptionalText(entry.target?.label, at("target.label"), LABEL),
    ...checkList(entry.related, at("related"), MAX_RELATED, checkReference),
    ...checkOptionalText(entry.tenantId, at("tenantId"), ID),
    ...checkList(entry.changes, at("changes"), MAX_CHANGES, checkChange),
    ...(entry.metadata && checkValue(entry.metadata, at("metadata"), METADATA_LIMITS)),
    ...checkOptionalText(entry.reason, at("reason"), REASON),
    ...checkOptionalText(entry.operationId, at("operationId"), ID),
    ...checkOptionalText(entry.jobId, at("jobId"), ID),
  };
}

function checkActor(actor: Actor, path: string): FieldErrors {
  return {
    ...checkText(actor.id, `${path}.id`, ID),
    ...checkOptionalText(actor.label, `${path}.label`, LABEL),
  };
}

function checkReference(reference: Reference | undefined, path: string): FieldErrors {
  if (!reference) return { [path]: { code: "required", message: "Say what was acted on." } };
  return {
    ...checkText(reference.table, `${path}.table`, TABLE),
    ...checkText(reference.id, `${path}.id`, ID),
  };
}

function checkChange(change: Change, path: string): FieldErrors {
  return {
    ...checkText(change.path, `${path}.path`, PATH),
    ...(change.before !== undefined &&
      checkValue(change.before, `${path}.before`, CHANGED_VALUE_LIMITS)),
    ...(change.after !== undefined &&
      checkValue(change.after, `${path}.after`, CHANGED_VALUE_LIMITS)),
  };
}

/** {@link checkEntry} for each, below `entries`. */
export function checkEntries(entries: NewEntry[]): FieldErrors {
  return checkList(entries, "entries", MAX_ENTRIES_PER_CALL, checkEntry);
}

/** What is wrong with a filter, by path; `{}` when nothing is. */
export function checkFilter(filter: EntryFilter): FieldErrors {
  const { target, actorId, action, tenantId, allTenants, from, to } = filter;
  // Two filters at once would leave one of them to be applied row by row.
  const indexes = [target, actorId, action, allTenants].filter((chosen) => chosen !== undefined);
  const isOneRange = indexes.length <= 1 && !(allTenants && tenantId !== undefined);
  return {
    ...(!isOneRange && { filter: TOO_MANY_FILTERS }),
    ...(target && checkReference(target, "target")),
    ...checkOptionalText(actorId, "actorId", ID),
    ...checkOptionalText(action, "action", ACTION),
    ...checkOptionalText(tenantId, "tenantId", ID),
    ...(from !== undefined && !isTime(from) && { from: NOT_A_TIME }),
    ...(to !== undefined && !isTime(to) && { to: NOT_A_TIME }),
  };
}

const TOO_MANY_FILTERS: FieldError = {
  code: "too_many_filters",
  message:
    "Use one of target, actorId, action and allTenants. The first three go with tenantId, all with a time range.",
};

/** Milliseconds whose nanoseconds fit into an int64: until the year 2262. */
const MAX_TIME = 9_223_372_036_854;
const NOT_A_TIME: FieldError = {
  code: "out_of_range",
  message: "Use milliseconds since 1970.",
  params: { min: 0, max: MAX_TIME },
};

function isTime(ms: number): boolean {
  return ms >= 0 && ms <= MAX_TIME;
}

function checkList<Item>(
  items: Item[],
  path: string,
  max: number,
  check: (item: Item, path: string) => FieldErrors,
): FieldErrors {
  if (items.length > max) {
    return {
      [path]: { code: "too_many", message: `Use at most ${max}.`, params: { max } },
    };
  }
  return Object.assign({}, ...items.map((item, i) => check(item, `${path}.${pathPart(i)}`)));
}

/** Nanoseconds of the database's clock for a time in milliseconds. */
export function toCommitTs(ms: number): bigint {
  return BigInt(Math.ceil(ms)) * 1_000_000n;
}

export function toMilliseconds(commitTs: bigint): number {
  return Number(commitTs / 1_000_000n);
}

/** The part of an ip address that may be kept. An address in no known form is not kept. */
export function maskIp(ip: string, mode: IpMode): string | undefined {
  if (mode === "off") return undefined;
  if (mode === "full") return ip;
  const ipv4 = /^(?:::ffff:)?(\d+\.\d+\.\d+)\.\d+$/i.exec(ip);
  if (ipv4) return `${ipv4[1]}.0`;
  const groups = expandIpv6(ip);
  return groups && `${groups.slice(0, 3).join(":")}::`;
}

function expandIpv6(ip: string): string[] | undefined {
  const [head = "", tail, ...more] = ip.toLowerCase().split("::");
  if (more.length > 0 || !ip.includes(":")) return undefined;
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  if (zeros < 0) return undefined;
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  const isValid = groups.length === 8 && groups.every((group) => /^[0-9a-f]{1,4}$/.test(group));
  return isValid ? groups.map((group) => group.replace(/^0+(?=.)/, "")) : undefined;
}
