import { defineSchema, defineTable } from "convex/server";
import { live, softDeleteFields, vSealHead } from "convex-platform/validators";
import { v, type Infer } from "convex/values";

export const vStatus = v.union(
  v.literal("draft"),
  v.literal("sent"),
  v.literal("paid"),
  v.literal("void"),
);
export type Status = Infer<typeof vStatus>;

export const vCurrency = v.union(v.literal("EUR"), v.literal("GBP"), v.literal("USD"));

/** One position of an invoice. */
export const vLine = v.object({
  /** 1–120 characters. */
  description: v.string(),
  /** A whole number, 1–9,999. */
  quantity: v.number(),
  /** Price of one, in whole cents, 0–100,000,000. */
  unitCents: v.number(),
});
export type Line = Infer<typeof vLine>;

/** A position as a form sends it: with the id of its row, where it has one. */
export const vLineInput = vLine.extend({ id: v.optional(v.id("lineItems")) });
export type LineInput = Infer<typeof vLineInput>;

/** What people write on an invoice. */
export const vInvoiceInput = v.object({
  /** 1–80 characters. */
  customer: v.string(),
  /** 1–80 characters. */
  title: v.string(),
  currency: vCurrency,
  /** A day, `2026-11-30`. */
  dueOn: v.string(),
  /** 1–50. */
  lines: v.array(vLineInput),
});
export type InvoiceInput = Infer<typeof vInvoiceInput>;

export default defineSchema({
  // Written by invoices.ts and seed.ts. invoices.remove puts them in the trash, see trash.ts.
  invoices: defineTable(
    vInvoiceInput.omit("lines").extend({
      /** `INV-1042`; never used twice. */
      number: v.string(),
      status: vStatus,
      /** Sum of the lines in whole cents, kept by whoever writes them. */
      amountCents: v.number(),
      /** Why it was taken back; 1–1,000 characters. */
      voidReason: v.optional(v.string()),
      /** The `tokenIdentifier` of whoever created it. */
      ownerId: v.string(),
      ...softDeleteFields,
    }),
  )
    .index("by_number", live(["number"]))
    .index("by_status", live(["status"]))
    .index("by_deletedAt", live([])),

  // The positions of invoices. Written by lineItems.ts, and in the trash whenever their invoice is.
  lineItems: defineTable(
    vLine.extend({
      invoiceId: v.id("invoices"),
      /** Orders the lines of an invoice. Where one was removed, its place stays free. */
      position: v.number(),
      ...softDeleteFields,
    }),
  ).index("by_invoice", live(["invoiceId"], ["position"])),

  // Written by auditProofs.keepHead. A real host keeps these outside of this database.
  sealHeads: defineTable(vSealHead).index("by_index", ["index"]),

  // One row: the last invoice number given out. Without it, the number of a removed invoice would come back.
  counters: defineTable({ name: v.literal("invoices"), last: v.number() }).index("by_name", [
    "name",
  ]),
});
