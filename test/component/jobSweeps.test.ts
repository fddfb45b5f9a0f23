import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { component, NOON } from "../factories.js";
import {
  aJobsWorld,
  DAY,
  Failure,
  inComponent,
  MINUTE,
  NO_REPORT,
  type World,
} from "./jobWorld.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: NOON });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The lease: its time, and a minute in which it may still tell of its end. */
const LEASE = 11 * MINUTE;

const once = { maxAttempts: 1, initialBackoffMs: 1000, base: 2, maxBackoffMs: MINUTE };

describe("the sweep", () => {
  test("J13: makes up for a lost action once its lease is over, and counts the attempt", async () => {
    const world = await aJobsWorld();
    world.behave("work", () => NO_REPORT);
    const id = await world.enqueue({ hears: null });
    await world.sweepAfter(LEASE);
    expect(await world.get(id)).toMatchObject({ status: "pending", attempt: 1 });
    await world.sweepAfter(1);
    expect(await world.get(id)).toMatchObject({
      status: "retrying",
      attempt: 2,
      failedAttempts: [{ attempt: 1, error: { code: "LOST" } }],
    });
    world.behave("work", () => "done");
    await world.pass(1000);
    expect(await world.get(id)).toMatchObject({ status: "completed", attempt: 2 });
    expect(world.callbacks).toHaveLength(1);
  });

  test("J13: fails a lost one that has no attempt left", async () => {
    const world = await aJobsWorld();
    world.behave("work", () => NO_REPORT);
    const id = await world.enqueue({ policy: once });
    await world.sweepAfter(LEASE + 1);
    expect(await world.get(id)).toMatchObject({ status: "failed", error: { code: "LOST" } });
  });

  test("J14: ends a job whose every attempt is lost", async () => {
    const world = await aJobsWorld();
    let runs = 0;
    world.behave("work", () => {
      runs++;
      return NO_REPORT;
    });
    const id = await world.enqueue({ hears: null });
    for (let i = 0; i < 10; i++) await world.sweepAfter(LEASE + MINUTE);
    expect(runs).toBe(3);
    expect(await world.get(id)).toMatchObject({ status: "failed", attempt: 3 });
    expect(world.callbacks).toMatchObject([{ jobId: id, status: "failed" }]);
    expect(await world.scheduled()).toEqual([]);
  });

  test("gives one that is still at work as much time again, and then gives it up", async () => {
    const world = await aJobsWorld();
    world.behave("work", async () => await new Promise(() => undefined));
    const id = await world.enqueue({ policy: once });
    await world.sweepAfter(LEASE + 1);
    expect(await world.get(id)).toMatchObject({ status: "processing" });
    await world.sweepAfter(LEASE + 1);
    expect(await world.get(id)).toMatchObject({ status: "failed", error: { code: "LOST" } });
  });

  test("leaves one alone that tells it is alive", async () => {
    const world = await aJobsWorld();
    let beat = async () => {};
    world.behave("work", async ({ job }, ctx) => {
      for (let beats = 0; beats < 6; beats++) {
        await new Promise<void>((go) => (beat = async () => go()));
        await ctx.runMutation(component.jobs.heartbeat, { id: job.id });
      }
    });
    const id = await world.enqueue({ policy: once });
    await world.pass(0);
    for (let i = 0; i < 6; i++) {
      await world.sweepAfter(9 * MINUTE);
      expect(await world.get(id)).toMatchObject({ status: "processing" });
      await beat();
      await world.pass(0);
    }
    expect(await world.get(id)).toMatchObject({ status: "completed" });
  });

  test("waits for an attempt that the scheduler has not begun", async () => {
    const world = await aJobsWorld();
    const id = await world.enqueue({ policy: once });
    vi.setSystemTime(NOON + LEASE + 1);
    await world.sweepOnly();
    expect(await world.get(id)).toMatchObject({ status: "pending", attempt: 1 });
  });

  test("says so when a deploy has removed the handler, and tries it no more", async () => {
    const world = await aJobsWorld();
    world.behave("work", () => NO_REPORT);
    const id = await world.enqueue({ name: "reports:old" });
    await world.pass(0);
    await setRecord(world, { kind: "failed", error: "Could not find function for 'reports:old'" });
    await world.sweepAfter(LEASE + 1);
    expect(await world.get(id)).toMatchObject({
      status: "failed",
      attempt: 1,
      error: { code: "HANDLER_MISSING", message: expect.stringContaining("reports:old") },
    });
  });

  test("fails a lost one whose handler a deploy has removed, and gets on", async () => {
    const world = await aJobsWorld();
    world.behave("work", () => NO_REPORT);
    const [lost, other] = await world.enqueueMany([{}, { kind: "mutation" }]);
    await world.pass(0);
    world.behave("work", () => undefined);
    world.removeHandler("action");
    await world.sweepAfter(LEASE + 1);
    await world.pass(MINUTE);
    expect(await world.get(lost!)).toMatchObject({
      status: "failed",
      error: { code: "HANDLER_MISSING" },
    });
    expect(await world.get(other!)).toMatchObject({ status: "completed" });
  });

  test.each(["action", "mutation"] as const)(
    "runs what a backup has of a job's %s, and counts nothing that it has not",
    async (kind) => {
      const world = await aJobsWorld();
      const id = await world.enqueue({ kind, policy: once });
      await world.forgetSchedule();
      await world.sweepAfter(LEASE + 1);
      await world.pass(0);
      expect(await world.get(id)).toMatchObject({ status: "completed", attempt: 1 });
    },
  );

  test("cancels a lost one that was asked to stop", async () => {
    const world = await aJobsWorld();
    let lose: () => void = () => undefined;
    world.behave("work", async () => {
      await new Promise<void>((end) => (lose = end));
      return NO_REPORT;
    });
    const id = await world.enqueue();
    await world.pass(0);
    await world.cancel(id);
    lose();
    await world.sweepAfter(LEASE + 1);
    expect(await world.get(id)).toMatchObject({ status: "cancelled", attempt: 1 });
  });

  test("gets through three times its largest batch", async () => {
    const world = await aJobsWorld();
    await world.enqueueMany(Array.from({ length: 150 }, () => ({ policy: once })));
    await world.forgetSchedule();
    await world.sweepAfter(LEASE + 1);
    for (let i = 0; i < 6; i++) await world.pass(0);
    const rows = await world.rows("jobs");
    expect(rows.filter(({ status }) => status === "completed")).toHaveLength(150);
  });
});

