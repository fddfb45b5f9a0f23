import { afterEach, describe, expect, test, vi } from "vitest";
import { DAY_MS, MAX_OPERATIONS_PER_CALL } from "../../src/shared/trashRules.js";
import { NOON } from "../factories.js";
import { aTrashHost, RETENTION_DAYS, trashRef } from "./trashHost.js";
import { aCustomer, aTrashedMemo, entries, refused } from "./trashWorlds.js";

afterEach(() => void vi.useRealTimers());

describe("softDelete", () => {
  test("marks the row with the time, and says who did it and why", async () => {
    const h = aTrashHost();
    const id = await h.insert("memos", { text: "Lamp" });
    const removed = await h.act("softDelete", "memos", id, { reason: " duplicate " });
    expect(removed).toEqual({
      status: "trashed",
      operationId: expect.any(String) as string,
      isDone: true,
      taken: {},
    });
    expect((await h.get(id))!["deletedAt"]).toBe(NOON);
    expect(await h.look("get", removed.operationId!)).toEqual({
      id: removed.operationId,
      root: { table: "memos", id, label: "Lamp" },
      actor: { type: "user", id: "https://id.example|ann", label: "Ann" },
      reason: "duplicate",
      deletedAt: NOON,
      inTrash: true,
      taken: {},
      detached: {},
      missing: 0,
      purgeAt: NOON + RETENTION_DAYS * DAY_MS,
      state: "trashed",
    });
  });

  test("leaves one entry, with what went along", async () => {
    const { h, customerId, invoiceId, lines } = await aCustomer();
    const { operationId } = await h.act("softDelete", "customers", customerId, { reason: "left" });
    const [entry, ...others] = await entries(h);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      action: "customers.trashed",
      outcome: "success",
      actor: { label: "Ann" },
      target: { table: "customers", id: customerId, label: "Ada" },
      operationId,
      reason: "left",
      metadata: { taken: { invoices: 1, lines: 2 } },
      related: [
        { table: "invoices", id: invoiceId },
        ...lines.map((id) => ({ table: "lines", id })),
      ],
    });
  });

  test("by a stranger is a stranger's", async () => {
    const h = aTrashHost();
    const id = await h.insert("memos", { text: "a" });
    await h.t.mutation(trashRef.act, { method: "softDelete", args: ["memos", id] });
    expect((await h.look("list")).page[0]!.actor.type).toBe("anonymous");
    expect((await entries(h))[0]!.actor.type).toBe("anonymous");
  });

  test("takes the action that the host gives it", async () => {
    const h = aTrashHost();
    const id = await h.insert("memos", { text: "a" });
    await h.act("softDelete", "memos", id, { action: "memos.binned" });
    expect((await entries(h)).map(({ action }) => action)).toEqual(["memos.binned"]);
  });

  test("takes along what depends on it over several levels, and nothing else", async () => {
    const { h, customerId } = await aCustomer();
    const other = await h.insert("invoices", { number: "2" });
    await h.act("softDelete", "customers", customerId);
    expect(await h.live("invoices")).toEqual([other]);
    expect(await h.live("lines")).toEqual([]);
  });

  test("goes once round a circle", async () => {
    const h = aTrashHost();
    const [a, b] = await h.insertMany("folders", [{ name: "a" }, { name: "b" }]);
    await h.patch(a!, { folderId: b });
    await h.patch(b!, { folderId: a });
    const { operationId } = await h.act("softDelete", "folders", a);
    expect(await h.live("folders")).toEqual([]);
    expect(await h.look("get", operationId!)).toMatchObject({ taken: { folders: 1 } });
    await h.act("restore", operationId!);
    expect(await h.live("folders")).toEqual([a, b]);
  });

  test("clears the foreign key of what is only detached", async () => {
    const { h, invoiceId } = await aCustomer();
    const noteId = await h.insert("notes", { text: "n", invoiceId });
    const { operationId } = await h.act("softDelete", "invoices", invoiceId);
    expect((await h.get(noteId))!["invoiceId"]).toBeUndefined();
    expect(await h.look("get", operationId!)).toMatchObject({
      taken: { lines: 2 },
      detached: { notes: 1 },
    });
  });

  test("is refused as long as something must keep it, and writes nothing then", async () => {
    const { h, customerId, invoiceId } = await aCustomer();
    const paymentId = await h.insert("payments", { invoiceId });
    // Also where that depends on what would go along.
    await expect(h.act("softDelete", "customers", customerId)).rejects.toMatchObject(
      refused("CONFLICT", { reason: "RESTRICTED", table: "payments", id: paymentId }),
    );
    expect(await h.live("customers")).toEqual([customerId]);
    expect(await entries(h)).toEqual([]);
    await h.act("softDelete", "payments", paymentId);
    expect(await h.act("softDelete", "customers", customerId)).toMatchObject({ status: "trashed" });
  });

  test("is not refused for a row that goes along", async () => {
    const { h, customerId, invoiceId } = await aCustomer();
    await h.insert("payments", { invoiceId, customerId });
    expect(await h.act("softDelete", "customers", customerId)).toMatchObject({
      status: "trashed",
      taken: { invoices: 1, payments: 1, lines: 2 },
    });
  });

  test("of what is in the trash writes nothing, and names the operation", async () => {
    const { h, id, operationId } = await aTrashedMemo();
    expect(await h.act("softDelete", "memos", id)).toEqual({ status: "already", operationId });
    expect(await entries(h)).toHaveLength(1);
  });

  test("of what went along with another row names no operation", async () => {
    const { h, invoiceId, lines } = await aCustomer();
    await h.act("softDelete", "invoices", invoiceId);
    expect(await h.act("softDelete", "lines", lines[0])).toEqual({
      status: "already",
      operationId: null,
    });
  });

  test("does not believe a row that was deleted since it was read", async () => {
    const h = aTrashHost();
    const id = await h.insert("memos", { text: "a" });
    expect(await h.actTwiceOnRow("memos", id)).toMatchObject([
      { status: "trashed" },
      { status: "already" },
    ]);
  });

  test("finds no row by an id that is malformed, of another table, or gone", async () => {
    const h = aTrashHost();
    const logId = await h.insert("logs", { text: "a" });
    const gone = await h.insert("memos", { text: "a" });
    await h.erase(gone);
    for (const id of ["", "nonsense", logId, gone]) {
      await expect(h.act("softDelete", "memos", id)).rejects.toMatchObject(refused("NOT_FOUND"));
    }
  });

  test("of a table without softDelete says which line is missing", async () => {
    const h = aTrashHost();
    const id = await h.insert("logs", { text: "a" });
    await expect(h.act("softDelete", "logs", id)).rejects.toMatchObject({
      data: {
        code: "NOT_CONFIGURED",
        message: expect.stringContaining("tables: { logs: { softDelete: {} } }") as string,
      },
    });
    await expect(h.act("softDelete", "nothing", id)).rejects.toMatchObject(
      refused("NOT_CONFIGURED"),
    );
  });

  test.each([
    ["reason", { reason: "x".repeat(1001) }],
    ["tenantId", { tenantId: "" }],
    ["action", { action: " " }],
  ])("touches no row when the %s is refused, even if the host goes on", async (field, why) => {
    const h = aTrashHost();
    const id = await h.insert("memos", { text: "a" });
    const error = await h.actAndCatch("softDelete", "memos", id, why);
    expect(error).toMatchObject({ code: "VALIDATION_FAILED" });
    expect(Object.keys(error["fields"] as object)).toEqual([field]);
    expect(await h.live("memos")).toEqual([id]);
    expect((await h.look("list")).page).toEqual([]);
  });

  test("tells nothing apart that a guarded function does around it", async () => {
    const h = aTrashHost();
    const id = await h.insert("memos", { text: "a" });
    const other = await h.insert("memos", { text: "b" });
    await h.guarded("editAround", { id, other });
    const about = (await entries(h)).filter(({ target }) => target.table === "memos");
    expect(about).toMatchObject([
      { action: "memos.trashed", target: { id: other } },
      { action: "memos.updated", target: { id }, changes: [{ before: "a", after: "after" }] },
    ]);
  });

  test("by a guarded function leaves one entry, and shows the row no more", async () => {
    const h = aTrashHost();
    const id = await h.insert("memos", { text: "a" });
    await h.guarded("removeMemo", { id });
    expect((await entries(h)).map(({ action }) => action)).toContain("memos.trashed");
    expect((await entries(h)).filter(({ target }) => target.table === "memos")).toHaveLength(1);
    await expect(h.guarded("loadMemo", { id })).rejects.toMatchObject(refused("NOT_FOUND"));
  });
});

