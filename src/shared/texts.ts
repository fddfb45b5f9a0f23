import type { FieldErrors } from "./errors.js";

/** Lengths count UTF-16 code units, as `String.length` does. */
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
/** Something an eye can see: anything but separators, control, format, unassigned and filler characters. */
const VISIBLE = /[^\p{Z}\p{C}\u115f\u1160\u3164\uffa0\u2800]/u;

/** What is wrong with a text that has to be there; `{}` when nothing is. */
export function checkText(text: unknown, path: string, limits: TextLimits): FieldErrors {
  const { min, max, isOneLine } = limits;
  if (typeof text !== "string") return fault(path, "required", "This is required.");
  if (!text.isWellFormed()) {
    return fault(path, "not_well_formed", "This text has half of a character pair.");
  }
  if (text.length > max) {
    return fault(path, "too_long", `Use at most ${max} characters.`, { max, length: text.length });
  }
  if (min > 0 && !VISIBLE.test(text)) return fault(path, "required", "This is required.");
  if (text.length < min) {
    return fault(path, "too_short", `Use at least ${min} characters.`, {
      min,
      length: text.length,
    });
  }
  if ((isOneLine ? FORBIDDEN_IN_LINE : FORBIDDEN_IN_TEXT).test(text)) {
    return fault(path, "bad_characters", "Remove control and text direction characters.");
  }
  return {};
}

export function checkOptionalText(text: unknown, path: string, limits: TextLimits): FieldErrors {
  return text === undefined ? {} : checkText(text, path, limits);
}

function fault(
  path: string,
  code: string,
  message: string,
  params?: Record<string, number>,
): FieldErrors {
  return { [path]: { code, message, ...(params && { params }) } };
}
