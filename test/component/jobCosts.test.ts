import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { conflictBetween, costOf, record, type Recording } from "../../bench/instrument";
import { component, NOON } from "../factories.js";
import { aJobsWorld, Failure, MINUTE, sweepJobs, type Wish, type World } from "./jobWorld.js";

/** What jobs cost, in the figures a host pays for, and who meets whom. */

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: NOON });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

type Figures = { calls: number; docsRead: number; docsWritten: number };

function figuresOf(recording: Recording): Figures {
  const { calls, docsRead, docsWritten } = costOf(recording);
  return { calls, docsRead, docsWritten };
}

async function figures(run: () => Promise<unknown>): Promise<Figures> {
  return figuresOf(await record(run));
}

/** Jobs that stay open, so that there is something to be slowed down by. */
async function aWorldWith(depth: number, wish: Wish = {}): Promise<World> {
  const world = await aJobsWorld();
  const runAt = NOON + 20 * 24 * 60 * MINUTE;
  for (let left = depth; left > 0; left -= 500) {
    await world.enqueueMany(
      Array.from({ length: Math.min(left, 500) }, () => ({ runAt, ...wish })),
    );
  }
  return world;
}

describe.each([0, 10, 1000])("at a depth of %i", (depth) => {
  test("to enqueue is one write, without a read and without a range", async () => {
    const world = await aWorldWith(depth);
    const recording = await record(() => world.enqueue());
    expect(costOf(recording)).toMatchObject({
      docsRead: 0,
      docsWritten: 1,
      ranges: 0,
      scheduled: 1,
    });
  });

  test("an action's job is 3 calls, 2 reads and 2 writes, the host's own call among them", async () => {
    const world = await aWorldWith(depth);
    const life = await figures(async () => {
      await world.enqueue();
      await world.pass(0);
    });
    expect(life).toEqual({ calls: 3, docsRead: 2, docsWritten: 2 });
  });

  test("a mutation's job is 2 calls, 2 reads and 2 writes, the host's own call among them", async () => {
    const world = await aWorldWith(depth);
    const life = await figures(async () => {
      await world.enqueue({ kind: "mutation" });
      await world.pass(0);
    });
    expect(life).toEqual({ calls: 2, docsRead: 2, docsWritten: 2 });
  });

  test("a retry is 2 calls, 2 reads and 1 write more", async () => {
    const world = await aWorldWith(depth);
    world.behave("work", ({ job }) => {
      if (job.attempt === 1) throw new Failure("Once.");
    });
    const life = await figures(async () => {
      await world.enqueue();
      await world.pass(0);
      await world.pass(1000);
    });
    expect(life).toEqual({ calls: 3 + 2, docsRead: 2 + 2, docsWritten: 2 + 1 });
  });
});

/** What is done from within a handler. */
async function fromWithin(tell: (world: World, id: string) => (ctx: never) => Promise<unknown>) {
  const world = await aJobsWorld();
  let seen: Figures | undefined;
  world.behave("work", async ({ job }, ctx) => {
    seen = await figures(async () => await tell(world, job.id)(ctx as never));
  });
  await world.enqueue({ args: { text: "x".repeat(3000) } });
  await world.pass(0);
  return seen;
}

type Tells = { runMutation: (ref: unknown, args: object) => Promise<unknown> };

describe("a sign of life", () => {
  test("is 1 call, 2 reads and 1 write", async () => {
    const seen = await fromWithin((_, id) => async (ctx: Tells) => {
      await ctx.runMutation(component.jobs.progress, { id, fraction: 0.5 });
    });
    expect(seen).toEqual({ calls: 1, docsRead: 2, docsWritten: 1 });
  });

  test("that says nothing new writes nothing", async () => {
    const seen = await fromWithin((_, id) => async (ctx: Tells) => {
      await ctx.runMutation(component.jobs.progress, { id, fraction: 0.5 });
      await ctx.runMutation(component.jobs.progress, { id, fraction: 0.5 });
    });
    expect(seen).toEqual({ calls: 2, docsRead: 3, docsWritten: 1 });
  });

  test("soon after another one is 1 read", async () => {
    const seen = await fromWithin((_, id) => async (ctx: Tells) => {
      await ctx.runMutation(component.jobs.heartbeat, { id });
    });
    expect(seen).toEqual({ calls: 1, docsRead: 1, docsWritten: 0 });
  });
});

