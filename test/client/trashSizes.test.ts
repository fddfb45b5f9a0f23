import { afterEach, describe, expect, test, vi } from "vitest";
import { costOf, record } from "../../bench/instrument";
import { DAY_MS } from "../../src/shared/trashRules.js";
import { aTrashHost, RETENTION_DAYS, type TrashHost } from "./trashHost.js";

/** Few rows that are more than a transaction may read or write: 18 MB of them. */

// convex-test looks at all rows of a table for each range.
vi.setConfig({ testTimeout: 20_000 });

afterEach(() => void vi.useRealTimers());

const text = "x".repeat(30_000);

async function insertInParts(h: TrashHost, table: "lines" | "memos", row: object) {
  const ids: string[] = [];
  for (let i = 0; i < 6; i++) ids.push(...(await h.insertMany(table, Array(100).fill(row))));
  return ids;
}

/** An invoice in the trash with 600 lines of 30 kB. */
async function aLargeInvoice() {
  const h = aTrashHost();
  const invoiceId = await h.insert("invoices", { number: "1" });
  const lines = await insertInParts(h, "lines", { text, invoiceId });
  const { operationId } = await h.act("softDelete", "invoices", invoiceId);
  await h.settle();
  return { h, lines, operationId: operationId! };
}

/** 600 memos of 30 kB that went to the trash one by one. */
async function manyLargeMemos() {
  const h = aTrashHost();
  const memos = await insertInParts(h, "memos", { text });
  const operationIds: string[] = [];
  for (let i = 0; i < 600; i += 200) {
    const removed = await h.act("softDeleteMany", "memos", memos.slice(i, i + 200));
    operationIds.push(...removed.map(({ operationId }) => operationId!));
  }
  return { h, memos, operationIds };
}

/** How many of them are live; more than one transaction could read at once. */
async function countLive(h: TrashHost, ids: string[]): Promise<number> {
  const rows = [];
  for (const id of ids) rows.push(await h.get(id));
  return rows.filter((row) => row !== null && row["deletedAt"] === undefined).length;
}

/** Of a transaction. */
const MAX_BYTES = 16 * 1024 * 1024;

describe("18 MB of rows", () => {
  test("come back, however many transactions it takes", async () => {
    const { h, lines, operationId } = await aLargeInvoice();
    expect(await h.look("checkRestore", operationId)).toEqual({ ok: true });
    const restore = await record(async () => {
      await h.act("restore", operationId);
      await h.settle();
    });
    expect(await countLive(h, lines)).toBe(600);
    expect(costOf(restore).bytesWritten).toBeGreaterThan(MAX_BYTES);
  });

  test("are purged by hand", async () => {
    const { h, operationId } = await aLargeInvoice();
    await h.act("purge", operationId);
    await h.settle();
    expect(await h.all("lines")).toEqual([]);
    expect(await h.look("get", operationId)).toMatchObject({ state: "purged", missing: 0 });
  });

  test("of one operation each come back in one call: some at once, the others by themselves", async () => {
    const { h, memos, operationIds } = await manyLargeMemos();
    const results = await h.act("restoreMany", operationIds.slice(0, 500));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(["restored"]));
    const done = results.filter(({ isDone }) => isDone);
    expect(done.length).toBeLessThan(500);
    expect(await countLive(h, memos)).toBe(done.length);
    await h.settle();
    expect(await countLive(h, memos)).toBe(500);
    expect((await h.look("get", operationIds[499]!))!.state).toBe("restored");
  });

  test("of one operation each are purged by the chore", async () => {
    const { h } = await manyLargeMemos();
    vi.setSystemTime(Date.now() + RETENTION_DAYS * DAY_MS);
    await h.purge();
    expect(await h.all("memos")).toEqual([]);
  });
});
