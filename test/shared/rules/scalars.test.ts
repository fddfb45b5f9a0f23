import { describe, expect, test } from "vitest";
import { boolean, integer, number, oneOf } from "../../../src/shared/rules";
import { cases } from "../../vectors/values.json";
import { ask, misconfigured, refused } from "./asking";

describe.each([
  ["number", number],
  ["integer", integer],
])("%s", (_, rule) => {
  const vector = cases.find(({ numbers }) => numbers);

  test.each([NaN, -0, Infinity].map((value, i) => [value, vector?.numbers?.[i] ?? "no vector"]))(
    "vector: refuses %d as %s",
    (value, code) => {
      expect(ask(rule(), value)).toEqual(refused(`${code}`));
    },
  );

  test.each([
    [-Infinity, "not_finite"],
    [undefined, "required"],
    [null, "required"],
    ["7", "wrong_type"],
    [7n, "wrong_type"],
    [true, "wrong_type"],
    [Object(7), "wrong_type"],
  ])("refuses %s", (value, code) => {
    expect(ask(rule(), value)).toEqual(refused(code));
  });

  test("takes its limits and nothing beyond", () => {
    const within = rule({ min: -2, max: 3 });
    expect([-2, 0, 3].map((value) => ask(within, value))).toEqual([-2, 0, 3]);
    expect([-3, 4].map((value) => ask(within, value))).toEqual([
      refused("out_of_range"),
      refused("out_of_range"),
    ]);
  });

  test("says which limit was passed", () => {
    const { issues } = rule({ min: 1, max: 3 })["~standard"].validate(4);
    expect(issues).toEqual([
      { path: [], code: "out_of_range", message: "Use 3 or less.", params: { max: 3 } },
    ]);
  });

  test("does not let itself be written with limits nothing meets", () => {
    expect(() => rule({ min: 1, max: 0 })).toThrowError(misconfigured(/min 1 to max 0/));
    expect(() => rule({ min: Number.NaN })).toThrowError(misconfigured(/NaN/));
    expect(() => rule({ min: 1, max: 1 })).not.toThrow();
  });
});

describe("integer", () => {
  test("takes what a double holds exactly, and no fractions", () => {
    const max = Number.MAX_SAFE_INTEGER;
    expect(ask(integer(), max)).toBe(max);
    expect(ask(integer(), -max)).toBe(-max);
    expect(ask(integer(), max + 1)).toEqual(refused("out_of_range"));
    expect(ask(integer({ max: 1e300 }), max + 1)).toEqual(refused("out_of_range"));
    expect(ask(integer(), 1.5)).toEqual(refused("not_an_integer"));
  });
});

describe("number", () => {
  test("takes fractions and the extremes", () => {
    for (const value of [0.1, Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE]) {
      expect(ask(number(), value)).toBe(value);
    }
  });
});

describe("boolean", () => {
  test("takes both, and nothing that merely looks like one", () => {
    expect(ask(boolean(), true)).toBe(true);
    expect(ask(boolean(), false)).toBe(false);
    expect(ask(boolean(), 0)).toEqual(refused("wrong_type"));
    expect(ask(boolean(), "true")).toEqual(refused("wrong_type"));
    expect(ask(boolean(), undefined)).toEqual(refused("required"));
  });
});

describe("oneOf", () => {
  const rule = oneOf(["draft", "sent", 2, true]);

  test.each([
    [" draft ", "draft"],
    [2, 2],
    [true, true],
  ])("takes %j", (value, option) => {
    expect(ask(rule, value)).toBe(option);
  });

  test.each(["Draft", "constructor", "__proto__", "length", "2", 3, false, { draft: 1 }])(
    "refuses %j",
    (value) => {
      expect(ask(rule, value)).toEqual(refused("not_an_option"));
    },
  );

  test.each([undefined, null, "", " "])("asks for a choice where there is %j", (value) => {
    expect(ask(rule, value)).toEqual(refused("required"));
  });

  test("names the options in the sentence", () => {
    expect(rule["~standard"].validate("x").issues).toMatchObject([
      {
        message: "Choose one of: draft, sent, 2, true.",
        params: { options: "draft, sent, 2, true" },
      },
    ]);
  });

  test("gives the option, not the -0 that equals it", () => {
    expect(ask(oneOf([0, 1]), -0)).toBe(0);
  });

  test.each<[(string | number)[]]>([[[]], [[""]], [[" a"]], [[Number.NaN]]])(
    "does not let itself be written with %j",
    (options) => {
      expect(() => oneOf(options)).toThrowError(misconfigured(/^oneOf/));
    },
  );
});
