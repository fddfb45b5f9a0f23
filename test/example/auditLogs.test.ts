import { describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { tokenIdentifierOf } from "../../example/convex/people";
import { aDesk, anInvoice, entries } from "./world";

const PAGE = { numItems: 100, cursor: null };

describe("list", () => {
  test("shows strangers an empty page", async () => {
    const { t } = await withHistory();
    const { page, isDone } = await t.query(api.auditLogs.list, { paginationOpts: PAGE });
    expect({ page, isDone }).toEqual({ page: [], isDone: true });
  });

  test("shows viewers what everybody did", async () => {
    const { chloe } = await withHistory();
    expect((await entries(chloe)).map(({ actor }) => actor.label)).toEqual(["Ben", "Ben", "Ada"]);
  });

  test("by record shows the history of one invoice", async () => {
    const { ada, first } = await withHistory();
    const { page } = await ada.query(api.auditLogs.list, {
      target: { table: "invoices", id: first },
      paginationOpts: PAGE,
    });
    expect(page.map(({ action }) => action)).toEqual(["invoices.sent", "invoices.created"]);
  });

  test("by person shows what that person did", async () => {
    const { ada } = await withHistory();
    const actorId = tokenIdentifierOf({ subject: "ben" });
    const { page } = await ada.query(api.auditLogs.list, { actorId, paginationOpts: PAGE });
    expect(page.map(({ action }) => action)).toEqual(["invoices.sent", "invoices.created"]);
  });

  test("by action shows that action", async () => {
    const { ada } = await withHistory();
    const action = "invoices.created";
    const { page } = await ada.query(api.auditLogs.list, { action, paginationOpts: PAGE });
    expect(page.map(({ actor }) => actor.label)).toEqual(["Ben", "Ada"]);
  });
});

describe("get", () => {
  test("shows one entry to people who are signed in, and null to strangers", async () => {
    const { t, ada } = await withHistory();
    const [latest] = await entries(ada);
    expect(await ada.query(api.auditLogs.get, { id: latest!.id })).toEqual(latest);
    expect(await t.query(api.auditLogs.get, { id: latest!.id })).toBeNull();
  });
});

/** Ada's invoice, which Ben sends, with one of Ben's own between. */
async function withHistory() {
  const desk = await aDesk();
  const first = await desk.ada.mutation(api.invoices.create, anInvoice());
  await desk.ben.mutation(api.invoices.create, anInvoice());
  await desk.ben.mutation(api.invoices.send, { id: first });
  return { ...desk, first };
}
