import { afterEach, describe, expect, test, vi } from "vitest";
import { costOf, record } from "../../bench/instrument";
import { LOST_AFTER_MS, MAX_ROWS_PER_STEP } from "../../src/shared/trashRules.js";
import { entriesOf } from "./guardedHost.js";
import { aTrashHost, trashRef, withRoomFor, type TrashHost } from "./trashHost.js";
import { aLongCascade, anInvoice } from "./trashWorlds.js";

/** Operations that take more than one transaction. */

// convex-test looks at all rows of a table for each range.
vi.setConfig({ testTimeout: 20_000 });

afterEach(() => void vi.useRealTimers());

/** An invoice of ten lines that goes to the trash three rows at a time. */
async function aLongRemoval() {
  const h = aTrashHost();
  const invoiceId = await anInvoice(h, 10);
  withRoomFor(3);
  const { operationId } = await h.act("softDelete", "invoices", invoiceId);
  return { h, invoiceId, operationId: operationId! };
}

/** The same, in the trash, and half back. */
async function aLongRestore() {
  const all = await aLongRemoval();
  await all.h.settle();
  await all.h.act("restore", all.operationId);
  await all.h.step();
  return all;
}

/** A folder of ten that went to the trash three rows at a time, and is in one of them or another. */
async function aLongFolder(
  parentOf: (children: string[]) => string | undefined,
  h: TrashHost = aTrashHost(),
) {
  const folderId = await h.insert("folders", { name: "a" });
  const children = await h.insertMany("folders", Array(10).fill({ name: "b", folderId }));
  await h.patch(folderId, { folderId: parentOf(children) });
  withRoomFor(3);
  const { operationId } = await h.act("softDelete", "folders", folderId);
  await h.settle();
  return { h, folderId, children, operationId: operationId! };
}

/** What the log says of it: `invoices.trashed success`. */
async function story({ t }: TrashHost): Promise<string[]> {
  return (await entriesOf(t as never)).map(({ action, outcome }) => `${action} ${outcome}`);
}

const stateOf = async (h: TrashHost, id: string) => (await h.look("get", id))!.state;

describe("a cascade of three times the rows of a step", () => {
  test("ends exact in transactions of bounded size, and comes back exact", async () => {
    const h = aTrashHost();
    const count = 3 * MAX_ROWS_PER_STEP;
    const invoiceId = await anInvoice(h, count);
    const own = await h.insert("lines", { text: "trashed before", invoiceId });
    const before = await h.act("softDelete", "lines", own);

    const removal = await record(async () => {
      const begun = await h.act("softDelete", "invoices", invoiceId);
      await h.settle();
      return begun.operationId!;
    });
    const id = removal.result;
    expect(await h.live("lines")).toEqual([]);
    expect(await h.look("get", id)).toMatchObject({ state: "trashed", taken: { lines: count } });
    const { maxDocsRead, maxDocsWritten } = costOf(removal);
    expect(maxDocsRead).toBeLessThan(2.1 * MAX_ROWS_PER_STEP);
    expect(maxDocsWritten).toBeLessThan(1.1 * MAX_ROWS_PER_STEP);

    const restore = await record(async () => {
      await h.act("restore", id);
      await h.settle();
    });
    expect(await h.live("lines")).toHaveLength(count);
    expect((await h.get(own))!["deletedAt"]).toBeDefined();
    expect(costOf(restore).maxDocsWritten).toBeLessThan(1.1 * MAX_ROWS_PER_STEP);
    await h.act("restore", before.operationId!);
    expect(await h.live("lines")).toHaveLength(count + 1);
  });
});

describe("a bulk restore of 1,500 rows", () => {
  test("ends exact in transactions of bounded size", async () => {
    const h = aTrashHost();
    const operationIds: string[] = [];
    for (let i = 0; i < 15; i++) {
      const invoiceId = await h.insert("invoices", { number: String(i) });
      await h.insertMany("lines", Array(99).fill({ text: "a", invoiceId }));
      operationIds.push((await h.act("softDelete", "invoices", invoiceId)).operationId!);
    }
    const restore = await record(async () => {
      const results = await h.act("restoreMany", operationIds);
      expect(results.filter(({ isDone }) => isDone).length).toBeLessThan(12);
      await h.settle();
    });
    expect(costOf(restore).maxDocsWritten).toBeLessThan(1.2 * MAX_ROWS_PER_STEP);
    expect(await h.live("lines")).toHaveLength(15 * 99);
    expect(await h.live("invoices")).toHaveLength(15);
    expect((await h.look("list")).page).toEqual([]);
  });
});

