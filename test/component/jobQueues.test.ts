import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { aCaller, component, NOON } from "../factories.js";
import { aJobsWorld, Failure, MINUTE, NO_REPORT, type Wish, type World } from "./jobWorld.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: NOON });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const CAP = { maxParallelism: 2 };

/** A capped queue whose jobs run until the test ends them; told apart by their labels. */
async function aLane(cap: Wish["cap"] = CAP) {
  const world = await aJobsWorld();
  const started: string[] = [];
  const running = new Map<string, (how: () => unknown) => void>();
  world.behave("work", async ({ job }) => {
    started.push(job.label!);
    const how = await new Promise<() => unknown>((end) => running.set(job.label!, end));
    return how();
  });
  return {
    world,
    /** Labels in the order in which they began. */
    started,
    running: () => [...running.keys()],
    async enqueue(labels: string[], wish: Wish = {}) {
      const jobs = labels.map((label) => ({ queue: "mail", cap: cap!, label, ...wish }));
      const ids = await world.enqueueMany(jobs);
      // What comes in one millisecond but in several mutations has no order.
      await world.pass(1);
      return ids;
    },
    async end(label: string, how: () => unknown = () => "done") {
      const end = running.get(label)!;
      running.delete(label);
      end(how);
      await world.pass(0);
    },
  };
}

async function pause(world: World, does: "pause" | "resume", cap = CAP) {
  const args = { caller: aCaller(), queue: "mail", cap };
  await world.mutate(async (ctx) => await ctx.runMutation(component.jobs[does], args));
  await world.pass(0);
}

describe("a capped queue", () => {
  test("runs as many as its cap, and then one for each that ends", async () => {
    const lane = await aLane();
    const ids = await lane.enqueue(["a", "b", "c", "d"]);
    expect(lane.started).toEqual(["a", "b"]);
    expect(await lane.world.get(ids[2]!)).toMatchObject({ status: "pending", isWaiting: true });
    await lane.end("b");
    expect(lane.started).toEqual(["a", "b", "c"]);
    await lane.end("a");
    await lane.end("c");
    await lane.end("d");
    expect(lane.started).toEqual(["a", "b", "c", "d"]);
    expect(await lane.world.rows("jobSlots")).toHaveLength(2);
  });

  test("goes by priority, then by time", async () => {
    const lane = await aLane({ maxParallelism: 1 });
    await lane.enqueue(["first"]);
    await lane.enqueue(["low"], { priority: -1 });
    await lane.enqueue(["normal1", "normal2"]);
    await lane.enqueue(["high"], { priority: 10 });
    for (const label of ["first", "high", "normal1", "normal2", "low"]) await lane.end(label);
    expect(lane.started).toEqual(["first", "high", "normal1", "normal2", "low"]);
  });

  test("gives up its place between two attempts", async () => {
    const lane = await aLane({ maxParallelism: 1 });
    await lane.enqueue(["flaky", "next"]);
    await lane.end("flaky", () => {
      throw new Failure("It broke.");
    });
    expect(lane.started).toEqual(["flaky", "next"]);
    await lane.world.pass(1000);
    expect(lane.started).toEqual(["flaky", "next"]);
    await lane.end("next");
    expect(lane.started).toEqual(["flaky", "next", "flaky"]);
  });

  test("keeps a delayed job out until its time", async () => {
    const lane = await aLane({ maxParallelism: 1 });
    const [id] = await lane.enqueue(["later"], { runAt: NOON + MINUTE });
    expect(await lane.world.get(id!)).toMatchObject({ status: "scheduled", isWaiting: false });
    await lane.enqueue(["now"]);
    await lane.world.pass(MINUTE);
    expect(lane.started).toEqual(["now"]);
    expect(await lane.world.get(id!)).toMatchObject({ status: "pending", isWaiting: true });
    await lane.end("now");
    expect(lane.started).toEqual(["now", "later"]);
  });

  test("hands the slot of a lost job on exactly once", async () => {
    const lane = await aLane({ maxParallelism: 1 });
    await lane.enqueue(["lost", "next", "last"]);
    const late = lane.end.bind(null, "lost", () => "too late");
    await lane.world.sweepAfter(12 * MINUTE);
    await lane.world.sweepAfter(12 * MINUTE);
    expect(lane.started).toEqual(["lost", "next"]);
    await late();
    expect(lane.started).toEqual(["lost", "next"]);
  });

  test("hands a slot on past jobs whose handler a deploy has removed", async () => {
    const lane = await aLane({ maxParallelism: 1 });
    await lane.enqueue(["a"]);
    const [gone] = await lane.enqueue(["b"], { kind: "mutation" });
    const [last] = await lane.enqueue(["c"]);
    lane.world.removeHandler("mutation");
    await lane.end("a");
    expect(await lane.world.get(gone!)).toMatchObject({
      status: "failed",
      error: { code: "HANDLER_MISSING", message: "There is no function host:write any more." },
    });
    await lane.end("c");
    expect(await lane.world.get(last!)).toMatchObject({ status: "completed" });
  });

  test("hands the slot of a job on that is cancelled before it has begun", async () => {
    const lane = await aLane({ maxParallelism: 1 });
    const jobs = ["a", "b"].map((label) => ({ queue: "mail", cap: { maxParallelism: 1 }, label }));
    const [first] = await lane.world.enqueueMany(jobs);
    await lane.world.cancel(first!);
    await lane.world.pass(0);
    expect(lane.started).toEqual(["b"]);
  });

  test("goes on after a restore from a backup, which has no scheduled functions", async () => {
    const lane = await aLane({ maxParallelism: 1 });
    await pause(lane.world, "pause", { maxParallelism: 1 });
    const ids = await lane.enqueue(["a", "b"]);
    const args = { caller: aCaller(), queue: "mail", cap: { maxParallelism: 1 } };
    await lane.world.mutate(async (ctx) => await ctx.runMutation(component.jobs.resume, args));
    await lane.world.forgetSchedule();
    await lane.world.pass(0);
    expect(lane.started).toEqual([]);
    await lane.world.sweepAfter(0);
    expect(lane.started).toEqual(["a"]);
    await lane.end("a");
    await lane.end("b");
    for (const id of ids) expect(await lane.world.get(id)).toMatchObject({ status: "completed" });
  });
});

