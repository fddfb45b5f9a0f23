import type { PlatformErrorData } from "convex-platform";
import { refusal } from "./access";
import type { InvoiceInput, Line } from "./schema";

export const MAX_LINES = 50;
const MAX_QUANTITY = 9_999;
const MAX_UNIT_CENTS = 100_000_000;

type FieldErrors = NonNullable<PlatformErrorData["fields"]>;

/** The invoice as it is checked and stored: without spaces around what people typed. */
export function trimInvoice(input: InvoiceInput): InvoiceInput {
  return {
    ...input,
    customer: input.customer.trim(),
    title: input.title.trim(),
    lines: input.lines.map((line) => ({ ...line, description: line.description.trim() })),
  };
}

/** @throws VALIDATION_FAILED naming every bad field of a trimmed invoice by its path: `lines.0.quantity` */
export function assertValidInvoice(input: InvoiceInput): void {
  const fields: FieldErrors = {
    ...checkText("customer", input.customer, 80),
    ...checkText("title", input.title, 80),
    ...(isDay(input.dueOn) ? {} : fault("dueOn", "bad_date", "Choose a day.")),
    ...checkLineCount(input.lines.length),
    ...Object.assign({}, ...input.lines.map((line, i) => checkLine(line, `lines.${i}`))),
  };
  if (Object.keys(fields).length > 0) {
    throw refusal({ code: "VALIDATION_FAILED", message: "The invoice was not saved.", fields });
  }
}

export function totalCents(lines: Line[]): number {
  return lines.reduce((sum, { quantity, unitCents }) => sum + quantity * unitCents, 0);
}

function checkLineCount(count: number): FieldErrors {
  if (count === 0) return fault("lines", "required", "Add at least one line item.");
  return count > MAX_LINES
    ? fault("lines", "too_many", `Use at most ${MAX_LINES} line items.`, { max: MAX_LINES })
    : {};
}

function checkLine({ description, quantity, unitCents }: Line, path: string): FieldErrors {
  return {
    ...checkText(`${path}.description`, description, 120),
    ...checkWholeNumber(`${path}.quantity`, quantity, 1, MAX_QUANTITY),
    ...checkWholeNumber(`${path}.unitCents`, unitCents, 0, MAX_UNIT_CENTS),
  };
}

/** Something visible, on one line, and well-formed: half of a character pair counts as a control character. */
function checkText(path: string, text: string, max: number): FieldErrors {
  if (!/[^\p{Z}\p{C}]/u.test(text)) return fault(path, "required", "This is required.");
  if (text.length > max) return fault(path, "too_long", `Use at most ${max} characters.`, { max });
  if (/[\p{Cc}\p{Cs}]/u.test(text)) {
    return fault(path, "bad_characters", "Remove control characters.");
  }
  return {};
}

function checkWholeNumber(path: string, value: number, min: number, max: number): FieldErrors {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return {};
  const [from, to] = path.endsWith("Cents") ? [min / 100, max / 100] : [min, max];
  const message = `Use a number from ${from} to ${to.toLocaleString("en")}.`;
  return fault(path, "out_of_range", message, { min, max });
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // `2026-02-30` parses in some engines, to the second of March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function fault(
  path: string,
  code: string,
  message: string,
  params?: Record<string, number>,
): FieldErrors {
  return { [path]: { code, message, ...(params && { params }) } };
}
