import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "../../example/convex/_generated/api";
import type { Id } from "../../example/convex/_generated/dataModel";
import type { LineInput } from "../../example/convex/schema";
import { aDesk, actions, anInvoice, invoicesOf, manyLines, trashOf, type Desk } from "./world";

const NOON = Date.UTC(2026, 10, 2, 12);
const DAY_MS = 86_400_000;
const PAGE = { numItems: 100, cursor: null };

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("list", () => {
  test("shows what was deleted, by whom, why, and what went along, the latest first", async () => {
    const { ada, ben } = await aDesk();
    const first = await aRemoved(ada, { reason: "Twice." });
    vi.setSystemTime(NOON + DAY_MS);
    const second = await anEdited(ben);
    expect(await trashOf(ada)).toMatchObject([
      {
        id: second.deletionId,
        root: { table: "lineItems", label: "Print" },
        actor: { label: "Ben" },
        deletedAt: NOON + DAY_MS,
        taken: {},
        invoice: { id: second.id, number: "INV-1002" },
        amountCents: 200,
      },
      {
        id: first.deletionId,
        root: { table: "invoices", label: "INV-1001" },
        actor: { label: "Ada" },
        deletedAt: NOON,
        purgeAt: NOON + 30 * DAY_MS,
        reason: "Twice.",
        taken: { lineItems: 2 },
        state: "trashed",
        invoice: { customer: "Café Zwölf", currency: "EUR" },
        amountCents: 300,
      },
    ]);
  });

  test("by table shows deletions of that table only", async () => {
    const { ada } = await aDesk();
    await aRemoved(ada);
    const { deletionId } = await anEdited(ada);
    const { page } = await ada.query(api.trash.list, { table: "lineItems", paginationOpts: PAGE });
    expect(page.map(({ id }) => id)).toEqual([deletionId]);
  });

  test("of what has left the trash shows how it went", async () => {
    const { ada } = await aDesk();
    const back = await aRemoved(ada);
    const purged = await aRemoved(ada);
    await ada.mutation(api.trash.restore, { id: back.deletionId });
    await ada.mutation(api.trash.purgeNow, { id: purged.deletionId });
    const { page } = await ada.query(api.trash.list, { inTrash: false, paginationOpts: PAGE });
    expect(page).toMatchObject([
      { id: purged.deletionId, state: "purged", invoice: null, root: { label: "INV-1002" } },
      { id: back.deletionId, state: "restored", invoice: { number: "INV-1001" } },
    ]);
  });

  test("shows viewers everything, and strangers an empty page", async () => {
    const { t, ada, chloe } = await aDesk();
    await aRemoved(ada);
    expect(await trashOf(chloe)).toHaveLength(1);
    expect(await trashOf(t)).toEqual([]);
  });
});

describe("get and members", () => {
  test("tell of one deletion, and of the lines that went along in their order", async () => {
    const { t, ada } = await aDesk();
    const { deletionId } = await aRemoved(ada);
    expect(await ada.query(api.trash.get, { id: deletionId })).toMatchObject({
      root: { label: "INV-1001" },
    });
    const asked = { id: deletionId, paginationOpts: PAGE };
    const { page } = await ada.query(api.trash.members, asked);
    expect(page.map(({ line }) => line?.description)).toEqual(["Menu", "Print"]);
    expect(await t.query(api.trash.get, { id: deletionId })).toBeNull();
    expect((await t.query(api.trash.members, asked)).page).toEqual([]);
  });

  test("know no deletion by an id that is none", async () => {
    const { ada } = await aDesk();
    expect(await ada.query(api.trash.get, { id: "nothing" })).toBeNull();
  });
});

describe("ofInvoice", () => {
  test("finds the deletion of an invoice as long as it is in the trash", async () => {
    const { ada } = await aDesk();
    const { id, deletionId } = await aRemoved(ada);
    await ada.mutation(api.trash.hold, { id: deletionId, reason: "Audit." });
    expect(await ada.query(api.trash.ofInvoice, { invoiceId: id })).toMatchObject({
      id: deletionId,
    });
    await ada.mutation(api.trash.release, { id: deletionId, reason: "Done." });
    await ada.mutation(api.trash.restore, { id: deletionId });
    expect(await ada.query(api.trash.ofInvoice, { invoiceId: id })).toBeNull();
    expect(await ada.query(api.trash.ofInvoice, { invoiceId: "nothing" })).toBeNull();
  });
});

describe("preview", () => {
  test("counts the lines that would go along, without those in the trash already", async () => {
    const { ada } = await aDesk();
    const { id } = await anEdited(ada);
    expect(await ada.query(api.trash.preview, { id })).toEqual({ lines: 2, atLeast: false });
  });

  test("is null for an invoice in the trash", async () => {
    const { ada } = await aDesk();
    const { id } = await aRemoved(ada);
    expect(await ada.query(api.trash.preview, { id })).toBeNull();
  });
});

