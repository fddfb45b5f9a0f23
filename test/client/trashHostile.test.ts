import { afterEach, describe, expect, test, vi } from "vitest";
import { MAX_REASON_LENGTH } from "../../src/shared/auditRules.js";
import { aTrashHost, trashRef, type TrashHost } from "./trashHost.js";
import { aTrashedMemo, entries, refused } from "./trashWorlds.js";

/** What callers may send that nobody should. Each is refused with a code, and leaves all as it was. */

afterEach(() => void vi.useRealTimers());

/** All there is: rows, operations and entries. */
async function everything(h: TrashHost) {
  const tables = ["memos", "logs", "invoices"] as const;
  const rows = [];
  for (const table of tables) {
    for (const id of await h.all(table)) rows.push(await h.get(id));
  }
  const operations = (await h.look("list", { tenantId: "acme" })).page;
  return {
    rows,
    operations: [...operations, ...(await h.look("list")).page],
    log: await entries(h),
  };
}

/** @returns what `act` throws; nothing is written, even where the host goes on */
async function refusalOf(h: TrashHost, ...[method, ...args]: Parameters<TrashHost["actAndCatch"]>) {
  const before = await everything(h);
  const error = await h.actAndCatch(method, ...args);
  expect(await everything(h)).toEqual(before);
  return error;
}

const NAMES = ["__proto__", "constructor", "toString", "trashOperations", "_storage", ""];

describe("a table's name", () => {
  test.each(NAMES)("of %j is none with a trash", async (table) => {
    const { h, id } = await aTrashedMemo();
    for (const method of ["softDelete", "softDeleteMany", "preview", "find"] as const) {
      const given = method === "softDeleteMany" ? [id] : id;
      expect(await refusalOf(h, method, table, given)).toMatchObject({ code: "NOT_CONFIGURED" });
    }
    expect(await refusalOf(h, "reserve", table, "by_number", { number: "1" })).toMatchObject({
      code: "NOT_CONFIGURED",
    });
    expect((await h.look("list", { table })).page).toEqual([]);
  });

  test("without softDelete is none, also for rows that are there", async () => {
    const h = aTrashHost();
    const id = await h.insert("logs", { text: "a" });
    expect(await refusalOf(h, "softDelete", "logs", id)).toMatchObject({ code: "NOT_CONFIGURED" });
    expect(await refusalOf(h, "softDelete", "memos", id)).toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("an id", () => {
  test.each(["", "nonsense", "__proto__", "x".repeat(10_000), "\u0000"])(
    "of nothing (%#) finds nothing",
    async (id) => {
      const { h } = await aTrashedMemo();
      for (const method of ["restore", "purge"] as const) {
        expect(await refusalOf(h, method, id)).toMatchObject({ code: "NOT_FOUND" });
      }
      for (const method of ["hold", "release"] as const) {
        const why = { reason: "a lawsuit" };
        expect(await refusalOf(h, method, id, why)).toMatchObject({ code: "NOT_FOUND" });
      }
      expect(await refusalOf(h, "softDelete", "memos", id)).toMatchObject({ code: "NOT_FOUND" });
      expect(await refusalOf(h, "restoreMany", [id])).toEqual([{ id, status: "notFound" }]);
      expect(await h.look("get", id)).toBeNull();
      expect(await h.look("checkRestore", id)).toBeNull();
      expect((await h.look("listOperation", id)).page).toEqual([]);
    },
  );

  test("of a row is none of an operation, and the other way round", async () => {
    const { h, id, operationId } = await aTrashedMemo();
    expect(await refusalOf(h, "restore", id)).toMatchObject({ code: "NOT_FOUND" });
    expect(await refusalOf(h, "softDelete", "memos", operationId)).toMatchObject({
      code: "NOT_FOUND",
    });
  });

  test("of another tenant's operation finds nothing where a tenant is asked for", async () => {
    const h = aTrashHost();
    const id = await h.insert("memos", { text: "a" });
    const why = { tenantId: "acme" };
    const { operationId } = await h.act("softDelete", "memos", id, why);
    for (const within of [{}, { tenantId: "other" }, { tenantId: "" }]) {
      expect(await refusalOf(h, "restoreMany", [operationId], { within })).toEqual([
        { id: operationId, status: "notFound" },
      ]);
    }
  });

  test("of a step that is not the next one does nothing", async () => {
    const { h, operationId } = await aTrashedMemo();
    const before = await everything(h);
    for (const step of [-1, 0, 1, NaN]) {
      await h.t.mutation(trashRef.proceed, { operationId, step });
    }
    await h.t.mutation(trashRef.proceed, { operationId: "nonsense", step: 0 });
    expect(await everything(h)).toEqual(before);
  });
});

describe("too many ids", () => {
  test.each([501, 10_000])("(%i) are refused as a whole", async (count) => {
    const { h, operationId } = await aTrashedMemo();
    const id = await h.insert("memos", { text: "a" });
    const max = { params: { max: 500 } };
    expect(await refusalOf(h, "softDeleteMany", "memos", Array(count).fill(id))).toMatchObject({
      code: "VALIDATION_FAILED",
      fields: { ids: max },
    });
    expect(await refusalOf(h, "restoreMany", Array(count).fill(operationId))).toMatchObject({
      code: "VALIDATION_FAILED",
      fields: { operationIds: max },
    });
  });
});

describe("a reason of 1,001 characters", () => {
  const reason = "x".repeat(MAX_REASON_LENGTH + 1);
  const tooLong = { code: "VALIDATION_FAILED", fields: { reason: expect.anything() as object } };

  test("is refused by whatever takes one", async () => {
    const { h, operationId } = await aTrashedMemo();
    const id = await h.insert("memos", { text: "a" });
    expect(await refusalOf(h, "softDelete", "memos", id, { reason })).toMatchObject(tooLong);
    expect(await refusalOf(h, "softDeleteMany", "memos", [id], { reason })).toMatchObject(tooLong);
    for (const method of ["restore", "hold", "purge"] as const) {
      expect(await refusalOf(h, method, operationId, { reason })).toMatchObject(tooLong);
    }
    expect(await refusalOf(h, "restoreMany", [operationId], { reason })).toMatchObject(tooLong);
    await h.act("hold", operationId, { reason: "a lawsuit" });
    expect(await refusalOf(h, "release", operationId, { reason })).toMatchObject(tooLong);
  });

  test("is one too many: 1,000 are taken", async () => {
    const { h, operationId } = await aTrashedMemo();
    const most = reason.slice(1);
    expect(await h.act("hold", operationId, { reason: most })).toBe(true);
    expect(await h.act("release", operationId, { reason: most })).toBe(true);
    expect(await h.act("restore", operationId, { reason: most })).toMatchObject({
      status: "restored",
    });
  });
});

describe("a cursor", () => {
  test("that is none of ours is refused", async () => {
    const { h, operationId } = await aTrashedMemo();
    const paginationOpts = { numItems: 1, cursor: "nonsense" };
    const invalid = refused("INVALID_CURSOR");
    await expect(h.look("list", { paginationOpts })).rejects.toMatchObject(invalid);
    await expect(h.look("listOperation", operationId, paginationOpts)).rejects.toMatchObject(
      invalid,
    );
  });
});
