import { fc } from "@fast-check/vitest";
import { convexToJson, jsonToConvex, type Value } from "convex/values";
import type { Document } from "../../src/shared/diff.js";

/** Names that are easily mistaken: for what objects inherit, for places in lists, for two names. */
const aName = fc.constantFrom("a", "b", "a.b", "a\\", "0", "1", "toString", "constructor");

/** Every kind of value Convex stores, few of each, so that two of them often are alike. */
export const aValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Value>(null, true, false, "", "x", "é".repeat(40), 0, -0, NaN, 1.5, Infinity),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.double(),
    fc.uint8Array({ maxLength: 3 }).map((bytes) => bytes.slice().buffer),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(aName, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** Beyond what a change holds in one piece. */
const aLargeValue: fc.Arbitrary<Value> = fc
  .tuple(aValue, fc.constantFrom("list", "fields"), fc.integer({ min: 50, max: 99 }))
  .map(([value, kind, count]) => {
    const items = Array.from({ length: count }, (_, i) => [value, `${i}`.padEnd(100)]);
    return kind === "list" ? items : Object.fromEntries(items.map((item, i) => [`f${i}`, item]));
  });

export const aDocument: fc.Arbitrary<Document> = fc.dictionary(
  aName,
  fc.oneof({ weight: 9, arbitrary: aValue }, { weight: 1, arbitrary: aLargeValue }),
  { maxKeys: 5, noNullPrototype: true },
);

/** The same to Convex, and shared nowhere. */
export function copyOf<V extends Value>(value: V): V {
  return jsonToConvex(convexToJson(value)) as V;
}

export function bytesOf(...bytes: number[]): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