describe("the cap", () => {
  test("J28: lets nothing start after it was lowered, until fewer run", async () => {
    const lane = await aLane({ maxParallelism: 3 });
    await lane.enqueue(["a", "b", "c"]);
    await lane.enqueue(["d", "e"], { cap: { maxParallelism: 1 } });
    expect(lane.started).toEqual(["a", "b", "c"]);
    await lane.end("a");
    await lane.end("b");
    expect(lane.started).toEqual(["a", "b", "c"]);
    await lane.end("c");
    expect(lane.started).toEqual(["a", "b", "c", "d"]);
    await lane.end("d");
    await lane.end("e");
    expect(await lane.world.rows("jobSlots")).toMatchObject([{ rank: 1 }]);
  });

  test("lets more start at once after it was raised", async () => {
    const lane = await aLane({ maxParallelism: 1 });
    await lane.enqueue(["a", "b", "c"]);
    expect(lane.started).toEqual(["a"]);
    await lane.enqueue(["d"], { cap: { maxParallelism: 3 } });
    expect(lane.running()).toHaveLength(3);
    for (const label of lane.running()) await lane.end(label);
    expect(lane.started).toHaveLength(4);
  });

  test("is as it was after it has gone down and up again", async () => {
    const lane = await aLane({ maxParallelism: 2 });
    await lane.enqueue(["a", "b"]);
    await lane.enqueue(["c"], { cap: { maxParallelism: 1 } });
    await lane.enqueue(["d"]);
    await lane.end("a");
    await lane.end("b");
    expect(lane.running().sort()).toEqual(["c", "d"]);
    await lane.end("c");
    await lane.end("d");
    expect(await lane.world.rows("jobSlots")).toHaveLength(2);
    expect(await lane.world.rows("jobQueues")).toMatchObject([{ slots: 2, stale: 0 }]);
  });
});