describe("softDeleteMany", () => {
  test("says of each row what became of it, in order", async () => {
    const { h, id: trashed, operationId } = await aTrashedMemo();
    const [a, b] = await h.insertMany("memos", [{ text: "a" }, { text: "b" }]);
    const results = await h.act("softDeleteMany", "memos", [a, "nonsense", trashed, b, a]);
    expect(results).toMatchObject([
      { id: a, status: "trashed" },
      { id: "nonsense", status: "notFound" },
      { id: trashed, status: "already", operationId },
      { id: b, status: "trashed" },
      { id: a, status: "trashed" },
    ]);
    expect(results[4]).toEqual(results[0]);
    expect((await h.look("list")).page).toHaveLength(3);
  });

  test("refuses one, and removes the others", async () => {
    const { h, invoiceId } = await aCustomer();
    await h.insert("payments", { invoiceId });
    const free = await h.insert("invoices", { number: "2" });
    expect(await h.act("softDeleteMany", "invoices", [invoiceId, free])).toMatchObject([
      { status: "refused", error: { code: "CONFLICT", details: { reason: "RESTRICTED" } } },
      { status: "trashed" },
    ]);
    expect(await h.live("invoices")).toEqual([invoiceId]);
  });

  test("leaves a row to the first operation that takes it", async () => {
    const h = aTrashHost();
    const a = await h.insert("folders", { name: "a" });
    const b = await h.insert("folders", { name: "b", folderId: a });
    const results = await h.act("softDeleteMany", "folders", [a, b]);
    expect(results).toMatchObject([{ status: "trashed" }, { status: "already" }]);
    await h.act("restore", results[0]!.operationId!);
    expect(await h.live("folders")).toEqual([a, b]);
  });

  test("takes 500, and refuses 501 and 10,000 without doing anything", async () => {
    const h = aTrashHost();
    const ids = await h.insertMany("memos", Array(MAX_OPERATIONS_PER_CALL).fill({ text: "a" }));
    for (const count of [501, 10_000]) {
      const many = Array.from({ length: count }, (_, i) => ids[i % ids.length]);
      await expect(h.act("softDeleteMany", "memos", many)).rejects.toMatchObject({
        data: { code: "VALIDATION_FAILED", fields: { ids: { params: { max: 500 } } } },
      });
    }
    expect(await h.live("memos")).toHaveLength(500);
    await h.act("softDeleteMany", "memos", ids);
    expect(await h.live("memos")).toEqual([]);
    expect(await h.act("softDeleteMany", "memos", [])).toEqual([]);
  });
});

