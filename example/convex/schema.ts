import { defineSchema, defineTable } from "convex/server";
import { vSealHead } from "convex-platform/validators";
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
  lines: v.array(vLine),
});
export type InvoiceInput = Infer<typeof vInvoiceInput>;

export default defineSchema({
  // Written by invoices.ts and seed.ts. Removed by invoices.remove.
  invoices: defineTable(
    vInvoiceInput.extend({
      /** `INV-1042`; never used twice. */
      number: v.string(),
      status: vStatus,
      /** Sum of the lines in whole cents, kept by whoever writes them. */
      amountCents: v.number(),
      /** Why it was taken back; 1–1,000 characters. */
      voidReason: v.optional(v.string()),
      /** The `tokenIdentifier` of whoever created it. */
      ownerId: v.string(),
    }),
  )
    .index("by_number", ["number"])
    .index("by_status", ["status"]),

  // Written by auditProofs.keepHead. A real host keeps these outside of this database.
  sealHeads: defineTable(vSealHead).index("by_index", ["index"]),

  // One row: the last invoice number given out. Without it, the number of a removed invoice would come back.
  counters: defineTable({ name: v.literal("invoices"), last: v.number() }).index("by_name", [
    "name",
  ]),
});
