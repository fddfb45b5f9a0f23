import type { FieldError } from "../errors.js";
import { isBlank, REQUIRED } from "../texts.js";
import { MAX_ARRAY_ELEMENTS } from "../values.js";
import {
  assertLimits,
  defineRule,
  MAX_ISSUES,
  refuse,
  runSchema,
  wrongType,
  type Rule,
  type RuleInput,
  type RuleIssue,
  type RuleOutput,
  type RuleResult,
  type StandardSchema,
} from "./schema.js";

/** Schemas by the name of their field. */
export type RuleFields = Readonly<Record<string, StandardSchema>>;

export type OptionalRule<Inner extends StandardSchema> = Rule<
  RuleInput<Inner> | undefined,
  RuleOutput<Inner> | undefined
> & { readonly inner: Inner };

export type NullableRule<Inner extends StandardSchema> = Rule<
  RuleInput<Inner> | null,
  RuleOutput<Inner> | null
> & { readonly inner: Inner };

export type ListRule<Item extends StandardSchema> = Rule<RuleInput<Item>[], RuleOutput<Item>[]> & {
  readonly item: Item;
};

export type ObjectRule<Fields extends RuleFields> = Rule<
  ObjectOf<{ -readonly [Name in keyof Fields]: RuleInput<Fields[Name]> }>,
  ObjectOf<{ -readonly [Name in keyof Fields]: RuleOutput<Fields[Name]> }>
> & {
  /** To check one field of a form while it is filled in. */
  readonly fields: Fields;
};

/** What may be undefined may be absent. */
export type ObjectOf<Values> = Flat<
  { [Name in keyof Values as undefined extends Values[Name] ? never : Name]: Values[Name] } & {
    [Name in keyof Values as undefined extends Values[Name] ? Name : never]?: Values[Name];
  }
>;

export type Flat<Values> = { [Name in keyof Values]: Values[Name] };

/**
 * A value that may be absent. What a form sends for a field nobody filled in, text without
 * anything visible, is absent too, unless the rule takes it: `text({ min: 0, … })` keeps `""`.
 */
export function optional<Inner extends StandardSchema>(inner: Inner): OptionalRule<Inner> {
  const rule = defineRule<RuleInput<Inner> | undefined, RuleOutput<Inner> | undefined>((value) => {
    if (value === undefined) return { value };
    const result = runSchema<RuleOutput<Inner>>(inner, value);
    const isAbsent = result.issues && typeof value === "string" && isBlank(value);
    return isAbsent ? { value: undefined } : result;
  });
  return { ...rule, inner };
}

/** A value or `null`, for fields whose emptiness is stored. */
export function nullable<Inner extends StandardSchema>(inner: Inner): NullableRule<Inner> {
  const rule = defineRule<RuleInput<Inner> | null, RuleOutput<Inner> | null>((value) =>
    value === null ? { value } : runSchema<RuleOutput<Inner>>(inner, value),
  );
  return { ...rule, inner };
}

export type ListOptions<Item> = {
  min?: number;
  /** At most, and unless said otherwise, the 8,192 that Convex allows. */
  max?: number;
  /** No item twice. `true` for texts, numbers and booleans; of objects, say by what they are told apart. */
  unique?: ([Item] extends [Comparable] ? true : never) | ((item: Item) => Comparable);
};

type Comparable = string | number | bigint | boolean | null;

/**
 * A list of what `item` accepts. Items are not looked at when there are too many of them.
 *
 * @example
 * rules: { tags: list(slug(), { max: 10, unique: true }) }
 */
