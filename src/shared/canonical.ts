import {
  CommitTsPlaceholder,
  convexToJson,
  jsonToConvex,
  type JSONValue,
  type Value,
} from "convex/values";
import { isFields, sortedFields, type Fields } from "./fields.js";

/**
 * The one text of a value: two values share it exactly when Convex stores them alike.
 *
 * JSON as `convexToJson` writes it, so that int64, bytes, NaN, -0 and the infinities keep apart
 * from what they resemble. No spaces, keys ordered by UTF-16 code unit, `undefined` fields left
 * out. What was hashed once has this text for ever: changing it breaks every seal.
 *
 * @throws Error for what Convex cannot store, and for a commit time that is not known yet: the
 *   row has another text as soon as it is
 */
export function canonicalJson(value: Value): string {
  convexToJson(value); // throws at values and names of fields that Convex refuses
  return write(value);
}

/**
 * The value with this text.
 *
 * @throws Error for a text that {@link canonicalJson} does not write
 */
export function parseCanonicalJson(text: string): Value {
  const value = jsonToConvex(JSON.parse(text) as JSONValue);
  if (canonicalJson(value) !== text) throw new Error("This is not the canonical text of a value.");
  return value;
}

function write(value: Value): string {
  if (value instanceof CommitTsPlaceholder) {
    throw new Error("A commit time has no text before its mutation has committed.");
  }
  if (Array.isArray(value)) return `[${Array.from(value, write).join(",")}]`;
  if (isFields(value)) return writeFields(value);
  // A NaN may carry bits that `convexToJson` would show and nothing else tells apart.
  return JSON.stringify(convexToJson(Number.isNaN(value) ? NaN : value));
}

function writeFields(fields: Fields): string {
  // An own field of this name is lost on the way through `jsonToConvex`.
  if (Object.hasOwn(fields, "__proto__")) throw new Error("A field cannot be named __proto__.");
  const written = sortedFields(fields).map(
    ([name, value]) => `${JSON.stringify(name)}:${write(value)}`,
  );
  return `{${written.join(",")}}`;
}
