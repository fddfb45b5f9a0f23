import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "../../example/convex/_generated/api";
import { aDesk, anInvoice, entries, type Desk } from "./world";

const NOON = Date.UTC(2026, 10, 2, 12);
const MINUTE_MS = 60_000;
const PAGE = { numItems: 100, cursor: null };
/** Convex's calls take turns of the real event loop, of which fake timers know nothing. */
const laterForReal = setTimeout;
const TURNS = 3;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

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

describe("list", () => {
  test("selects by status, queue, handler, actor and batch", async () => {
    const { t, ada, ben } = await aDesk();
    await aSent(ada, "2026-10-20");
    const report = await ben.mutation(api.reports.start, { day: "2026-12-24" });
    const batchId = await ada.mutation(api.mails.remindAll, {});
    const mail = await aMail(ben, { to: "nobody" });
    await pass(t, 5_000);
    const actorId = (await jobOf(ada, report))!.actor!.id;
    const of = async (filter: Parameters<typeof listed>[1]) => await listed(ada, filter);
    expect(await of({ status: "failed" })).toEqual([mail]);
    expect(await of({ queue: "reports" })).toEqual([report]);
    expect(await of({ queue: "mail", name: "mails:send" })).toHaveLength(2);
    expect(await of({ actorId })).toEqual([mail, report]);
    expect(await of({ batchId })).toHaveLength(1);
    expect(await listed(t, { status: "failed" })).toEqual([]);
  });

  test("goes on exactly where a page ended", async () => {
    const { t, ada } = await aDesk();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await aMail(ada, { to: "nobody" }));
    await pass(t, 1_000);
    const walked: string[] = [];
    let cursor: string | null = null;
    do {
      const paginationOpts: { numItems: number; cursor: string | null } = { numItems: 2, cursor };
      const found: { page: { id: string }[]; isDone: boolean; continueCursor: string } =
        await ada.query(api.jobs.list, { filter: { queue: "mail" }, paginationOpts });
      walked.push(...found.page.map(({ id }) => id));
      cursor = found.isDone ? null : found.continueCursor;
    } while (cursor !== null);
    expect(walked).toEqual(ids.toReversed());
  });

  test("refuses to be asked for everything", async () => {
    const { ada } = await aDesk();
    await expect(
      ada.query(api.jobs.list, { filter: {}, paginationOpts: PAGE }),
    ).rejects.toMatchObject({ data: { code: "VALIDATION_FAILED" } });
  });
});

describe("counts and throughput", () => {
  test("say how many there are, and when they ended", async () => {
    const { t, ada } = await aDesk();
    await aMail(ada);
    await aMail(ada, { to: "nobody" });
    await pass(t, 1_000);
    expect(await ada.query(api.jobs.counts, {})).toMatchObject({
      completed: { count: 1, isCut: false },
      failed: { count: 1, isCut: false },
      pending: { count: 0, isCut: false },
    });
    const asked = { from: NOON - MINUTE_MS, barMs: MINUTE_MS, bars: 3 };
    expect(await ada.query(api.jobs.throughput, asked)).toEqual({
      bars: [
        { completed: 0, failed: 0 },
        { completed: 1, failed: 1 },
        { completed: 0, failed: 0 },
      ],
      isCut: false,
    });
  });

  test("stop counting at 99", async () => {
    const { t, ada } = await aDesk();
    for (let i = 0; i < 99; i++) await aMail(ada, { to: "nobody" });
    await pass(t, 5_000);
    expect((await ada.query(api.jobs.counts, {}))!.failed).toEqual({ count: 99, isCut: false });
    await aMail(ada, { to: "nobody" });
    await pass(t, 1_000);
    expect((await ada.query(api.jobs.counts, {}))!.failed).toEqual({ count: 99, isCut: true });
  });
});

