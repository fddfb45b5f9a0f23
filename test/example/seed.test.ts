import { describe, expect, test } from "vitest";
import { api, internal } from "../../example/convex/_generated/api";
import { totalCents } from "../../example/convex/invoiceRules";
import { actions, aDesk, anInvoice, entries, invoicesOf, trashOf } from "./world";

const DAY_MS = 86_400_000;

describe("run", () => {
  test("fills the desk with more invoices and entries than one page shows", async () => {
    const { t, ada } = await aDesk();
    await t.mutation(internal.seed.run, {});
    const paginationOpts = { numItems: 20, cursor: null };
    expect((await ada.query(api.invoices.list, { paginationOpts })).isDone).toBe(false);
    expect((await entries(ada)).length).toBeGreaterThan(10 * 25);
  });

  test("tells each invoice's story up to what it is now", async () => {
    const { t, ada } = await aDesk();
    await t.mutation(internal.seed.run, {});
    const log = await entries(ada);
    const paginationOpts = { numItems: 100, cursor: null };
    for (const invoice of (await ada.query(api.invoices.list, { paginationOpts })).page) {
      const own = log.filter(({ target }) => target.id === invoice._id);
      const told = new Map<string, unknown>([["status", "draft"]]);
      for (const { changes } of own.reverse()) {
        for (const { path, after } of changes) told.set(path, after);
      }
      const { customer, title, currency, dueOn, amountCents, status } = invoice;
      expect(Object.fromEntries(told)).toMatchObject({
        customer,
        title,
        currency,
        dueOn,
        amountCents,
        status,
      });
    }
  });

  test("says that several people did it", async () => {
    const { t, ada } = await aDesk();
    await t.mutation(internal.seed.run, {});
    const names = new Set((await entries(ada)).map(({ actor }) => actor.label));
    expect([...names].sort()).toEqual(["Ada", "Ben", "Chloé", "Dmitri Hale-Okafor"]);
  });

  test("fills the trash: of several people and days, with lines, one of them on hold", async () => {
    const { t, ada } = await aDesk();
    await t.mutation(internal.seed.run, {});
    const trash = await trashOf(ada);
    expect(new Set(trash.map(({ actor }) => actor.label)).size).toBe(3);
    expect(
      new Set(trash.map(({ deletedAt }) => Math.floor(deletedAt / DAY_MS))).size,
    ).toBeGreaterThan(4);
    expect(trash.filter(({ hold }) => hold)).toHaveLength(1);
    expect(Math.max(...trash.map(({ taken }) => taken["lineItems"] ?? 0))).toBe(6);
  });

  test("leaves in the trash what can come back exactly", async () => {
    const { t, ada } = await aDesk();
    await t.mutation(internal.seed.run, {});
    const before = await invoicesOf(ada);
    const ids = (await trashOf(ada)).map(({ id }) => id);
    const restored = await ada.mutation(api.trash.restoreMany, { ids });
    // One is held, and one is a line of an invoice that was sent.
    expect(restored.filter(({ status }) => status === "refused")).toHaveLength(2);
    const after = await invoicesOf(ada);
    expect(after).toHaveLength(before.length + 3);
    for (const { _id: id } of after) {
      const { lines, amountCents } = (await ada.query(api.invoices.get, { id }))!;
      expect(totalCents(lines)).toBe(amountCents);
    }
  });

  test("does nothing the second time", async () => {
    const { t, ada } = await aDesk();
    await t.mutation(internal.seed.run, {});
    const before = await entries(ada);
    await t.mutation(internal.seed.run, {});
    expect(await entries(ada)).toEqual(before);
  });

  test("does nothing on a desk somebody works at", async () => {
    const { t, ada } = await aDesk();
    await ada.mutation(api.invoices.create, anInvoice());
    await t.mutation(internal.seed.run, {});
    expect(await actions(ada)).toEqual(["invoices.created"]);
  });

  test("leaves a number for the next invoice", async () => {
    const { t, ada } = await aDesk();
    await t.mutation(internal.seed.run, {});
    const id = await ada.mutation(api.invoices.create, anInvoice());
    const invoice = await ada.query(api.invoices.get, { id });
    const paginationOpts = { numItems: 2, cursor: null };
    const { page } = await ada.query(api.invoices.list, { paginationOpts });
    expect(page.map(({ number }) => number)).toEqual([invoice?.number, "INV-1031"]);
  });
});
