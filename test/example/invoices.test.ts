import { describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import type { Id } from "../../example/convex/_generated/dataModel";
import { tokenIdentifierOf } from "../../example/convex/people";
import type { InvoiceInput } from "../../example/convex/schema";
import { actions, aDesk, anInvoice, entries, invoicesOf, listPage } from "./world";

const ADA = tokenIdentifierOf({ subject: "ada" });

describe("create", () => {
  test("leaves an entry by whoever did it, with every field", async () => {
    const { ada } = await aDesk();
    const id = await ada.mutation(api.invoices.create, anInvoice());
    const log = await entries(ada);
    const own = log.find(({ action }) => action === "invoices.created");
    expect(own).toMatchObject({
      action: "invoices.created",
      actor: { type: "user", id: ADA, label: "Ada" },
      target: { table: "invoices", id, label: "INV-1001" },
      request: { functionName: "invoices:create" },
    });
    // Only `after`: none of these was set before. In no special order: Convex sorts names on the wire.
    expect(new Set(own?.changes)).toEqual(
      new Set([
        { path: "customer", after: "Café Zwölf" },
        { path: "title", after: "Winter menu" },
        { path: "currency", after: "EUR" },
        { path: "dueOn", after: "2026-12-01" },
        { path: "amountCents", after: 9_600 },
        { path: "number", after: "INV-1001" },
        { path: "status", after: "draft" },
        { path: "ownerId", after: ADA },
      ]),
    );
  });

  test("stores what people typed without the spaces around it", async () => {
    const { ada } = await aDesk();
    const id = await ada.mutation(api.invoices.create, {
      ...anInvoice({ title: "  Winter menu \n" }),
    });
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({ title: "Winter menu" });
  });

  test("adds up the line items", async () => {
    const { ada } = await aDesk();
    const lines = [
      { description: "Menu", quantity: 3, unitCents: 1_999 },
      { description: "Print", quantity: 1, unitCents: 1 },
    ];
    const id = await ada.mutation(api.invoices.create, anInvoice({ lines }));
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({ amountCents: 5_998, lines });
  });

  test("never gives a number twice, not even of a removed invoice", async () => {
    const { ada } = await aDesk();
    const first = await ada.mutation(api.invoices.create, anInvoice());
    await ada.mutation(api.invoices.remove, { id: first });
    const second = await ada.mutation(api.invoices.create, anInvoice());
    expect(await ada.query(api.invoices.get, { id: second })).toMatchObject({ number: "INV-1002" });
  });
});

describe("update", () => {
  test("leaves an entry with the changed fields only", async () => {
    const { ada, ben, id } = await withDraft();
    const lines = [{ description: "Menu", quantity: 3, unitCents: 4_800 }];
    await ben.mutation(api.invoices.update, {
      id,
      ...anInvoice({ title: "Spring menu", lines }),
    });
    const latest = (await entries(ada)).find(({ action }) => action === "invoices.updated");
    expect(latest).toMatchObject({ actor: { label: "Ben" } });
    expect(latest?.changes).toEqual([
      { path: "amountCents", before: 9_600, after: 14_400 },
      { path: "title", before: "Winter menu", after: "Spring menu" },
    ]);
  });

  test("leaves no entry when nothing changed but spaces", async () => {
    const { ada, id } = await withDraft();
    await ada.mutation(api.invoices.update, {
      id,
      ...anInvoice({ title: " Winter menu " }),
    });
    expect(await actions(ada)).toEqual(["invoices.created"]);
  });

  test("refuses an invoice that was sent", async () => {
    const { ada, id } = await withDraft();
    await ada.mutation(api.invoices.send, { id });
    await expect(
      ada.mutation(api.invoices.update, { id, ...anInvoice({ title: "Late" }) }),
    ).rejects.toMatchObject({ data: { code: "INVALID_STATE" } });
    expect(await actions(ada)).toEqual(["invoices.sent", "invoices.created"]);
  });
});

describe("send, markPaid and markVoid", () => {
  test("each leaves its entry with the step it took", async () => {
    const { ada, id } = await withDraft();
    await ada.mutation(api.invoices.send, { id });
    await ada.mutation(api.invoices.markPaid, { id });
    expect((await entries(ada)).slice(0, 2)).toMatchObject([
      { action: "invoices.paid", changes: [{ path: "status", before: "sent", after: "paid" }] },
      { action: "invoices.sent", changes: [{ path: "status", before: "draft", after: "sent" }] },
    ]);
  });

  test("a voided invoice keeps its number, and the log the reason", async () => {
    const { ada, id } = await withDraft();
    await ada.mutation(api.invoices.send, { id });
    await ada.mutation(api.invoices.markVoid, { id, reason: " Sent twice. " });
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({
      number: "INV-1001",
      status: "void",
    });
    expect((await entries(ada))[0]).toMatchObject({
      action: "invoices.voided",
      changes: expect.arrayContaining([{ path: "voidReason", after: "Sent twice." }]) as unknown,
    });
  });

  test("a reason that is too long takes the whole mutation back", async () => {
    const { ada, id } = await withDraft();
    await ada.mutation(api.invoices.send, { id });
    await expect(
      ada.mutation(api.invoices.markVoid, { id, reason: "x".repeat(1_001) }),
    ).rejects.toMatchObject({ data: { code: "VALIDATION_FAILED", fields: { reason: {} } } });
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({ status: "sent" });
    expect(await actions(ada)).toEqual(["invoices.sent", "invoices.created"]);
  });

  test.each(["send", "markPaid"] as const)("%s refuses an invoice that is paid", async (name) => {
    const { ada, id } = await withDraft();
    await ada.mutation(api.invoices.send, { id });
    await ada.mutation(api.invoices.markPaid, { id });
    await expect(ada.mutation(api.invoices[name], { id })).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
    expect(await actions(ada)).toHaveLength(3);
  });
});

describe("noteReminder", () => {
  test("leaves an entry although no row changes", async () => {
    const { ada } = await aDesk();
    const id = await ada.mutation(api.invoices.create, anInvoice());
    await ada.mutation(api.invoices.send, { id });
    await ada.mutation(api.invoices.noteReminder, { id, to: " till@zwoelf.example " });
    expect((await entries(ada))[0]).toMatchObject({
      action: "invoices.reminded",
      actor: { label: "Ada" },
      target: { table: "invoices", id },
      metadata: { to: "till@zwoelf.example" },
      changes: [],
    });
  });
});

describe("remove", () => {
  test("puts it into the trash with its lines, and leaves one entry that says why", async () => {
    const { ada, id } = await withDraft();
    const before = (await entries(ada)).length;
    const operationId = await ada.mutation(api.invoices.remove, { id, reason: " Twice. " });
    expect(await ada.query(api.invoices.get, { id })).toBeNull();
    expect(await invoicesOf(ada)).toEqual([]);
    const log = await entries(ada);
    expect(log.slice(0, log.length - before)).toMatchObject([
      {
        action: "invoices.trashed",
        actor: { label: "Ada" },
        target: { id, label: "INV-1001" },
        reason: "Twice.",
        operationId,
        metadata: { taken: { lineItems: 1 } },
      },
    ]);
  });

  test("takes a void invoice", async () => {
    const { ada, id } = await withDraft();
    await ada.mutation(api.invoices.send, { id });
    await ada.mutation(api.invoices.markVoid, { id, reason: "Sent twice." });
    await ada.mutation(api.invoices.remove, { id });
    expect(await invoicesOf(ada)).toEqual([]);
  });

  test("refuses an invoice that was sent", async () => {
    const { ada, id } = await withDraft();
    await ada.mutation(api.invoices.send, { id });
    await expect(ada.mutation(api.invoices.remove, { id })).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
    expect(await invoicesOf(ada)).toHaveLength(1);
  });

  test("says that an invoice is gone", async () => {
    const { ada, id } = await withDraft();
    await ada.mutation(api.invoices.remove, { id });
    await expect(ada.mutation(api.invoices.remove, { id })).rejects.toMatchObject({
      data: { code: "NOT_FOUND" },
    });
  });
});

describe("strangers", () => {
  test("see nothing, and no error", async () => {
    const { t, id } = await withDraft();
    expect(await invoicesOf(t)).toEqual([]);
    expect(await t.query(api.invoices.get, { id })).toBeNull();
    expect(await t.query(api.invoices.findByNumber, { number: "INV-1001" })).toBeNull();
  });

  test("change nothing, and leave no entry", async () => {
    const { t, ada, id } = await withDraft();
    const attempts = [
      () => t.mutation(api.invoices.create, anInvoice()),
      () => t.mutation(api.invoices.update, { id, ...anInvoice({ title: "Mine" }) }),
      () => t.mutation(api.invoices.send, { id }),
      () => t.mutation(api.invoices.markPaid, { id }),
      () => t.mutation(api.invoices.markVoid, { id, reason: "Because" }),
      () => t.mutation(api.invoices.remove, { id }),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ data: { code: "UNAUTHENTICATED" } });
    }
    expect(await actions(ada)).toEqual(["invoices.created"]);
    expect(await invoicesOf(ada)).toMatchObject([{ title: "Winter menu", status: "draft" }]);
  });
});