describe("restore", () => {
  test("brings an invoice back as it was, with its lines in their order", async () => {
    const { ada } = await aDesk();
    const id = await ada.mutation(api.invoices.create, anInvoice({ lines: aFew() }));
    const before = await ada.query(api.invoices.get, { id });
    const deletionId = await ada.mutation(api.invoices.remove, { id });
    await ada.mutation(api.trash.restore, { id: deletionId });
    expect(await ada.query(api.invoices.get, { id })).toEqual(before);
    expect(await actions(ada)).toEqual([
      "invoices.restored",
      "invoices.trashed",
      "invoices.created",
    ]);
    expect(await trashOf(ada)).toEqual([]);
  });

  test("does not bring back a line that an edit removed before", async () => {
    const { ada } = await aDesk();
    const { id } = await anEdited(ada);
    const deletionId = await ada.mutation(api.invoices.remove, { id });
    await ada.mutation(api.trash.restore, { id: deletionId });
    expect(await linesOf(ada, id)).toEqual(["Menu", "Post"]);
    expect((await trashOf(ada)).map(({ root }) => root.label)).toEqual(["Print"]);
  });

  test("puts a line where it was, and adds it to the total", async () => {
    const { ada, ben } = await aDesk();
    const { id, deletionId } = await anEdited(ben);
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({ amountCents: 400 });
    await ben.mutation(api.trash.restore, { id: deletionId });
    expect(await linesOf(ada, id)).toEqual(["Menu", "Print", "Post"]);
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({ amountCents: 600 });
  });

  test("stands in the history of the invoice, as does what went before", async () => {
    const { ada, ben } = await aDesk();
    const { id, deletionId } = await anEdited(ben);
    await ben.mutation(api.trash.restore, { id: deletionId });
    const again = await anEdited(ben, id);
    await ada.mutation(api.trash.purgeNow, { id: again.deletionId });
    const target = { table: "invoices" as const, id };
    const { page } = await ada.query(api.auditLogs.list, { target, paginationOpts: PAGE });
    const ofLines = page.filter(({ operationId }) => operationId !== undefined).reverse();
    expect(ofLines.map(({ action, operationId }) => [action, operationId])).toEqual([
      ["lineItems.trashed", deletionId],
      ["lineItems.restored", deletionId],
      ["lineItems.trashed", again.deletionId],
      ["lineItems.purged", again.deletionId],
    ]);
    for (const { target, related, metadata } of ofLines) {
      expect(target).toMatchObject({ id, label: "INV-1001" });
      expect(related).toMatchObject([{ table: "lineItems" }]);
      expect(metadata).toMatchObject({ label: "Print" });
    }
  });

  test("does nothing the second time", async () => {
    const { ada } = await aDesk();
    const { id, deletionId } = await anEdited(ada);
    await ada.mutation(api.trash.restore, { id: deletionId });
    await ada.mutation(api.invoices.send, { id });
    await ada.mutation(api.trash.restore, { id: deletionId });
    expect(await linesOf(ada, id)).toHaveLength(3);
  });

  test("refuses a line of an invoice that is in the trash itself, and names it", async () => {
    const { ada } = await aDesk();
    const { id, deletionId } = await anEdited(ada);
    const parent = await ada.mutation(api.invoices.remove, { id });
    await expect(ada.mutation(api.trash.restore, { id: deletionId })).rejects.toMatchObject({
      data: { code: "CONFLICT", details: { reason: "PARENT_DELETED" } },
    });
    expect(await ada.query(api.trash.conflicts, { id: deletionId })).toEqual([
      { reason: "PARENT_DELETED", holder: { id, number: "INV-1001", deletionId: parent } },
    ]);
    await ada.mutation(api.trash.restore, { id: parent });
    await ada.mutation(api.trash.restore, { id: deletionId });
    expect(await linesOf(ada, id)).toEqual(["Menu", "Print", "Post"]);
  });

  test("refuses a line of an invoice that was sent", async () => {
    const { ada } = await aDesk();
    const { id, deletionId } = await anEdited(ada);
    await ada.mutation(api.invoices.send, { id });
    await expect(ada.mutation(api.trash.restore, { id: deletionId })).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
    expect(await ada.query(api.trash.conflicts, { id: deletionId })).toEqual([
      { reason: "INVOICE_SENT", holder: { id, number: "INV-1001" } },
    ]);
    expect(await linesOf(ada, id)).toEqual(["Menu", "Post"]);
  });

  test("takes a line up to the fiftieth, and refuses one more", async () => {
    const { ada } = await aDesk();
    const { id, deletionId } = await anEdited(ada);
    const asInput = async () =>
      (await ada.query(api.invoices.get, { id }))!.lines.map(
        ({ _id, description, quantity, unitCents }) => ({
          id: _id,
          description,
          quantity,
          unitCents,
        }),
      );
    const edit = async (lines: LineInput[]) =>
      await ada.mutation(api.invoices.update, { id, ...anInvoice({ lines }) });
    await edit([...(await asInput()), ...manyLines(48)]);
    await expect(ada.mutation(api.trash.restore, { id: deletionId })).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
    expect(await ada.query(api.trash.conflicts, { id: deletionId })).toMatchObject([
      { reason: "INVOICE_FULL" },
    ]);
    const [last] = await edit((await asInput()).slice(0, -1));
    await ada.mutation(api.trash.restore, { id: deletionId });
    expect(await linesOf(ada, id)).toHaveLength(50);
    expect(await ada.query(api.trash.conflicts, { id: last! })).toMatchObject([
      { reason: "INVOICE_FULL" },
    ]);
  });

  test("refuses an invoice whose number another one has by now", async () => {
    const { t, ada } = await aDesk();
    const { id, deletionId } = await aRemoved(ada);
    const taker = await t.run(async ({ db }) => {
      const { _id, _creationTime, deletedAt: _, ...fields } = (await db.get("invoices", id))!;
      return await db.insert("invoices", fields);
    });
    await expect(ada.mutation(api.trash.restore, { id: deletionId })).rejects.toMatchObject({
      data: { code: "CONFLICT", details: { reason: "UNIQUE_TAKEN" } },
    });
    expect(await ada.query(api.trash.conflicts, { id: deletionId })).toEqual([
      { reason: "UNIQUE_TAKEN", holder: { id: taker, number: "INV-1001" } },
    ]);
  });

  test("works until the thirty days are over, and not a moment longer", async () => {
    const { ada } = await aDesk();
    const late = await aRemoved(ada);
    const inTime = await aRemoved(ada);
    vi.setSystemTime(NOON + 30 * DAY_MS - 1);
    await ada.mutation(api.trash.restore, { id: inTime.deletionId });
    vi.setSystemTime(NOON + 30 * DAY_MS);
    await expect(ada.mutation(api.trash.restore, { id: late.deletionId })).rejects.toMatchObject({
      data: { code: "EXPIRED" },
    });
    expect(await ada.query(api.trash.conflicts, { id: late.deletionId })).toEqual([
      { reason: "EXPIRED" },
    ]);
  });

  test("is for editors, and not for viewers or strangers", async () => {
    const { t, ada, ben, chloe } = await aDesk();
    const { deletionId: id } = await aRemoved(ada);
    await expect(t.mutation(api.trash.restore, { id })).rejects.toMatchObject({
      data: { code: "UNAUTHENTICATED" },
    });
    await expect(chloe.mutation(api.trash.restore, { id })).rejects.toMatchObject({
      data: { code: "FORBIDDEN" },
    });
    await ben.mutation(api.trash.restore, { id });
    expect(await invoicesOf(ada)).toHaveLength(1);
  });
});

