import { v, type ObjectType, type PropertyValidators, type VString } from "convex/values";
import { assertType, describe, expectTypeOf, test } from "vitest";
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
  slug,
  text,
  url,
  type RuledArgs,
  type RuleFields,
  type RuleInput,
  type RuleOutput,
  type RulesFor,
  type StandardSchema,
} from "../../src/shared/rules";

/** A schema of another library: text in, a date out. */
declare const dateFromText: StandardSchema<string, Date>;

declare function outputOf<Schema extends StandardSchema>(schema: Schema): RuleOutput<Schema>;
declare function inputOf<Schema extends StandardSchema>(schema: Schema): RuleInput<Schema>;

describe("RuleOutput", () => {
  test("is what each rule gives back", () => {
    expectTypeOf(outputOf(text({ max: 1 }))).toEqualTypeOf<string>();
    expectTypeOf(outputOf(email())).toEqualTypeOf<string>();
    expectTypeOf(outputOf(url())).toEqualTypeOf<string>();
    expectTypeOf(outputOf(slug())).toEqualTypeOf<string>();
    expectTypeOf(outputOf(day())).toEqualTypeOf<string>();
    expectTypeOf(outputOf(integer())).toEqualTypeOf<number>();
    expectTypeOf(outputOf(number())).toEqualTypeOf<number>();
    expectTypeOf(outputOf(boolean())).toEqualTypeOf<boolean>();
    expectTypeOf(outputOf(dateFromText)).toEqualTypeOf<Date>();
    expectTypeOf(inputOf(dateFromText)).toEqualTypeOf<string>();
  });

  test("keeps the options apart", () => {
    const status = oneOf(["draft", "sent", 3, true]);
    expectTypeOf(outputOf(status)).toEqualTypeOf<"draft" | "sent" | 3 | true>();
  });

  test("flows out of nested rules", () => {
    const line = object({ sku: slug(), note: optional(text({ max: 9 })), due: dateFromText });
    type Line = { sku: string; note?: string | undefined; due: Date };
    expectTypeOf(outputOf(line)).toEqualTypeOf<Line>();
    expectTypeOf(outputOf(list(nullable(line)))).toEqualTypeOf<(Line | null)[]>();
    expectTypeOf(outputOf(line.fields.sku)).toEqualTypeOf<string>();
    expectTypeOf(inputOf(line).due).toEqualTypeOf<string>();
  });
});

describe("list", () => {
  test("tells plain values apart by itself, and objects only as it is told", () => {
    const line = object({ sku: slug() });
    assertType(list(slug(), { unique: true }));
    assertType(list(slug(), { unique: (name) => name.toLowerCase() }));
    assertType(list(line, { unique: ({ sku }) => sku }));
    // @ts-expect-error no two objects are the same
    assertType(list(line, { unique: true }));
    // @ts-expect-error an object says nothing about sameness
    assertType(list(line, { unique: (item) => item }));
    // @ts-expect-error there is no such field
    assertType(list(line, { unique: ({ id }) => id }));
  });
});

describe("text", () => {
  test("insists on a limit, and knows its options", () => {
    // @ts-expect-error every text needs a limit
    assertType(text({ min: 1 }));
    // @ts-expect-error no such option
    assertType(text({ max: 1, maximum: 2 }));
  });
});

