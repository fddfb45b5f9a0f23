import { describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { aMail, aSent, jobOf, MINUTE_MS, NOON, PAGE, pass, stopTheClock } from "./jobWorld";
import { aDesk, anInvoice, entries, type Desk } from "./world";

stopTheClock();

describe("reports.start", () => {
  test("adds up what is due in the month, and tells how far it is", async () => {
    const { t, ada } = await aDesk();
    const id = await ada.mutation(api.invoices.create, anInvoice({ dueOn: "2026-12-01" }));
    await ada.mutation(api.invoices.send, { id });
    await ada.mutation(api.invoices.create, anInvoice({ dueOn: "2026-12-31", currency: "USD" }));
    await ada.mutation(api.invoices.create, anInvoice({ dueOn: "2027-01-01" }));
    const jobId = await ada.mutation(api.reports.start, { day: "2026-12-24" });
    await pass(t, 1_000);
    expect(await jobOf(ada, jobId)).toMatchObject({
      status: "processing",
      progress: { fraction: 0.25, message: "Reading sent invoices" },
      actor: { label: "Ada" },
    });
    await pass(t, 5_000);
    expect(await jobOf(ada, jobId)).toMatchObject({
      status: "completed",
      attempt: 1,
      result: {
        month: "2026-12",
        totals: [
          { status: "sent", currency: "EUR", count: 1, amountCents: 9_600 },
          { status: "draft", currency: "USD", count: 1, amountCents: 9_600 },
        ],
      },
    });
  });

  test("gives the same report while it is at work, and another one afterwards", async () => {
    const { t, ada, ben } = await aDesk();
    const first = await ada.mutation(api.reports.start, { day: "2026-12-24" });
    expect(await ben.mutation(api.reports.start, { day: "2026-12-01" })).toBe(first);
    expect(await ben.mutation(api.reports.start, { day: "2026-11-30" })).not.toBe(first);
    await pass(t, 5_000);
    expect(await ada.mutation(api.reports.start, { day: "2026-12-24" })).not.toBe(first);
    await pass(t, 5_000);
  });

  test("leaves an entry: the queue of reports is audited, that of mails is not", async () => {
    const { t, ada, ben } = await aDesk();
    const id = await ben.mutation(api.reports.start, { day: "2026-12-24" });
    await aMail(ben);
    await pass(t, 5_000);
    const { page } = await ada.query(api.auditLogs.list, { paginationOpts: PAGE });
    const told = page.filter(({ target }) => target.table === "jobs");
    expect(told).toMatchObject([
      { action: "jobs.enqueued", actor: { label: "Ben" }, target: { id } },
    ]);
  });

  test("refuses a day that there is not", async () => {
    const { ada } = await aDesk();
    await expect(ada.mutation(api.reports.start, { day: "2026-02-30" })).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { day: { message: expect.any(String) } } },
    });
  });

  test("fails for somebody who may not see invoices any more when it runs", async () => {
    const { t, ada, ben } = await aDesk();
    const id = await ben.mutation(api.reports.start, { day: "2026-12-24" });
    const me = await ben.query(api.userProfiles.me, {});
    await ada.mutation(api.userProfiles.setRoles, { id: me!.id, roles: [] });
    await pass(t, 5_000);
    expect(await jobOf(ada, id)).toMatchObject({
      status: "failed",
      attempt: 1,
      error: { code: "FORBIDDEN" },
    });
  });
});

describe("mails.sendOne", () => {
  test("is tried again after growing waits, fails readably, and gets through by a retry", async () => {
    const { t, ada, ben } = await aDesk();
    const id = await aMail(ben, { busyTimes: 4 });
    await pass(t, 20_000, 100);
    const failed = await jobOf(ada, id);
    expect(failed).toMatchObject({
      status: "failed",
      attempt: 4,
      maxAttempts: 4,
      error: { message: "421 The server of press@larkspur.example is busy, try again later." },
    });
    const ends = failed!.failedAttempts;
    const waits = ends.slice(1).map(({ startedAt }, i) => startedAt! - ends[i]!.endedAt);
    expect(waits).toHaveLength(3);
    // Each may be a quarter shorter than 1 s, 2 s and 4 s.
    expect(waits[1]).toBeGreaterThan(waits[0]!);
    expect(waits[2]).toBeGreaterThan(waits[1]!);

    await ben.mutation(api.jobs.retry, { id });
    await pass(t, 1_000);
    expect(await jobOf(ada, id)).toMatchObject({ status: "completed", attempt: 5 });
  });

  test("fails at once where trying again would not help", async () => {
    const { t, ben } = await aDesk();
    const id = await aMail(ben, { to: "Musée des Ponts" });
    await pass(t, 1_000);
    expect(await jobOf(ben, id)).toMatchObject({
      status: "failed",
      attempt: 1,
      error: { code: "NO_ADDRESS", message: "“Musée des Ponts” is no e-mail address." },
    });
  });

  test("never sends more than two at once, and sends all of them in their order", async () => {
    const { t, ada } = await aDesk();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await aMail(ada));
    const seen: number[] = [];
    for (let step = 0; step < 20; step++) {
      await pass(t, 100);
      const { page } = await ada.query(api.jobs.list, {
        filter: { status: "pending" },
        paginationOpts: PAGE,
      });
      seen.push(page.filter(({ isWaiting }) => !isWaiting).length);
    }
    expect(Math.max(...seen)).toBe(2);
    const jobs = await Promise.all(ids.map((id) => jobOf(ada, id)));
    expect(jobs.map((job) => job!.status)).toEqual(Array(5).fill("completed"));
    const ends = jobs.map((job) => job!.finishedAt!);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
  });
});