describe("viewers", () => {
  test("see everything", async () => {
    const { chloe, id } = await withDraft();
    expect(await invoicesOf(chloe)).toHaveLength(1);
    expect(await chloe.query(api.invoices.get, { id })).toMatchObject({ number: "INV-1001" });
  });

  test("change nothing, and leave no entry", async () => {
    const { ada, chloe, id } = await withDraft();
    const attempts = [
      () => chloe.mutation(api.invoices.create, anInvoice()),
      () => chloe.mutation(api.invoices.update, { id, ...anInvoice({ title: "Mine" }) }),
      () => chloe.mutation(api.invoices.send, { id }),
      () => chloe.mutation(api.invoices.markPaid, { id }),
      () => chloe.mutation(api.invoices.markVoid, { id, reason: "Because" }),
      () => chloe.mutation(api.invoices.remove, { id }),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ data: { code: "FORBIDDEN" } });
    }
    expect(await actions(ada)).toEqual(["invoices.created"]);
    expect(await invoicesOf(ada)).toMatchObject([{ title: "Winter menu", status: "draft" }]);
  });
});

describe("editors", () => {
  test("work on invoices, but neither void nor remove them", async () => {
    const { ben, id } = await withDraft();
    await expect(ben.mutation(api.invoices.remove, { id })).rejects.toMatchObject({
      data: { code: "FORBIDDEN" },
    });
    await ben.mutation(api.invoices.send, { id });
    await expect(
      ben.mutation(api.invoices.markVoid, { id, reason: "Because" }),
    ).rejects.toMatchObject({ data: { code: "FORBIDDEN" } });
    await ben.mutation(api.invoices.markPaid, { id });
    expect(await actions(ben)).toEqual(["invoices.paid", "invoices.sent", "invoices.created"]);
  });
});