export function list<Item extends StandardSchema>(
  item: Item,
  options: ListOptions<RuleOutput<Item>> = {},
): ListRule<Item> {
  const { min = 0, unique } = options;
  const max = Math.min(options.max ?? MAX_ARRAY_ELEMENTS, MAX_ARRAY_ELEMENTS);
  assertLimits("list", Math.max(min, 0), max);
  const rule = defineRule<RuleInput<Item>[], RuleOutput<Item>[]>((value) => {
    if (value === undefined || value === null) return refuse(REQUIRED);
    if (!Array.isArray(value)) return refuse(NOT_A_LIST);
    if (value.length > max) return refuse(tooMany(value.length, max));
    if (value.length < min) return refuse(tooFew(value.length, min));
    return runItems(item, value, unique && rememberItems(unique));
  });
  return { ...rule, item };
}

/**
 * An object whose fields obey their rules. Fields without a rule are left alone: which ones there
 * may be is said by the validator of the arguments.
 */
export function object<const Fields extends RuleFields>(fields: Fields): ObjectRule<Fields> {
  const rule = defineRule((value) => {
    if (value === undefined || value === null) return refuse(REQUIRED);
    return isRecord(value) ? runFields(fields, value) : refuse(NOT_AN_OBJECT);
  });
  return { ...rule, fields } as ObjectRule<Fields>;
}

/** Every rule on its field; the other fields as they are. Absent is what comes out as undefined. */
export function runFields(fields: RuleFields, values: object): RuleResult<Record<string, unknown>> {
  const issues: RuleIssue[] = [];
  // A map, because `constructor` and `__proto__` are names like any other in it.
  const outputs = new Map<string, unknown>(Object.entries(values));
  for (const [name, schema] of Object.entries(fields)) {
    const result = runSchema(schema, outputs.get(name));
    if (result.issues) issues.push(...below(name, result.issues));
    else if (result.value === undefined) outputs.delete(name);
    else outputs.set(name, result.value);
  }
  return issues.length > 0 ? { issues } : { value: Object.fromEntries(outputs) };
}

function runItems<Output>(
  item: StandardSchema<unknown, Output>,
  values: readonly unknown[],
  isRepeated: (output: Output) => boolean = () => false,
): RuleResult<Output[]> {
  const issues: RuleIssue[] = [];
  const outputs: Output[] = [];
  // By index: other loops skip the holes of a sparse array, Convex does not.
  for (let i = 0; i < values.length && issues.length < MAX_ISSUES; i++) {
    const result = runItem(item, values[i], isRepeated);
    if (result.issues) issues.push(...below(i, result.issues));
    else outputs.push(result.value);
  }
  return issues.length > 0 ? { issues } : { value: outputs };
}

function runItem<Output>(
  item: StandardSchema<unknown, Output>,
  value: unknown,
  isRepeated: (output: Output) => boolean,
): RuleResult<Output> {
  const result = runSchema(item, value);
  if (result.issues) return result;
  // An optional item would let it through, and Convex has no undefined in lists.
  if (result.value === undefined) return refuse(REQUIRED);
  return isRepeated(result.value) ? refuse(REPEATED) : result;
}

function rememberItems<Item>(unique: true | ((item: Item) => Comparable)): (item: Item) => boolean {
  const seen = new Set<unknown>();
  return (item) => {
    const size = seen.size;
    seen.add(unique === true ? item : unique(item));
    return seen.size === size;
  };
}

function below(key: string | number, issues: readonly RuleIssue[]): RuleIssue[] {
  return issues.map((issue) => ({ ...issue, path: [key, ...issue.path] }));
}

/** No list, date, map or bytes: copying the fields of those would lose what they hold. */
function isRecord(value: unknown): value is object {
  return Object.prototype.toString.call(value) === "[object Object]";
}

const NOT_A_LIST = wrongType("Use a list.");
const NOT_AN_OBJECT = wrongType("Use an object with fields.");
const REPEATED: FieldError = { code: "repeated", message: "This is in the list already." };

function tooMany(count: number, max: number): FieldError {
  return {
    code: "too_many",
    message: `Use at most ${max}; there are ${count}.`,
    params: { count, max },
  };
}

function tooFew(count: number, min: number): FieldError {
  return {
    code: "too_few",
    message: `Add at least ${min}; there are ${count}.`,
    params: { count, min },
  };
}
