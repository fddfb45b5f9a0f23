import { day, defineRule, integer, list, object, refuse, text } from "convex-platform/rules";
import type { Line } from "./schema";

/** Positions that an invoice has at most. */
export const MOST_LINES = 50;

/** Days that what was deleted can come back; after that it is purged. */
export const RETENTION_DAYS = 30;

const MOST_CENTS = 100_000_000;
const cents = integer({ min: 0, max: MOST_CENTS });

/** Stored in cents; nobody types these, so a refusal names the limit in whole units. */
const price = defineRule<number>((value) =>
  typeof value === "number" && value > MOST_CENTS
    ? refuse({
        code: "out_of_range",
        message: `Use ${(MOST_CENTS / 100).toLocaleString("en-GB")} or less.`,
        params: { max: MOST_CENTS },
      })
    : cents["~standard"].validate(value),
);

/** What people write on an invoice, as it has to be; texts are trimmed first. */
export const invoiceRules = {
  customer: text({ max: 80 }),
  title: text({ max: 80 }),
  dueOn: day(),
  lines: list(
    object({
      description: text({ max: 120 }),
      quantity: integer({ min: 1, max: 9_999 }),
      unitCents: price,
    }),
    { min: 1, max: MOST_LINES },
  ),
};

export function totalCents(lines: readonly Line[]): number {
  return lines.reduce((sum, { quantity, unitCents }) => sum + quantity * unitCents, 0);
}
