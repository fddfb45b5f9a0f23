import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  applyRules,
  boolean,
  checkRules,
  day,
  defineRule,
  email,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  refuse,
  slug,
  text,
  url,
  type Rule,
  type StandardIssue,
  type StandardSchema,
} from "../../src/shared/rules";
import { misconfigured } from "./rules/asking";

/** A schema of another library, as small as the standard allows. */
function foreign<Output = unknown>(
  validate: StandardSchema<unknown, Output>["~standard"]["validate"],
): StandardSchema<unknown, Output> {
  return { "~standard": { version: 1, vendor: "elsewhere", validate } };
}

const refusing = (...issues: StandardIssue[]) => foreign(() => ({ issues }));

describe("checkRules", () => {
  test("trims and checks the arguments that have a rule, and leaves the others alone", () => {
    const args = { title: " Paint ", amount: 3, id: " 1 " };
    expect(checkRules(args, { title: text({ max: 80 }), amount: integer() })).toEqual({
      value: { title: "Paint", amount: 3, id: " 1 " },
    });
  });

  test("gives every bad field at once, by its path, with code, sentence and figures", () => {
    const args = { title: " ", lines: [{ amount: 1 }, { amount: -1 }], tags: ["A"] };
    const rules = {
      title: text({ max: 80 }),
      lines: list(object({ amount: integer({ min: 0 }) })),
      tags: list(slug()),
    };
    expect(checkRules(args, rules)).toEqual({
      fields: {
        title: { code: "required", message: "This is required." },
        "lines.1.amount": { code: "out_of_range", message: "Use 0 or more.", params: { min: 0 } },
        "tags.0": {
          code: "bad_slug",
          message: "Use lower-case letters from a to z, digits, and single hyphens between them.",
        },
      },
    });
  });

  test("leaves out what comes out as undefined, and adds nothing", () => {
    const rules = { a: optional(text({ max: 9 })), b: optional(text({ max: 9 })) };
    const args: { a?: string; b?: string } = { a: " " };
    expect(checkRules(args, rules)).toStrictEqual({ value: {} });
  });

  test("never changes the arguments", () => {
    const args = Object.freeze({
      tags: Object.freeze([" a ", " b "]) as string[],
      line: Object.freeze({ note: " c " }),
    });
    const { value } = checkRules(args, {
      tags: list(text({ max: 9 })),
      line: object({ note: text({ max: 9 }) }),
    });
    expect(value).toEqual({ tags: ["a", "b"], line: { note: "c" } });
    expect(args).toEqual({ tags: [" a ", " b "], line: { note: " c " } });
  });

  test("keeps a __proto__ of JSON a field like any other", () => {
    const args = JSON.parse('{"line":{"__proto__":{"isAdmin":true}}}') as { line: object };
    const { value } = checkRules(args, { line: object({ note: optional(text({ max: 9 })) }) });
    expect(Object.getPrototypeOf(value?.line)).toBe(Object.prototype);
    expect(value?.line).not.toHaveProperty("isAdmin");
  });

  test("names at most 200 fields, as Convex takes 1,024 in an error", () => {
    const args = { a: Array(8192).fill(0), b: Array(8192).fill(0) };
    const { fields } = checkRules(args, { a: list(slug()) as Rule, b: list(slug()) as Rule });
    expect(Object.keys(fields ?? {})).toHaveLength(200);
  });
});

