import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "../../example/convex/_generated/api";
import { aDesk, anInvoice, type Desk } from "./world";

const NOW = Date.UTC(2026, 10, 18, 9);
const TODAY = "2026-11-18";
const END_OF_TODAY = Date.UTC(2026, 10, 19);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("receivables", () => {
  test("adds up what was sent and not paid, by currency", async () => {
    const { ada } = await aDesk();
    await aSentInvoice(ada, { dueOn: "2026-12-01" });
    await aSentInvoice(ada, { dueOn: "2026-12-01" });
    await aSentInvoice(ada, { dueOn: "2026-12-01", currency: "GBP" });
    await ada.mutation(api.invoices.create, anInvoice());
    expect(await ada.query(api.overview.receivables, { today: TODAY })).toMatchObject({
      count: 3,
      overdue: 0,
      isCut: false,
      totals: [
        { currency: "EUR", amountCents: 19_200 },
        { currency: "GBP", amountCents: 9_600 },
      ],
    });
  });

  test("counts an invoice as overdue from the day after it was due", async () => {
    const { ada } = await aDesk();
    await aSentInvoice(ada, { dueOn: TODAY });
    await aSentInvoice(ada, { dueOn: "2026-11-17" });
    const figures = await ada.query(api.overview.receivables, { today: TODAY });
    expect(figures).toMatchObject({ count: 2, overdue: 1 });
    expect(figures?.dueByWeek).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
  });

  test("counts what is due beyond six weeks for the outermost one", async () => {
    const { ada } = await aDesk();
    await aSentInvoice(ada, { dueOn: "2020-01-01" });
    await aSentInvoice(ada, { dueOn: "2030-01-01" });
    const figures = await ada.query(api.overview.receivables, { today: TODAY });
    expect(figures?.dueByWeek).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  test("tells strangers nothing", async () => {
    const { t } = await aDesk();
    expect(await t.query(api.overview.receivables, { today: TODAY })).toBeNull();
  });
});

describe("activity", () => {
  test("counts entries for their day once they are sealed, and before that as unsealed", async () => {
    const { ada, chloe } = await aDesk();
    const id = await ada.mutation(api.invoices.create, anInvoice());
    await chloe.mutation(api.attempts.tryToVoid, { id, reason: "mistake" });
    const before = await ada.query(api.overview.activity, { days: 3, to: END_OF_TODAY });
    expect(before?.days.map(({ count }) => count)).toEqual([0, 0, 0]);
    expect(before).toMatchObject({ unsealed: { isCut: false }, head: null });
    const open = before!.unsealed.count;
    expect(open).toBeGreaterThan(2);

    await ada.mutation(api.auditProofs.seal, {});
    const after = await ada.query(api.overview.activity, { days: 3, to: END_OF_TODAY });
    expect(after?.days.at(-1)).toMatchObject({ count: open, refused: 1 });
    expect(after).toMatchObject({ unsealed: { count: 0 }, head: { index: 0 } });
  });
});

describe("people", () => {
  test("counts who may come in, by role, and who may not", async () => {
    const { t, chloe } = await aDesk();
    await t.mutation(internal.peopleSeed.run, {});
    expect(await chloe.query(api.overview.people, {})).toEqual({
      active: 7,
      suspended: 1,
      isCut: false,
      byRole: [
        { role: "viewer", count: 4 },
        { role: "editor", count: 2 },
        { role: "admin", count: 1 },
      ],
    });
    expect(await t.query(api.overview.people, {})).toBeNull();
  });
});

async function aSentInvoice(desk: Desk, fields: Parameters<typeof anInvoice>[0]) {
  const id = await desk.mutation(api.invoices.create, anInvoice(fields));
  await desk.mutation(api.invoices.send, { id });
}
