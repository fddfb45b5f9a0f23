import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "../../src/component/_generated/api.js";
import { aCaller, ann, ben, NOON } from "../factories.js";
import { parseCsv } from "../shared/csvParser.js";
import {
  DAY,
  LOST_AFTER,
  MINUTE,
  aComponent,
  aLog,
  aLongLog,
  blobOf,
  cancel,
  entriesIn,
  faultsOf,
  files,
  finish,
  forgetSchedule,
  get,
  holdAttempt,
  jobs,
  listAll,
  loseAttempt,
  numbered,
  pass,
  record,
  retryJob,
  runJob,
  scheduled,
  settle,
  start,
  sweepAfter,
  targetsIn,
  textOf,
} from "./auditExportWorld.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** An action that takes so long for a part hands on after it. */
const SLOW = { storingMs: 4 * MINUTE };

describe("the job of an export", () => {
  test(
    "goes on until all is there, at three times what one step can take",
    { timeout: 30_000 },
    async () => {
      const t = await aLongLog(6001);
      const id = await start(t, { filter: { order: "asc" } });
      await runJob(t);
      expect(await get(t, id)).toMatchObject({ status: "completed", processed: 6001 });
      expect(await targetsIn(t, id)).toEqual(numbered(6001));
      expect(await files(t)).toHaveLength(1);
      expect(await jobs(t)).toHaveLength(1);
    },
  );

  test(
    "hands on to the next one before an action's time is over",
    { timeout: 30_000 },
    async () => {
      const t = await aLongLog(6001);
      Object.assign(faultsOf(t), SLOW);
      const id = await start(t, { filter: { order: "asc" } });
      const progress = [];
      do {
        await runJob(t);
        progress.push((await get(t, id))!.processed);
      } while ((await get(t, id))!.status === "running");
      expect(progress).toEqual([2000, 4000, 6000, 6001, 6001]);
      expect(await targetsIn(t, id)).toEqual(numbered(6001));
      expect(await files(t)).toHaveLength(1);
      expect((await jobs(t)).map(({ status }) => status)).toEqual(Array(5).fill("completed"));
    },
  );

  test("hands on as well before its memory is full, when entries are large", async () => {
    const t = aComponent();
    // In JSON each of these characters takes six: what one query reads is more than a part.
    const metadata = { note: "\u0000".repeat(60_000) };
    for (let i = 0; i < 40; i++) await record(t, { metadata });
    const id = await start(t, {});
    await runJob(t);
    expect((await get(t, id))!.processed).toBeLessThan(40);
    expect(await settle(t, id)).toMatchObject({ status: "completed", processed: 40 });
    expect((await entriesIn(t, id)).map((entry) => entry.metadata)).toEqual(
      Array(40).fill(metadata),
    );
  });

  test("says whose it is, of which tenant, and how far it is", async () => {
    const t = await aLongLog(2001);
    const id = await start(t, {});
    const about = { name: "auditLogs:export", label: "Audit log as NDJSON", actor: ann };
    expect(await jobs(t)).toMatchObject([{ ...about, status: "pending" }]);
    await loseAttempt(t, 1);
    expect((await jobs(t))[0]!.progress).toMatchObject({ message: "2,000 entries" });
    await sweepAfter(t, LOST_AFTER + 1);
    await retryJob(t);
    await settle(t, id);
    await finish(t, { filter: { tenantId: "acme" }, format: "csv" });
    const [ofAcme] = await jobs(t);
    expect(ofAcme).toMatchObject({ tenantId: "acme", label: "Audit log as CSV", actor: ann });
    expect(await jobs(t)).toHaveLength(3);
  });

  test("adds no entry to those of the export", async () => {
    const t = aComponent();
    await finish(t, {});
    const actions = (await listAll(t, { allTenants: true })).map(({ action }) => action);
    expect(actions).toEqual(["auditLogs.exported", "auditLogs.exported"]);
  });
});