describe("restoreMany", () => {
  test("brings back what it can, and says of each what became of it", async () => {
    const { ada } = await aDesk();
    const one = await aRemoved(ada);
    const held = await aRemoved(ada);
    const sent = await anEdited(ada);
    await ada.mutation(api.trash.hold, { id: held.deletionId, reason: "Audit." });
    await ada.mutation(api.invoices.send, { id: sent.id });
    const ids = [one.deletionId, held.deletionId, sent.deletionId, "nothing"];
    const restored = await ada.mutation(api.trash.restoreMany, { ids });
    expect(restored.map(({ id, status }) => [id, status])).toEqual([
      [one.deletionId, "restored"],
      [held.deletionId, "refused"],
      [sent.deletionId, "refused"],
      ["nothing", "notFound"],
    ]);
    expect(restored[2]?.message).toContain("INV-1003");
    expect((await trashOf(ada)).map(({ id }) => id)).toEqual([sent.deletionId, held.deletionId]);
  });

  test("brings back a line together with its invoice, whatever their order", async () => {
    const { ada } = await aDesk();
    const { id, deletionId } = await anEdited(ada);
    const parent = await ada.mutation(api.invoices.remove, { id });
    const restored = await ada.mutation(api.trash.restoreMany, { ids: [deletionId, parent] });
    expect(restored.map(({ status }) => status)).toEqual(["restored", "restored"]);
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({ amountCents: 600 });
    expect(await linesOf(ada, id)).toEqual(["Menu", "Print", "Post"]);
  });

  test("is refused to viewers", async () => {
    const { ada, chloe } = await aDesk();
    const { deletionId } = await aRemoved(ada);
    await expect(
      chloe.mutation(api.trash.restoreMany, { ids: [deletionId] }),
    ).rejects.toMatchObject({ data: { code: "FORBIDDEN" } });
  });
});

