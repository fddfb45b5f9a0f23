import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { aDesk, anInvoice, entries } from "./world";

const PAGE = { numItems: 100, cursor: null };

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 2, 9) });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("knock", () => {
  test("is heard five times, refused the sixth, and heard again when promised", async () => {
    const { ben } = await aDesk();
    const knock = async () => await ben.mutation(api.breakIt.knock, {});
    for (let i = 0; i < 5; i++) expect(await knock()).toEqual({ ok: true, value: null });
    const refused = await knock();
    expect(refused).toMatchObject({
      ok: false,
      error: { code: "RATE_LIMITED", retryAfterMs: 3_000 },
    });
    vi.advanceTimersByTime(2_999);
    expect(await knock()).toMatchObject({ ok: false });
    vi.advanceTimersByTime(1);
    expect(await knock()).toMatchObject({ ok: true });
  });

  test("leaves one denied entry, and none for what was allowed", async () => {
    const { ada, ben } = await aDesk();
    for (let i = 0; i < 6; i++) await ben.mutation(api.breakIt.knock, {});
    const { page } = await ada.query(api.auditLogs.list, { paginationOpts: PAGE });
    const knocks = page.filter(({ target }) => target.id === "breakIt:knock");
    expect(knocks).toMatchObject([{ outcome: "denied", actor: { label: "Ben" } }]);
  });
});

describe("flood", () => {
  test("writes as many entries as asked for", async () => {
    const { ada } = await aDesk();
    await ada.mutation(api.invoices.create, anInvoice());
    await ada.mutation(api.breakIt.flood, { count: 50 });
    const reminders = (await entries(ada)).filter(({ action }) => action === "invoices.reminded");
    expect(reminders).toHaveLength(50);
  });

  test("is for administrators", async () => {
    const { ben } = await aDesk();
    await expect(ben.mutation(api.breakIt.flood, { count: 1 })).rejects.toMatchObject({
      data: { code: "FORBIDDEN" },
    });
  });
});
