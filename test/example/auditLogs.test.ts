import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { tokenIdentifierOf } from "../../example/convex/people";
import { aDesk, anInvoice, entries } from "./world";

const PAGE = { numItems: 100, cursor: null };
const NOON = Date.UTC(2026, 10, 2, 12);
const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("list", () => {
  test("shows strangers an empty page", async () => {
    const { t } = await withHistory();
    const { page, isDone } = await t.query(api.auditLogs.list, { paginationOpts: PAGE });
    expect({ page, isDone }).toEqual({ page: [], isDone: true });
  });

  test("shows viewers what everybody did", async () => {
    const { chloe } = await withHistory();
    expect((await entries(chloe)).map(({ actor }) => actor.label)).toEqual([
      "Ben",
      "Ben",
      "Ben",
      "Ada",
      "Ada",
    ]);
  });

  test("by record shows the history of one invoice", async () => {
    const { ada, first } = await withHistory();
    const { page } = await ada.query(api.auditLogs.list, {
      target: { table: "invoices", id: first },
      paginationOpts: PAGE,
    });
    expect(page.map(({ action }) => action)).toEqual([
      "invoices.sent",
      "lineItems.created",
      "invoices.created",
    ]);
  });

  test("by person shows what that person did", async () => {
    const { ada } = await withHistory();
    const actorId = tokenIdentifierOf({ subject: "ben" });
    const { page } = await ada.query(api.auditLogs.list, { actorId, paginationOpts: PAGE });
    expect(page.map(({ action }) => action)).toEqual([
      "invoices.sent",
      "lineItems.created",
      "invoices.created",
    ]);
  });

  test("by action shows that action", async () => {
    const { ada } = await withHistory();
    const action = "invoices.created";
    const { page } = await ada.query(api.auditLogs.list, { action, paginationOpts: PAGE });
    expect(page.map(({ actor }) => actor.label)).toEqual(["Ben", "Ada"]);
  });
});

describe("search", () => {
  test("finds entries by the number of their invoice, and narrows them by person", async () => {
    const { ada } = await withHistory();
    const found = await ada.query(api.auditLogs.search, { words: "INV-1001" });
    expect(found.map(({ action }) => action).sort()).toEqual([
      "invoices.created",
      "invoices.sent",
      "lineItems.created",
    ]);
    const actorId = tokenIdentifierOf({ subject: "ben" });
    const byBen = await ada.query(api.auditLogs.search, { words: "INV-1001", actorId });
    expect(byBen.map(({ action }) => action)).toEqual(["invoices.sent"]);
  });

  test("finds nothing for strangers", async () => {
    const { t } = await withHistory();
    expect(await t.query(api.auditLogs.search, { words: "INV-1001" })).toEqual([]);
  });
});

describe("stats", () => {
  test("count what is sealed by hour, and what is not as a tail", async () => {
    const desk = await withHistory();
    await desk.ada.mutation(api.auditProofs.seal, {});
    await desk.ben.mutation(api.invoices.create, anInvoice());
    const range = { unit: "hour" as const, from: NOON, to: NOON + HOUR_MS };
    const stats = await desk.ada.query(api.auditLogs.stats, range);
    expect(stats?.buckets).toContainEqual({
      start: NOON,
      action: "invoices.created",
      outcome: "success",
      count: 2,
    });
    expect(stats?.tail.count).toBeGreaterThanOrEqual(1);
  });

  test("say nothing to strangers", async () => {
    const { t } = await withHistory();
    const range = { unit: "day" as const, from: NOON, to: NOON + HOUR_MS };
    expect(await t.query(api.auditLogs.stats, range)).toBeNull();
  });
});

describe("startExport", () => {
  test("writes the entries of the filter into a file, and says so in the log", async () => {
    const desk = await withHistory();
    const actorId = tokenIdentifierOf({ subject: "ben" });
    const id = await desk.ada.mutation(api.auditLogs.startExport, { actorId, format: "csv" });
    // Its steps; running all timers would also run those that give it up for lost.
    for (let step = 0; step < 5; step++) {
      vi.advanceTimersByTime(1);
      await desk.t.finishInProgressScheduledFunctions();
    }
    const listed = await desk.ada.query(api.auditLogs.list, { actorId, paginationOpts: PAGE });
    expect(await desk.ada.query(api.auditLogs.exportStatus, { id })).toMatchObject({
      status: "completed",
      processed: listed.page.length,
    });
    const { page } = await desk.ada.query(api.auditLogs.list, { paginationOpts: PAGE });
    expect(page.map(({ action }) => action)).toContain("auditLogs.exported");
  });

  test("is refused to viewers", async () => {
    const { chloe } = await withHistory();
    await expect(
      chloe.mutation(api.auditLogs.startExport, { format: "ndjson" }),
    ).rejects.toMatchObject({ data: { code: "FORBIDDEN" } });
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
