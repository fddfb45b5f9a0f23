import { afterEach, describe, expect, test, vi } from "vitest";
import { aTrashHost, withRoomFor, type TrashHost } from "./trashHost.js";
import { aLongCascade, anInvoice, entries } from "./trashWorlds.js";

/** What the entries of operations of many steps are called. */

afterEach(() => void vi.useRealTimers());

const actionsOf = async (h: TrashHost) =>
  (await entries(h)).map(({ action, outcome }) => `${action} ${outcome}`);

/** An invoice of ten lines that is binned three rows at a time. */
async function aBinned() {
  const h = aTrashHost();
  const invoiceId = await anInvoice(h, 10);
  withRoomFor(3);
  const why = { action: "invoices.binned" };
  const { operationId } = await h.act("softDelete", "invoices", invoiceId, why);
  return { h, invoiceId, operationId: operationId! };
}

describe("the action that the host gives", () => {
  test("is that of the first and of the last entry, of a removal and of its restore", async () => {
    const { h, operationId } = await aBinned();
    await h.settle();
    await h.act("restore", operationId, { action: "invoices.rescued" });
    await h.settle();
    expect(await actionsOf(h)).toEqual([
      ...Array<string>(2).fill("invoices.binned success"),
      ...Array<string>(2).fill("invoices.rescued success"),
    ]);
  });

  test("of one act is not that of the next", async () => {
    const { h, invoiceId, operationId } = await aBinned();
    await h.settle();
    await h.act("restore", operationId);
    await h.step();
    // Back into the trash, amid the restore.
    await h.act("softDelete", "invoices", invoiceId, { action: "invoices.dumped" });
    await h.settle();
    await h.act("restore", operationId, { action: "invoices.rescued" });
    await h.step();
    await h.act("softDelete", "invoices", invoiceId);
    await h.settle();
    expect(await actionsOf(h)).toEqual(
      [
        ...["invoices.binned", "invoices.binned", "invoices.restored"],
        ...["invoices.dumped", "invoices.dumped"],
        ...["invoices.rescued", "invoices.trashed", "invoices.trashed"],
      ].map((action) => `${action} success`),
    );
  });

  test("is that of the entry that says that it failed, and not of what takes it back", async () => {
    const { h, invoiceId, operationId } = await aBinned();
    await h.settle();
    await h.act("restore", operationId, { action: "invoices.rescued" });
    await h.step();
    await h.insert("invoices", { number: "1" });
    await h.insert("payments", { invoiceId });
    await h.settle();
    expect((await actionsOf(h)).slice(2)).toEqual([
      "invoices.rescued success",
      "invoices.rescued failure",
      "invoices.trashed success",
    ]);
  });

  test("is that of a removal that met a row which must stay", async () => {
    const { h } = await aLongCascade({ action: "customers.binned" });
    await h.settle();
    expect(await actionsOf(h)).toEqual([
      "customers.binned success",
      "customers.binned failure",
      "customers.restored success",
    ]);
  });
});
