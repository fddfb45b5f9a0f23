import type { Value } from "convex/values";
import type { Change } from "./auditLogs.js";
import { isSameValue, type Document } from "./diff.js";
import {
  isContainer,
  isSubject,
  pathRules,
  rulesBelow,
  splitPath,
  valueAt,
  type Container,
} from "./paths.js";
import { ERASED, REDACTED } from "./redaction.js";

/** In `unavailable`: changes that the entry had no room for. */
export const MISSING_CHANGES = "*";

export type RevertOptions = {
  /** Paths the log does not record, as they were declared to `diffDocuments`: they may differ. */
  ignore?: string[];
  /** How many changes the entry had no room for. */
  changesCut?: number;
};

export type Revert =
  | {
      ok: true;
      /** For `db.patch`: top-level fields as they were; `undefined` removes one. */
      patch: Document;
    }
  | {
      ok: false;
      /** Paths at which the document no longer is what the entry made of it. */
      conflicts: string[];
      /** Paths whose values the entry does not have: redacted, cut or erased. */
      unavailable: string[];
    };

/**
 * The patch that undoes the changes of one entry, and nothing else.
 *
 * All or nothing: each changed place must still hold what the entry recorded, and the entry must
 * have recorded what was there before. Whether `current` came into being by the entry is for the
 * caller to know; such a document is deleted, not patched.
 */
export function revertPatch(
  changes: Change[],
  current: Document,
  { ignore, changesCut = 0 }: RevertOptions = {},
): Revert {
  const rules = pathRules("ignore", ignore);
  const conflicts: string[] = [];
  const unavailable = changesCut > 0 ? [MISSING_CHANGES] : [];
  let document = current;
  for (const change of changes.toReversed()) {
    const names = splitPath(change.path);
    const isExpected =
      isUnavailable(change) ||
      isSameValue(change.after, valueIn(document, names), names.reduce(rulesBelow, rules));
    const undone = withValue(document, names, change.before);
    if (isUnavailable(change)) unavailable.push(change.path);
    else if (!isExpected || undone === null) conflicts.push(change.path);
    // Also after a fault: those before it are judged as if it had been undone.
    document = undone ?? document;
  }
  if (conflicts.length + unavailable.length > 0) return { ok: false, conflicts, unavailable };
  return { ok: true, patch: patchBetween(current, document) };
}

/** The fields of a document that the log records. */
export function recordedFields(document: Document, ignore: string[]): string[] {
  const rules = pathRules("ignore", ignore);
  return Object.keys(document).filter((name) => !isSubject(rulesBelow(rules, name), "ignore"));
}

/**
 * The document after the changes, for a document as it was before them. What the changes do not
 * have, stays redacted, cut or erased.
 *
 * @returns null when a change has no place in this document
 */
export function applyChanges(document: Document, changes: Change[]): Document | null {
  let changed: Document | null = document;
  for (const { path, after } of changes) {
    changed = changed && withValue(changed, splitPath(path), after);
  }
  return changed;
}

function patchBetween(from: Document, to: Document): Document {
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  const changed = [...names].filter((name) => !Object.is(valueAt(from, name), valueAt(to, name)));
  return Object.fromEntries(changed.map((name) => [name, valueAt(to, name)]));
}

function isUnavailable(change: Change): boolean {
  return change.cut === true || hasMarker(change.before) || hasMarker(change.after);
}

function hasMarker(value: Value | undefined): boolean {
  if (typeof value === "string") return value.includes(REDACTED) || value.includes(ERASED);
  return isContainer(value) && Object.values(value).some(hasMarker);
}

function valueIn(document: Document, names: string[]): Value | undefined {
  return names.reduce<Value | undefined>(
    (value, name) => (isContainer(value) ? valueAt(value, name) : undefined),
    document,
  );
}

/**
 * A copy of the document with `value` at a place, or without what is there. What lies beside it is shared.
 *
 * @returns null when there is no such place
 */
function withValue(document: Document, names: string[], value: Value | undefined): Document | null {
  const copy = { ...document };
  let container: Container = copy;
  for (const name of names.slice(0, -1)) {
    const inner = valueAt(container, name);
    if (!isContainer(inner)) return null;
    const innerCopy = Array.isArray(inner) ? [...inner] : { ...inner };
    put(container, name, innerCopy);
    container = innerCopy;
  }
  const last = names.at(-1);
  return last !== undefined && put(container, last, value) ? copy : null;
}

/** @returns false when it would tear a hole into a list */
function put(container: Container, name: string, value: Value | undefined): boolean {
  if (!Array.isArray(container)) {
    if (value === undefined) delete container[name];
    else container[name] = value;
    return true;
  }
  const last = container.length - 1;
  const place = Number(name);
  if (value === undefined) {
    if (place === last) container.pop();
    return place >= last;
  }
  container[place] = value;
  return place <= last + 1;
}
