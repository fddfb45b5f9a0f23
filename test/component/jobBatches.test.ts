import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { aCaller, component, NOON } from "../factories.js";
import { aJobsWorld, Failure, MINUTE, type Wish, type World } from "./jobWorld.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: NOON });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function aBatch(world: World, wishes: Wish[]) {
  const args = {
    caller: aCaller(),
    queue: "default",
    name: "host:work",
    jobs: wishes.map((wish) => world.aJob(wish)),
    onComplete: { handle: world.handles.ended, context: "all" },
  };
  return await world.mutate(
    async (ctx) => await ctx.runMutation(component.jobBatches.create, args),
  );
}

async function get(world: World, id: string) {
  return await world.mutate(async (ctx) => await ctx.runQuery(component.jobBatches.get, { id }));
}

async function act(world: World, does: "cancel" | "retryFailed", id: string) {
  const args = { caller: aCaller(), id };
  await world.mutate(async (ctx) => await ctx.runMutation(component.jobBatches[does], args));
  await world.pass(0);
}

/** Members fail whose arguments say so. */
async function aWorldOfMembers() {
  const world = await aJobsWorld();
  world.behave("work", ({ args }) => {
    const { i, fails } = args as { i: number; fails?: boolean };
    if (fails) throw new Failure(`${i} is bad.`, false);
    return i;
  });
  return world;
}

const member = (i: number, fails = false): Wish => ({ args: { i, fails } });

describe("a batch", () => {
  test("J24: tells of each member, and tries only the failed ones again", async () => {
    const world = await aWorldOfMembers();
    const { id, jobIds } = await aBatch(
      world,
      [0, 1, 2, 3, 4].map((i) => member(i, i % 2 === 1)),
    );
    expect(await get(world, id)).toMatchObject({ status: "running", counts: { open: 5 } });
    await world.pass(0);
    const { page } = await world.list({ batchId: id });
    expect(page.map((job) => job.id)).toEqual(jobIds);
    expect(page.map(({ result, error }) => result ?? error!.message)).toEqual([
      0,
      "1 is bad.",
      2,
      "3 is bad.",
      4,
    ]);
    const counts = { total: 5, open: 0, completed: 3, failed: 2, cancelled: 0 };
    expect(await get(world, id)).toMatchObject({ status: "ended", finishedAt: NOON, counts });
    expect(world.callbacks).toEqual([{ batchId: id, counts, context: "all" }]);

    world.behave("work", () => "better");
    await act(world, "retryFailed", id);
    await world.pass(0);
    const again = await world.list({ batchId: id });
    expect(again.page.map(({ result }) => result)).toEqual([0, "better", 2, "better", 4]);
    expect(again.page.map(({ attempt }) => attempt)).toEqual([1, 2, 1, 2, 1]);
    expect(await get(world, id)).toMatchObject({ counts: { completed: 5, failed: 0 } });
    expect(world.callbacks).toHaveLength(2);
  });

  test("J25: without members has ended at once", async () => {
    const world = await aWorldOfMembers();
    const { id } = await aBatch(world, []);
    const counts = { total: 0, open: 0, completed: 0, failed: 0, cancelled: 0 };
    expect(await get(world, id)).toMatchObject({ status: "ended", counts });
    expect(world.callbacks).toEqual([{ batchId: id, counts, context: "all" }]);
  });

  test.each([1, 60])("J25: of %i calls back once", async (size) => {
    const world = await aWorldOfMembers();
    const { id } = await aBatch(
      world,
      Array.from({ length: size }, (_, i) => member(i)),
    );
    for (let i = 0; i < 10 && world.callbacks.length === 0; i++) await world.pass(0);
    expect(world.callbacks).toMatchObject([{ batchId: id, counts: { completed: size } }]);
  });

  test("J25: may have 1,000", async () => {
    const world = await aWorldOfMembers();
    const { id, jobIds } = await aBatch(
      world,
      Array.from({ length: 1000 }, (_, i) => member(i)),
    );
    expect(new Set(jobIds).size).toBe(1000);
    expect(await get(world, id)).toMatchObject({ counts: { total: 1000, open: 1000 } });
    vi.clearAllTimers();
  });

  test("J25: of 1,001 is refused", async () => {
    const world = await aWorldOfMembers();
    const wishes = Array.from({ length: 1001 }, (_, i) => member(i));
    await expect(aBatch(world, wishes)).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { jobs: { code: "too_many" } } },
    });
    expect(await world.rows("jobs")).toEqual([]);
  });

  test("is of one handler and queue, and without unique keys", async () => {
    const world = await aWorldOfMembers();
    const refusal = { data: { code: "VALIDATION_FAILED" } };
    await expect(aBatch(world, [{ queue: "mail" }])).rejects.toMatchObject(refusal);
    const unique = { key: "k", onConflict: "return" as const };
    await expect(aBatch(world, [{ unique }])).rejects.toMatchObject(refusal);
  });

  test("is cancelled over several steps, with one callback", async () => {
    const world = await aWorldOfMembers();
    const runAt = NOON + MINUTE;
    const { id } = await aBatch(
      world,
      Array.from({ length: 120 }, (_, i) => ({ ...member(i), runAt })),
    );
    await act(world, "cancel", id);
    for (let i = 0; i < 5; i++) await world.pass(0);
    expect(await get(world, id)).toMatchObject({
      status: "ended",
      cancelRequestedAt: NOON,
      counts: { cancelled: 120, open: 0 },
    });
    expect(world.callbacks).toHaveLength(1);
  });

  test("is cancelled also where its members' callbacks fill a transaction", async () => {
    const world = await aWorldOfMembers();
    await world.mutate(async (ctx) => {
      await ctx.db.insert("ends" as never, { of: "x".repeat(700_000) } as never);
    });
    world.onCallback(async (_end, ctx) => void (await ctx.db.query("ends" as never).first()));
    const { id } = await aBatch(
      world,
      Array.from({ length: 30 }, (_, i) => ({ ...member(i), hears: null, runAt: NOON + MINUTE })),
    );
    await act(world, "cancel", id);
    for (let i = 0; i < 8; i++) await world.pass(0);
    expect(await get(world, id)).toMatchObject({ status: "ended", counts: { cancelled: 30 } });
  });

  test("keeps its counters where a callback throws, and says what it threw", async () => {
    const world = await aWorldOfMembers();
    world.onCallback(() => {
      throw new Error("The mail server is gone.");
    });
    const { id } = await aBatch(world, [member(0)]);
    await world.pass(0);
    expect(await get(world, id)).toMatchObject({
      status: "ended",
      counts: { completed: 1 },
      onCompleteError: expect.stringContaining("The mail server is gone."),
    });
  });
});

