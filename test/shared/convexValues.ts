import { fc } from "@fast-check/vitest";
import type { Value } from "convex/values";

const aName = fc.constantFrom("a", "b", "B", "ab", "10", "9", "email", "_x", "-", "a.b");

const bytes = fc.uint8Array({ maxLength: 9 }).map((array) => Uint8Array.from(array).buffer);

/** Values Convex stores, with those that JSON would lose, and few enough names for equal ones to occur. */
export const aValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1e21, 1e-7, 0.1, 2 ** 53, 1),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.constantFrom(0n, 1n, -1n),
    fc.string({ unit: "grapheme", maxLength: 8 }),
    fc.constantFrom("", "1", "null", '{"$integer":"AQAAAAAAAAA="}', "\u0000", '"', "\\"),
    bytes,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(aName, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

/** The same value in other clothes: names in another order, and absent fields spelled out. */
export function redressed(value: Value): Value {
  if (Array.isArray(value)) return value.map(redressed);
  if (value === null || typeof value !== "object" || value instanceof ArrayBuffer) return value;
  const fields = Object.entries(value).reverse();
  return Object.fromEntries([
    ["absent", undefined],
    ...fields.map(([name, field]) => [name, redressed(field as Value)]),
  ]) as Value;
}
