import { afterEach, describe, expect, test, vi } from "vitest";
import {
  conflictBetween,
  costOf,
  record,
  withinHostCall,
  type Recording,
} from "../../bench/instrument";
import { DAY_MS } from "../../src/shared/trashRules.js";
import { aTrashHost, RETENTION_DAYS, trashRef, type TrashHost } from "./trashHost.js";
import { anInvoice } from "./trashWorlds.js";

/** What the trash costs, in the figures a host pays for. */

// convex-test looks at all rows of a table for each range.
vi.setConfig({ testTimeout: 20_000 });

afterEach(() => void vi.useRealTimers());

type Figures = { docsRead: number; docsWritten: number; nested: number };

function figures(recording: Recording): Figures {
  const { docsRead, docsWritten, nested } = withinHostCall(costOf(recording), "mutation");
  return { docsRead, docsWritten, nested };
}

async function cost(run: () => Promise<unknown>): Promise<Figures> {
  return figures(await record(run));
}

/** So many memos in the trash already. */
async function aTrashOf(h: TrashHost, count: number): Promise<void> {
  const ids = await h.insertMany("memos", Array(count).fill({ text: "old" }));
  for (let i = 0; i < ids.length; i += 500) {
    await h.act("softDeleteMany", "memos", ids.slice(i, i + 500));
  }
}

describe("one row", () => {
  test.each([0, 200])("costs 1 read and 3 writes to delete among %i", async (size) => {
    const h = aTrashHost();
    await aTrashOf(h, size);
    const id = await h.insert("memos", { text: "a" });
    // The host's own read of the row is one of the two.
    expect(await cost(() => h.actOnRow("softDelete", "memos", id))).toEqual({
      docsRead: 1 + 1,
      docsWritten: 3,
      nested: 1,
    });
  });

  test("costs a read more where only its id is given", async () => {
    const h = aTrashHost();
    const id = await h.insert("memos", { text: "a" });
    expect(await cost(() => h.act("softDelete", "memos", id))).toEqual({
      docsRead: 2,
      docsWritten: 3,
      nested: 1,
    });
  });

  test("costs 1 read and 3 writes where a guarded function has read it", async () => {
    const h = aTrashHost();
    const id = await h.insert("memos", { text: "a" });
    await h.guarded("loadMemo", { id }); // Ann's first login
    const bare = await cost(() => h.guarded("loadMemo", { id }));
    const { docsRead, docsWritten } = await cost(() => h.guarded("removeMemo", { id }));
    expect(docsRead - bare.docsRead).toBe(1);
    expect(docsWritten - bare.docsWritten).toBe(3);
  });

  test("makes no guarded function read again what it knows", async () => {
    const h = aTrashHost();
    const id = await h.insert("memos", { text: "a" });
    const other = await h.insert("memos", { text: "b" });
    // Afterwards it leaves the memo as it was, so without an entry.
    await h.guarded("editAround", { id });
    const without = await cost(() => h.guarded("editAround", { id }));
    const { docsRead, docsWritten } = await cost(() => h.guarded("editAround", { id, other }));
    // Its own read of the other one, and the trash's.
    expect(docsRead - without.docsRead).toBe(1 + 1);
    expect(docsWritten - without.docsWritten).toBe(3);
  });

  test.each([0, 200])("costs 3 reads and 3 writes to restore among %i", async (size) => {
    const h = aTrashHost();
    await aTrashOf(h, size);
    const id = await h.insert("memos", { text: "a" });
    const { operationId } = await h.act("softDelete", "memos", id);
    expect(await cost(() => h.act("restore", operationId!))).toEqual({
      docsRead: 3,
      docsWritten: 3,
      nested: 1,
    });
  });
});

describe("a part of another row", () => {
  test("costs what any row costs", async () => {
    const h = aTrashHost();
    const invoiceId = await anInvoice(h, 0);
    const id = await h.insert("lines", { text: "a", invoiceId });
    const all = { docsRead: 2, docsWritten: 3, nested: 1 };
    expect(await cost(() => h.act("softDelete", "lines", id))).toEqual(all);
    const { page } = await h.look("list");
    // One of its reads is that of the invoice, which has to be there.
    const { docsRead, docsWritten } = await cost(() => h.act("restore", page[0]!.id));
    expect([docsRead, docsWritten]).toEqual([5, 3]);
  });
});

describe("a cascade", () => {
  test.each([1, 2, 10])("of %i rows reads each twice, and writes them and 4 more", async (k) => {
    const h = aTrashHost();
    const id = await anInvoice(h, k);
    const { docsRead, docsWritten, nested } = await cost(() =>
      h.actOnRow("softDelete", "invoices", id),
    );
    // The host's own read of the root is one of them.
    expect(docsRead - 1).toBe(2 * k + 1);
    // At most 2k + 3: items are stored by the hundred.
    expect(docsWritten).toBe(k + 4);
    expect(nested).toBe(1);
  });

  test("of 250 rows writes three documents for its items", async () => {
    const h = aTrashHost();
    const id = await anInvoice(h, 250);
    const { docsWritten } = await cost(() => h.actOnRow("softDelete", "invoices", id));
    expect(docsWritten).toBe(250 + 3 + 3);
  });

  test("of 50 rows that need no check is restored by a read and a write for each", async () => {
    const h = aTrashHost();
    const folderId = await h.insert("folders", { name: "a" });
    await h.insertMany("folders", Array(50).fill({ name: "b", folderId }));
    const { operationId } = await h.act("softDelete", "folders", folderId);
    expect(await cost(() => h.act("restore", operationId!))).toEqual({
      // The operation twice, its items, the root.
      docsRead: 50 + 4,
      docsWritten: 50 + 3,
      nested: 1,
    });
  });
});