describe("redrive", () => {
  async function redrive(world: World, filter: object, max?: number) {
    const args = { caller: aCaller(), filter, ...(max !== undefined && { max }) };
    const id = await world.mutate(
      async (ctx) => await ctx.runMutation(component.jobs.redrive, args),
    );
    for (let i = 0; i < 6; i++) await world.pass(0);
    return (await world.mutate(
      async (ctx) => await ctx.runQuery(component.jobs.getRedrive, { id }),
    ))!;
  }

  test("tries the failed jobs of a filter again, over several steps", async () => {
    const world = await aWorldOfMembers();
    const failing = { ...member(0, true) };
    await world.enqueueMany(Array.from({ length: 250 }, () => failing));
    await world.enqueueMany([{ ...failing, queue: "mail" }, member(1)]);
    await world.pass(0);
    world.behave("work", () => "better");
    const done = await redrive(world, { queue: "default" });
    expect(done).toMatchObject({ status: "completed", redriven: 250, skipped: 0 });
    const rows = await world.rows("jobs");
    expect(rows.filter(({ status }) => status === "completed")).toHaveLength(251);
    expect(rows.filter(({ status }) => status === "failed")).toMatchObject([{ queue: "mail" }]);
  });

  test("gets through jobs with arguments of any size", async () => {
    const world = await aWorldOfMembers();
    const failing = { args: { i: 0, fails: true, text: "x".repeat(255 * 1024) } };
    for (let call = 0; call < 3; call++) {
      await world.enqueueMany(Array.from({ length: 22 }, () => failing));
    }
    await world.pass(0);
    world.behave("work", () => "better");
    expect(await redrive(world, {})).toMatchObject({ status: "completed", redriven: 66 });
  }, 20_000);

  test("ends although they fail again, and keeps to its limit", async () => {
    const world = await aWorldOfMembers();
    await world.enqueueMany(Array.from({ length: 5 }, (_, i) => member(i, true)));
    await world.pass(1);
    expect(await redrive(world, {}, 3)).toMatchObject({ status: "completed", redriven: 3 });
    await world.pass(1);
    expect(await redrive(world, {})).toMatchObject({ status: "completed", redriven: 5 });
    const attempts = (await world.rows("jobs")).map(({ attempt }) => attempt);
    expect(attempts.sort()).toEqual([2, 2, 3, 3, 3]);
  });

  test("skips a job whose key another one has", async () => {
    const world = await aWorldOfMembers();
    const unique = { key: "k", onConflict: "reject" as const };
    await world.enqueue({ ...member(0, true), unique });
    await world.pass(0);
    await world.enqueue({ ...member(1), unique, runAt: NOON + MINUTE });
    expect(await redrive(world, {})).toMatchObject({ redriven: 0, skipped: 1, examined: 1 });
  });
});
