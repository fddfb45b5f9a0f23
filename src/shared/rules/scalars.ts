import { echo, platformError, type FieldError } from "../errors.js";
import { REQUIRED } from "../texts.js";
import { assertLimits, defineRule, refuse, wrongType, type Rule } from "./schema.js";

/** Both ends are allowed values. */
export type NumberLimits = { min?: number; max?: number };

/** A whole number that a double holds exactly: at most 2^53 - 1 either way. */
export function integer({ min = -Infinity, max = Infinity }: NumberLimits = {}): Rule<number> {
  const limits = {
    min: Math.max(min, Number.MIN_SAFE_INTEGER),
    max: Math.min(max, Number.MAX_SAFE_INTEGER),
  };
  assertLimits("integer", limits.min, limits.max);
  return numberRule(limits, (value) => (Number.isInteger(value) ? undefined : NOT_AN_INTEGER));
}

/**
 * A finite number. NaN, the infinities and -0 are refused: they come from a mistake in a
 * calculation, and compare unlike any other number.
 */
export function number({ min = -Infinity, max = Infinity }: NumberLimits = {}): Rule<number> {
  assertLimits("number", min, max);
  return numberRule({ min, max });
}

/** Yes or no. For a box that has to be ticked, use `oneOf([true])`. */
export function boolean(): Rule<boolean> {
  return defineRule((value) => {
    if (value === undefined || value === null) return refuse(REQUIRED);
    return typeof value === "boolean" ? { value } : refuse(NOT_A_BOOLEAN);
  });
}

/**
 * One of a few known values. Text is trimmed first.
 *
 * @example
 * rules: { status: oneOf(["draft", "sent"]) }
 */
export function oneOf<const Option extends string | number | boolean>(
  options: readonly Option[],
): Rule<Option> {
  assertOptions(options);
  const unknownOption = notAnOption(options);
  return defineRule((value) => {
    if (value === undefined || value === null) return refuse(REQUIRED);
    const wanted = typeof value === "string" ? value.trim() : value;
    if (wanted === "") return refuse(REQUIRED);
    const chosen = options.find((option) => option === wanted);
    return chosen === undefined ? refuse(unknownOption) : { value: chosen };
  });
}

function numberRule(
  { min, max }: Required<NumberLimits>,
  findFault: (value: number) => FieldError | undefined = () => undefined,
): Rule<number> {
  return defineRule((value) => {
    if (value === undefined || value === null) return refuse(REQUIRED);
    if (typeof value !== "number") return refuse(NOT_A_NUMBER);
    if (!Number.isFinite(value)) return refuse(NOT_FINITE);
    if (Object.is(value, -0)) return refuse(NEGATIVE_ZERO);
    if (value < min) return refuse(tooSmall(min));
    if (value > max) return refuse(tooLarge(max));
    const fault = findFault(value);
    return fault ? refuse(fault) : { value };
  });
}

/** An option that trimming changes, or the empty text, could never be chosen. */
function assertOptions(options: readonly (string | number | boolean)[]): void {
  const isSound = options.every((option) => option !== "" && option === trimIfText(option));
  if (options.length > 0 && isSound) return;
  throw platformError({
    code: "NOT_CONFIGURED",
    message: "oneOf: give at least one option, and none that is empty or has spaces around it.",
  });
}

function trimIfText<Option extends string | number | boolean>(option: Option) {
  return typeof option === "string" ? option.trim() : option;
}

const NOT_A_NUMBER = wrongType("Use a number.");
const NOT_A_BOOLEAN = wrongType("Choose yes or no.");
const NOT_FINITE: FieldError = { code: "not_finite", message: "Use a finite number." };
const NEGATIVE_ZERO: FieldError = { code: "negative_zero", message: "Use 0 without a sign." };
const NOT_AN_INTEGER: FieldError = { code: "not_an_integer", message: "Use a whole number." };

function tooSmall(min: number): FieldError {
  return { code: "out_of_range", message: `Use ${min} or more.`, params: { min } };
}

function tooLarge(max: number): FieldError {
  return { code: "out_of_range", message: `Use ${max} or less.`, params: { max } };
}

function notAnOption(options: readonly (string | number | boolean)[]): FieldError {
  const names = echo(options.join(", "));
  return { code: "not_an_option", message: `Choose one of: ${names}.`, params: { options: names } };
}