describe("preview", () => {
  test("counts what would go along, and names what keeps it, writing nothing", async () => {
    const { h, customerId, invoiceId } = await aCustomer();
    await h.insert("notes", { text: "n", invoiceId });
    const paymentId = await h.insert("payments", { invoiceId });
    expect(await h.look("preview", "customers", customerId)).toEqual({
      taken: { invoices: 1, lines: 2 },
      detached: { notes: 1 },
      atLeast: false,
      blockers: [{ table: "payments", id: paymentId }],
    });
    expect(await h.live("customers")).toEqual([customerId]);
  });

  test("counts 999 rows, and of more says that there may be others", async () => {
    const h = aTrashHost();
    const invoiceId = await h.insert("invoices", { number: "1" });
    await h.insertMany("lines", Array(999).fill({ text: "a", invoiceId }));
    const exactly = { taken: { lines: 999 }, atLeast: false };
    expect(await h.look("preview", "invoices", invoiceId)).toMatchObject(exactly);
    await h.insert("lines", { text: "a", invoiceId });
    const more = { taken: { lines: 1000 }, atLeast: true };
    expect(await h.look("preview", "invoices", invoiceId)).toMatchObject(more);
  });

  test("of a row that is not there, or in the trash, is null", async () => {
    const { h, id } = await aTrashedMemo();
    expect(await h.look("preview", "memos", id)).toBeNull();
    expect(await h.look("preview", "memos", "nonsense")).toBeNull();
  });
});

