import type { Status } from "../../convex/schema";

export const STATUSES: readonly Status[] = ["draft", "sent", "paid", "void"];

/** The list's filter, as its address says. */
export type InvoicesSearch = { status?: Status };

export function parseInvoicesSearch(search: Record<string, unknown>): InvoicesSearch {
  const status = STATUSES.find((known) => known === search["status"]);
  return status ? { status } : {};
}

export type InvoiceSearch = { tab?: "history" };

export function parseInvoiceSearch(search: Record<string, unknown>): InvoiceSearch {
  return search["tab"] === "history" ? { tab: "history" } : {};
}
