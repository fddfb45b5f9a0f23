import { expect } from "vitest";
import { entriesOf } from "./guardedHost.js";
import { aTrashHost, type TrashHost } from "./trashHost.js";

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
