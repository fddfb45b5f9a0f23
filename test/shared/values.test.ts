import { fc, test } from "@fast-check/vitest";
import { convexToJson, jsonToConvex, type Value } from "convex/values";
import { describe, expect } from "vitest";
import { checkValue, type ValueLimits } from "../../src/shared/values";
import { cases } from "../vectors/values.json";

const MIB = 1024 * 1024;
const LIMITS: ValueLimits = { maxDepth: 12, maxBytes: MIB };

class Money {
  amount = 1;
}

/** What the rows of the vectors are called, in JavaScript. */
const VALUES: Record<string, unknown> = {
  "$ key": { $set: 1 },
  "8,192 elements": Array(8192).fill(0),
  "8,193 elements": Array(8193).fill(0),
  "text above 1 MiB": "x".repeat(MIB + 1),
  "NaN, -0, Infinity": [NaN, -0, Infinity],
  "undefined in a list": [undefined],
  Date: new Date(0),
  Map: new Map(),
  Set: new Set(),
  class: new Money(),
};

describe("checkValue", () => {
  test.each(cases)("vector: $name", ({ name, fields }) => {
    expect(VALUES).toHaveProperty([name]);
    const faults = checkValue(VALUES[name], "value", LIMITS);
    expect(faults).toMatchObject(fields);
    expect(Object.keys(faults)).toEqual(Object.keys(fields));
  });

  test("names type and path in the sentence", () => {
    expect(checkValue({ due: new Date(0) }, "metadata", LIMITS)["metadata.due"]?.message).toMatch(
      "cannot store Date",
    );
  });

  test.each([
    ["a function", () => 1, "function"],
    ["a symbol", Symbol("a"), "symbol"],
    ["nothing", undefined, "undefined"],
    ["a view of bytes", new Uint8Array(1), "Uint8Array"],
  ])("refuses %s", (_, value, type) => {
    expect(checkValue(value, "value", LIMITS)).toMatchObject({
      value: { code: "unsupported_type", params: { type } },
    });
  });

  test("leaves out fields that are undefined, as Convex does", () => {
    expect(checkValue({ a: undefined }, "value", LIMITS)).toEqual({});
  });

  test("sees the holes of a sparse list", () => {
    expect(Object.keys(checkValue([1, , 2], "value", LIMITS))).toEqual(["value.1"]);
  });

  test("names every fault by its path", () => {
    const value = { a: "\ud800", b: [{ c: 2n ** 63n }], _d: 1, "": 2 };
    expect(checkValue(value, "value", LIMITS)).toMatchObject({
      "value.a": { code: "not_well_formed" },
      "value.b.0.c": { code: "out_of_range" },
      "value._d": { code: "bad_key" },
      "value.": { code: "bad_key" },
    });
  });

  test("stops after 20 faults", () => {
    const faults = checkValue(Array(100).fill(undefined), "value", LIMITS);
    expect(Object.keys(faults)).toHaveLength(20);
  });

  test("takes the deepest value allowed and refuses one deeper", () => {
    const limits = { ...LIMITS, maxDepth: 3 };
    expect(checkValue([{ a: [1] }], "value", limits)).toEqual({});
    expect(checkValue([{ a: [[]] }], "value", limits)).toMatchObject({
      "value.0.a.0": { code: "too_deep" },
    });
  });

  test("ends on a value that holds itself", () => {
    const value: Record<string, unknown> = {};
    value.self = value;
    expect(Object.values(checkValue(value, "value", LIMITS))).toMatchObject([{ code: "too_deep" }]);
  });

  test("takes 1,024 fields and refuses one more", () => {
    const withFields = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, 0]));
    expect(checkValue(withFields(1024), "value", LIMITS)).toEqual({});
    expect(checkValue(withFields(1025), "value", LIMITS)).toMatchObject({
      value: { code: "too_many", params: { count: 1025, max: 1024 } },
    });
  });

  test("takes a field name of 1,024 characters and refuses one more", () => {
    expect(checkValue({ ["k".repeat(1024)]: 0 }, "value", LIMITS)).toEqual({});
    const faults = checkValue({ ["k".repeat(1025)]: 0 }, "value", LIMITS);
    expect(Object.values(faults)).toMatchObject([{ code: "bad_key" }]);
  });

  test("takes integers of 64 bits and refuses the next ones", () => {
    expect(checkValue([-(2n ** 63n), 2n ** 63n - 1n], "value", LIMITS)).toEqual({});
    expect(checkValue([-(2n ** 63n) - 1n, 2n ** 63n], "value", LIMITS)).toMatchObject({
      "value.0": { code: "out_of_range" },
      "value.1": { code: "out_of_range" },
    });
  });

  test("takes as many bytes as allowed and refuses one more", () => {
    // Convex adds two bytes to a text.
    expect(checkValue("x".repeat(98), "value", { maxDepth: 1, maxBytes: 100 })).toEqual({});
    expect(checkValue("x".repeat(99), "value", { maxDepth: 1, maxBytes: 100 })).toEqual({
      value: {
        code: "too_large",
        message: "This takes 101 bytes of at most 100.",
        params: { bytes: 101, max: 100 },
      },
    });
  });

  test("is not fooled by a __proto__ of JSON", () => {
    const value: unknown = JSON.parse('{"a":{"__proto__":{"isAdmin":true}}}');
    expect(checkValue(value, "value", LIMITS)).toMatchObject({
      "value.a.__proto__": { code: "bad_key" },
    });
  });

  test.prop([fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true })], {
    seed: 1,
    numRuns: 500,
  })("takes nothing that Convex would refuse or change", (value) => {
    if (Object.keys(checkValue(value, "value", LIMITS)).length > 0) return;
    expect(jsonToConvex(convexToJson(value as Value))).toEqual(value);
  });

  test.prop([fc.jsonValue({ maxDepth: 5 })], { seed: 2 })(
    "takes a plain value unless a field has a name that Convex refuses",
    (value) => {
      const isRefused = Object.keys(checkValue(value, "value", LIMITS)).length > 0;
      expect(isRefused).toBe(hasBadName(value));
    },
  );
});

function hasBadName(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(
    ([name, inner]) =>
      (!Array.isArray(value) && !/^(?![$_])[\x20-\x7e]+$/.test(name)) || hasBadName(inner),
  );
}
