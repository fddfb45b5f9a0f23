import { pathPart, platformError, type FieldErrors } from "./errors.js";
import {
  MAX_ISSUES,
  type Rule,
  type RuleInput,
  type RuleIssue,
  type RuleOutput,
  type StandardSchema,
} from "./rules/schema.js";
import { runFields, type Flat, type ObjectOf, type RuleFields } from "./rules/structures.js";

export { boolean, integer, number, oneOf, type NumberLimits } from "./rules/scalars.js";
export {
  defineRule,
  refuse,
  type Rule,
  type RuleInput,
  type RuleIssue,
  type RuleOutput,
  type RuleRefusal,
  type RuleResult,
  type StandardIssue,
  type StandardResult,
  type StandardSchema,
} from "./rules/schema.js";
export { day, email, slug, text, url, type TextOptions, type UrlOptions } from "./rules/strings.js";
export {
  list,
  nullable,
  object,
  optional,
  type ListOptions,
  type ListRule,
  type NullableRule,
  type ObjectRule,
  type OptionalRule,
  type RuleFields,
} from "./rules/structures.js";

/** Longest name Convex takes in `fields`. */
const MAX_PATH_LENGTH = 1024;
/** Fields that the sentence above a form names. */
const MAX_NAMED_FIELDS = 3;

/**
 * The rules that fit these arguments: none for a name that is not among them, and none that takes
 * another type. Use as `rules: Rules & RulesFor<Args, Rules>`.
 */
export type RulesFor<Args, Rules> = {
  readonly [Name in keyof Rules]: Name extends keyof Args
    ? Rules[Name] extends StandardSchema
      ? Accepts<RuleInput<Rules[Name]>, Args[Name]> extends true
        ? Rules[Name]
        : never
      : never
    : never;
};

/** Whether a rule may see a value of this type: a rule for one of its members is fine, one for another kind is not. */
type Accepts<Input, Value> = unknown extends Input | Value
  ? true
  : [NonNullable<Input> & Value] extends [never]
    ? false
    : [KindOf<NonNullable<Input>> & KindOf<NonNullable<Value>>] extends [never]
      ? false
      : true;

/** TypeScript takes `string & string[]` for possible. A branded id is plain. */
type KindOf<Value> = Value extends string | number | bigint | boolean
  ? "plain"
  : Value extends readonly unknown[]
    ? "list"
    : "object";

/** Arguments as they leave their rules. Those without one keep their type. */
export type RuledArgs<Args, Rules> = Flat<
  Omit<Args, keyof Rules> &
    ObjectOf<{ [Name in keyof Rules & keyof Args]: Ruled<Args[Name], Rules[Name]> }>
>;

/** One value as it leaves its rule: fields of objects that no rule looked at are still there. */
type Ruled<Value, Schema> = Schema extends Rule & { readonly fields: infer Fields }
  ? keyof Fields extends keyof NonNullable<Value>
    ? RuledArgs<NonNullable<Value>, Fields>
    : RuleOutput<Schema>
  : Schema extends Rule & { readonly item: infer Item }
    ? Ruled<ItemOf<NonNullable<Value>>, Item>[]
    : Schema extends Rule & { readonly inner: infer Inner }
      ? Ruled<NonNullable<Value>, Inner> | Extract<RuleOutput<Schema>, null | undefined>
      : Schema extends Rule
        ? Narrower<Value, RuleOutput<Schema>>
        : Schema extends StandardSchema
          ? RuleOutput<Schema>
          : never;

type ItemOf<List> = List extends readonly (infer Item)[] ? Item : unknown;

/** Our rules change no type, so a union of literals or a branded id survives them. */
type Narrower<Value, Output> = [Value] extends [Output] ? Value : Output;

export type RulesResult<Value> =
  { value: Value; fields?: undefined } | { fields: FieldErrors; value?: undefined };

/**
 * Trims and checks arguments, or the values of a form; says what is wrong with which field.
 *
 * Runs the same in a browser and in a function. Arguments without a rule are left alone, `args`
 * itself is never changed.
 *
 * @param rules - ours or any Standard Schema (zod, valibot), as long as it answers at once
 * @returns the clean arguments, or every bad field by its path (`lines.0.amount`), the first 200
 * @throws NOT_CONFIGURED for a schema that answers with a promise
 *
 * @example
 * const { value, fields } = checkRules(form, { title: text({ max: 80 }), amount: integer({ min: 0 }) });
 */
export function checkRules<Args extends object, const Rules extends RuleFields>(
  args: Args,
  rules: Rules & RulesFor<Args, Rules>,
): RulesResult<RuledArgs<Args, Rules>> {
  const result = runFields(rules, args);
  return result.issues
    ? { fields: toFields(result.issues) }
    : { value: result.value as RuledArgs<Args, Rules> };
}

/**
 * {@link checkRules} for functions that cannot go on with bad arguments.
 *
 * @param message - what did not happen: "The invoice was not saved."
 * @throws VALIDATION_FAILED with all bad fields at once
 * @throws NOT_CONFIGURED for a schema that answers with a promise
 */
export function applyRules<Args extends object, const Rules extends RuleFields>(
  args: Args,
  rules: Rules & RulesFor<Args, Rules>,
  message?: string,
): { value: RuledArgs<Args, Rules> } {
  const { value, fields } = checkRules<Args, Rules>(args, rules);
  if (!fields) return { value };
  throw platformError({
    code: "VALIDATION_FAILED",
    message: message ?? nameFields(Object.keys(fields)),
    fields,
  });
}

/** The first fault of each field; the next one is for when that is mended. */
function toFields(issues: readonly RuleIssue[]): FieldErrors {
  const fields = new Map<string, FieldErrors[string]>();
  for (const { path, ...fault } of issues) {
    const at = path.map(pathPart).join(".").slice(0, MAX_PATH_LENGTH);
    if (!fields.has(at)) fields.set(at, fault);
    if (fields.size === MAX_ISSUES) break;
  }
  return Object.fromEntries(fields);
}

/** By the names the host gave them; deeper parts of a path may be input. */
function nameFields(paths: readonly string[]): string {
  const names = [...new Set(paths.map((path) => path.split(".", 1)[0]))];
  const shown = names.slice(0, MAX_NAMED_FIELDS).join(", ");
  const rest = names.length - MAX_NAMED_FIELDS;
  return rest > 0 ? `Correct ${shown} and ${rest} more.` : `Correct ${shown}.`;
}
