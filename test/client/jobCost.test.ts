import { makeFunctionReference, mutationGeneric } from "convex/server";
import { v } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { costOf, openWorld, record, type World } from "../../bench/instrument";
import { register } from "../../src/test.js";
import { NOON } from "../factories.js";
import { job, pass, platform, schema } from "./jobHost.js";

/** What a job costs in its whole life, in the figures a host pays for. */

const { jobs } = platform;
const KINDS = { build: "action", store: "mutation" } as const;
let failures = 0;
let signs = 0;

function failAFewTimes() {
  if (failures-- > 0) throw new Error("not yet");
}

const functions = {
  build: jobs.action({
    args: { n: v.number() },
    handler: async ({ job }) => {
      for (let i = 0; i < signs; i++) await job.progress(0.5, "Half.");
      failAFewTimes();
      return "done";
    },
  }),
  store: jobs.mutation({ args: { n: v.number() }, handler: async () => failAFewTimes() }),
  enqueue: mutationGeneric(async (ctx, { name, count, delayMs }: Wish) => {
    const kind = KINDS[name];
    const list = Array.from({ length: count }, (_, n) => ({ n }));
    return await jobs.enqueueMany(ctx, job<typeof kind, { n: number }>(kind, name), list, {
      delayMs,
    });
  }),
};
type Wish = { name: keyof typeof KINDS; count: number; delayMs: number };
const enqueue = makeFunctionReference<"mutation", Wish>("host:enqueue");

/** @param waiting - jobs that are not due yet */
async function aWorld(waiting = 0): Promise<World> {
  const t = openWorld(schema, { host: async () => functions });
  register(t);
  await t.mutation(enqueue, { name: "build", count: waiting, delayMs: 3_600_000 });
  return t;
}

async function costOfLife(t: World, name: keyof typeof KINDS, waits: number[] = []) {
  const recording = await record(async () => {
    await t.mutation(enqueue, { name, count: 1, delayMs: 0 });
    for (const ms of [0, ...waits]) await pass(t, ms);
  });
  const { calls, docsRead, docsWritten } = costOf(recording);
  return { calls, docsRead, docsWritten };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
  failures = 0;
  signs = 0;
});
afterEach(() => void vi.useRealTimers());

describe("the life of a job", () => {
  test.each([0, 1, 100])("beside %i others", async (waiting) => {
    expect(await costOfLife(await aWorld(waiting), "build")).toEqual({
      // Enqueueing, the action, and its report.
      calls: 3,
      docsRead: 2,
      docsWritten: 2,
    });
    expect(await costOfLife(await aWorld(waiting), "store")).toEqual({
      calls: 2,
      docsRead: 2,
      docsWritten: 2,
    });
  });

  test("costs two calls, two reads and a write more with each retry", async () => {
    const once = await costOfLife(await aWorld(), "build");
    failures = 1;
    const twice = await costOfLife(await aWorld(), "build", [500]);
    expect(twice).toEqual({
      calls: once.calls + 2,
      docsRead: once.docsRead + 2,
      docsWritten: once.docsWritten + 1,
    });
  });

  test("costs a call, two reads and a write more with progress, and nothing written without news", async () => {
    const silent = await costOfLife(await aWorld(), "build");
    signs = 1;
    const told = await costOfLife(await aWorld(), "build");
    expect(told).toEqual({
      calls: silent.calls + 1,
      docsRead: silent.docsRead + 2,
      docsWritten: silent.docsWritten + 1,
    });
    signs = 2;
    const repeated = await costOfLife(await aWorld(), "build");
    expect(repeated.docsWritten).toBe(told.docsWritten);
  });
});
