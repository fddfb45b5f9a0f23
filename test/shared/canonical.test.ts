import { fc, test } from "@fast-check/vitest";
import { CommitTsPlaceholder, compareValues, type Value } from "convex/values";
import { describe, expect } from "vitest";
import { canonicalJson, parseCanonicalJson } from "../../src/shared/canonical.js";
import { aValue, redressed } from "./convexValues.js";

describe("canonicalJson", () => {
  test.prop([aValue], { seed: 1, numRuns: 1000 })(
    "gives equal values the same text, however they were written",
    (value) => {
      expect(canonicalJson(redressed(value))).toBe(canonicalJson(value));
    },
  );

  test.prop([aValue, aValue], { seed: 2, numRuns: 5000 })(
    "gives different values different texts",
    (a, b) => {
      expect(canonicalJson(a) === canonicalJson(b)).toBe(compareValues(a, b) === 0);
    },
  );

  test.each<[string, Value, string]>([
    ["no number", NaN, '{"$float":"AAAAAAAA+H8="}'],
    ["minus zero", -0, '{"$float":"AAAAAAAAAIA="}'],
    ["infinity", Infinity, '{"$float":"AAAAAAAA8H8="}'],
    ["a large number", 1e21, "1e+21"],
    ["a fraction", 0.1, "0.1"],
    ["an int64", 1n, '{"$integer":"AQAAAAAAAAA="}'],
    ["the least int64", -(2n ** 63n), '{"$integer":"AAAAAAAAAIA="}'],
    ["bytes", Uint8Array.of(0, 255).buffer, '{"$bytes":"AP8="}'],
    ["text", 'é\n"\u{1f600}', '"é\\n\\"\u{1f600}"'],
    ["names by code unit", { b: 1, a: 2, B: 3, _: 4 }, '{"B":3,"_":4,"a":2,"b":1}'],
    ["names that look like numbers", { 9: 1, 10: 2 }, '{"10":2,"9":1}'],
    ["an absent field", { a: undefined, b: [{}, []] }, '{"b":[{},[]]}'],
  ])("writes %s always alike", (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test("writes every NaN alike, whatever its bits", () => {
    const bits = new BigUint64Array([0x7ff8000000000001n, 0xfff8000000000000n]);
    const texts = [...new Float64Array(bits.buffer)].map(canonicalJson);
    expect(texts).toEqual([canonicalJson(NaN), canonicalJson(NaN)]);
  });

  test("refuses a commit time that is not known yet, at any depth", () => {
    const placeholder = new CommitTsPlaceholder();
    expect(() => canonicalJson(placeholder)).toThrow("commit time");
    expect(() => canonicalJson({ rows: [{ commitTs: placeholder }] })).toThrow("commit time");
  });

  test.each<[string, unknown]>([
    ["undefined", undefined],
    ["a list with a hole", [1, , 2]],
    ["a date", { at: new Date(0) }],
    ["a map", new Map([["a", 1]])],
    ["a name that poses as an int64", { $integer: "AQAAAAAAAAA=" }],
    ["a name that Convex loses", JSON.parse('{"__proto__":1}')],
    ["a name outside ASCII", { é: 1 }],
    ["an integer of 65 bits", 2n ** 63n],
  ])("refuses %s", (_, value) => {
    expect(() => canonicalJson(value as Value)).toThrow();
  });
});

describe("parseCanonicalJson", () => {
  test.prop([aValue], { seed: 3, numRuns: 1000 })("gives back the value", (value) => {
    expect(compareValues(parseCanonicalJson(canonicalJson(value)), value)).toBe(0);
  });

  test.each([
    "",
    "{",
    "undefined",
    " 1",
    "1.0",
    "-0",
    '{"b":1,"a":2}',
    '{"a":1,"a":2}',
    '{"a": 1}',
    '"\\u0041"',
    '{"$integer":"AQ=="}',
    '{"$float":"AAAAAAAA+P8="}',
    '{"$commitTs":null}',
    '{"__proto__":1}',
  ])("refuses %j, which canonicalJson does not write", (text) => {
    expect(() => parseCanonicalJson(text)).toThrow();
  });

  test.prop([aValue, fc.nat()], { seed: 4 })("refuses a text cut anywhere", (value, n) => {
    const text = canonicalJson([value]);
    expect(() => parseCanonicalJson(text.slice(0, n % text.length))).toThrow();
  });
});