describe("a schema of another library", () => {
  const trimmed = foreign((value) => ({ value: String(value).toUpperCase() }));

  test("transforms the argument it stands for", () => {
    expect(checkRules({ name: "ann" }, { name: trimmed })).toEqual({ value: { name: "ANN" } });
  });

  test("works inside our rules", () => {
    const rules = { names: list(object({ name: trimmed })), nick: optional(trimmed) };
    const args: { names: { name: string }[]; nick?: string } = { names: [{ name: "ann" }] };
    expect(checkRules(args, rules)).toEqual({ value: { names: [{ name: "ANN" }] } });
  });

  test("names its faults by path, whichever form the path has", () => {
    const rule = refusing(
      { message: "Whole." },
      { message: "Place.", path: ["lines", 0, { key: "amount" }] },
      { message: "Odd.", path: [Symbol("mark")] },
    );
    expect(checkRules({ a: 1 }, { a: rule })).toEqual({
      fields: {
        a: { code: "invalid", message: "Whole." },
        "a.lines.0.amount": { code: "invalid", message: "Place." },
        "a.Symbol(mark)": { code: "invalid", message: "Odd." },
      },
    });
  });

  test("refuses also without saying why", () => {
    expect(checkRules({ a: 1 }, { a: refusing() })).toEqual({
      fields: { a: { code: "invalid", message: "Correct this." } },
    });
  });

  test("gives the first fault of a field", () => {
    const rule = refusing({ message: "First." }, { message: "Second." });
    expect(checkRules({ a: 1 }, { a: rule })).toMatchObject({
      fields: { a: { message: "First." } },
    });
  });

  test.each([
    ["too_small", "too_small"],
    ["custom.email", "custom.email"],
    ["two words", "invalid"],
    ["", "invalid"],
    [7, "invalid"],
  ])("lends the code %j as %s", (code, expected) => {
    const issue = { message: "No.", code };
    expect(checkRules({ a: 1 }, { a: refusing(issue) })).toMatchObject({
      fields: { a: { code: expected } },
    });
  });

  test("repeats no more than 100 characters, on one line", () => {
    const rule = refusing({ message: `No:\n${"x".repeat(200)}` });
    const { fields } = checkRules({ a: 1 }, { a: rule });
    expect(fields?.a?.message).toMatch(/^No:\ufffdx+…$/);
    expect(fields?.a?.message).toHaveLength(100);
  });

  test("gives paths that fit into an error: plain ASCII of at most 1,024 characters", () => {
    const key = "ключ\n".repeat(20);
    const rule = refusing({ message: "No.", path: Array<string>(50).fill(key) });
    const [path = ""] = Object.keys(checkRules({ a: 1 }, { a: rule }).fields ?? {});
    expect(path).toMatch(/^a\.[\x21-\x7e]+$/);
    expect(path.length).toBeLessThanOrEqual(1024);
  });

  test("is cut to 200 faults", () => {
    const issues = Array.from({ length: 200_000 }, (_, i) => ({ message: "No.", path: [i] }));
    const { fields } = checkRules({ a: 1 }, { a: foreign(() => ({ issues })) });
    expect(Object.keys(fields ?? {})).toHaveLength(200);
  });

  test.each([
    ["resolves", () => Promise.resolve({ value: 1 })],
    ["rejects", () => Promise.reject(new Error("late"))],
  ])("cannot answer with a promise that %s", (_, validate) => {
    const error = misconfigured(/schema of elsewhere answers with a promise/);
    expect(() => checkRules({ a: 1 }, { a: foreign(validate) })).toThrowError(error);
    expect(() => checkRules({ a: [1] }, { a: list(foreign(validate)) })).toThrowError(error);
    expect(() => applyRules({ a: 1 }, { a: optional(foreign(validate)) })).toThrowError(error);
  });

  test.each([undefined, {}, { "~standard": {} }])("has to be one: not %j", (rule) => {
    expect(() => checkRules({ a: 1 }, { a: rule as unknown as StandardSchema })).toThrowError(
      misconfigured(/not a Standard Schema/),
    );
  });
});