describe("mails.remindAll", () => {
  test("has a job for each invoice that is late or due within two weeks, and one entry at the end", async () => {
    const { t, ada } = await aDesk();
    const late = await aSent(ada, "2026-10-20");
    const soon = await aSent(ada, "2026-11-16");
    await aSent(ada, "2026-11-17");
    await ada.mutation(api.invoices.create, anInvoice({ dueOn: "2026-10-20" }));
    const id = await ada.mutation(api.mails.remindAll, {});
    const [running] = (await ada.query(api.jobs.batches, {}))!;
    expect(running).toMatchObject({ id, status: "running", counts: { total: 2, open: 2 } });
    await pass(t, 5_000);
    const [batch] = (await ada.query(api.jobs.batches, {}))!;
    expect(batch).toMatchObject({ status: "ended", counts: { total: 2, open: 0, completed: 2 } });
    expect(await endsOf(ada, id)).toMatchObject([
      { actor: { label: "Ada" }, metadata: { total: 2, completed: 2, failed: 0 } },
    ]);
    const reminded = (await entries(ada)).filter(({ action }) => action === "invoices.reminded");
    expect(reminded.map(({ target }) => target.id).sort()).toEqual([late, soon].sort());
    expect(reminded[0]).toMatchObject({ actor: { label: "Ada" } });
  });

  test("ends although one of them fails, and says so again when that is tried again", async () => {
    const { t, ada, ben } = await aDesk();
    await aSent(ada, "2026-10-20");
    await aSent(ada, "2026-10-21", "Musée des Ponts");
    const id = await ben.mutation(api.mails.remindAll, {});
    await pass(t, 5_000);
    expect(await endsOf(ada, id)).toMatchObject([{ metadata: { completed: 1, failed: 1 } }]);
    await ben.mutation(api.jobs.retryBatch, { id });
    await pass(t, 5_000);
    expect(await endsOf(ada, id)).toHaveLength(2);
  });

  test("is cancelled as a whole: what has ended stays as it is", async () => {
    const { t, ada } = await aDesk();
    for (let day = 10; day < 14; day++) await aSent(ada, `2026-11-${day}`);
    const id = await ada.mutation(api.mails.remindAll, {});
    await pass(t, 700);
    await ada.mutation(api.jobs.cancelBatch, { id });
    await pass(t, 5_000);
    const [batch] = (await ada.query(api.jobs.batches, {}))!;
    expect(batch).toMatchObject({
      status: "ended",
      counts: { open: 0, completed: 2, cancelled: 2 },
    });
    expect(await endsOf(ada, id)).toHaveLength(1);
  });

  test("refuses when nobody owes anything", async () => {
    const { ada } = await aDesk();
    await expect(ada.mutation(api.mails.remindAll, {})).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
  });
});

describe("mails.issueLater", () => {
  test("sends a draft at its time, in the name of whoever wanted it", async () => {
    const { t, ada, ben } = await aDesk();
    const id = await ada.mutation(api.invoices.create, anInvoice());
    const jobId = await ben.mutation(api.mails.issueLater, { id, runAt: NOON + 5 * MINUTE_MS });
    await pass(t, 5 * MINUTE_MS - 1);
    expect(await jobOf(ada, jobId)).toMatchObject({ status: "scheduled" });
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({ status: "draft" });
    await pass(t, 1);
    expect(await jobOf(ada, jobId)).toMatchObject({ status: "completed" });
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({ status: "sent" });
    const [entry] = await entries(ada);
    expect(entry).toMatchObject({ action: "invoices.sent", actor: { label: "Ben" } });
  });

  test("said again counts in place of the first time", async () => {
    const { t, ada } = await aDesk();
    const id = await ada.mutation(api.invoices.create, anInvoice());
    await ada.mutation(api.mails.issueLater, { id, runAt: NOON + MINUTE_MS });
    await ada.mutation(api.mails.issueLater, { id, runAt: NOON + 5 * MINUTE_MS });
    await pass(t, 2 * MINUTE_MS);
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({ status: "draft" });
    await pass(t, 3 * MINUTE_MS);
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({ status: "sent" });
  });

  test("fails where the invoice was sent by hand meanwhile, and changes nothing", async () => {
    const { t, ada } = await aDesk();
    const id = await ada.mutation(api.invoices.create, anInvoice());
    const jobId = await ada.mutation(api.mails.issueLater, { id, runAt: NOON + MINUTE_MS });
    await ada.mutation(api.invoices.send, { id });
    await ada.mutation(api.invoices.markPaid, { id });
    await pass(t, MINUTE_MS);
    expect(await jobOf(ada, jobId)).toMatchObject({
      status: "failed",
      error: { code: "NO_DRAFT" },
    });
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({ status: "paid" });
  });
});

// --- The world -------------------------------------------------------------------------------

/** What the log says of a batch's end, the newest first. */
async function endsOf(desk: Desk, id: string) {
  const asked = { action: "reminders.sent", paginationOpts: PAGE };
  const { page } = await desk.query(api.auditLogs.list, asked);
  return page.filter(({ target }) => target.id === id);
}
