import { afterEach, describe, expect, test, vi } from "vitest";
import { aTrashHost } from "./trashHost.js";
import { aCustomer, aTrashedMemo, entries, refused } from "./trashWorlds.js";

/** How a row and its operation are found from each other, and whose history tells of it. */

afterEach(() => void vi.useRealTimers());

describe("an entry about a part", () => {
  test("tells of its deletion, return and purge in the history of the whole", async () => {
    const { h, invoiceId, lines } = await aCustomer();
    const [id] = lines;
    const { operationId } = await h.act("softDelete", "lines", id);
    await h.act("hold", operationId!, { reason: "a lawsuit" });
    await h.act("release", operationId!, { reason: "it is over" });
    await h.act("restore", operationId!);
    const again = await h.act("softDelete", "lines", id);
    await h.act("purge", again.operationId!);
    const about = {
      // Nobody has read the invoice: so its label is not known.
      target: { table: "invoices", id: invoiceId },
      related: [{ table: "lines", id }],
      metadata: { label: "a" },
    };
    expect(await entries(h)).toMatchObject(
      ["lines.trashed", "trash.held", "trash.released", "lines.restored"]
        .concat("lines.trashed", "lines.purged")
        .map((action) => ({ action, ...about })),
    );
    expect(await h.look("get", operationId!)).toMatchObject({
      root: { table: "lines", id, label: "a" },
    });
  });

  test("names the whole, where a guarded function has read that", async () => {
    const { h, invoiceId, lines } = await aCustomer();
    await h.guarded("removeLine", { id: lines[0]! });
    const { page } = await h.look("list");
    await h.act("restore", page[0]!.id);
    const target = { table: "invoices", id: invoiceId, label: "1" };
    const about = (await entries(h)).filter(({ action }) => action.startsWith("lines."));
    expect(about).toMatchObject([{ target }, { target }]);
  });

  test("has no personal label in metadata, which cannot be erased", async () => {
    const h = aTrashHost();
    const memoId = await h.insert("memos", { text: "a" });
    const id = await h.insert("files", { name: "Ada.pdf", memoId });
    const { operationId } = await h.act("softDelete", "files", id);
    await h.act("restore", operationId!);
    for (const { target, related, metadata } of await entries(h)) {
      expect(target).toEqual({ table: "memos", id: memoId });
      expect(related).toEqual([{ table: "files", id }]);
      expect(metadata).toEqual({ taken: {} });
    }
    expect(await entries(h)).toHaveLength(2);
  });
});

describe("find", () => {
  test("gives the operation that a row began, as long as the row is in the trash", async () => {
    const { h, id, operationId } = await aTrashedMemo();
    expect(await h.look("find", "memos", id)).toEqual(await h.look("get", operationId));
    await h.act("restore", operationId);
    expect(await h.look("find", "memos", id)).toBeNull();
    const again = await h.act("softDelete", "memos", id);
    expect(await h.look("find", "memos", id)).toMatchObject({ id: again.operationId });
    await h.act("purge", again.operationId!);
    expect(await h.look("find", "memos", id)).toBeNull();
  });

  test("knows nothing of rows that went along, that are live, or that are none", async () => {
    const { h, customerId, invoiceId, lines } = await aCustomer();
    expect(await h.look("find", "invoices", invoiceId)).toBeNull();
    const { operationId } = await h.act("softDelete", "customers", customerId);
    expect(await h.look("find", "customers", customerId)).toMatchObject({ id: operationId });
    expect(await h.look("find", "invoices", invoiceId)).toBeNull();
    expect(await h.look("find", "lines", lines[0])).toBeNull();
    for (const id of ["", "nonsense", customerId]) {
      expect(await h.look("find", "memos", id)).toBeNull();
    }
    await expect(h.look("find", "logs", "a")).rejects.toMatchObject(refused("NOT_CONFIGURED"));
  });
});