async function setRecord(world: World, state: { kind: string; error: string }) {
  await inComponent(world.t, async (ctx) => {
    const [record] = await ctx.db.system.query("_scheduled_functions").take(1);
    await ctx.db.patch(record!._id as never, { state } as never);
    return null;
  });
}

describe("its next time", () => {
  test("is the next deadline, at most once a minute, and none when all is done", async () => {
    const world = await aJobsWorld();
    world.behave("work", async () => await new Promise(() => undefined));
    await world.enqueue({ timeoutMs: 5 * MINUTE, policy: once });
    await world.pass(0);
    await world.sweepOnly();
    const sweeps = async () =>
      (await world.scheduled()).filter(({ name }) => name.includes("jobSweeps"));
    expect(await sweeps()).toMatchObject([{ scheduledTime: NOON + 6 * MINUTE }]);
    await world.sweepOnly();
    expect(await sweeps()).toHaveLength(1);
    await world.pass(6 * MINUTE);
    expect(await sweeps()).toMatchObject([{ scheduledTime: NOON + 7 * MINUTE }]);
    for (let i = 0; i < 10; i++) await world.pass(MINUTE);
    expect(await world.rows("jobs")).toMatchObject([{ status: "failed" }]);
    expect(await sweeps()).toEqual([]);
    expect(await world.rows("jobSweeps")).toEqual([]);
  });

  test("is left to the ten-minute chore where nothing is due before", async () => {
    const world = await aJobsWorld();
    await world.enqueue({ runAt: NOON + DAY });
    await world.sweepOnly();
    expect((await world.scheduled()).map(({ name }) => name)).toEqual(["host:work"]);
  });
});

describe("retention", () => {
  test("J26: removes ended jobs in their time, and no open one ever", async () => {
    const world = await aJobsWorld();
    world.behave("work", ({ args }) => {
      if ((args as { fails?: boolean }).fails) throw new Failure("No.", false);
      return "x".repeat(5000);
    });
    const completed = await world.enqueue({ unique: { key: "k", onConflict: "reject" } });
    const failed = await world.enqueue({ args: { fails: true } });
    await world.pass(0);
    const waiting = await world.enqueue({ runAt: NOON + 20 * DAY });
    await world.pass(1);
    await world.sweepAfter(7 * DAY - 1);
    expect(await world.find(completed)).not.toBeNull();
    await world.sweepAfter(1);
    expect(await world.find(completed)).toBeNull();
    expect(await world.rows("jobPayloads")).toEqual([]);
    expect(await world.rows("jobKeys")).toEqual([]);
    expect(await world.find(failed)).not.toBeNull();
    expect(await world.find(waiting)).toMatchObject({ status: "scheduled" });
    await world.sweepAfter(23 * DAY);
    expect(await world.find(failed)).toBeNull();
  });

  test("J26: is what the host says", async () => {
    const world = await aJobsWorld();
    const id = await world.enqueue({ retention: { completedMs: MINUTE } });
    await world.pass(0);
    await world.sweepAfter(MINUTE);
    expect(await world.find(id)).not.toBeNull();
    await world.sweepAfter(1);
    expect(await world.find(id)).toBeNull();
  });
});