describe("applyRules", () => {
  const rules = { title: text({ max: 3 }), amount: integer() };

  test("gives the clean arguments", () => {
    expect(applyRules({ title: " a ", amount: 1 }, rules)).toEqual({
      value: { title: "a", amount: 1 },
    });
  });

  test("throws VALIDATION_FAILED with all bad fields, and names them", () => {
    expect(() => applyRules({ title: "long", amount: 0.5 }, rules)).toThrowError(
      expect.objectContaining({
        data: {
          code: "VALIDATION_FAILED",
          message: "Correct title, amount.",
          fields: {
            title: {
              code: "too_long",
              message: "Use at most 3 characters; this has 4.",
              params: { max: 3, length: 4 },
            },
            amount: { code: "not_an_integer", message: "Use a whole number." },
          },
        },
      }),
    );
  });

  test("says what the host says did not happen", () => {
    const apply = () => applyRules({ title: "", amount: 1 }, rules, "The invoice was not saved.");
    expect(apply).toThrowError(
      expect.objectContaining({
        data: expect.objectContaining({ message: "The invoice was not saved." }),
      }),
    );
  });

  test("names three fields, each once, and counts the others", () => {
    const args = { a: ["", ""], b: "", c: "", d: "", e: "" };
    const required = text({ max: 9 });
    const apply = () =>
      applyRules(args, { a: list(required), b: required, c: required, d: required, e: required });
    expect(apply).toThrowError(
      expect.objectContaining({
        data: expect.objectContaining({ message: "Correct a, b, c and 2 more." }),
      }),
    );
  });
});

describe("every rule", () => {
  const RULES: [string, Rule][] = [
    ["text of one line", text({ max: 20 })],
    ["text of several lines", text({ min: 0, max: 20, oneLine: false })],
    ["email", email()],
    ["url", url()],
    ["slug", slug()],
    ["day", day()],
    ["integer", integer({ min: -5 })],
    ["number", number()],
    ["boolean", boolean()],
    ["oneOf", oneOf(["draft", "sent", 1, 0])],
    ["optional", optional(text({ max: 20 }))],
    ["nullable", nullable(text({ max: 20 }))],
    ["list", list(text({ max: 20 }), { unique: true })],
    ["object", object({ a: text({ max: 20 }), b: optional(integer()) })],
  ];

  const aNearMiss = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }),
    fc.string({ unit: "binary" }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    fc.emailAddress(),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.constantFrom(" draft ", "sent", 0, -0, 1, " a-b ", " 2026-02-28\n", "\u3000x\ufeff", ""),
    fc.array(fc.constantFrom(" a", "a ", "b", "")),
    fc.record({ a: fc.constantFrom(" a", "b ", " "), b: fc.constantFrom(1, "", undefined) }),
  );

  test.each(RULES)("%s: what it gives back it takes again, unchanged", (_, rule) => {
    let accepted = 0;
    fc.assert(
      fc.property(aNearMiss, (value) => {
        const first = rule["~standard"].validate(value);
        if (first.issues) return;
        accepted++;
        expect(rule["~standard"].validate(first.value)).toStrictEqual({ value: first.value });
      }),
      { seed: 1, numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  test.each(RULES)("%s: answers a text of 100,000 characters", (_, rule) => {
    const patterns = ["a", "-", "a-", ".", "a.", "@", "a@", "/", ":", " ", "\n", "é", "😀", "0"];
    for (const pattern of patterns) {
      const long = pattern.repeat(100_000 / pattern.length);
      const texts = [long, `${long}!`, `a@${long}`, `https://${long}`, `https://a/${long}\u200b`];
      for (const value of texts) {
        const { issues } = rule["~standard"].validate(value);
        expect(issues !== undefined || value.trim().length <= 20).toBe(true);
      }
    }
  });

  test.each(RULES)("%s: says which standard it follows", (_, rule) => {
    expect(rule["~standard"]).toMatchObject({ version: 1, vendor: "convex-platform" });
  });
});

describe("defineRule", () => {
  test("makes a rule of the host's own", () => {
    const even = defineRule<number>((value) =>
      typeof value === "number" && value % 2 === 0
        ? { value }
        : refuse({ code: "odd", message: "Use an even number." }),
    );
    expect(checkRules({ n: 2 }, { n: even })).toEqual({ value: { n: 2 } });
    expect(checkRules({ n: 3 }, { n: even })).toEqual({
      fields: { n: { code: "odd", message: "Use an even number." } },
    });
  });
});
