import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { isSubject, joinPath, pathRules, rulesBelow, splitPath } from "../../src/shared/paths.js";

const aName = fc.string({ unit: fc.constantFrom(..."ab0.\\ "), minLength: 1, maxLength: 6 });
const names = fc.array(aName, { minLength: 1, maxLength: 5 });
const pathOf = (of: string[]) => of.reduce(joinPath, "");

describe("joinPath", () => {
  test.each([
    [["lines", "0", "amount"], "lines.0.amount"],
    [["rates", "a.b"], "rates.a\\.b"],
    [["rates", "a\\"], "rates.a\\\\"],
  ])("writes %j as %s", (from, path) => {
    expect(pathOf(from)).toBe(path);
  });

  test.prop([names], { seed: 1 })("writes paths that splitPath takes apart again", (from) => {
    expect(splitPath(pathOf(from))).toEqual(from);
  });

  test.prop([names, names], { seed: 2 })("gives two places two paths", (a, b) => {
    fc.pre(JSON.stringify(a) !== JSON.stringify(b));
    expect(pathOf(a)).not.toBe(pathOf(b));
  });
});

describe("rulesBelow", () => {
  const isRedacted = (declared: string, at: string[]) =>
    isSubject(at.reduce(rulesBelow, pathRules("redact", [declared])), "redact");

  test.each([
    ["iban", ["iban"]],
    ["address.iban", ["address", "iban"]],
    ["address", ["address", "iban"]],
    ["lines.iban", ["lines", "12", "iban"]],
    ["lines.12.iban", ["lines", "12", "iban"]],
    ["grid.iban", ["grid", "0", "1", "iban"]],
    ["rates.a\\.b", ["rates", "a.b"]],
  ])("takes %s for %j", (declared, at) => {
    expect(isRedacted(declared, at)).toBe(true);
  });

  test.each([
    ["address.iban", ["address"]],
    ["address.iban", ["iban"]],
    ["iban", ["address", "iban"]],
    ["lines.12.iban", ["lines", "13", "iban"]],
    ["lines.iban", ["lines", "x", "iban"]],
    ["rates.a.b", ["rates", "a.b"]],
  ])("does not take %s for %j", (declared, at) => {
    expect(isRedacted(declared, at)).toBe(false);
  });
});
