import { describe, expect, test } from "vitest";
import { api, internal } from "../../example/convex/_generated/api";
import {
  aMail,
  aSent,
  jobOf,
  MINUTE_MS,
  NOON,
  PAGE,
  pass,
  stopTheClock,
  type World,
} from "./jobWorld";
import { aDesk, type Desk } from "./world";

stopTheClock();

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
    expect(new Set(page.map(({ actor }) => actor?.label))).toEqual(new Set(["Ada", "Ben"]));
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

async function listed(
  desk: Pick<Desk, "query">,
  filter: (typeof api.jobs.list)["_args"]["filter"],
): Promise<string[]> {
  const { page } = await desk.query(api.jobs.list, { filter, paginationOpts: PAGE });
  return page.map(({ id }) => id);
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
