import { getConvexSize, type Value } from "convex/values";
import type { Change } from "./auditLogs.js";
import { MAX_CHANGE_PATH_LENGTH, MAX_CHANGES, MAX_VALUE_DEPTH } from "./auditRules.js";
import {
  isContainer,
  isSubject,
  joinPath,
  pathRules,
  rulesBelow,
  splitPath,
  valueAt,
  type Container,
  type PathRule,
} from "./paths.js";
import { isSecret, redactField } from "./redaction.js";

/**
 * What changed in a document, field by field.
 *
 * Written here because no library knows Convex values: microdiff 1.6.0 and just-diff 6.0.2 see no
 * difference between any two bytes, take inherited names (`toString`) for fields, and the latter
 * mistakes -0 for 0 and NaN for a change.
 */

export type Document = { [name: string]: Value | undefined };

export type DiffOptions = {
  /** Paths whose values are secret. The change is recorded, the value is not. */
  redact?: string[];
  /** Paths that are not recorded at all. */
  ignore?: string[];
  /** Paths whose values may have to be erased one day. */
  personal?: string[];
};

export type Diff = {
  changes: Change[];
  /** Changes that found no room. Absent: all are there. */
  changesCut?: number;
  /** Those of the personal paths that have a value in the changes: `changes.address.street`. */
  personal?: string[];
};

/** Stands for a value that was too large, in a change with `cut: true`. */
export type CutValue = {
  cut: "text" | "bytes" | "list" | "object";
  /** Its size, as Convex counts. */
  bytes: number;
  /** The first characters of a text, at most 200. */
  start?: string;
  /** Elements of the list, fields of the object. */
  count?: number;
};

/** Bytes of one side of a change; above that, objects and lists are taken apart, texts and bytes cut. */
export const MAX_CHANGED_VALUE_BYTES = 4 * 1024;
/** Bytes of all changes of one document. */
export const MAX_CHANGES_BYTES = 256 * 1024;
/** Elements or fields of what is taken apart; with more it is cut. */
export const MAX_PARTS = 100;
/** Characters that are left of a text that was cut. */
const CUT_TEXT_LENGTH = 200;

/**
 * The changes that make `after` of `before`, in an order in which each can be made; undone from
 * the last to the first, they make `before` again.
 *
 * Objects and lists on both sides are compared place by place, others are recorded whole. What is
 * too large for that appears empty, followed by what is in it. Secrets are redacted as
 * `redactSecrets` says, also where nothing is declared. Numbers differ as `Object.is` says.
 *
 * When there are too many changes, every field keeps its first ones.
 *
 * @param before - `null` for a document that is created
 * @param after - `null` for a document that is deleted
 */
export function diffDocuments(
  before: Document | null,
  after: Document | null,
  options: DiffOptions = {},
): Diff {
  const rules = [
    ...pathRules("ignore", ["_id", "_creationTime"]),
    ...pathRules("ignore", options.ignore),
    ...pathRules("redact", options.redact),
  ];
  const sides = [before ?? {}, after ?? {}] as const;
  const fields = namesIn(...sides).map((name) => [...changesOf("", name, ...sides, rules)]);
  const changes = withinLimits(fields);
  const changesCut = fields.flat().length - changes.length;
  const personal = personalPaths(changes, options.personal);
  return {
    changes,
    ...(changesCut > 0 && { changesCut }),
    ...(personal.length > 0 && { personal }),
  };
}

/** Whether two values are the same to Convex, apart from what is ignored. */
export function isSameValue(
  a: Value | undefined,
  b: Value | undefined,
  rules: PathRule[] = [],
): boolean {
  return changesAt("", "", a, b, rules).next().done === true;
}

// --- Comparing -------------------------------------------------------------------------------

function* changesBelow(
  path: string,
  before: Container,
  after: Container,
  rules: PathRule[],
): Generator<Change> {
  for (const name of namesIn(before, after)) yield* changesOf(path, name, before, after, rules);
}

function changesOf(
  parent: string,
  name: string,
  before: Container,
  after: Container,
  rules: PathRule[],
): Generator<Change> {
  const [was, is] = [valueAt(before, name), valueAt(after, name)];
  return changesAt(joinPath(parent, name), name, was, is, rulesBelow(rules, name));
}

function* changesAt(
  path: string,
  name: string,
  before: Value | undefined,
  after: Value | undefined,
  rules: PathRule[],
): Generator<Change> {
  if (Object.is(before, after) || isSubject(rules, "ignore")) return;
  const isHidden = isSubject(rules, "redact") || isSecret(name, before) || isSecret(name, after);
  if (isHidden) {
    const ignored = rules.filter(({ effect }) => effect === "ignore");
    if (!isSameValue(before, after, ignored)) yield aChange(path, name, before, after, rules);
  } else if (isContainer(before) && isContainer(after) && haveSamePlaces(before, after)) {
    yield* changesBelow(path, before, after, rules);
  } else if (isToTakeApart(before) || isToTakeApart(after)) {
    const [emptyBefore, emptyAfter] = [emptied(before), emptied(after)];
    if (isContainer(before)) yield* changesBelow(path, before, emptyBefore as Container, rules);
    yield aChange(path, name, emptyBefore, emptyAfter, rules);
    if (isContainer(after)) yield* changesBelow(path, emptyAfter as Container, after, rules);
  } else if (!haveSameBytes(before, after)) {
    yield aChange(path, name, before, after, rules);
  }
}

