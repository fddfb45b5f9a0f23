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

  test("numbers invoices in the order in which they were created", async () => {
    const { t, ada } = await aDesk();
    await t.mutation(internal.seed.run, {});
    const numbers = (await invoicesOf(ada)).map(({ number }) => Number(number.slice(4)));
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
  });

  test("says that several people did it", async () => {
    const { t, ada } = await aDesk();
    await t.mutation(internal.seed.run, {});
    const names = new Set((await entries(ada)).map(({ actor }) => actor.label));
    expect([...names].sort()).toEqual(["Ada", "Ben", "Dmitri Hale-Okafor"]);
  });

  test("lets nobody do what their role forbids", async () => {
    const { t, ada } = await aDesk();
    await t.mutation(internal.seed.run, {});
    const byAda = ["invoices.voided"];
    for (const { action, actor } of await entries(ada)) {
      if (byAda.includes(action)) expect(actor.label).toBe("Ada");
    }
    const removed = (await trashOf(ada)).filter(({ root }) => root.table === "invoices");
    expect(removed.map(({ actor }) => actor.label)).toEqual(removed.map(() => "Ada"));
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

describe("times", () => {
  test("are on working days and hours but for the last day, and in order, none to come", async () => {
    const { t } = await aDesk();
    // From a Sunday back, from a Monday morning, and from amid the week.
    for (const day of ["2026-11-22T10:00Z", "2026-11-23T00:10Z", "2026-11-25T15:00Z"]) {
      const today = Date.parse(day);
      const times = await t.query(internal.seed.times, { today });
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThan(today);
      for (const time of times.filter((time) => time < today - 2 * DAY_MS)) {
        const date = new Date(time);
        expect([1, 2, 3, 4, 5], date.toISOString()).toContain(date.getUTCDay());
        expect(date.getUTCHours()).toBeGreaterThanOrEqual(7);
        expect(date.getUTCHours()).toBeLessThan(20);
      }
    }
  });

  test("split the season into parts that end as it does at once", async () => {
    const atOnce = await aDesk();
    await atOnce.t.mutation(internal.seed.run, {});
    const inParts = await aDesk();
    const today = Date.now();
    const times = await inParts.t.query(internal.seed.times, { today });
    const middle = times[Math.floor(times.length / 2)]!;
    await inParts.t.mutation(internal.seed.tellPart, { today, from: times[0]!, to: middle });
    await inParts.t.mutation(internal.seed.tellPart, { today, from: middle, to: today });
    expect(await actions(inParts.ada)).toEqual(await actions(atOnce.ada));
    const sums = async ({ ada }: typeof atOnce) =>
      (await invoicesOf(ada)).map(({ number, amountCents, status }) => [
        number,
        amountCents,
        status,
      ]);
    expect(await sums(inParts)).toEqual(await sums(atOnce));
  });
});
