import { afterEach, describe, expect, test, vi } from "vitest";
import { DAY_MS } from "../../src/shared/trashRules.js";
import { aCaller, component, NOON } from "../factories.js";
import { aTrashHost, RETENTION_DAYS } from "./trashHost.js";
import { aCustomer, aTrashedMemo, entries, refused } from "./trashWorlds.js";

afterEach(() => void vi.useRealTimers());

describe("restore", () => {
  test("brings back exactly what the operation took", async () => {
    const { h, customerId, invoiceId, lines } = await aCustomer();
    const noteId = await h.insert("notes", { text: "n", invoiceId });
    const earlier = await h.act("softDelete", "lines", lines[0]);
    const { operationId } = await h.act("softDelete", "customers", customerId);
    expect(await h.act("restore", operationId!, { reason: "came back" })).toEqual({
      status: "restored",
      isDone: true,
      missing: 0,
    });
    expect(await h.live("lines")).toEqual([lines[1]]);
    expect((await h.get(noteId))!["invoiceId"]).toBe(invoiceId);
    await h.act("restore", earlier.operationId!);
    expect(await h.live("lines")).toEqual(lines);
    expect((await entries(h)).slice(2)).toMatchObject([
      {
        action: "customers.restored",
        target: { table: "customers", id: customerId, label: "Ada" },
        reason: "came back",
        operationId,
        metadata: { taken: { invoices: 1, lines: 1 } },
      },
      { action: "lines.restored" },
    ]);
  });

  test("a second time does nothing", async () => {
    const { h, operationId } = await aTrashedMemo();
    await h.act("restore", operationId);
    expect(await h.act("restore", operationId)).toEqual({ status: "already" });
    expect(await entries(h)).toHaveLength(2);
  });

  test("works until the purge time, and not after it", async () => {
    const { h, operationId } = await aTrashedMemo();
    vi.setSystemTime(NOON + RETENTION_DAYS * DAY_MS);
    await expect(h.act("restore", operationId)).rejects.toMatchObject(
      refused("EXPIRED", { reason: "EXPIRED" }),
    );
    vi.setSystemTime(NOON + RETENTION_DAYS * DAY_MS - 1);
    expect(await h.act("restore", operationId)).toMatchObject({ status: "restored" });
  });

  test("waits for the parent, in the trash or gone", async () => {
    const { h, invoiceId, lines } = await aCustomer();
    const line = await h.act("softDelete", "lines", lines[0]);
    const invoice = await h.act("softDelete", "invoices", invoiceId);
    const conflict = {
      reason: "PARENT_DELETED",
      target: { table: "lines", id: lines[0] },
      holder: { table: "invoices", id: invoiceId },
    };
    const check = { ok: false, conflicts: [conflict] };
    expect(await h.look("checkRestore", line.operationId!)).toEqual(check);
    await expect(h.act("restore", line.operationId!)).rejects.toMatchObject(
      refused("CONFLICT", { reason: "PARENT_DELETED", conflicts: [conflict] }),
    );
    await h.act("purge", invoice.operationId!);
    expect(await h.look("checkRestore", line.operationId!)).toEqual(check);
    expect((await h.look("get", line.operationId!))!.state).toBe("trashed");
  });

  test("waits for a value that only one may have", async () => {
    const { h, invoiceId } = await aCustomer();
    const { operationId } = await h.act("softDelete", "invoices", invoiceId);
    const holder = await h.insert("invoices", { number: "1" });
    const conflict = {
      reason: "UNIQUE_TAKEN",
      target: { table: "invoices", id: invoiceId },
      holder: { table: "invoices", id: holder },
    };
    expect(await h.look("checkRestore", operationId!)).toEqual({
      ok: false,
      conflicts: [conflict],
    });
    await expect(h.act("restore", operationId!)).rejects.toMatchObject(
      refused("CONFLICT", { conflicts: [conflict] }),
    );
    await h.patch(holder, { number: "2" });
    expect(await h.look("checkRestore", operationId!)).toEqual({ ok: true });
    expect(await h.act("restore", operationId!)).toMatchObject({ status: "restored" });
  });

  test("writes nothing when it is refused, even if the host goes on", async () => {
    const { h, invoiceId, lines } = await aCustomer();
    const { operationId } = await h.act("softDelete", "invoices", invoiceId);
    await h.insert("invoices", { number: "1" });
    expect(await h.actAndCatch("restore", operationId)).toMatchObject({ code: "CONFLICT" });
    expect(await h.live("lines")).not.toContain(lines[0]);
    expect((await h.look("get", operationId!))!.state).toBe("trashed");
    const tooLong = { reason: "x".repeat(1001) };
    await h.act("softDelete", "invoices", (await h.live("invoices"))[0]);
    expect(await h.actAndCatch("restore", operationId, tooLong)).toMatchObject({
      code: "VALIDATION_FAILED",
    });
    expect(await h.live("invoices")).toEqual([]);
  });

  test("tells of rows that the host has deleted by itself", async () => {
    const { h, invoiceId, lines } = await aCustomer();
    const noteId = await h.insert("notes", { text: "n", invoiceId });
    const { operationId } = await h.act("softDelete", "invoices", invoiceId);
    await h.erase(lines[0]!);
    await h.erase(noteId);
    expect(await h.act("restore", operationId!)).toMatchObject({ missing: 1 });
    expect(await h.live("lines")).toEqual([lines[1]]);
    expect(await h.look("get", operationId!)).toMatchObject({ missing: 1 });
  });

  test("leaves a row that was pointed elsewhere meanwhile", async () => {
    const { h, invoiceId } = await aCustomer();
    const other = await h.insert("invoices", { number: "2" });
    const noteId = await h.insert("notes", { text: "n", invoiceId });
    const { operationId } = await h.act("softDelete", "invoices", invoiceId);
    await h.patch(noteId, { invoiceId: other });
    await h.act("restore", operationId!);
    expect((await h.get(noteId))!["invoiceId"]).toBe(other);
  });

  test("finds no operation by an id that is none", async () => {
    const { h, id } = await aTrashedMemo();
    for (const none of ["", "nonsense", id]) {
      await expect(h.act("restore", none)).rejects.toMatchObject(refused("NOT_FOUND"));
      expect(await h.look("checkRestore", none)).toBeNull();
      expect(await h.look("get", none)).toBeNull();
    }
  });
});

