import { afterEach, describe, expect, test, vi } from "vitest";
import { aTrashHost, withRoomFor, type TrashHost } from "./trashHost.js";
import { refused } from "./trashWorlds.js";

/**
 * Which rows are an operation's own, where it takes too many transactions to see them all at once.
 * The clock stands still: all goes to the trash in one millisecond.
 */

afterEach(() => void vi.useRealTimers());

const PARENT_DELETED = refused("CONFLICT", { reason: "PARENT_DELETED" });

/** A customer with so many invoices, each with a payment that is the customer's, too. */
async function aPayingCustomer(invoices: number, h: TrashHost = aTrashHost()) {
  const customerId = await h.insert("customers", { name: "A" });
  const numbers = Array.from({ length: invoices }, (_, i) => ({ number: `${i}`, customerId }));
  const invoiceIds = await h.insertMany("invoices", numbers);
  const payments = invoiceIds.map((invoiceId) => ({ invoiceId, customerId }));
  const paymentIds = await h.insertMany("payments", payments);
  return { h, customerId, invoiceIds, paymentIds };
}

const stateOf = async (h: TrashHost, id: string) => (await h.look("get", id))!.state;

describe("a restore of many steps", () => {
  test("waits for the parent of its root that was deleted in the same call", async () => {
    const h = aTrashHost();
    const parentId = await h.insert("folders", { name: "parent" });
    const folderId = await h.insert("folders", { name: "a", folderId: parentId });
    await h.insertMany("folders", Array(10).fill({ name: "b", folderId }));
    withRoomFor(5);
    const removed = await h.act("softDeleteMany", "folders", [folderId, parentId]);
    await h.settle();
    const [own, parent] = removed.map(({ operationId }) => operationId!);
    await expect(h.act("restore", own)).rejects.toMatchObject(PARENT_DELETED);
    expect(await h.look("checkRestore", own!)).toMatchObject({ ok: false });
    expect(await h.live("folders")).toEqual([]);
    await h.act("restore", parent);
    expect(await h.live("folders")).toEqual([parentId]);
    await h.act("restore", own);
    await h.settle();
    expect(await h.live("folders")).toHaveLength(12);
  });

  test("waits for a parent that another operation took along in the same millisecond", async () => {
    // The record is looked through in several transactions of two rows' room each.
    const { h, customerId, invoiceIds, paymentIds } = await aPayingCustomer(25);
    const other = await h.insert("customers", { name: "B" });
    await h.patch(invoiceIds[0]!, { customerId: other });
    withRoomFor(2);
    const own = await h.act("softDelete", "customers", customerId);
    await h.settle();
    const others = await h.act("softDelete", "customers", other);

    await h.act("restore", own.operationId!);
    await h.settle();
    expect(await stateOf(h, own.operationId!)).toBe("trashed");
    expect((await h.get(paymentIds[0]!))!["deletedAt"]).toBeDefined();
    withRoomFor(Infinity);
    await h.act("restore", others.operationId!);
    await h.act("restore", own.operationId!);
    expect(await h.live("payments")).toEqual(paymentIds);
  });

  test("knows a parent of its own that comes back later, however far off", async () => {
    const { h, customerId, paymentIds } = await aPayingCustomer(25);
    withRoomFor(2);
    const { operationId } = await h.act("softDelete", "customers", customerId);
    await h.settle();
    await h.act("restore", operationId!);
    await h.settle();
    expect(await stateOf(h, operationId!)).toBe("restored");
    expect(await h.live("payments")).toEqual(paymentIds);
  });

  test("does not wait for a row of its own that the host has deleted by itself", async () => {
    const { h, customerId, invoiceIds, paymentIds } = await aPayingCustomer(30);
    withRoomFor(2);
    const { operationId } = await h.act("softDelete", "customers", customerId);
    await h.settle();
    await h.erase(invoiceIds[29]!);
    await h.act("restore", operationId!);
    await h.settle();
    expect(await h.look("get", operationId!)).toMatchObject({ state: "restored", missing: 1 });
    expect(await h.live("payments")).toEqual(paymentIds);
  });

  test("brings back two that had one value before", async () => {
    const h = aTrashHost();
    const customerId = await h.insert("customers", { name: "A" });
    const same = { number: "1", customerId };
    const invoiceIds = await h.insertMany("invoices", Array(9).fill(same));
    withRoomFor(2);
    const { operationId } = await h.act("softDelete", "customers", customerId);
    await h.settle();
    await h.act("restore", operationId!);
    await h.settle();
    expect(await stateOf(h, operationId!)).toBe("restored");
    expect(await h.live("invoices")).toEqual(invoiceIds);
  });
});
