import type { FieldError, FieldErrors } from "./errors.js";

/**
 * A character is one UTF-16 code unit, as `String.length` and the `maxlength` of HTML count: an
 * emoji takes two or more.
 */
export type TextLimits = {
  min: number;
  max: number;
  /** No line breaks: for names, ids and everything a log line may show. */
  isOneLine: boolean;
};

/** Control characters, and the bidi overrides that let a text pose as another. */
const FORBIDDEN_IN_LINE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
/** In longer texts tabs and line breaks are what people write. */
const FORBIDDEN_IN_TEXT = /(?![\t\n\r])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
/**
 * Something an eye can see: anything but separators, control, format and ignorable characters,
 * and the two blanks that pass for a letter. Unassigned ones count as visible: what an older
 * browser does not know yet is a new emoji to the server.
 */
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]/u;
const PAIR = /[\ud800-\udbff][\udc00-\udfff]/;

export const REQUIRED: FieldError = { code: "required", message: "This is required." };

const NOT_WELL_FORMED: FieldError = {
  code: "not_well_formed",
  message: "This text has half of a character pair.",
};
const BAD_CHARACTERS: FieldError = {
  code: "bad_characters",
  message: "Remove control and text direction characters.",
};

/** What is wrong with a text that has to be there; `{}` when nothing is. */
export function checkText(text: unknown, path: string, limits: TextLimits): FieldErrors {
  const fault = typeof text === "string" ? findTextFault(text, limits) : REQUIRED;
  return fault ? { [path]: fault } : {};
}

export function checkOptionalText(text: unknown, path: string, limits: TextLimits): FieldErrors {
  return text === undefined ? {} : checkText(text, path, limits);
}

/** The first thing wrong with a text, which its caller has trimmed where people write. */
export function findTextFault(text: string, limits: TextLimits): FieldError | undefined {
  const { min, max, isOneLine } = limits;
  if (!text.isWellFormed()) return NOT_WELL_FORMED;
  if (text.length > max) return tooLong(text, max);
  if (min > 0 && isBlank(text)) return REQUIRED;
  if (text.length < min) return tooShort(text, min);
  if ((isOneLine ? FORBIDDEN_IN_LINE : FORBIDDEN_IN_TEXT).test(text)) return BAD_CHARACTERS;
  return undefined;
}

/** Whether there is nothing to see: no text, or only spaces and characters that draw nothing. */
export function isBlank(text: string): boolean {
  return !VISIBLE.test(text);
}

function tooLong(text: string, max: number): FieldError {
  // Otherwise a person counts fewer than we do.
  const unit = PAIR.test(text) ? " An emoji counts as two or more." : "";
  return {
    code: "too_long",
    message: `Use at most ${max} characters; this has ${text.length}.${unit}`,
    params: { max, length: text.length },
  };
}

function tooShort(text: string, min: number): FieldError {
  return {
    code: "too_short",
    message: `Use at least ${min} characters; this has ${text.length}.`,
    params: { min, length: text.length },
  };
}