describe("an attempt", () => {
  test("that is lost is repeated after a quarter of an hour, and nothing is read twice", async () => {
    const t = await aLongLog(2500);
    const id = await start(t, {});
    await loseAttempt(t, 1, 1);
    const [part] = await files(t);
    await sweepAfter(t, LOST_AFTER);
    expect(await get(t, id)).toMatchObject({ status: "running", processed: 2000 });
    expect((await jobs(t))[0]).toMatchObject({ attempt: 1, failedAttempts: [] });
    await sweepAfter(t, 1);
    const failedAttempts = [{ attempt: 1, error: { code: "LOST" } }];
    expect((await jobs(t))[0]).toMatchObject({ status: "retrying", failedAttempts });
    await retryJob(t);
    expect(await get(t, id)).toMatchObject({ status: "running", processed: 2500 });
    expect(await files(t)).toContain(part);
    expect(await settle(t, id)).toMatchObject({ status: "completed", processed: 2500 });
    expect(await targetsIn(t, id)).toEqual(numbered(2500).toReversed());
    expect(await files(t)).toHaveLength(1);
  });

  test("that is lost before it joins is repeated too, and the file has one beginning", async () => {
    const t = await aLongLog(2001);
    const id = await start(t, { format: "csv" });
    await loseAttempt(t, 2);
    expect(await files(t)).toHaveLength(2);
    await sweepAfter(t, LOST_AFTER + 1);
    await retryJob(t);
    const { bytes } = await settle(t, id);
    expect(bytes).toBe((await blobOf(t, id)).size);
    const [names, ...records] = parseCsv(await textOf(t, id));
    expect(names![0]).toBe("at");
    const target = names!.indexOf("target.id");
    expect(records.map((cells) => cells[target])).toEqual(numbered(2001).toReversed());
    expect(await files(t)).toHaveLength(1);
  });

  test("may be lost three times in a row, and more often if it succeeds in between", async () => {
    const t = await aLongLog(2001);
    const id = await start(t, {});
    for (let part = 0; part < 2; part++) {
      for (let loss = 0; loss < 3; loss++) {
        await loseAttempt(t);
        await sweepAfter(t, LOST_AFTER + 1);
      }
      await retryJob(t);
      expect((await get(t, id))!.processed).toBe(part === 0 ? 2000 : 2001);
    }
    expect(await settle(t, id)).toMatchObject({ status: "completed", processed: 2001 });
    expect(await targetsIn(t, id)).toEqual(numbered(2001).toReversed());
  });

  test("that is lost a fourth time ends the export, and says what to do", async () => {
    const t = await aLongLog(2001);
    const id = await start(t, {});
    for (let loss = 0; loss < 4; loss++) {
      expect((await get(t, id))!.status).toBe("running");
      await loseAttempt(t, loss === 0 ? 1 : 0);
      await sweepAfter(t, LOST_AFTER + 1);
    }
    const error = { code: "INTERRUPTED", message: expect.stringContaining("Start it again") };
    expect(await get(t, id)).toMatchObject({
      status: "failed",
      error,
      processed: 2000,
      finishedAt: Date.now(),
    });
    expect(await jobs(t)).toMatchObject([{ status: "failed", error: { code: "LOST" } }]);
    expect(await files(t)).toEqual([]);
    const [entry] = await listAll(t, { action: "auditLogs.exported" });
    expect(entry).toMatchObject({
      outcome: "failure",
      actor: ann,
      reason: error.message,
      metadata: { stage: "failed" },
    });
  });

  test("that comes late, after its repetition, changes nothing and leaves no file", async () => {
    const t = await aLog();
    const id = await start(t, {});
    const letGo = await holdAttempt(t);
    // At work it is given its time once more.
    await sweepAfter(t, LOST_AFTER + 1);
    await sweepAfter(t, LOST_AFTER + 1);
    vi.advanceTimersByTime(MINUTE);
    await vi.waitFor(async () => expect((await get(t, id))!.status).toBe("completed"));
    const before = [await get(t, id), await jobs(t)];
    await letGo();
    expect([await get(t, id), await jobs(t)]).toEqual(before);
    expect(await files(t)).toHaveLength(1);
  });

  test("that comes late while its repetition is at work changes nothing", async () => {
    const t = await aLongLog(2001);
    const id = await start(t, {});
    const letGo = await holdAttempt(t);
    await sweepAfter(t, LOST_AFTER + 1);
    await sweepAfter(t, LOST_AFTER + 1);
    await letGo();
    expect(await get(t, id)).toMatchObject({ status: "running", processed: 0 });
    expect(await files(t)).toEqual([]);
    await retryJob(t);
    expect(await settle(t, id)).toMatchObject({ status: "completed", processed: 2001 });
    expect(await targetsIn(t, id)).toEqual(numbered(2001).toReversed());
  });

  test("that runs twice at once counts once", async () => {
    const t = await aLongLog(2001);
    faultsOf(t).runsTwice = true;
    const id = await start(t, {});
    expect(await settle(t, id)).toMatchObject({ status: "completed", processed: 2001 });
    expect(await targetsIn(t, id)).toEqual(numbered(2001).toReversed());
    expect(await files(t)).toHaveLength(1);
  });

  test("may send what it saves twice", async () => {
    const t = await aLongLog(2001);
    faultsOf(t).savesTwice = true;
    const id = await start(t, {});
    await runJob(t);
    expect(await get(t, id)).toMatchObject({ status: "completed", processed: 2001 });
    expect(await targetsIn(t, id)).toEqual(numbered(2001).toReversed());
    expect(await files(t)).toHaveLength(1);
  });

  test("that misses a part, deleted by hand, ends the export at last", async () => {
    const t = await aLongLog(2001);
    Object.assign(faultsOf(t), SLOW);
    const id = await start(t, {});
    await runJob(t);
    const [first] = await files(t);
    await t.run(async (ctx) => await ctx.storage.delete(first!));
    await runJob(t);
    await runJob(t);
    for (let attempt = 1; attempt < 4; attempt++) await retryJob(t);
    expect(await get(t, id)).toMatchObject({ status: "failed", error: { code: "INTERRUPTED" } });
    expect(await files(t)).toEqual([]);
    const message = "A part of the export was deleted.";
    expect((await jobs(t))[0]!.failedAttempts.map(({ error }) => error.message)).toEqual(
      Array(4).fill(message),
    );
  });
});