describe("hold and release", () => {
  test("keep a deletion from being restored and purged, until it is released", async () => {
    const { ada } = await aDesk();
    const { deletionId: id } = await aRemoved(ada);
    await ada.mutation(api.trash.hold, { id, reason: " Asked for by the auditors. " });
    expect((await trashOf(ada))[0]).toMatchObject({
      hold: { reason: "Asked for by the auditors.", placedBy: { label: "Ada" } },
    });
    await expect(ada.mutation(api.trash.restore, { id })).rejects.toMatchObject({
      data: { code: "HELD" },
    });
    await expect(ada.mutation(api.trash.purgeNow, { id })).rejects.toMatchObject({
      data: { code: "HELD" },
    });
    expect(await ada.query(api.trash.conflicts, { id })).toEqual([{ reason: "HELD" }]);
    await ada.mutation(api.trash.release, { id, reason: "They are done." });
    await ada.mutation(api.trash.restore, { id });
    expect(await invoicesOf(ada)).toHaveLength(1);
  });

  test("need a reason", async () => {
    const { ada } = await aDesk();
    const { deletionId: id } = await aRemoved(ada);
    await expect(ada.mutation(api.trash.hold, { id, reason: " " })).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { reason: {} } },
    });
  });

  test("are refused to editors", async () => {
    const { ada, ben } = await aDesk();
    const { deletionId: id } = await aRemoved(ada);
    for (const act of [api.trash.hold, api.trash.release]) {
      await expect(ben.mutation(act, { id, reason: "Why not." })).rejects.toMatchObject({
        data: { code: "FORBIDDEN" },
      });
    }
  });
});

describe("purgeNow", () => {
  test("leaves nothing but the entry and the record", async () => {
    const { t, ada } = await aDesk();
    const { deletionId } = await aRemoved(ada);
    await ada.mutation(api.trash.purgeNow, { id: deletionId });
    expect(await rowCounts(t)).toEqual({ invoices: 0, lineItems: 0 });
    expect((await actions(ada))[0]).toBe("invoices.purged");
  });

  test("is refused to editors", async () => {
    const { ada, ben } = await aDesk();
    const { deletionId } = await aRemoved(ada);
    await expect(ben.mutation(api.trash.purgeNow, { id: deletionId })).rejects.toMatchObject({
      data: { code: "FORBIDDEN" },
    });
  });
});

describe("purge", () => {
  test("takes what is due, and neither what is not nor what is held", async () => {
    const { t, ada } = await aDesk();
    await aRemoved(ada);
    const held = await aRemoved(ada);
    await ada.mutation(api.trash.hold, { id: held.deletionId, reason: "Audit." });
    vi.setSystemTime(NOON + DAY_MS);
    const young = await aRemoved(ada);
    vi.setSystemTime(NOON + 30 * DAY_MS);
    await t.mutation(internal.trash.purge, {});
    expect((await trashOf(ada)).map(({ id }) => id)).toEqual([young.deletionId, held.deletionId]);
    expect(await rowCounts(t)).toEqual({ invoices: 2, lineItems: 4 });
  });
});

/** An invoice of two lines in the trash. */
async function aRemoved(desk: Desk, why: { reason?: string } = {}) {
  const lines = aFew().slice(0, 2);
  const id = await desk.mutation(api.invoices.create, anInvoice({ lines }));
  const deletionId = await desk.mutation(api.invoices.remove, { id, ...why });
  return { id, deletionId };
}

/** An invoice of three lines of which an edit has removed the second. */
async function anEdited(desk: Desk, given?: Id<"invoices">) {
  const id = given ?? (await desk.mutation(api.invoices.create, anInvoice({ lines: aFew() })));
  const [menu, , post] = (await desk.query(api.invoices.get, { id }))!.lines;
  const [one, , three] = aFew();
  const lines = [
    { ...one!, id: menu!._id },
    { ...three!, id: post!._id },
  ];
  const [deletionId] = await desk.mutation(api.invoices.update, { id, ...anInvoice({ lines }) });
  return { id, deletionId: deletionId! };
}

/** Of 100, 200 and 300 cents. */
function aFew(): LineInput[] {
  return ["Menu", "Print", "Post"].map((description, i) => ({
    description,
    quantity: i + 1,
    unitCents: 100,
  }));
}

async function linesOf(desk: Desk, id: Id<"invoices">) {
  const invoice = await desk.query(api.invoices.get, { id });
  return invoice?.lines.map(({ description }) => description);
}

async function rowCounts(t: Awaited<ReturnType<typeof aDesk>>["t"]) {
  return await t.run(async ({ db }) => ({
    invoices: (await db.query("invoices").collect()).length,
    lineItems: (await db.query("lineItems").collect()).length,
  }));
}