/** Names in alphabetical order. Places in lists so that no step leaves a gap: what goes, goes from the end. */
function namesIn(before: Container, after: Container): string[] {
  if (!Array.isArray(before) || !Array.isArray(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  }
  const places = Object.keys(before.length > after.length ? before : after);
  return [...places.slice(0, after.length), ...places.slice(after.length).reverse()];
}

function haveSamePlaces(a: Container, b: Container): boolean {
  return Array.isArray(a) === Array.isArray(b);
}

function haveSameBytes(a: Value | undefined, b: Value | undefined): boolean {
  if (!(a instanceof ArrayBuffer && b instanceof ArrayBuffer)) return false;
  const [bytesA, bytesB] = [new Uint8Array(a), new Uint8Array(b)];
  return bytesA.length === bytesB.length && bytesA.every((byte, i) => byte === bytesB[i]);
}

// --- Limits ----------------------------------------------------------------------------------

function isToTakeApart(value: Value | undefined): boolean {
  return isContainer(value) && !isSmall(value) && Object.keys(value).length <= MAX_PARTS;
}

function emptied(value: Value | undefined): Value | undefined {
  if (!isContainer(value)) return value;
  return Array.isArray(value) ? [] : {};
}

function isSmall(value: Value): boolean {
  return getConvexSize(value) <= MAX_CHANGED_VALUE_BYTES && isFlat(value, MAX_VALUE_DEPTH);
}

function isFlat(value: Value | undefined, levels: number): boolean {
  if (!isContainer(value)) return true;
  return levels > 0 && Object.values(value).every((inner) => isFlat(inner, levels - 1));
}

function aChange(
  path: string,
  name: string,
  before: Value | undefined,
  after: Value | undefined,
  rules: PathRule[],
): Change {
  const wasKept = redactField(name, before, rules);
  const isKept = redactField(name, after, rules);
  const [was, is] = [cutToSize(wasKept), cutToSize(isKept)];
  const isCut = !Object.is(was, wasKept) || !Object.is(is, isKept);
  return {
    path,
    ...(was !== undefined && { before: was }),
    ...(is !== undefined && { after: is }),
    ...(isCut && { cut: true }),
  };
}

function cutToSize(value: Value | undefined): Value | CutValue | undefined {
  if (value === undefined || isSmall(value)) return value;
  const bytes = getConvexSize(value);
  if (typeof value === "string") {
    // Half of a character pair is no text that Convex takes.
    const start = value.slice(0, CUT_TEXT_LENGTH).replace(/[\ud800-\udbff]$/, "");
    return { cut: "text", bytes, start };
  }
  if (!isContainer(value)) return { cut: "bytes", bytes };
  const cut = Array.isArray(value) ? "list" : "object";
  return { cut, bytes, count: Object.keys(value).length };
}

/** The changes there is room for. Fields take turns, so that a long list cannot crowd out the others. */
function withinLimits(fields: Change[][]): Change[] {
  const turns = fields.flatMap((changes) => changes.map((change, turn) => ({ change, turn })));
  const inTurn = turns
    .filter(({ change }) => change.path.length <= MAX_CHANGE_PATH_LENGTH)
    .sort((a, b) => a.turn - b.turn)
    .slice(0, MAX_CHANGES);
  let bytes = 0;
  const kept = new Set<Change>();
  for (const { change } of inTurn) {
    bytes += getConvexSize(change);
    if (bytes > MAX_CHANGES_BYTES) break;
    kept.add(change);
  }
  return fields.flat().filter((change) => kept.has(change));
}

// --- Personal values -------------------------------------------------------------------------

/** Those of the declared paths at which the changes have a value. */
function personalPaths(changes: Change[], declared: string[] = []): string[] {
  const found = declared.filter((path) => {
    const rules = pathRules("personal", [path]);
    return changes.some((change) => {
      const here = splitPath(change.path).reduce(rulesBelow, rules);
      return isReached(change.before, here) || isReached(change.after, here);
    });
  });
  return found.map((path) => `changes.${path}`);
}

function isReached(value: Value | undefined, rules: PathRule[]): boolean {
  if (value === undefined || rules.length === 0) return false;
  if (isSubject(rules, "personal")) return true;
  if (!isContainer(value)) return false;
  const names = Object.keys(value);
  return names.some((name) => isReached(valueAt(value, name), rulesBelow(rules, name)));
}
