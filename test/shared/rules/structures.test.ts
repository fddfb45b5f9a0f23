import { describe, expect, test } from "vitest";
import {
  defineRule,
  integer,
  list,
  nullable,
  object,
  optional,
  text,
} from "../../../src/shared/rules";
import { ask, refused } from "./asking";

describe("optional", () => {
  const rule = optional(text({ max: 5 }));

  test.each([undefined, "", "  ", "\u200b"])("takes %j as absent", (value) => {
    expect(ask(rule, value)).toBeUndefined();
  });

  test("holds what is there to the rule", () => {
    expect(ask(rule, " Ann ")).toBe("Ann");
    expect(ask(rule, "Annette")).toEqual(refused("too_long"));
    expect(ask(rule, "\ud800")).toEqual(refused("not_well_formed"));
    expect(ask(rule, null)).toEqual(refused("required"));
    expect(ask(optional(integer()), "")).toBeUndefined();
    expect(ask(optional(integer()), "7")).toEqual(refused("wrong_type"));
  });

  test("keeps the empty text for a rule that takes it", () => {
    expect(ask(optional(text({ min: 0, max: 5 })), " ")).toBe("");
  });
});

describe("nullable", () => {
  test("takes null, and what its rule takes", () => {
    const rule = nullable(integer({ min: 1 }));
    expect(ask(rule, null)).toBeNull();
    expect(ask(rule, 1)).toBe(1);
    expect(ask(rule, 0)).toEqual(refused("out_of_range"));
    expect(ask(rule, undefined)).toEqual(refused("required"));
  });
});

describe("list", () => {
  test("trims each item and names each bad one by its place", () => {
    const rule = list(text({ max: 3 }));
    expect(ask(rule, [" a ", "b"])).toEqual(["a", "b"]);
    expect(ask(rule, ["a", " ", "b", "long"])).toEqual({ 1: "required", 3: "too_long" });
  });

  test("takes its limits and nothing beyond", () => {
    const rule = list(integer(), { min: 1, max: 2 });
    expect(ask(rule, [])).toEqual(refused("too_few"));
    expect(ask(rule, [1])).toEqual([1]);
    expect(ask(rule, [1, 2])).toEqual([1, 2]);
    expect(ask(rule, [1, 2, 3])).toEqual(refused("too_many"));
  });

  test("holds the 8,192 that Convex takes, whatever it is told", () => {
    const rule = list(integer(), { max: 100_000 });
    expect(ask(rule, Array(8192).fill(1))).toHaveLength(8192);
    expect(ask(rule, Array(8193).fill(1))).toEqual(refused("too_many"));
  });

  test("does not look at the items of a list that is too long", () => {
    const asked: unknown[] = [];
    const item = defineRule<unknown>((value) => {
      asked.push(value);
      return { value };
    });
    expect(ask(list(item, { max: 2 }), [1, 2, 3])).toEqual(refused("too_many"));
    expect(asked).toEqual([]);
  });

  test.each([
    ["nothing", undefined, "required"],
    ["null", null, "required"],
    ["text", "ab", "wrong_type"],
    ["an object like a list", { length: 1, 0: 1 }, "wrong_type"],
  ])("refuses %s", (_, value, code) => {
    expect(ask(list(integer()), value)).toEqual(refused(code));
  });

  test("refuses undefined and holes, which Convex cannot store, also of optional items", () => {
    expect(ask(list(optional(integer())), [1, undefined, , 2])).toEqual({
      1: "required",
      2: "required",
    });
  });

  test("refuses the second of two equal items, after trimming", () => {
    const rule = list(text({ max: 9 }), { unique: true });
    expect(ask(rule, ["a", "A", "b"])).toEqual(["a", "A", "b"]);
    expect(ask(rule, ["a", "b", " a ", "a"])).toEqual({ 2: "repeated", 3: "repeated" });
  });

  test("tells objects apart as it is told", () => {
    const rule = list(object({ id: text({ max: 9 }) }), { unique: ({ id }) => id.toLowerCase() });
    expect(ask(rule, [{ id: "a" }, { id: "b" }])).toEqual([{ id: "a" }, { id: "b" }]);
    expect(ask(rule, [{ id: "a" }, { id: "A " }])).toEqual({ 1: "repeated" });
  });

  test("stops after 200 faults", () => {
    const { issues } = list(integer())["~standard"].validate(Array(201).fill("x"));
    expect(issues).toHaveLength(200);
  });
});

describe("object", () => {
  const rule = object({ name: text({ max: 5 }), note: optional(text({ max: 5 })) });

  test("trims its fields and leaves the others alone", () => {
    expect(ask(rule, { name: " Ann ", other: " x " })).toEqual({ name: "Ann", other: " x " });
  });

  test("names all bad fields at once", () => {
    expect(ask(rule, { note: "long note" })).toEqual({ name: "required", note: "too_long" });
  });

  test("leaves an optional field out when nothing is in it", () => {
    expect(ask(rule, { name: "Ann", note: " " })).toStrictEqual({ name: "Ann" });
  });

  test.each([
    ["a list", []],
    ["text", "Ann"],
    ["a date", new Date(0)],
    ["a map", new Map([["name", "Ann"]])],
    ["bytes", new ArrayBuffer(1)],
  ])("refuses %s", (_, value) => {
    expect(ask(rule, value)).toEqual(refused("wrong_type"));
  });

  test("asks for an object where there is none", () => {
    expect(ask(rule, undefined)).toEqual(refused("required"));
    expect(ask(rule, null)).toEqual(refused("required"));
  });

  test("takes no field from the prototype", () => {
    const inherits = object({ constructor: text({ max: 99 }), toString: text({ max: 99 }) });
    expect(ask(inherits, {})).toEqual({ constructor: "required", toString: "required" });
  });

  test("gives its fields away, to check one alone", () => {
    expect(ask(rule.fields.name, " Ann ")).toBe("Ann");
  });
});