describe("list", () => {
  test("shows the newest first, a page at a time", async () => {
    const { ada } = await aDesk();
    for (const title of ["One", "Two", "Three"]) {
      await ada.mutation(api.invoices.create, anInvoice({ title }));
    }
    const first = await listPage(ada, { numItems: 2, cursor: null });
    expect(first.page.map(({ title }) => title)).toEqual(["Three", "Two"]);
    const second = await listPage(ada, { numItems: 2, cursor: first.continueCursor });
    expect(second).toMatchObject({ isDone: true, page: [{ title: "One" }] });
  });

  test("by status shows that status only", async () => {
    const { ada, id } = await withDraft();
    await ada.mutation(api.invoices.create, anInvoice());
    await ada.mutation(api.invoices.send, { id });
    const paginationOpts = { numItems: 10, cursor: null };
    const { page } = await ada.query(api.invoices.list, { status: "sent", paginationOpts });
    expect(page.map(({ _id }) => _id)).toEqual([id]);
  });
});

describe("findByNumber", () => {
  test("finds an invoice by its number, and null where there is none", async () => {
    const { ada, id } = await withDraft();
    expect(await ada.query(api.invoices.findByNumber, { number: "INV-1001" })).toBe(id);
    expect(await ada.query(api.invoices.findByNumber, { number: "INV-1002" })).toBeNull();
  });
});

async function withDraft(fields: Partial<InvoiceInput> = {}) {
  const desk = await aDesk();
  const id: Id<"invoices"> = await desk.ada.mutation(api.invoices.create, {
    ...anInvoice(fields),
  });
  return { ...desk, id };
}