describe("500 at once", () => {
  test("are one call, and cost no more than one by one", async () => {
    const h = aTrashHost();
    const ids = await h.insertMany("memos", Array(500).fill({ text: "a" }));
    expect(await cost(() => h.act("softDeleteMany", "memos", ids))).toEqual({
      docsRead: 2 * 500,
      docsWritten: 3 * 500,
      nested: 1,
    });
    const { page } = await h.look("list", { paginationOpts: { numItems: 200, cursor: null } });
    const operations = page.map(({ id }) => id);
    expect(await cost(() => h.act("restoreMany", operations))).toEqual({
      docsRead: 3 * 200,
      docsWritten: 3 * 200,
      nested: 1,
    });
  });
});

describe("a purge", () => {
  test("costs 2 reads and a write for each item, and a little for the operation", async () => {
    const h = aTrashHost();
    const id = await anInvoice(h, 300);
    await h.act("softDelete", "invoices", id);
    vi.setSystemTime(Date.now() + RETENTION_DAYS * DAY_MS);
    const { docsRead, docsWritten } = await cost(() => h.t.mutation(trashRef.purge, {}));
    // The operation 2, the root 2, three documents of items twice; at most 3 for each.
    expect(docsRead).toBe(2 * 300 + 2 + 2 + 2 * 3);
    // The operation, its entry, the root, three documents of items.
    expect(docsWritten).toBe(300 + 3 + 3);
    expect(await h.all("lines")).toEqual([]);
  });

  test("reads nothing of what is not due, and of what is held", async () => {
    const h = aTrashHost();
    await aTrashOf(h, 20);
    const { page } = await h.look("list");
    for (const { id } of page) await h.act("hold", id, { reason: "a lawsuit" });
    expect(await cost(() => h.t.mutation(trashRef.purge, {}))).toMatchObject({ docsRead: 0 });
    vi.setSystemTime(Date.now() + RETENTION_DAYS * DAY_MS);
    expect(await cost(() => h.t.mutation(trashRef.purge, {}))).toMatchObject({ docsRead: 0 });
    expect(await h.all("memos")).toHaveLength(20);
  });
});

describe("a list", () => {
  test("of n reads n + 1 operations from one range", async () => {
    const h = aTrashHost();
    await aTrashOf(h, 100);
    const paginationOpts = { numItems: 10, cursor: null };
    const recording = await record(() => h.look("list", { table: "memos", paginationOpts }));
    expect(withinHostCall(costOf(recording), "query")).toMatchObject({ docsRead: 11, ranges: 1 });
  });
});

describe("the operation of a row", () => {
  test.each([0, 1, 3])("costs one range and at most one read after %i deletions", async (count) => {
    const h = aTrashHost();
    await aTrashOf(h, 20);
    const id = await h.insert("memos", { text: "a" });
    for (let i = 0; i < count; i++) {
      const { operationId } = await h.act("softDelete", "memos", id);
      await h.act("restore", operationId!);
    }
    const recording = await record(() => h.look("find", "memos", id));
    const { docsRead, ranges } = withinHostCall(costOf(recording), "query");
    expect({ docsRead, ranges }).toEqual({ docsRead: Math.min(1, count), ranges: 1 });
  });
});

describe("different rows", () => {
  async function aPair() {
    const h = aTrashHost();
    const old = await h.insert("memos", { text: "old" });
    await h.act("softDelete", "memos", old);
    vi.setSystemTime(Date.now() + RETENTION_DAYS * DAY_MS);
    const [a, b, c] = await h.insertMany("memos", Array(3).fill({ text: "a" }));
    const { operationId } = await h.act("softDelete", "memos", c);
    return { h, a: a!, b: b!, operationId: operationId! };
  }
  const both = (first: Recording, second: Recording) => [
    conflictBetween(first, second),
    conflictBetween(second, first),
  ];

  test("can be deleted at once", async () => {
    const { h, a, b } = await aPair();
    const first = await record(() => h.act("softDelete", "memos", a));
    const second = await record(() => h.act("softDelete", "memos", b));
    expect(both(first, second)).toEqual([null, null]);
  });

  test("can be deleted and purged at once", async () => {
    const { h, a } = await aPair();
    const first = await record(() => h.act("softDelete", "memos", a));
    const second = await record(() => h.t.mutation(trashRef.purge, {}));
    expect(both(first, second)).toEqual([null, null]);
    expect(await h.all("memos")).toHaveLength(3);
  });

  test("can be restored and purged at once", async () => {
    const { h, operationId } = await aPair();
    const first = await record(() => h.act("restore", operationId));
    const second = await record(() => h.t.mutation(trashRef.purge, {}));
    expect(both(first, second)).toEqual([null, null]);
  });

  test("can be deleted with all that depends on them at once", async () => {
    const h = aTrashHost();
    const ids: string[] = [];
    for (const number of ["1", "2"]) {
      const invoiceId = await h.insert("invoices", { number });
      await h.insertMany("lines", Array(3).fill({ text: "a", invoiceId }));
      ids.push(invoiceId);
    }
    const first = await record(() => h.act("softDelete", "invoices", ids[0]));
    const second = await record(() => h.act("softDelete", "invoices", ids[1]));
    expect(both(first, second)).toEqual([null, null]);
  });

  test("make a conflict where they are one", async () => {
    const { h, a } = await aPair();
    const first = await record(() => h.act("softDelete", "memos", a));
    const { operationId } = first.result;
    const second = await record(() => h.act("restore", operationId!));
    expect(conflictBetween(first, second)).not.toBeNull();
  });
});