describe("the queue of mails", () => {
  test("starts nothing while it is paused, and goes on afterwards", async () => {
    const { t, ada } = await aDesk();
    await ada.mutation(api.jobs.pause, { name: "mail" });
    const [first, second] = [await aMail(ada), await aMail(ada)];
    await pass(t, 5_000);
    expect(await ada.query(api.jobs.queue, { name: "mail" })).toEqual({
      maxParallelism: 2,
      isPaused: true,
      running: 0,
      waiting: 2,
      isCut: false,
    });
    await ada.mutation(api.jobs.cancel, { id: first, reason: "  Not today.  " });
    expect(await jobOf(ada, first)).toMatchObject({
      status: "cancelled",
      cancelReason: "Not today.",
    });
    await ada.mutation(api.jobs.resume, { name: "mail" });
    await pass(t, 1_000);
    expect(await jobOf(ada, second)).toMatchObject({ status: "completed" });
    expect(await ada.query(api.jobs.queue, { name: "mail" })).toMatchObject({
      isPaused: false,
      waiting: 0,
    });
  });
});

describe("cancel and retry", () => {
  test("end a running job when it next looks, and begin it anew", async () => {
    const { t, ada } = await aDesk();
    const id = await ada.mutation(api.reports.start, { day: "2026-12-24" });
    await pass(t, 500);
    expect(await ada.mutation(api.jobs.cancel, { id })).toMatchObject({ status: "processing" });
    await pass(t, 2_000);
    expect(await jobOf(ada, id)).toMatchObject({ status: "cancelled" });
    await ada.mutation(api.jobs.retry, { id });
    await pass(t, 5_000);
    expect(await jobOf(ada, id)).toMatchObject({ status: "completed" });
  });

  test("leave a completed job as it is", async () => {
    const { t, ada } = await aDesk();
    const id = await aMail(ada);
    await pass(t, 1_000);
    expect(await ada.mutation(api.jobs.cancel, { id })).toMatchObject({ accepted: false });
    await expect(ada.mutation(api.jobs.retry, { id })).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
    expect(await jobOf(ada, id)).toMatchObject({ status: "completed" });
  });
});

describe("redrive", () => {
  test("tries again what has failed, of one queue or of all, and says how many", async () => {
    const { t, ada } = await aDesk();
    const ids = [await aMail(ada, { busyTimes: 4 }), await aMail(ada, { busyTimes: 4 })];
    await pass(t, 20_000, 100);
    expect(await tryAgain(t, ada, "reports")).toMatchObject({ status: "completed", redriven: 0 });
    expect(await tryAgain(t, ada)).toMatchObject({ status: "completed", redriven: 2, skipped: 0 });
    for (const id of ids) expect(await jobOf(ada, id)).toMatchObject({ status: "completed" });
  });
});

describe("the seed of jobs", () => {
  test("has them in every state, by several people", async () => {
    const { t, ada } = await aDesk();
    await t.mutation(internal.seedJobs.run, {});
    await pass(t, 30_000);
    const counts = (await ada.query(api.jobs.counts, {}))!;
    expect(counts).toMatchObject({
      pending: { count: 0 },
      scheduled: { count: 3 },
      retrying: { count: 1 },
      completed: { count: 5 },
      failed: { count: 2 },
      cancelled: { count: 1 },
    });
    const asked = { filter: { queue: "mail" }, paginationOpts: PAGE };
    const { page } = await ada.query(api.jobs.list, asked);
    expect(new Set(page.map(({ actor }) => actor?.label))).toEqual(
      new Set(["Ada", "Ben", "Chloé"]),
    );
  });
});

