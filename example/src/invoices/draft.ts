import type { InvoiceInput, LineInput } from "../../convex/schema";
import { dayFromNow } from "../format";
import type { Invoice } from "./InvoiceScreen";

/** An invoice while it is being written. Lines have a key of their own: they move when one is taken out. */
export type Draft = Omit<InvoiceInput, "lines"> & { lines: DraftLine[] };
export type DraftLine = LineInput & { key: string };

export function emptyDraft(): Draft {
  return { customer: "", title: "", currency: "EUR", dueOn: dayFromNow(30), lines: [emptyLine()] };
}

export function emptyLine(): DraftLine {
  return { key: crypto.randomUUID(), description: "", quantity: 1, unitCents: 0 };
}

/** What is stored, for editing. */
export function toDraft({ customer, title, currency, dueOn, lines }: Invoice): Draft {
  const keyed = lines.map(({ _id: id, description, quantity, unitCents }) => {
    return { key: id, id, description, quantity, unitCents };
  });
  return { customer, title, currency, dueOn, lines: keyed };
}

/** What was edited, for storing. */
export function toInput({ lines, ...fields }: Draft): InvoiceInput {
  return { ...fields, lines: lines.map(({ key: _key, ...line }) => line) };
}

export function isSame(a: Invoice, b: Invoice): boolean {
  return JSON.stringify(toInput(toDraft(a))) === JSON.stringify(toInput(toDraft(b)));
}