describe("list", () => {
  test("shows what is in the trash, the newest first, by table and by what has ended", async () => {
    const { h, operationId: memo } = await aTrashedMemo();
    vi.setSystemTime(NOON + 1);
    const folderId = await h.insert("folders", { name: "a" });
    const folder = (await h.act("softDelete", "folders", folderId)).operationId!;
    const ids = async (options: object = {}) =>
      (await h.look("list", options)).page.map(({ id }) => id);
    expect(await ids()).toEqual([folder, memo]);
    expect(await ids({ table: "memos" })).toEqual([memo]);
    await h.act("restore", memo);
    expect(await ids()).toEqual([folder]);
    expect(await ids({ inTrash: false })).toEqual([memo]);
    expect(await ids({ inTrash: false, table: "folders" })).toEqual([]);
  });

  test("keeps tenants apart", async () => {
    const h = aTrashHost();
    const [a, b] = await h.insertMany("memos", [{ text: "a" }, { text: "b" }]);
    await h.act("softDelete", "memos", a, { tenantId: "acme" });
    await h.act("softDelete", "memos", b);
    const roots = async (options: object) =>
      (await h.look("list", options)).page.map(({ root }) => root.id);
    expect(await roots({ tenantId: "acme" })).toEqual([a]);
    expect(await roots({})).toEqual([b]);
    expect(await roots({ tenantId: "other" })).toEqual([]);
    expect((await entries(h)).map(({ tenantId }) => tenantId)).toEqual(["acme", undefined]);
  });

  test("has pages without gaps, of operations and of their items", async () => {
    const h = aTrashHost();
    const invoiceId = await h.insert("invoices", { number: "1" });
    const lines = await h.insertMany("lines", Array(250).fill({ text: "a", invoiceId }));
    const { operationId } = await h.act("softDelete", "invoices", invoiceId);
    const memos = await h.insertMany("memos", Array(30).fill({ text: "a" }));
    await h.act("softDeleteMany", "memos", memos);

    const operations = await allPages((paginationOpts) =>
      h.look("list", { table: "memos", paginationOpts }),
    );
    expect(operations.map(({ root }) => root.id)).toEqual(memos.toReversed());
    const items = await allPages((paginationOpts) =>
      h.look("listOperation", operationId!, paginationOpts),
    );
    expect(items.map(({ id }) => id)).toEqual(lines);
  });

  test("refuses the cursor of another list", async () => {
    const h = aTrashHost();
    const memos = await h.insertMany("memos", Array(3).fill({ text: "a" }));
    await h.act("softDeleteMany", "memos", memos);
    const paginationOpts = { numItems: 1, cursor: null };
    const { continueCursor: cursor } = await h.look("list", { paginationOpts });
    const again = { paginationOpts: { numItems: 1, cursor } };
    expect((await h.look("list", again)).page).toHaveLength(1);
    await expect(h.look("list", { ...again, table: "memos" })).rejects.toMatchObject(
      refused("INVALID_CURSOR"),
    );
    const zero = { paginationOpts: { numItems: 0, cursor: null } };
    await expect(h.look("list", zero)).rejects.toMatchObject(refused("VALIDATION_FAILED"));
  });

  test("of the items of nothing is empty", async () => {
    const h = aTrashHost();
    expect((await h.look("listOperation", "nonsense")).page).toEqual([]);
  });
});

type Page<Row> = { page: Row[]; isDone: boolean; continueCursor: string };

async function allPages<Row>(
  read: (options: { numItems: number; cursor: string | null }) => Promise<Page<Row>>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  for (;;) {
    const { page, isDone, continueCursor }: Page<Row> = await read({ numItems: 7, cursor });
    rows.push(...page);
    if (isDone) return rows;
    cursor = continueCursor;
  }
}
