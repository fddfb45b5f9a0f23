import type { TrashItem, TrashOperation } from "convex-platform";
import { vTrashItem, vTrashOperation } from "convex-platform/validators";
import { v, type Infer } from "convex/values";
import type { Doc } from "./_generated/dataModel";
import type { QueryCtx } from "./_generated/server";
import schema, { vCurrency } from "./schema";

const { number, title, customer } = schema.doc("invoices").fields;

/** A guarded ctx, which says itself what of the trash it shows. */
export type ScopedCtx = QueryCtx & { scope(scope: "all"): QueryCtx["db"] };

/** A deletion, with the invoice that it was about. */
export const vDeletion = vTrashOperation.extend({
  /** `null` once it is purged. */
  invoice: v.union(
    v.object({ id: v.id("invoices"), number, title, customer, currency: vCurrency }),
    v.null(),
  ),
  /** Of the whole invoice, or of the line. */
  amountCents: v.optional(v.number()),
});
export type Deletion = Infer<typeof vDeletion>;

/** A row that went along. */
export const vMember = vTrashItem.extend({
  /** `null` once it is purged. */
  line: v.union(
    v.object({ description: v.string(), quantity: v.number(), unitCents: v.number() }),
    v.null(),
  ),
});

export async function asDeletion(ctx: ScopedCtx, operation: TrashOperation): Promise<Deletion> {
  const line = await findRow(ctx, "lineItems", operation.root);
  const invoiceId = line?.invoiceId ?? operation.root.id;
  const invoice = await findRow(ctx, "invoices", { table: "invoices", id: invoiceId });
  if (!invoice) return { ...operation, invoice: null };
  const { _id: id, number, title, customer, currency } = invoice;
  return {
    ...operation,
    invoice: { id, number, title, customer, currency },
    amountCents: line ? line.quantity * line.unitCents : invoice.amountCents,
  };
}

export async function asMember(ctx: ScopedCtx, item: TrashItem): Promise<Infer<typeof vMember>> {
  const line = await findRow(ctx, "lineItems", item);
  if (!line) return { ...item, line };
  const { description, quantity, unitCents } = line;
  return { ...item, line: { description, quantity, unitCents } };
}

/** A row, in the trash or not; `null` where it is none of this table, or gone. */
export async function findRow<Table extends "invoices" | "lineItems">(
  ctx: ScopedCtx,
  table: Table,
  at: { table: string; id: string },
): Promise<Doc<Table> | null> {
  const db = ctx.scope("all");
  const id = at.table === table ? db.normalizeId(table, at.id) : null;
  return id && (await db.get(table, id));
}