describe("restoreMany", () => {
  test("says of each operation what became of it; a parent may stand behind its child", async () => {
    const { h, invoiceId, lines } = await aCustomer();
    const line = await h.act("softDelete", "lines", lines[0]);
    const invoice = await h.act("softDelete", "invoices", invoiceId);
    const [a, b] = [line.operationId!, invoice.operationId!];
    expect(await h.act("restoreMany", [a, "nonsense", b, a])).toMatchObject([
      { id: a, status: "restored" },
      { id: "nonsense", status: "notFound" },
      { id: b, status: "restored" },
      { id: a, status: "restored" },
    ]);
    expect(await h.live("lines")).toEqual(lines);
    expect(await h.act("restoreMany", [a])).toMatchObject([{ status: "already" }]);
  });

  test("refuses one, and restores the others", async () => {
    const { h, operationId } = await aTrashedMemo();
    const held = await h.act("softDelete", "memos", await h.insert("memos", { text: "b" }));
    await h.act("hold", held.operationId!, { reason: "a lawsuit" });
    expect(await h.act("restoreMany", [held.operationId!, operationId])).toMatchObject([
      { status: "refused", error: { code: "HELD" } },
      { status: "restored" },
    ]);
  });

  test("lets one of two come back that want the same value", async () => {
    const h = aTrashHost();
    const operationIds: string[] = [];
    for (let i = 0; i < 2; i++) {
      const id = await h.insert("invoices", { number: "1" });
      operationIds.push((await h.act("softDelete", "invoices", id)).operationId!);
    }
    expect(await h.act("restoreMany", operationIds)).toMatchObject([
      { status: "restored" },
      { status: "refused", error: { details: { reason: "UNIQUE_TAKEN" } } },
    ]);
    expect(await h.live("invoices")).toHaveLength(1);
  });

  test("refuses 501 without doing anything", async () => {
    const { h, operationId } = await aTrashedMemo();
    await expect(h.act("restoreMany", Array(501).fill(operationId))).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { operationIds: { params: { max: 500 } } } },
    });
    expect(await h.act("restoreMany", Array(500).fill(operationId))).toHaveLength(500);
  });
});

describe("hold", () => {
  test("keeps from purging and restoring until it is released, each with an entry", async () => {
    const { h, id, operationId } = await aTrashedMemo();
    expect(await h.act("hold", operationId, { reason: " a lawsuit " })).toBe(true);
    expect(await h.look("get", operationId)).toMatchObject({
      hold: { reason: "a lawsuit", placedBy: { label: "Ann" }, placedAt: NOON },
    });
    await expect(h.act("restore", operationId)).rejects.toMatchObject(
      refused("HELD", { reason: "HELD" }),
    );
    expect(await h.look("checkRestore", operationId)).toMatchObject({
      conflicts: [{ reason: "HELD", target: { id } }],
    });
    await expect(h.act("purge", operationId)).rejects.toMatchObject(refused("HELD"));
    vi.setSystemTime(NOON + 10 * RETENTION_DAYS * DAY_MS);
    await h.purge();
    expect(await h.all("memos")).toEqual([id]);

    expect(await h.act("release", operationId, { reason: "settled" })).toBe(true);
    await h.purge();
    expect(await h.all("memos")).toEqual([]);
    expect((await entries(h)).map(({ action }) => action)).toEqual([
      "memos.trashed",
      "trash.held",
      "trash.released",
      "memos.purged",
    ]);
  });

  test("stays as it is when it is placed again, and goes once", async () => {
    const { h, operationId } = await aTrashedMemo();
    await h.act("hold", operationId, { reason: "first" });
    expect(await h.act("hold", operationId, { reason: "second" })).toBe(false);
    expect((await h.look("get", operationId))!.hold!.reason).toBe("first");
    await h.act("release", operationId, { reason: "over" });
    expect(await h.act("release", operationId, { reason: "over" })).toBe(false);
    expect(await h.act("restore", operationId)).toMatchObject({ status: "restored" });
  });

  test("needs a reason, and something in the trash", async () => {
    const { h, operationId } = await aTrashedMemo();
    for (const method of ["hold", "release"] as const) {
      await expect(h.act(method, operationId, { reason: " " })).rejects.toMatchObject(
        refused("VALIDATION_FAILED"),
      );
      await expect(h.act(method, "nonsense", { reason: "a" })).rejects.toMatchObject(
        refused("NOT_FOUND"),
      );
    }
    await h.act("restore", operationId);
    await expect(h.act("hold", operationId, { reason: "a" })).rejects.toMatchObject(
      refused("INVALID_STATE", { state: "restored" }),
    );
  });
});