describe("pause", () => {
  test("lets what runs end, and nothing start until it is resumed", async () => {
    const lane = await aLane();
    await lane.enqueue(["a", "b", "c"]);
    await pause(lane.world, "pause");
    await lane.end("a");
    await lane.enqueue(["d"]);
    await lane.end("b");
    expect(lane.started).toEqual(["a", "b"]);
    await pause(lane.world, "resume");
    expect(lane.started).toEqual(["a", "b", "c", "d"]);
  });

  test("works before the queue has had a job, and twice", async () => {
    const lane = await aLane();
    await pause(lane.world, "pause");
    await pause(lane.world, "pause");
    await lane.enqueue(["a"]);
    expect(lane.started).toEqual([]);
    await pause(lane.world, "resume");
    await pause(lane.world, "resume");
    expect(lane.started).toEqual(["a"]);
  });

  test("starts all that wait, also more than one step can", async () => {
    const cap = { maxParallelism: 250 };
    const lane = await aLane(cap);
    await pause(lane.world, "pause", cap);
    await lane.enqueue(Array.from({ length: 260 }, (_, i) => String(i)));
    await pause(lane.world, "resume", cap);
    await lane.world.pass(0);
    expect(lane.started).toHaveLength(250);
  });

  test("starts all that wait, with arguments of any size", async () => {
    const cap = { maxParallelism: 100 };
    const lane = await aLane(cap);
    await pause(lane.world, "pause", cap);
    const large = { text: "x".repeat(255 * 1024) };
    for (let call = 0; call < 3; call++) {
      const labels = Array.from({ length: 22 }, (_, i) => `${call}.${i}`);
      await lane.enqueue(labels, { args: large });
    }
    await pause(lane.world, "resume", cap);
    for (let step = 0; step < 5; step++) await lane.world.pass(0);
    expect(lane.started).toHaveLength(66);
  }, 20_000);
});

describe("the cap per key", () => {
  test("lets tenant B's one job pass the thousands of tenant A", async () => {
    const lane = await aLane({ maxParallelism: 2, perKey: 1 });
    const many = Array.from({ length: 900 }, (_, i) => `a${i}`);
    await lane.enqueue(many, { concurrencyKey: "A" });
    await lane.enqueue(["b0"], { concurrencyKey: "B" });
    expect(lane.started).toEqual(["a0", "b0"]);
  });

  test("gives every key its turn where they share one slot", async () => {
    const lane = await aLane({ maxParallelism: 1, perKey: 1 });
    await lane.enqueue(["a0", "a1", "a2"], { concurrencyKey: "A" });
    await lane.enqueue(["b0", "b1"], { concurrencyKey: "B" });
    for (const label of ["a0", "b0", "a1", "b1", "a2"]) {
      await lane.world.pass(1);
      await lane.end(label);
    }
    expect(lane.started).toEqual(["a0", "b0", "a1", "b1", "a2"]);
    expect(await lane.world.rows("jobKeyCounts")).toEqual([]);
  });

  test("binds no job without a key", async () => {
    const lane = await aLane({ maxParallelism: 3, perKey: 1 });
    await lane.enqueue(["a", "b", "c"]);
    expect(lane.started).toEqual(["a", "b", "c"]);
  });

  test("is given back by a job that is cancelled, lost or fails", async () => {
    const lane = await aLane({ maxParallelism: 5, perKey: 1 });
    const [, second] = await lane.enqueue(["a0", "a1", "a2", "a3"], {
      concurrencyKey: "A",
      policy: { maxAttempts: 1, initialBackoffMs: 0, base: 1, maxBackoffMs: 0 },
    });
    await lane.world.cancel(second!);
    await lane.end("a0", () => {
      throw new Failure("No.", false);
    });
    expect(lane.started).toEqual(["a0", "a2"]);
    await lane.end("a2", () => NO_REPORT);
    await lane.world.sweepAfter(12 * MINUTE);
    expect(lane.started).toEqual(["a0", "a2", "a3"]);
    await lane.end("a3");
    expect(await lane.world.rows("jobKeyCounts")).toEqual([]);
  });
});