describe("checkRules", () => {
  type Args = {
    id: VString<"id">["type"];
    title: string;
    status: string;
    amount?: number;
    lines: { sku: string; comment: string }[];
  };
  const args = {} as Args;

  test("gives the arguments back as their rules leave them", () => {
    const { value } = applyRules(args, {
      title: text({ max: 80 }),
      status: oneOf(["draft", "sent"]),
      amount: optional(integer()),
      lines: list(object({ sku: oneOf(["a", "b"]) })),
    });
    expectTypeOf(value.id).toEqualTypeOf<Args["id"]>();
    expectTypeOf(value.title).toEqualTypeOf<string>();
    expectTypeOf(value.status).toEqualTypeOf<"draft" | "sent">();
    expectTypeOf(value.amount).toEqualTypeOf<number | undefined>();
    expectTypeOf(value.lines).toEqualTypeOf<{ sku: "a" | "b"; comment: string }[]>();
  });

  test("makes an optional argument required where its rule asks for it", () => {
    const { value } = applyRules(args, { amount: integer() });
    expectTypeOf(value).toHaveProperty("amount").toEqualTypeOf<number>();
  });

  test("leaves optional what no rule is about", () => {
    const { value } = applyRules(args, { title: text({ max: 80 }) });
    expectTypeOf(value).pick("amount").toEqualTypeOf<{ amount?: number }>();
  });

  test("keeps a union of literals and a branded id", () => {
    const typed = {} as { kind: "a" | "b"; jobId: string & { __jobId: true } };
    const { value } = applyRules(typed, { kind: text({ max: 9 }), jobId: text({ max: 99 }) });
    expectTypeOf(value.kind).toEqualTypeOf<"a" | "b">();
    expectTypeOf(value.jobId).toEqualTypeOf<string & { __jobId: true }>();
  });

  test("gives what a schema of another library makes of an argument", () => {
    const { value } = applyRules({ due: "2026-01-01" }, { due: dateFromText });
    expectTypeOf(value.due).toEqualTypeOf<Date>();
  });

  test("does not claim fields that another library may have taken out", () => {
    const stripped = {} as StandardSchema<{ sku: string }, { sku: string }>;
    const { value } = applyRules(args, { lines: list(stripped) });
    expectTypeOf(value.lines).toEqualTypeOf<{ sku: string }[]>();
  });

  test("does not take a mistyped name, nor a rule for another type", () => {
    // @ts-expect-error there is no argument "titel"
    assertType(checkRules(args, { titel: text({ max: 80 }) }));
    // @ts-expect-error a number is no text
    assertType(checkRules(args, { amount: text({ max: 80 }) }));
    // @ts-expect-error a text is no list
    assertType(checkRules(args, { title: list(text({ max: 80 })) }));
    // @ts-expect-error a function is no Standard Schema
    assertType(checkRules(args, { title: (value: string) => value }));
  });

  test("takes arguments and rules that are only known at run time", () => {
    const loose = {} as Record<string, unknown>;
    const { value } = applyRules(loose, {} as RuleFields);
    expectTypeOf(value).toEqualTypeOf<{ [x: string]: unknown }>();
    const line = object({ sku: slug() });
    const named = applyRules(loose, { line, lines: list(line) });
    expectTypeOf(named.value.line).toEqualTypeOf<{ sku: string }>();
    expectTypeOf(named.value.lines).toEqualTypeOf<{ sku: string }[]>();
  });

  test("gives either a value or fields", () => {
    const result = checkRules({ n: 1 }, { n: integer() });
    if (result.fields) expectTypeOf(result.value).toEqualTypeOf<undefined>();
    else expectTypeOf(result.value).toEqualTypeOf<{ n: number }>();
  });
});

describe("RulesFor", () => {
  /** As a builder of guarded functions has it: validators, rules, and a handler that gets both. */
  function guarded<Validators extends PropertyValidators, const Rules extends RuleFields>(options: {
    args: Validators;
    rules: Rules & RulesFor<ObjectType<Validators>, Rules>;
    handler: (args: RuledArgs<ObjectType<Validators>, Rules>) => void;
  }) {
    return (args: ObjectType<Validators>) => {
      options.handler(applyRules<typeof args, Rules>(args, options.rules).value);
    };
  }

  test("holds rules to the validators beside them, and types the handler by both", () => {
    guarded({
      args: {
        status: v.string(),
        note: v.optional(v.string()),
        parent: v.union(v.null(), v.string()),
        customer: v.object({ name: v.string(), mail: v.optional(v.string()), vip: v.boolean() }),
        version: v.number(),
      },
      rules: {
        status: oneOf(["draft", "sent"]),
        note: optional(text({ max: 80 })),
        parent: nullable(slug()),
        customer: object({ name: text({ max: 80 }), mail: optional(email()) }),
      },
      handler: ({ status, note, parent, customer, version }) => {
        expectTypeOf(status).toEqualTypeOf<"draft" | "sent">();
        expectTypeOf(note).toEqualTypeOf<string | undefined>();
        expectTypeOf(parent).toEqualTypeOf<string | null>();
        expectTypeOf(customer.name).toEqualTypeOf<string>();
        expectTypeOf(customer.mail).toEqualTypeOf<string | undefined>();
        expectTypeOf(customer.vip).toEqualTypeOf<boolean>();
        expectTypeOf(version).toEqualTypeOf<number>();
      },
    });
  });

  test("does not take a mistyped name, nor a rule for another type", () => {
    const args = { amount: v.number() };
    const handler = () => {};
    assertType(guarded({ args, rules: { amount: integer() }, handler }));
    // @ts-expect-error there is no argument "amonut"
    assertType(guarded({ args, rules: { amonut: integer() }, handler }));
    // @ts-expect-error a number is no text
    assertType(guarded({ args, rules: { amount: slug() }, handler }));
  });
});

describe("defineRule", () => {
  test("types what it takes and gives", () => {
    const counted = defineRule<string, number>(() => ({ value: 1 }));
    expectTypeOf(inputOf(counted)).toEqualTypeOf<string>();
    expectTypeOf(outputOf(counted)).toEqualTypeOf<number>();
    // @ts-expect-error it gives a text where it promised a number
    assertType(defineRule<string, number>(() => ({ value: "1" })));
  });
});
