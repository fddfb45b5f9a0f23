import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { component, NOON } from "../factories.js";
import { aJobsWorld, DAY, Failure, type Wish, type World } from "./jobWorld.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: NOON });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const CONFLICT = { data: { code: "CONFLICT" } };

function keyed(onConflict: "reject" | "return" | "replace", wish: Wish = {}): Wish {
  return { unique: { key: "report:1", onConflict }, ...wish };
}

/** A job with the key that has come this far. */
async function aHolder(world: World, state: string): Promise<string> {
  world.behave("work", async () => {
    if (state === "failed") throw new Failure("No.", false);
    if (state === "retrying") throw new Failure("Not yet.");
    if (state === "processing") await new Promise(() => undefined);
    return "done";
  });
  const runAt = state === "scheduled" ? { runAt: NOON + DAY } : {};
  const id = await world.enqueue(keyed("reject", runAt));
  if (state === "cancelled") await world.cancel(id);
  if (state !== "pending") await world.pass(0);
  expect(await world.get(id)).toMatchObject({ status: state });
  return id;
}

describe("a unique key", () => {
  test("J02: gives the same job twice", async () => {
    const world = await aJobsWorld();
    const first = await world.enqueue(keyed("return"));
    expect(await world.enqueue(keyed("return"))).toBe(first);
    expect(await world.rows("jobs")).toHaveLength(1);
  });

  test("J03: gives one job to twenty mutations at once", async () => {
    const world = await aJobsWorld();
    const calls = Array.from({ length: 20 }, () => world.enqueue(keyed("return")));
    expect(new Set(await Promise.all(calls)).size).toBe(1);
    expect(await world.rows("jobs")).toHaveLength(1);
    expect(await world.scheduled()).toHaveLength(1);
  });

  test("with other arguments is a conflict", async () => {
    const world = await aJobsWorld();
    await world.enqueue(keyed("return", { args: { month: 1 } }));
    const other = world.enqueue(keyed("return", { args: { month: 2 } }));
    await expect(other).rejects.toMatchObject(CONFLICT);
  });

  test("is one of its queue", async () => {
    const world = await aJobsWorld();
    await world.enqueue(keyed("reject"));
    await world.enqueue(keyed("reject", { queue: "mail" }));
    expect(await world.rows("jobs")).toHaveLength(2);
  });

  test("is told to the handler", async () => {
    const world = await aJobsWorld();
    const keys: unknown[] = [];
    world.behave("work", ({ job }) => void keys.push(job.key));
    const id = await world.enqueue(keyed("reject"));
    await world.pass(0);
    expect(keys).toEqual(["report:1"]);
    expect(await world.get(id)).toMatchObject({ key: "report:1" });
  });

  test.each(["pending", "scheduled", "processing", "retrying", "completed"])(
    "J04: is held by a %s job",
    async (state) => {
      const world = await aJobsWorld();
      const id = await aHolder(world, state);
      await expect(world.enqueue(keyed("reject"))).rejects.toMatchObject({
        data: { code: "CONFLICT", details: { jobId: id } },
      });
      expect(await world.enqueue(keyed("return"))).toBe(id);
    },
  );

  test.each(["failed", "cancelled"])("J04: is free after a %s one", async (state) => {
    const world = await aJobsWorld();
    const id = await aHolder(world, state);
    const next = await world.enqueue(keyed("reject"));
    expect(next).not.toBe(id);
    await expect(world.enqueue(keyed("reject"))).rejects.toMatchObject(CONFLICT);
    await expect(world.retry(id)).rejects.toMatchObject(CONFLICT);
  });

  test("J04: is held by a completed one for a day from when it was enqueued", async () => {
    const world = await aJobsWorld();
    const id = await aHolder(world, "completed");
    await world.pass(DAY - 1);
    expect(await world.enqueue(keyed("return"))).toBe(id);
    await world.pass(1);
    expect(await world.enqueue(keyed("return"))).not.toBe(id);
  });

  test("J04: with a time of 0 is held only while the job is open", async () => {
    const world = await aJobsWorld();
    const wish = { unique: { key: "k", onConflict: "return" as const, ttlMs: 0 } };
    const id = await world.enqueue(wish);
    expect(await world.enqueue(wish)).toBe(id);
    await world.pass(0);
    expect(await world.enqueue(wish)).not.toBe(id);
  });
});

