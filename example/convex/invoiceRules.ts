import { day, integer, list, object, text } from "convex-platform/rules";
import type { Line } from "./schema";

/** Positions that an invoice has at most. */
export const MOST_LINES = 50;

/** Days that what was deleted can come back; after that it is purged. */
export const RETENTION_DAYS = 30;

/** What people write on an invoice, as it has to be; texts are trimmed first. */
export const invoiceRules = {
  customer: text({ max: 80 }),
  title: text({ max: 80 }),
  dueOn: day(),
  lines: list(
    object({
      description: text({ max: 120 }),
      quantity: integer({ min: 1, max: 9_999 }),
      unitCents: integer({ min: 0, max: 100_000_000 }),
    }),
    { min: 1, max: MOST_LINES },
  ),
};

export function totalCents(lines: readonly Line[]): number {
  return lines.reduce((sum, { quantity, unitCents }) => sum + quantity * unitCents, 0);
}
