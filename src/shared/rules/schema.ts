import { echo, platformError, type FieldError } from "../errors.js";

/**
 * What a schema of any library looks like, ours included: zod, valibot, ArkType.
 *
 * @see https://standardschema.dev
 */
export type StandardSchema<Input = unknown, Output = Input> = {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** Never there at run time; it carries the types. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
};

export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

export type StandardIssue = {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
};

const VENDOR = "convex-platform";

/** One of our rules: a Standard Schema that answers at once, and with codes. */
export type Rule<Input = unknown, Output = Input> = {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: typeof VENDOR;
    readonly validate: (value: unknown) => RuleResult<Output>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
};

export type RuleResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | RuleRefusal;

export type RuleRefusal = { readonly issues: readonly RuleIssue[] };

export type RuleIssue = FieldError & {
  /** Below the value the rule was asked about: `[]` is that value itself. */
  readonly path: readonly (string | number)[];
};

/** What a schema takes, in types. */
export type RuleInput<Schema extends StandardSchema> = NonNullable<
  Schema["~standard"]["types"]
>["input"];

/** What a schema gives back, in types. */
export type RuleOutput<Schema extends StandardSchema> = NonNullable<
  Schema["~standard"]["types"]
>["output"];

/** Faults one answer names: Convex takes 1,024 fields, and nobody reads that many. */
export const MAX_ISSUES = 200;

export function defineRule<Input, Output = Input>(
  validate: (value: unknown) => RuleResult<Output>,
): Rule<Input, Output> {
  return { "~standard": { version: 1, vendor: VENDOR, validate } };
}

/** The answer of a rule to which the value itself is the fault. */
export function refuse(fault: FieldError): RuleRefusal {
  return { issues: [{ ...fault, path: [] }] };
}

export function wrongType(message: string): FieldError {
  return { code: "wrong_type", message };
}

/** @throws NOT_CONFIGURED where a rule is written with limits that nothing can meet */
export function assertLimits(rule: string, min: number, max: number): void {
  if (min <= max) return;
  throw platformError({
    code: "NOT_CONFIGURED",
    message: `${rule}: no value is from min ${min} to max ${max}. Correct the limits of this rule.`,
  });
}

/**
 * Asks a schema of any library about a value; its answer in our shape.
 *
 * @throws NOT_CONFIGURED when it is no Standard Schema, or answers with a promise
 */
export function runSchema<Output>(
  schema: StandardSchema<unknown, Output>,
  value: unknown,
): RuleResult<Output> {
  const standard = (schema as Partial<typeof schema> | undefined)?.["~standard"];
  if (typeof standard?.validate !== "function") throw notASchema();
  const result = standard.validate(value);
  if ("then" in result) {
    // Its refusal would surface as an unhandled rejection next to our error.
    result.catch(() => {});
    throw answersLater(standard.vendor);
  }
  if (!result.issues) return { value: result.value };
  if (standard.vendor === VENDOR) return { issues: result.issues as readonly RuleIssue[] };
  // A refusal without issues is one all the same.
  if (result.issues.length === 0) return refuse(INVALID);
  return { issues: result.issues.slice(0, MAX_ISSUES).map(toRuleIssue) };
}

function toRuleIssue(issue: StandardIssue): RuleIssue {
  return {
    code: codeOf(issue),
    // It may repeat input, at any length.
    message: echo(issue.message),
    path: (issue.path ?? []).map(toKey),
  };
}

/** The standard has no codes, but zod gives one with each issue. */
function codeOf(issue: StandardIssue): string {
  const code = "code" in issue ? issue.code : undefined;
  return typeof code === "string" && /^[a-z][\w.-]{0,59}$/i.test(code) ? code : "invalid";
}

function toKey(segment: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof segment === "object" ? segment.key : segment;
  return typeof key === "number" ? key : String(key);
}

const INVALID: FieldError = { code: "invalid", message: "Correct this." };

function notASchema() {
  return platformError({
    code: "NOT_CONFIGURED",
    message:
      "A rule is not a Standard Schema. Use text(), integer() and the like, or a schema of zod or valibot.",
  });
}

function answersLater(vendor: string) {
  return platformError({
    code: "NOT_CONFIGURED",
    message: `A schema of ${vendor} answers with a promise, and rules have to answer at once. Make its asynchronous checks in the handler.`,
  });
}
