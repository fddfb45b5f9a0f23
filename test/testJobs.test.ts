import { v } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { finishJobs } from "../src/test.js";
import { aJobHost, asAnn, job, platform } from "./client/jobHost.js";
import { NOON } from "./factories.js";

const { jobs } = platform;
const work = job<"action", { n: number }>("action", "work");
const realSetTimeout = setTimeout;
let fails = 0;

const functions = {
  work: jobs.action({
    args: { n: v.number() },
    handler: async (ctx, { n }) => {
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      if (fails-- > 0) throw new Error("The line is busy.");
      if (n > 0) await jobs.enqueue(ctx, work, { n: n - 1 }, { delayMs: 86_400_000 });
      return n;
    },
  }),
  // As one that loads a module, hashes or fetches: no clock of a test makes that faster.
  compute: jobs.action({
    args: {},
    handler: async () => await new Promise((resolve) => void realSetTimeout(resolve, 100, null)),
  }),
};

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
  fails = 0;
});
afterEach(() => void vi.useRealTimers());

async function aHostWithJobs(...argsList: { n: number }[]) {
  const t = aJobHost(functions);
  const options = { queue: "mail" } as const;
  await asAnn(t).mutation((ctx) => jobs.enqueueMany(ctx, work, argsList, options));
  const statuses = async () => {
    const { page } = await t.run((ctx) => jobs.list(ctx, { queue: "mail" }));
    return page.map(({ status }) => status);
  };
  return { t, statuses };
}

const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("finishJobs", () => {
  test("runs handlers that wait for the clock, and those that wait for a place", async () => {
    const { t, statuses } = await aHostWithJobs({ n: 0 }, { n: 0 }, { n: 0 });
    await finishJobs(t, { advance });
    expect(await statuses()).toEqual(["completed", "completed", "completed"]);
  });

  test("lets handlers do real work before their time is over", async () => {
    const t = aJobHost(functions);
    const compute = job<"action", Record<string, never>>("action", "compute");
    const options = { retry: { maxAttempts: 1 }, timeoutMs: 5_000 };
    const id = await asAnn(t).mutation((ctx) => jobs.enqueue(ctx, compute, {}, options));
    await finishJobs(t, { advance });
    expect(await t.run((ctx) => jobs.get(ctx, id))).toMatchObject({ status: "completed" });
  });

  test("passes the waits between attempts", async () => {
    fails = 4;
    const { t, statuses } = await aHostWithJobs({ n: 0 });
    await finishJobs(t, { advance });
    expect(await statuses()).toEqual(["completed"]);
  });

  test("runs what handlers enqueue, however late it is due", async () => {
    const { t } = await aHostWithJobs({ n: 2 });
    await finishJobs(t, { advance });
    const { page } = await t.run((ctx) => jobs.list(ctx, { status: "completed" }));
    expect(page.map(({ result }) => result).sort()).toEqual([0, 1, 2]);
    expect(Date.now()).toBeGreaterThan(NOON + 2 * 86_400_000);
  });

  test("goes on when a queue is resumed minutes later", async () => {
    const { t, statuses } = await aHostWithJobs({ n: 0 });
    await asAnn(t).mutation((ctx) => jobs.pause(ctx, "mail"));
    await asAnn(t).mutation((ctx) =>
      jobs.enqueueMany(ctx, work, [{ n: 0 }, { n: 0 }], { queue: "mail" }),
    );
    setTimeout(() => void asAnn(t).mutation((ctx) => jobs.resume(ctx, "mail")), 4 * 60_000);
    await finishJobs(t, { advance });
    expect(await statuses()).toEqual(["completed", "completed", "completed"]);
  });

  test.each([
    { what: "of a queue that is paused", name: "work", isPaused: true },
    { what: "without a handler", name: "gone", isPaused: false },
  ])("names jobs $what instead of waiting for them", async ({ name, isPaused }) => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const t = aJobHost(functions);
    if (isPaused) await asAnn(t).mutation((ctx) => jobs.pause(ctx, "mail"));
    const lost = job<"action", { n: number }>("action", name);
    await asAnn(t).mutation((ctx) => jobs.enqueue(ctx, lost, { n: 0 }, { queue: "mail" }));
    await expect(finishJobs(t, { advance })).rejects.toThrow(`host:${name} (pending)`);
    expect(Date.now()).toBeLessThan(NOON + 10 * 60_000);
  });

  test("leaves what is due later", async () => {
    const { t } = await aHostWithJobs({ n: 1 });
    await finishJobs(t, { advance, withinMs: 60_000 });
    const { page } = await t.run((ctx) => jobs.list(ctx, { status: "scheduled" }));
    expect(page).toHaveLength(1);
  });
});