describe("a removal under way", () => {
  test("says how far it is, and is done when all are in the trash", async () => {
    const { h, invoiceId, operationId } = await aLongRemoval();
    expect((await h.get(invoiceId))!["deletedAt"]).toBeDefined();
    // One of three rows is the root.
    expect(await h.look("get", operationId)).toMatchObject({
      state: "removing",
      inTrash: true,
      progress: { done: 2 },
    });
    await h.step();
    expect(await h.look("get", operationId)).toMatchObject({ progress: { done: 5 } });
    await h.settle();
    expect(await h.look("get", operationId)).toMatchObject({
      state: "trashed",
      taken: { lines: 10 },
    });
    expect(await story(h)).toEqual(["invoices.trashed success", "invoices.trashed success"]);
  });

  test("can be undone: all it has taken is back, the root last", async () => {
    const { h, invoiceId, operationId } = await aLongRemoval();
    await h.step();
    expect(await h.live("lines")).toHaveLength(5);
    expect(await h.act("restore", operationId)).toMatchObject({ isDone: false });
    expect(await stateOf(h, operationId)).toBe("restoring");
    expect((await h.get(invoiceId))!["deletedAt"]).toBeDefined();
    await h.settle();
    expect(await stateOf(h, operationId)).toBe("restored");
    expect(await h.live("lines")).toHaveLength(10);
    expect(await h.live("invoices")).toEqual([invoiceId]);
  });

  test("goes back by itself when it meets a row that must stay, and says so", async () => {
    const { h, operationId } = await aLongCascade();
    await h.settle();
    expect(await h.look("get", operationId)).toMatchObject({ state: "restored" });
    for (const table of ["customers", "invoices", "lines"] as const) {
      expect(await h.live(table)).toEqual(await h.all(table));
    }
    expect(await story(h)).toContain("customers.trashed failure");
  });

  test("goes on where its continuation was lost", async () => {
    const { h, operationId } = await aLongRemoval();
    await h.loseScheduled();
    await h.settle();
    expect(await stateOf(h, operationId)).toBe("removing");
    vi.setSystemTime(Date.now() + LOST_AFTER_MS - 1);
    await h.purge();
    expect(await stateOf(h, operationId)).toBe("removing");
    vi.setSystemTime(Date.now() + 1);
    await h.purge();
    expect(await stateOf(h, operationId)).toBe("trashed");
    expect(await h.live("lines")).toEqual([]);
  });

  test("is continued once, whoever wakes it and how often", async () => {
    const { h, operationId } = await aLongRemoval();
    for (let i = 0; i < 3; i++) await h.t.mutation(trashRef.proceed, { operationId, step: 0 });
    expect(await h.look("get", operationId)).toMatchObject({ progress: { done: 5 } });
    await h.settle();
    expect(await h.look("get", operationId)).toMatchObject({ taken: { lines: 10 } });
  });

  test("follows each row it has taken, however many wait to be looked at", async () => {
    const h = aTrashHost();
    const folderId = await h.insert("folders", { name: "a" });
    const children = await h.insertMany("folders", Array(30).fill({ name: "b", folderId }));
    for (const place of [0, 10, 11, 20]) {
      await h.insert("folders", { name: "c", folderId: children[place] });
    }
    withRoomFor(2);
    const { operationId } = await h.act("softDelete", "folders", folderId);
    await h.settle();
    expect(await h.live("folders")).toEqual([]);
    expect(await h.look("get", operationId!)).toMatchObject({ taken: { folders: 34 } });
  });

  test("takes rows that come while it goes on", async () => {
    const { h, invoiceId, operationId } = await aLongRemoval();
    await h.insert("lines", { text: "late", invoiceId });
    await h.settle();
    expect(await h.look("get", operationId)).toMatchObject({ taken: { lines: 11 } });
  });

  test("cannot be purged", async () => {
    const { h, operationId } = await aLongRemoval();
    await expect(h.act("purge", operationId)).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
  });
});

