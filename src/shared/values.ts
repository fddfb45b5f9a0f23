import { getConvexSize, type Value } from "convex/values";
import { pathPart, type FieldError, type FieldErrors } from "./errors.js";
import { isPlainObject } from "./fields.js";

/** Convex's own limits (documentation, "Limits"), checked first so that the error can name the field. */
export const MAX_OBJECT_FIELDS = 1024;
export const MAX_ARRAY_ELEMENTS = 8192;
/** Levels of objects and arrays in a document, itself included. */
export const MAX_DOCUMENT_DEPTH = 16;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** A value with thousands of faults is described well enough by its first ones. */
const MAX_FAULTS = 20;

export type ValueLimits = {
  /** Levels of objects and arrays; Convex allows 16 to a whole document, the value sits deeper. */
  maxDepth: number;
  /** Bytes as Convex counts them. */
  maxBytes: number;
};

/**
 * What Convex would refuse, or change silently, about a value a host hands us.
 *
 * Convex's own errors come late, without a path, and on convex-test not at all. Every fault is
 * named by its path below `path`; an acceptable value gives `{}`. `undefined` fields of objects
 * are left alone: to Convex they are absent.
 */
export function checkValue(value: unknown, path: string, limits: ValueLimits): FieldErrors {
  const faults: FieldErrors = {};
  visit(value, path, limits.maxDepth, (at, fault) => {
    faults[at] = fault;
    return Object.keys(faults).length < MAX_FAULTS;
  });
  if (Object.keys(faults).length > 0) return faults;
  const bytes = getConvexSize(value as Value);
  if (bytes > limits.maxBytes) faults[path] = tooLarge(bytes, limits.maxBytes);
  return faults;
}

/** @returns false when the caller has heard enough */
type Report = (path: string, fault: FieldError) => boolean;

function visit(value: unknown, path: string, depthLeft: number, report: Report): boolean {
  switch (typeof value) {
    case "boolean":
    case "number":
      return true;
    case "string":
      return value.isWellFormed() || report(path, NOT_WELL_FORMED);
    case "bigint":
      return (value >= MIN_INT64 && value <= MAX_INT64) || report(path, NOT_INT64);
    case "object":
      return value === null || visitNested(value, path, depthLeft, report);
    default:
      return report(path, unsupported(typeof value));
  }
}

function visitNested(value: object, path: string, depthLeft: number, report: Report): boolean {
  if (value instanceof ArrayBuffer) return true;
  if (depthLeft <= 0) return report(path, TOO_DEEP);
  if (Array.isArray(value)) return visitArray(value, path, depthLeft, report);
  if (isPlainObject(value)) return visitObject(value, path, depthLeft, report);
  return report(path, unsupported(value.constructor?.name ?? "object"));
}

function visitArray(items: unknown[], path: string, depthLeft: number, report: Report): boolean {
  if (items.length > MAX_ARRAY_ELEMENTS) {
    return report(path, tooMany("elements", items.length, MAX_ARRAY_ELEMENTS));
  }
  // By index: `every` skips the holes of a sparse array, Convex does not.
  for (let i = 0; i < items.length; i++) {
    if (!visit(items[i], `${path}.${i}`, depthLeft - 1, report)) return false;
  }
  return true;
}

function visitObject(object: object, path: string, depthLeft: number, report: Report): boolean {
  const fields = Object.entries(object).filter(([, value]) => value !== undefined);
  if (fields.length > MAX_OBJECT_FIELDS) {
    return report(path, tooMany("fields", fields.length, MAX_OBJECT_FIELDS));
  }
  return fields.every(([key, value]) => {
    const at = path === "" ? pathPart(key) : `${path}.${pathPart(key)}`;
    if (!isFieldName(key)) return report(at, BAD_KEY);
    return visit(value, at, depthLeft - 1, report);
  });
}

/** Convex: ASCII, not empty, and `$` and `_` at the start are its own. `__proto__` falls under that. */
function isFieldName(key: string): boolean {
  return key.length <= 1024 && /^[\x20-\x23\x25-\x5e\x60-\x7e][\x20-\x7e]*$/.test(key);
}

const NOT_WELL_FORMED: FieldError = {
  code: "not_well_formed",
  message: "This text has half of a character pair. Send well-formed Unicode.",
};
const NOT_INT64: FieldError = {
  code: "out_of_range",
  message: "Use an integer of at most 64 bits.",
};
const TOO_DEEP: FieldError = {
  code: "too_deep",
  message: "This is nested too deeply. Flatten it.",
};
const BAD_KEY: FieldError = {
  code: "bad_key",
  message: "Use printable ASCII for names of fields, not starting with $ or _.",
};

function unsupported(type: string): FieldError {
  const known = pathPart(type);
  return {
    code: "unsupported_type",
    message: `Convex cannot store ${known}. Use text, numbers, booleans, null, lists, plain objects or bytes.`,
    params: { type: known },
  };
}

function tooMany(what: string, count: number, max: number): FieldError {
  return { code: "too_many", message: `Use at most ${max} ${what}.`, params: { count, max } };
}

function tooLarge(bytes: number, max: number): FieldError {
  return {
    code: "too_large",
    message: `This takes ${bytes} bytes of at most ${max}.`,
    params: { bytes, max },
  };
}