describe("who may do what", () => {
  const ACTS: [
    name: string,
    lowest: "ben" | "ada",
    act: (desk: Pick<Desk, "mutation">) => unknown,
  ][] = [
    ["reports.start", "ben", (d) => d.mutation(api.reports.start, { day: "2026-12-24" })],
    ["mails.remindAll", "ben", (d) => d.mutation(api.mails.remindAll, {})],
    ["mails.sendOne", "ben", (d) => aMail(d)],
    ["cancel", "ben", (d) => d.mutation(api.jobs.cancel, { id: "x" })],
    ["retry", "ben", (d) => d.mutation(api.jobs.retry, { id: "x" })],
    ["cancelBatch", "ben", (d) => d.mutation(api.jobs.cancelBatch, { id: "x" })],
    ["retryBatch", "ben", (d) => d.mutation(api.jobs.retryBatch, { id: "x" })],
    ["redrive", "ada", (d) => d.mutation(api.jobs.redrive, {})],
    ["pause", "ada", (d) => d.mutation(api.jobs.pause, { name: "mail" })],
    ["resume", "ada", (d) => d.mutation(api.jobs.resume, { name: "mail" })],
  ];

  test.each(ACTS)("%s is for %s, and not for those below", async (_name, lowest, act) => {
    const { t, ada, ben, chloe } = await aDesk();
    await expect(codeOf(act(t))).resolves.toBe("UNAUTHENTICATED");
    await expect(codeOf(act(chloe))).resolves.toBe("FORBIDDEN");
    if (lowest === "ada") await expect(codeOf(act(ben))).resolves.toBe("FORBIDDEN");
    const allowed = await codeOf(act(lowest === "ada" ? ada : ben));
    // They get as far as there being nothing to do it to.
    expect([null, "NOT_FOUND", "INVALID_STATE"]).toContain(allowed);
  });

  test("everybody with a role sees jobs, and strangers see none", async () => {
    const { t, ada, chloe } = await aDesk();
    const id = await aMail(ada);
    await pass(t, 1_000);
    expect(await jobOf(chloe, id)).toMatchObject({ status: "completed" });
    expect(await chloe.query(api.jobs.counts, {})).toMatchObject({ completed: { count: 1 } });
    expect(await t.query(api.jobs.get, { id })).toBeNull();
    expect(await t.query(api.jobs.counts, {})).toBeNull();
    expect(await t.query(api.jobs.throughput, { from: 0, barMs: 1, bars: 1 })).toBeNull();
    expect(await t.query(api.jobs.queue, { name: "mail" })).toBeNull();
    expect(await t.query(api.jobs.batches, {})).toEqual([]);
    expect(await t.query(api.jobs.redriveStatus, { id: "x" })).toBeNull();
  });
});

// --- The world -------------------------------------------------------------------------------

type World = Awaited<ReturnType<typeof aDesk>>["t"];

/** Lets time pass in small steps; what is due in one is done before the next one begins. */
async function pass(t: Pick<World, "run">, ms: number, steps = 20): Promise<void> {
  const stepMs = Math.floor(ms / steps);
  const all = [...Array<number>(steps).fill(stepMs), ms - steps * stepMs];
  for (const step of all) {
    await vi.advanceTimersByTimeAsync(step);
    for (let turn = 0; turn < TURNS; turn++) {
      await new Promise((resolve) => laterForReal(resolve, 0));
      await t.run(async () => null);
    }
  }
}

async function aMail(
  desk: Pick<Desk, "mutation">,
  fields: { to?: string; busyTimes?: number } = {},
): Promise<string> {
  // Ids of one millisecond have no order among each other.
  vi.setSystemTime(Date.now() + 1);
  const mail = { to: "press@larkspur.example", subject: "Open day", ...fields };
  return await desk.mutation(api.mails.sendOne, mail);
}

/** An invoice that somebody has to pay by then. */
async function aSent(desk: Desk, dueOn: string, customer = "Café Zwölf") {
  const id = await desk.mutation(api.invoices.create, anInvoice({ dueOn, customer }));
  await desk.mutation(api.invoices.send, { id });
  return id;
}

async function jobOf(desk: Pick<Desk, "query">, id: string) {
  return await desk.query(api.jobs.get, { id });
}

async function listed(
  desk: Pick<Desk, "query">,
  filter: (typeof api.jobs.list)["_args"]["filter"],
): Promise<string[]> {
  const { page } = await desk.query(api.jobs.list, { filter, paginationOpts: PAGE });
  return page.map(({ id }) => id);
}

/** What the log says of a batch's end, the newest first. */
async function endsOf(desk: Desk, id: string) {
  const asked = { action: "reminders.sent", paginationOpts: PAGE };
  const { page } = await desk.query(api.auditLogs.list, asked);
  return page.filter(({ target }) => target.id === id);
}

async function tryAgain(t: World, desk: Desk, queue?: "mail" | "reports") {
  const id = await desk.mutation(api.jobs.redrive, queue === undefined ? {} : { queue });
  await pass(t, 5_000);
  return await desk.query(api.jobs.redriveStatus, { id });
}

/** The code with which something was refused; `null` when it was not. */
async function codeOf(act: unknown): Promise<string | null> {
  return await Promise.resolve(act).then(
    () => null,
    (error: { data: { code: string } }) => error.data.code,
  );
}