describe("cancelling", () => {
  test("a job at work: what it saves later is removed, and it ends as cancelled", async () => {
    const t = await aLog();
    const id = await start(t, {});
    const letGo = await holdAttempt(t);
    expect(await cancel(t, id, ben)).toBe(true);
    const before = await get(t, id);
    expect(before).toMatchObject({ status: "cancelled", processed: 0 });
    await letGo();
    expect(await get(t, id)).toEqual(before);
    expect(await files(t)).toEqual([]);
    expect(await jobs(t)).toMatchObject([{ status: "cancelled" }]);
  });

  test.each(["before it runs", "at work"])("the job itself ends its export: %s", async (when) => {
    const t = await aLog();
    const id = await start(t, {});
    const letGo = when === "at work" ? await holdAttempt(t) : async () => undefined;
    const [job] = await jobs(t);
    await t.mutation(api.jobs.cancel, { caller: aCaller({ actor: ben }), id: job!.id });
    await letGo();
    expect(await get(t, id)).toMatchObject({ status: "cancelled" });
    expect(await files(t)).toEqual([]);
    expect(await jobs(t)).toMatchObject([{ status: "cancelled" }]);
    const [entry] = await listAll(t, { action: "auditLogs.exported" });
    expect(entry).toMatchObject({ metadata: { stage: "cancelled" }, jobId: job!.id });
    expect(entry!.actor).toEqual({ type: "system", id: "auditLogs:export" });
  });

  test("does not let the job be tried again: the export has ended", async () => {
    const t = await aLog();
    const id = await start(t, {});
    await cancel(t, id);
    const before = await get(t, id);
    const [job] = await jobs(t);
    await t.mutation(api.jobs.retry, { caller: aCaller(), id: job!.id });
    await runJob(t);
    expect(await jobs(t)).toMatchObject([{ status: "failed", error: { code: "INVALID_STATE" } }]);
    expect(await get(t, id)).toEqual(before);
    expect(await files(t)).toEqual([]);
  });
});

describe("after a backup", () => {
  test("what was running is finished, and what it left behind is removed", async () => {
    const t = await aLog();
    const done = await finish(t, {});
    const running = await start(t, { filter: { action: "invoices.sent" } });
    await forgetSchedule(t);
    await sweepAfter(t, LOST_AFTER + 1);
    await retryJob(t);
    expect(await settle(t, running)).toMatchObject({ status: "completed", processed: 2 });
    const { expiresAt } = (await get(t, done)) as { expiresAt: number };
    await forgetSchedule(t);
    await pass(t, expiresAt + 60 * MINUTE - Date.now());
    await t.mutation(internal.auditExportChores.lookAfter, {});
    await pass(t, 0);
    expect(await get(t, done)).toMatchObject({ status: "completed" });
    await pass(t, 1);
    await t.mutation(internal.auditExportChores.lookAfter, {});
    await pass(t, 0);
    expect(await get(t, done)).toMatchObject({ status: "expired" });
  });
});

describe("lookAfter", () => {
  test("leaves alone what is on its way", async () => {
    const t = await aLog();
    await finish(t, {});
    const id = await start(t, {});
    const before = (await scheduled(t)).length;
    await t.mutation(internal.auditExportChores.lookAfter, {});
    expect(await scheduled(t)).toHaveLength(before);
    expect(await get(t, id)).toMatchObject({ status: "running" });
  });

  test("ends an export whose job is gone, so that it takes no place any more", async () => {
    const t = await aLog();
    const id = await start(t, {});
    await t.run(async (ctx) => {
      const job = await ctx.db.query("jobs").first();
      await ctx.db.delete("jobs", job!._id);
    });
    await t.mutation(internal.auditExportChores.lookAfter, {});
    expect(await get(t, id)).toMatchObject({ status: "failed", error: { code: "INTERRUPTED" } });
    await pass(t, DAY);
    expect(await get(t, id)).toMatchObject({ status: "failed" });
    expect(await files(t)).toEqual([]);
  });
});