describe("a list", () => {
  test.each([
    { status: "scheduled" as const },
    { queue: "default" },
    { queue: "default", name: "host:work" },
    { actorId: "https://id.example|ann" },
  ])("by %j reads one row more than it shows, in one range", async (filter) => {
    const world = await aWorldWith(30);
    const recording = await record(() => world.list(filter, 10));
    expect(costOf(recording)).toMatchObject({ docsRead: 11, ranges: 1 });
  });

  test("is counted by at most one row more than the limit", async () => {
    const world = await aWorldWith(30);
    const args = { status: "scheduled" as const, max: 20 };
    const counted = await figures(() =>
      world.mutate(async (ctx) => await ctx.runQuery(component.jobs.count, args)),
    );
    expect(counted.docsRead).toBe(21);
  });
});

describe("the sweep", () => {
  test("reads and writes nothing where there is nothing, and schedules nothing", async () => {
    const world = await aJobsWorld();
    const recording = await record(() => sweepJobs(world.t));
    expect(costOf(recording)).toMatchObject({ docsRead: 0, docsWritten: 0, scheduled: 0 });
  });
});

describe("a capped queue", () => {
  const cap = { maxParallelism: 2 };

  test("costs 2 reads and 2 writes more where nobody waits", async () => {
    const world = await aJobsWorld();
    await world.enqueue({ cap });
    await world.pass(0);
    const life = await figures(async () => {
      await world.enqueue({ cap });
      await world.pass(0);
    });
    expect(life).toEqual({ calls: 3, docsRead: 2 + 2, docsWritten: 2 + 2 });
  });

  test.each([10, 900])("costs 3 reads and 1 write more where %i wait", async (depth) => {
    const world = await aJobsWorld();
    const ends: (() => void)[] = [];
    world.behave("work", async () => await new Promise<void>((end) => ends.push(end)));
    await world.enqueueMany(Array.from({ length: depth }, () => ({ cap })));
    await world.pass(1);
    const enqueued = await figures(() => world.enqueue({ cap }));
    expect(enqueued).toEqual({ calls: 1, docsRead: 1, docsWritten: 1 });
    const ended = await figures(async () => {
      ends.shift()!();
      await world.pass(0);
    });
    // Its report, and the call of the one that takes its place.
    expect(ended).toEqual({ calls: 2, docsRead: 2 + 2, docsWritten: 1 + 1 });
    vi.clearAllTimers();
  });
});

describe("conflicts", () => {
  /** Two jobs at work, and what it takes to end them one after the other. */
  async function twoRunning(wish: Wish, more = 0) {
    const world = await aJobsWorld();
    const ends: (() => void)[] = [];
    world.behave("work", async () => await new Promise<void>((end) => ends.push(end)));
    await world.enqueueMany(Array.from({ length: 2 + more }, () => wish));
    await world.pass(1);
    const end = async () =>
      await record(async () => {
        ends.shift()!();
        await world.pass(0);
      });
    return { world, end, enqueue: async () => await record(() => named(world, wish)) };
  }

  /** By a function with a name: the instrument leaves out what a test does itself. */
  async function named(world: World, wish: Wish) {
    return await world.hostEnqueue(wish);
  }

  test("there are none between those who come and those who go", async () => {
    const { end, enqueue } = await twoRunning({});
    const come = await enqueue();
    const comeToo = await enqueue();
    const go = await end();
    const goToo = await end();
    for (const [a, b] of [
      [come, comeToo],
      [come, go],
      [go, come],
      [go, goToo],
    ] as const) {
      expect(conflictBetween(a, b)).toBeNull();
    }
  });

  test("there are none between those who come to a busy capped queue and those who go", async () => {
    const { end, enqueue } = await twoRunning({ cap: { maxParallelism: 2 } }, 5);
    const come = await enqueue();
    const comeToo = await enqueue();
    const go = await end();
    for (const [a, b] of [
      [come, comeToo],
      [come, go],
      [go, come],
    ] as const) {
      expect(conflictBetween(a, b)).toBeNull();
    }
  });

  test("there is one between two who go: both have the next in line to start", async () => {
    const { end } = await twoRunning({ cap: { maxParallelism: 2 } }, 5);
    expect(conflictBetween(await end(), await end())).toContain("jobs.by_status");
  });

  test("there is one at the idle boundary: both want the same slot", async () => {
    const world = await aJobsWorld();
    const cap = { maxParallelism: 4 };
    await world.enqueue({ cap });
    await world.pass(0);
    const come = await record(() => world.hostEnqueue({ cap }));
    const comeToo = await record(() => world.hostEnqueue({ cap }));
    expect(conflictBetween(come, comeToo)).toContain("jobSlots");
  });
});
