import { internalMutationGeneric } from "convex/server";
import { v } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { vBatchEnd } from "../../src/shared/jobBatches.js";
import { ann, NOON } from "../factories.js";
import { aJobHost, asAnn, entriesOf, job, pass, platform, type JobHost } from "./jobHost.js";

const { jobs } = platform;

let broken: number[] = [];
const ends: unknown[] = [];

const send = job<"action", { n: number }>("action", "send");
const onEnd = job("mutation", "onEnd") as never;

const functions = {
  send: jobs.action({
    args: { n: v.number() },
    handler: async (_ctx, { n }) => {
      if (broken.includes(n)) throw new Error("No paper.");
    },
  }),
  onEnd: internalMutationGeneric({
    args: vBatchEnd,
    handler: async (_ctx, end) => void ends.push(end),
  }),
};

const LIST = [{ n: 1 }, { n: 2 }, { n: 3 }];

async function aBatch(t: JobHost, list = LIST) {
  const options = {
    queue: "once",
    label: "Reminders",
    onComplete: onEnd,
    context: { month: 5 },
    each: ({ n }: { n: number }) => ({ label: `no. ${n}` }),
  } as const;
  return await asAnn(t).mutation((ctx) => jobs.batch(ctx, send, list, options));
}

/** Steps follow one another, each in a mutation of its own. */
async function settle(t: JobHost) {
  for (let i = 0; i < 20; i++) await pass(t, 1);
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
  broken = [];
  ends.length = 0;
});
afterEach(() => void vi.useRealTimers());

describe("a batch", () => {
  test("counts how its jobs ended and tells it once", async () => {
    const t = aJobHost(functions);
    broken = [2];
    const { id, jobIds } = await aBatch(t);
    expect(jobIds).toHaveLength(3);
    await settle(t);
    const counts = { total: 3, open: 0, completed: 2, failed: 1, cancelled: 0 };
    expect(await t.run((ctx) => jobs.batches.get(ctx, id))).toMatchObject({
      label: "Reminders",
      actor: ann,
      status: "ended",
      counts,
    });
    expect(ends).toEqual([{ batchId: id, counts, context: { month: 5 } }]);
    const { page } = await t.run((ctx) => jobs.batches.listJobs(ctx, id));
    expect(page.map(({ label, status, batchId }) => [label, status, batchId])).toEqual([
      ["no. 1", "completed", id],
      ["no. 2", "failed", id],
      ["no. 3", "completed", id],
    ]);
  });

  test("tries those again that failed, and no others", async () => {
    const t = aJobHost(functions);
    broken = [2];
    const { id } = await aBatch(t);
    await settle(t);
    broken = [1, 3];
    await t.mutation((ctx) => jobs.batches.retryFailed(ctx, id));
    await settle(t);
    expect((await t.run((ctx) => jobs.batches.get(ctx, id)))!.counts).toMatchObject({
      completed: 3,
      failed: 0,
    });
  });

  test("can be cancelled", async () => {
    const t = aJobHost(functions);
    const { id } = await asAnn(t).mutation((ctx) =>
      jobs.batch(ctx, send, LIST, { each: { delayMs: 60_000 } }),
    );
    await t.mutation((ctx) => jobs.batches.cancel(ctx, id, { reason: "twice" }));
    await settle(t);
    expect((await t.run((ctx) => jobs.batches.get(ctx, id)))!.counts).toMatchObject({
      cancelled: 3,
      open: 0,
    });
  });

  test("without jobs has ended at once", async () => {
    const t = aJobHost(functions);
    const { id } = await aBatch(t, []);
    expect((await t.run((ctx) => jobs.batches.get(ctx, id)))!.status).toBe("ended");
    expect(ends).toHaveLength(1);
  });

  test("is not there for another tenant", async () => {
    const t = aJobHost(functions);
    const { id } = await t.mutation((ctx) => jobs.batch(ctx, send, LIST, { tenantId: "t1" }));
    expect(await t.run((ctx) => jobs.batches.get(ctx, id, { tenantId: "t2" }))).toBeNull();
    expect(await t.run((ctx) => jobs.batches.get(ctx, id, { tenantId: "t1" }))).not.toBeNull();
  });

  test("leaves its entries with its tenant", async () => {
    const t = aJobHost(functions);
    const { id } = await asAnn(t).mutation((ctx) =>
      jobs.batch(ctx, send, LIST, { queue: "mail", tenantId: "t1" }),
    );
    await asAnn(t).mutation((ctx) => jobs.batches.cancel(ctx, id));
    const about = (await entriesOf(t)).filter(({ target }) => target.id === id);
    expect(about.map(({ action, tenantId }) => [action, tenantId])).toEqual([
      ["jobs.batchEnqueued", "t1"],
      ["jobs.batchCancelled", "t1"],
    ]);
  });

  test.each([
    ["label", { label: "x".repeat(200) }, { label: "x".repeat(201) }],
    ["tenantId", { tenantId: "x".repeat(512) }, { tenantId: "x".repeat(513) }],
    ["context", { context: "x".repeat(8_000) }, { context: "x".repeat(9_000) }],
    ["context", { context: "ok" }, { context: "\ud800" }],
  ] as const)("has limits for its %s", async (field, fits, doesNot) => {
    const t = aJobHost(functions);
    const batch = (options: object) =>
      t.mutation((ctx) => jobs.batch(ctx, send, LIST, { onComplete: onEnd, ...options }));
    await expect(batch(fits)).resolves.toMatchObject({ jobIds: { length: 3 } });
    await expect(batch(doesNot)).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { [field]: expect.anything() } },
    });
  });

  test("has at most 1,000 jobs", async () => {
    const t = aJobHost(functions);
    const list = Array.from({ length: 1_001 }, (_, n) => ({ n }));
    await expect(aBatch(t, list)).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { jobs: { code: "too_many" } } },
    });
  });
});