describe("purge", () => {
  test("by the chore takes what is due, not a millisecond before", async () => {
    const { h, id, operationId } = await aTrashedMemo();
    vi.setSystemTime(NOON + RETENTION_DAYS * DAY_MS - 1);
    await h.purge();
    expect(await h.all("memos")).toEqual([id]);
    vi.setSystemTime(NOON + RETENTION_DAYS * DAY_MS);
    await h.purge();
    expect(await h.all("memos")).toEqual([]);
    expect(await h.look("get", operationId)).toMatchObject({
      state: "purged",
      inTrash: false,
      ended: { by: { type: "system", id: "trash:purge" } },
    });
    expect((await entries(h)).at(-1)).toMatchObject({
      action: "memos.purged",
      actor: { type: "system", id: "trash:purge" },
      target: { table: "memos", id, label: "Lamp" },
      operationId,
    });
  });

  test("by the chore never takes rows of a table without a retention", async () => {
    const h = aTrashHost();
    const id = await h.insert("folders", { name: "a" });
    const { operationId } = await h.act("softDelete", "folders", id);
    expect((await h.look("get", operationId!))!.purgeAt).toBeUndefined();
    vi.setSystemTime(NOON + 100 * 365 * DAY_MS);
    await h.purge();
    expect(await h.all("folders")).toEqual([id]);
    expect(await h.act("restore", operationId!)).toMatchObject({ status: "restored" });
  });

  test("by the chore leaves what has lost its retention since", async () => {
    const { h, id, operationId } = await aTrashedMemo();
    vi.setSystemTime(NOON + RETENTION_DAYS * DAY_MS);
    const args = { caller: aCaller(), tables: ["invoices"], room: { rows: 10, bytes: 10 } };
    const due = await h.t.run((ctx) => ctx.runMutation(component.trashSteps.purgeDue, args));
    expect(due).toMatchObject({ purged: [], lost: [] });
    expect(await h.all("memos")).toEqual([id]);
    expect(await h.act("restore", operationId)).toMatchObject({ status: "restored" });
  });

  test("by the chore takes all that is due, however much", async () => {
    const h = aTrashHost();
    const ids = await h.insertMany("memos", Array(250).fill({ text: "a" }));
    await h.act("softDeleteMany", "memos", ids);
    vi.setSystemTime(NOON + RETENTION_DAYS * DAY_MS);
    await h.purge();
    expect(await h.all("memos")).toEqual([]);
  });

  test("by hand takes it at once, whatever the retention", async () => {
    const h = aTrashHost();
    const id = await h.insert("folders", { name: "a" });
    await h.insert("folders", { name: "b", folderId: id });
    const { operationId } = await h.act("softDelete", "folders", id);
    expect(await h.act("purge", operationId!, { reason: "asked for" })).toEqual({
      status: "purged",
      isDone: true,
    });
    expect(await h.all("folders")).toEqual([]);
    expect((await entries(h)).at(-1)).toMatchObject({
      action: "folders.purged",
      reason: "asked for",
      metadata: { taken: { folders: 1 } },
    });
    expect(await h.act("purge", operationId!)).toEqual({ status: "already" });
    await expect(h.act("restore", operationId!)).rejects.toMatchObject(refused("EXPIRED"));
  });

  test("never deletes a row that is live", async () => {
    const { h, id, operationId } = await aTrashedMemo();
    await h.patch(id, { deletedAt: undefined });
    await h.act("purge", operationId);
    expect(await h.live("memos")).toEqual([id]);
    expect(await h.look("get", operationId)).toMatchObject({ state: "purged", missing: 1 });
  });

  test("needs something in the trash", async () => {
    const { h, operationId } = await aTrashedMemo();
    await h.act("restore", operationId);
    await expect(h.act("purge", operationId)).rejects.toMatchObject(refused("INVALID_STATE"));
    await expect(h.act("purge", "nonsense")).rejects.toMatchObject(refused("NOT_FOUND"));
  });
});