describe("a restore under way", () => {
  test("says how far it is; the root is back when all are", async () => {
    const { h, invoiceId, operationId } = await aLongRestore();
    const { state, progress } = (await h.look("get", operationId))!;
    expect(state).toBe("restoring");
    expect(progress).toMatchObject({ total: 10 });
    expect(progress!.done).toBe((await h.live("lines")).length);
    expect(progress!.done).toBeGreaterThan(0);
    expect(progress!.done).toBeLessThan(10);
    expect((await h.get(invoiceId))!["deletedAt"]).toBeDefined();
    await h.settle();
    expect(await h.live("lines")).toHaveLength(10);
    expect(await stateOf(h, operationId)).toBe("restored");
  });

  test("turns back when its root is deleted again", async () => {
    const { h, invoiceId, operationId } = await aLongRestore();
    expect(await h.act("softDelete", "invoices", invoiceId)).toMatchObject({
      status: "trashed",
      operationId,
      isDone: false,
    });
    await h.settle();
    expect(await h.look("get", operationId)).toMatchObject({
      state: "trashed",
      taken: { lines: 10 },
    });
    expect(await h.live("lines")).toEqual([]);
    await h.act("restore", operationId);
    // What came back in between is not counted twice.
    expect(await h.look("get", operationId)).toMatchObject({ progress: { total: 10 } });
    await h.settle();
    expect(await h.live("lines")).toHaveLength(10);
  });

  test("leaves a row to whoever has deleted it again", async () => {
    const { h, operationId } = await aLongRestore();
    const [line] = (await h.live("lines")).slice(-1);
    const other = await h.act("softDelete", "lines", line);
    await h.settle();
    expect(await h.live("lines")).toHaveLength(9);
    await h.act("restore", other.operationId!);
    expect(await h.live("lines")).toHaveLength(10);
    expect(await stateOf(h, operationId)).toBe("restored");
  });

  test("turns back when a value was taken meanwhile, and says so", async () => {
    const { h, invoiceId, operationId } = await aLongRestore();
    await h.insert("invoices", { number: "1" });
    // What goes back to where it was asks nobody, or it would go to and fro.
    await h.insert("payments", { invoiceId });
    await h.settle();
    expect(await stateOf(h, operationId)).toBe("trashed");
    expect(await h.live("lines")).toEqual([]);
    expect((await h.get(invoiceId))!["deletedAt"]).toBeDefined();
    expect(await story(h)).toContain("invoices.restored failure");
  });

  test("of a circle does not wait for a row of its own that comes back later", async () => {
    const { h, folderId, children, operationId } = await aLongFolder((children) => children[4]);
    await h.act("restore", operationId);
    await h.settle();
    expect(await stateOf(h, operationId)).toBe("restored");
    expect(await h.live("folders")).toEqual([folderId, ...children]);
  });

  test("waits for a parent in the trash by another operation", async () => {
    const h = aTrashHost();
    const parentId = await h.insert("folders", { name: "parent" });
    const { folderId, operationId } = await aLongFolder(() => parentId, h);
    vi.setSystemTime(Date.now() + 1);
    await h.act("softDelete", "folders", parentId);
    await expect(h.act("restore", operationId)).rejects.toMatchObject({
      data: { code: "CONFLICT", details: { reason: "PARENT_DELETED" } },
    });
    expect((await h.get(folderId))!["deletedAt"]).toBeDefined();
  });

  test("is not begun a second time", async () => {
    const { h, operationId } = await aLongRestore();
    expect(await h.act("restore", operationId)).toEqual({ status: "already" });
    await expect(h.act("hold", operationId, { reason: "late" })).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
  });
});

describe("a purge under way", () => {
  test("says how far it is, cannot be undone, and leaves nothing", async () => {
    const { h, operationId } = await aLongRemoval();
    await h.settle();
    expect(await h.act("purge", operationId)).toEqual({ status: "purged", isDone: false });
    expect(await h.look("get", operationId)).toMatchObject({
      state: "purging",
      progress: { total: 10 },
    });
    await expect(h.act("restore", operationId)).rejects.toMatchObject({
      data: { code: "EXPIRED" },
    });
    await h.settle();
    expect(await stateOf(h, operationId)).toBe("purged");
    expect(await h.all("lines")).toEqual([]);
    expect(await h.all("invoices")).toEqual([]);
  });
});

describe("without the functions of the host", () => {
  test("what needs another transaction is refused with the lines to add", async () => {
    const h = aTrashHost();
    const invoiceId = await anInvoice(h, 10);
    withRoomFor(3);
    h.refuseScheduling("Attempted to schedule function at nonexistent path: trash:proceed");
    await expect(h.act("softDelete", "invoices", invoiceId)).rejects.toMatchObject({
      data: {
        code: "NOT_CONFIGURED",
        message: expect.stringContaining(
          "export const { proceed, purge } = platform.trash.chores(generated);",
        ) as string,
      },
    });
    expect(await h.live("lines")).toHaveLength(10);
  });

  test("what fits into one works", async () => {
    const h = aTrashHost();
    const invoiceId = await anInvoice(h, 10);
    h.refuseScheduling("Attempted to schedule function at nonexistent path: trash:proceed");
    expect(await h.act("softDelete", "invoices", invoiceId)).toMatchObject({ isDone: true });
  });
});
