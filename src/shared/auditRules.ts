import type { Subject } from "./auditHolds.js";
import type { Actor, Change, EntryFilter, NewEntry, Reference } from "./auditLogs.js";
import { pathPart, type FieldError, type FieldErrors } from "./errors.js";
import { checkOptionalText, checkText, type TextLimits } from "./texts.js";
import { checkValue } from "./values.js";

/** Entries one call of `recordMany` takes: half of what a transaction may write. */
export const MAX_ENTRIES_PER_CALL = 8000;
export const MAX_RELATED = 50;
/** Entries a search finds at most. Convex itself looks at the first 16 words, and at 1,024 candidates. */
export const MAX_SEARCH_RESULTS = 100;
export const MAX_CHANGES = 500;
export const MAX_USER_AGENT_LENGTH = 512;
export const MAX_LABEL_LENGTH = 200;
export const MAX_REASON_LENGTH = 1000;
export const MAX_CHANGE_PATH_LENGTH = 1000;
/** Levels of one side of a change, and of metadata. */
export const MAX_VALUE_DEPTH = 12;
/** Faults that a verification names before it stops: a log with so many needs a backup, not a list. */
export const MAX_FAULTS = 100;
export const MAX_PERSONAL_PATHS = 50;

const ACTION: TextLimits = { min: 1, max: 100, isOneLine: true };
const TABLE: TextLimits = { min: 1, max: 100, isOneLine: true };
const ID: TextLimits = { min: 1, max: 512, isOneLine: true };
const LABEL: TextLimits = { min: 0, max: MAX_LABEL_LENGTH, isOneLine: true };
const PATH: TextLimits = { min: 1, max: MAX_CHANGE_PATH_LENGTH, isOneLine: true };
const REASON: TextLimits = { min: 0, max: MAX_REASON_LENGTH, isOneLine: false };

/** The entry's document is nested 16 deep at most; metadata sits on its second level, changes on the fourth. */
const METADATA_LIMITS = { maxDepth: MAX_VALUE_DEPTH, maxBytes: 64 * 1024 };
const CHANGED_VALUE_LIMITS = { maxDepth: MAX_VALUE_DEPTH, maxBytes: 64 * 1024 };
/** All changes together: the whole entry is one document, which Convex limits to 1 MiB. */
const CHANGES_LIMITS = { maxDepth: 14, maxBytes: 256 * 1024 };

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
    ...checkChanges(entry.changes, at("changes")),
    ...(entry.diff && entry.changes.length > 0 && { [at("changes")]: NOT_BOTH }),
    ...(entry.metadata && checkValue(entry.metadata, at("metadata"), METADATA_LIMITS)),
    ...checkOptionalText(entry.reason, at("reason"), REASON),
    ...checkOptionalText(entry.operationId, at("operationId"), ID),
    ...checkOptionalText(entry.jobId, at("jobId"), ID),
    ...checkList(entry.personal ?? [], at("personal"), MAX_PERSONAL_PATHS, checkPersonalPath),
  };
}

const NOT_BOTH: FieldError = {
  code: "not_both",
  message: "Give changes, or a diff to work them out from, not both.",
};

/** What is wrong with the id of a tenant; `{}` when nothing is. */
export function checkTenant(tenantId: string): FieldErrors {
  return checkText(tenantId, "tenantId", ID);
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

function checkChanges(changes: Change[], path: string): FieldErrors {
  const faults = checkList(changes, path, MAX_CHANGES, checkChange);
  return Object.keys(faults).length > 0 ? faults : checkValue(changes, path, CHANGES_LIMITS);
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

function checkPersonalPath(personal: string, path: string): FieldErrors {
  if (/^(metadata|changes)\../.test(personal)) return checkText(personal, path, PATH);
  const message = "Start the path with metadata. or changes. and name a field.";
  return { [path]: { code: "bad_path", message } };
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
    ...checkTimes({ from, to }),
  };
}

type Times = { from?: number | undefined; to?: number | undefined };

/** What is wrong with a time range in milliseconds; `{}` when nothing is. */
export function checkTimes({ from, to }: Times): FieldErrors {
  return {
    ...(from !== undefined && !isTime(from) && { from: NOT_A_TIME }),
    ...(to !== undefined && !isTime(to) && { to: NOT_A_TIME }),
  };
}

/** What is wrong with a search; `{}` when nothing is. */
export function checkSearch(words: string, limit: number): FieldErrors {
  const isLimit = Number.isSafeInteger(limit) && limit >= 1;
  const message = `Use a whole number from 1 to ${MAX_SEARCH_RESULTS}.`;
  return {
    ...checkText(words.trim(), "query", { min: 1, max: 200, isOneLine: true }),
    ...(!isLimit && { limit: { code: "out_of_range", message } }),
  };
}

/** What is wrong with whom or what a hold is about; `{}` when nothing is. */
export function checkSubject(subject: Subject): FieldErrors {
  return "actorId" in subject
    ? checkText(subject.actorId, "subject.actorId", ID)
    : checkReference(subject.target, "subject.target");
}

/** What is wrong with a reason that has to be given; `{}` when nothing is. */
export function checkReason(reason: string): FieldErrors {
  return checkText(reason.trim(), "reason", { ...REASON, min: 1 });
}

/** What is wrong with an idempotency key; `{}` when nothing is. */
export function checkIdempotencyKey(key: string): FieldErrors {
  return checkText(key, "idempotencyKey", { min: 1, max: 200, isOneLine: true });
}

const TOO_MANY_FILTERS: FieldError = {
  code: "too_many_filters",
  message:
    "Use one of target, actorId, action and allTenants. The first three go with tenantId, all with a time range.",
};

/** Milliseconds whose nanoseconds fit into an int64: until the year 2262. */
export const MAX_TIME = 9_223_372_036_854;
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

/** What `search` looks through: the words by which people know an entry. */
export function searchTextOf(
  entry: Pick<NewEntry, "action" | "target" | "reason"> & { actor: Actor },
) {
  const { action, actor, target, reason } = entry;
  return [action, actor.label, target.table, target.id, target.label, reason]
    .filter((word) => word !== undefined)
    .join(" ");
}

/** Nanoseconds of the database's clock for a time in milliseconds. */
export function toCommitTs(ms: number): bigint {
  return BigInt(Math.ceil(ms)) * 1_000_000n;
}

export function toMilliseconds(commitTs: bigint): number {
  return Number(commitTs / 1_000_000n);
}