describe("a queue with a cap", () => {
  const enqueueMany = (t: JobHost, count: number) =>
    asAnn(t).mutation((ctx) =>
      jobs.enqueueMany(ctx, send, Array(count).fill({ n: 1 }), { queue: "mail" }),
    );
  const statusesOf = async (t: JobHost, ids: string[]) =>
    await Promise.all(ids.map(async (id) => (await t.run((ctx) => jobs.get(ctx, id)))!.status));

  test("starts nothing while it is paused, and goes on after that", async () => {
    const t = aJobHost(functions);
    await asAnn(t).mutation((ctx) => jobs.pause(ctx, "mail"));
    const ids = await enqueueMany(t, 3);
    await settle(t);
    expect(await statusesOf(t, ids)).toEqual(["pending", "pending", "pending"]);
    expect(await t.run((ctx) => jobs.getQueue(ctx, "mail"))).toEqual({
      queue: "mail",
      cap: { maxParallelism: 2, perKey: 1 },
      isPaused: true,
    });
    await asAnn(t).mutation((ctx) => jobs.resume(ctx, "mail"));
    await settle(t);
    expect(await statusesOf(t, ids)).toEqual(["completed", "completed", "completed"]);
    const acts = (await entriesOf(t)).filter(({ target }) => target.id === "mail");
    expect(acts.map(({ actor }) => actor)).toEqual([ann, ann]);
  });

  test("is the only kind that can be paused", async () => {
    const t = aJobHost(functions);
    await expect(t.mutation((ctx) => jobs.pause(ctx, "once"))).rejects.toMatchObject({
      data: { code: "NOT_CONFIGURED", message: expect.stringContaining("maxParallelism") },
    });
  });
});

describe("redrive", () => {
  test("begins failed jobs of a filter anew, and says how many", async () => {
    const t = aJobHost(functions);
    broken = [1, 2, 3];
    await asAnn(t).mutation((ctx) => jobs.enqueueMany(ctx, send, LIST, { queue: "once" }));
    await settle(t);
    broken = [];
    const id = await asAnn(t).mutation((ctx) => jobs.redrive(ctx, { queue: "once" }, { max: 2 }));
    await settle(t);
    expect(await t.run((ctx) => jobs.getRedrive(ctx, id))).toMatchObject({
      status: "completed",
      redriven: 2,
    });
    expect(await t.run((ctx) => jobs.stats(ctx, { queue: "once" }))).toMatchObject({
      completed: { count: 2 },
      failed: { count: 1 },
    });
  });

  test("knows its queues", async () => {
    const t = aJobHost(functions);
    const unknown = { queue: "mial" as "mail" };
    await expect(t.mutation((ctx) => jobs.redrive(ctx, unknown))).rejects.toMatchObject({
      data: { code: "NOT_CONFIGURED" },
    });
  });
});
