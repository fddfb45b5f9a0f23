import { expect } from "vitest";
import { entriesOf } from "./guardedHost.js";
import { aTrashHost, withRoomFor, type TrashHost } from "./trashHost.js";

/** Small worlds with something to delete, and what tests of the trash look at. */

/** What a refusal looks like. */
export const refused = (code: string, details?: object) => ({
  data: { code, ...(details && { details: expect.objectContaining(details) as object }) },
});

/** All entries of the audit log, the oldest first. */
export const entries = async ({ t }: TrashHost) => await entriesOf(t as never);

/** A memo in the trash. */
export async function aTrashedMemo() {
  const h = aTrashHost();
  const id = await h.insert("memos", { text: "Lamp" });
  const { operationId } = await h.act("softDelete", "memos", id);
  return { h, id, operationId: operationId! };
}

/** A customer with an invoice of two lines. */
export async function aCustomer() {
  const h = aTrashHost();
  const customerId = await h.insert("customers", { name: "Ada" });
  const invoiceId = await h.insert("invoices", { number: "1", customerId });
  const lines = await h.insertMany("lines", [
    { text: "a", invoiceId },
    { text: "b", invoiceId },
  ]);
  return { h, customerId, invoiceId, lines };
}

/** An invoice with so many lines. */
export async function anInvoice(h: TrashHost, lines: number): Promise<string> {
  const invoiceId = await h.insert("invoices", { number: "1" });
  await h.insertMany("lines", Array(lines).fill({ text: "a", invoiceId }));
  return invoiceId;
}

/** A customer with two invoices: one is paid, which is found out late. */
export async function aLongCascade(why: { action?: string } = {}) {
  const h = aTrashHost();
  const customerId = await h.insert("customers", { name: "A" });
  for (const number of ["1", "2"]) {
    const invoiceId = await h.insert("invoices", { number, customerId });
    await h.insertMany("lines", Array(4).fill({ text: "a", invoiceId }));
    if (number === "2") await h.insert("payments", { invoiceId });
  }
  withRoomFor(4);
  const { operationId } = await h.act("softDelete", "customers", customerId, why);
  return { h, customerId, operationId: operationId! };
}