describe("replace", () => {
  test.each(["pending", "scheduled"])("puts a job into the place of a %s one", async (state) => {
    const world = await aJobsWorld();
    const id = await aHolder(world, state);
    const runs: unknown[] = [];
    world.behave("work", ({ args }) => void runs.push(args));
    expect(await world.enqueue(keyed("replace", { args: { month: 2 } }))).toBe(id);
    await world.pass(DAY);
    expect(runs).toEqual([{ month: 2 }]);
    expect(await world.rows("jobs")).toHaveLength(1);
  });

  test.each(["processing", "retrying", "completed"])("refuses a %s one", async (state) => {
    const world = await aJobsWorld();
    const id = await aHolder(world, state);
    await expect(world.enqueue(keyed("replace"))).rejects.toMatchObject(CONFLICT);
    expect(await world.get(id)).toMatchObject({ status: state });
  });

  test("refuses one of another handler, and says that it is", async () => {
    const world = await aJobsWorld();
    const id = await world.enqueue(keyed("reject", { name: "host:other" }));
    await expect(world.enqueue(keyed("replace"))).rejects.toMatchObject({
      data: {
        code: "CONFLICT",
        message: "A job of another handler has this key. Use another key.",
        details: { jobId: id },
      },
    });
  });

  test("keeps slots and large arguments in order", async () => {
    const world = await aJobsWorld();
    const cap = { maxParallelism: 1 };
    const large = (text: string) => ({ queue: "mail", cap, args: { text: text.repeat(5000) } });
    const id = await world.enqueue(keyed("reject", large("a")));
    expect(await world.enqueue(keyed("replace", large("b")))).toBe(id);
    expect(await world.rows("jobPayloads")).toHaveLength(1);
    await world.pass(0);
    expect(await world.get(id)).toMatchObject({ status: "completed" });
    expect(await world.rows("jobSlots")).toHaveLength(1);
  });

  test("is undone with its transaction", async () => {
    const world = await aJobsWorld();
    const id = await world.enqueue(keyed("reject", { args: { month: 1 } }));
    const args = {
      caller: { ip: "off" as const },
      jobs: [world.aJob(keyed("replace", { args: { month: 2 } }))],
    };
    const broken = world.mutate(async (ctx) => {
      await ctx.runMutation(component.jobs.enqueue, args);
      throw new Error("changed my mind");
    });
    await expect(broken).rejects.toThrow();
    expect(await world.enqueue(keyed("return", { args: { month: 1 } }))).toBe(id);
  });
});

describe("retry", () => {
  test("gives a job its key back that another one had meanwhile", async () => {
    const world = await aJobsWorld();
    const first = await aHolder(world, "failed");
    const second = await aHolder(world, "failed");
    await world.retry(first);
    await expect(world.retry(second)).rejects.toMatchObject(CONFLICT);
    await expect(world.enqueue(keyed("reject"))).rejects.toMatchObject(CONFLICT);
    expect(await world.enqueue(keyed("return"))).toBe(first);
  });

  test("gives it back also when the other one is gone, and its arguments are large", async () => {
    const world = await aJobsWorld();
    const args = { text: "a".repeat(5000) };
    world.behave("work", () => {
      throw new Failure("No.", false);
    });
    const id = await world.enqueue(keyed("reject", { args }));
    await world.pass(0);
    await world.enqueue(keyed("reject", { retention: { failedMs: 0 } }));
    await world.sweepAfter(1);
    await world.retry(id);
    await expect(world.enqueue(keyed("return"))).rejects.toMatchObject(CONFLICT);
    expect(await world.enqueue(keyed("return", { args }))).toBe(id);
  });
});
