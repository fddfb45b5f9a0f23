import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api";
import { MOST_LINES, RETENTION_DAYS } from "../../convex/invoiceRules";
import { LOCALE } from "../format";

/** One act of deletion. */
export type Deletion = FunctionReturnType<typeof api.trash.list>["page"][number];
/** What keeps one from being undone. */
export type Conflict = FunctionReturnType<typeof api.trash.conflicts>[number];

const DAY = new Intl.DateTimeFormat(LOCALE, { weekday: "long", day: "numeric", month: "long" });
const NUMBER = new Intl.NumberFormat(LOCALE);
const DAY_MS = 24 * 60 * 60 * 1000;

/** "INV-1029", or "Rush fee" for a line. */
export function nameOf({ root }: Deletion): string {
  return root.label ?? root.id;
}

export function isLine({ root }: Deletion): boolean {
  return root.table === "lineItems";
}

/** Whether a restore is worth a try; what else stands in the way is found out by it. */
export function isRestorable({ state, hold }: Deletion): boolean {
  return state === "trashed" && !hold;
}

/** "1 line", "6 lines" */
export function countLines(count: number): string {
  return `${NUMBER.format(count)} ${count === 1 ? "line" : "lines"}`;
}

/** Lines that went along with an invoice. */
export function linesOf({ taken }: Deletion): number {
  return taken["lineItems"] ?? 0;
}

/** "Today", "Yesterday", else "Thursday 19 November", where the reader sits. */
export function formatDayOf(ms: number, now: number): string {
  const days = Math.round((startOfDay(now) - startOfDay(ms)) / DAY_MS);
  return days === 0 ? "Today" : days === 1 ? "Yesterday" : DAY.format(ms);
}

export function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** Why it cannot come back, and what would help. */
export function explain({ reason, holder }: Conflict): string {
  const invoice = holder?.number ?? "The invoice";
  switch (reason) {
    case "PARENT_DELETED":
      return `${invoice}, which it is a line of, is in the trash itself. It has to come back first.`;
    case "UNIQUE_TAKEN":
      return `Another invoice is called ${invoice} by now, and no two may have one number.`;
    case "EXPIRED":
      return `Its ${RETENTION_DAYS} days are over. It is about to be purged.`;
    case "HELD":
      return "It is on hold, so it stays as it is. Release it first.";
    case "INVOICE_SENT":
      return `${invoice} is no draft any more: what it says stays as it is.`;
    case "INVOICE_FULL":
      return `${invoice} has ${MOST_LINES} lines already. Remove one of them first.`;
  }
}
