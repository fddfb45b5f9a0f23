import { internalMutationGeneric, makeFunctionReference, mutationGeneric } from "convex/server";
import { v } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NonRetryable, type Job } from "../../src/client/index.js";
import { vJobEnd } from "../../src/shared/jobs.js";
import { ann, NOON } from "../factories.js";
import { aJobHost, asAnn, entriesOf, job, pass, platform, type JobHost } from "./jobHost.js";

const { jobs } = platform;
type Enqueue = Parameters<typeof jobs.enqueue>;

/** What the handlers of the next jobs do. */
let work: (args: { n: number }) => unknown = () => null;
const ends: unknown[] = [];

const build = job<"action", { n: number }>("action", "build");
const store = job<"mutation", { n: number }>("mutation", "store");
const onEnd = job("mutation", "onEnd") as never;

const functions = {
  build: jobs.action({
    args: { n: v.number() },
    handler: async (ctx, args) => {
      await ctx.job.progress(0.5, "Half.");
      return await work(args);
    },
  }),
  store: jobs.mutation({
    args: { n: v.number() },
    handler: async (ctx, args) => {
      await ctx.db.insert("invoices", { title: `no. ${args.n}` });
      return await work(args);
    },
  }),
  storeMany: jobs.mutation({
    args: {},
    handler: async (ctx) => {
      await ctx.db.insert("invoices", { title: "many" });
      const many = Array.from({ length: 1000 }, (_, n) => ({ n }));
      await jobs.enqueueMany(ctx, build, many, { delayMs: 60_000 });
    },
  }),
  onEnd: internalMutationGeneric({
    args: vJobEnd,
    handler: async (ctx, end) => {
      ends.push(end);
      await ctx.db.insert("scratch", { text: end.status });
      if (end.context === "throw") throw new Error("No ears.");
    },
  }),
  failAfter: mutationGeneric({
    args: {},
    handler: async (ctx) => {
      await jobs.enqueue(ctx, build, { n: 1 });
      throw new Error("no");
    },
  }),
};

async function enqueue(t: JobHost, ...[handler, args, options]: Tail<Enqueue>): Promise<string> {
  return await asAnn(t).mutation((ctx) => jobs.enqueue(ctx, handler, args, options));
}
type Tail<List extends unknown[]> = List extends [unknown, ...infer Rest] ? Rest : never;

async function theJob(t: JobHost, id: string): Promise<Job> {
  return (await t.run((ctx) => jobs.get(ctx, id)))!;
}

const titlesOf = (t: JobHost) =>
  t.run(async (ctx) => (await ctx.db.query("invoices").collect()).map(({ title }) => title));

const scheduledIn = (t: JobHost) =>
  t.run(async (ctx) => await ctx.db.system.query("_scheduled_functions").collect());

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
  work = () => null;
  ends.length = 0;
});
afterEach(() => void vi.useRealTimers());

describe("an action's job", () => {
  test("is enqueued, runs and is completed", async () => {
    const t = aJobHost(functions);
    work = ({ n }) => ({ pages: n });
    const id = await enqueue(t, build, { n: 3 }, { label: "May" });
    expect(await theJob(t, id)).toMatchObject({
      id,
      status: "pending",
      queue: "default",
      name: "host:build",
      label: "May",
      actor: ann,
      attempt: 1,
      maxAttempts: 3,
      enqueuedAt: NOON,
    });
    await pass(t);
    expect(await theJob(t, id)).toMatchObject({
      status: "completed",
      result: { pages: 3 },
      progress: { fraction: 0.5, message: "Half." },
      failedAttempts: [],
    });
  });

  test("does not exist when the transaction that enqueued it fails", async () => {
    const t = aJobHost(functions);
    await expect(
      t.mutation(makeFunctionReference<"mutation">("host:failAfter"), {}),
    ).rejects.toThrow("no");
    await pass(t, 1000);
    const { page } = await t.run((ctx) => jobs.list(ctx, { queue: "default" }));
    expect([page, await scheduledIn(t)]).toEqual([[], []]);
  });

  test("is tried again until its attempts are used up", async () => {
    const t = aJobHost(functions);
    work = () => {
      throw new Error("No paper.");
    };
    const id = await enqueue(t, build, { n: 1 });
    await pass(t);
    expect(await theJob(t, id)).toMatchObject({ status: "retrying", attempt: 2 });
    await pass(t, 500);
    await pass(t, 1000);
    const { status, error, failedAttempts } = await theJob(t, id);
    expect([status, error]).toEqual(["failed", { message: "No paper." }]);
    expect(failedAttempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  test("fails at once when that is said, with the policy of its own", async () => {
    const t = aJobHost(functions);
    work = ({ n }) => {
      throw n === 1 ? new NonRetryable("No address.") : new Error("busy");
    };
    const first = await enqueue(t, build, { n: 1 });
    const second = await enqueue(t, build, { n: 2 }, { retry: { maxAttempts: 1 } });
    const third = await enqueue(t, build, { n: 3 }, { queue: "once" });
    await pass(t);
    for (const id of [first, second, third]) {
      expect(await theJob(t, id)).toMatchObject({ status: "failed", attempt: 1 });
    }
  });

  test("waits for its time", async () => {
    const t = aJobHost(functions);
    const delayed = await enqueue(t, build, { n: 1 }, { delayMs: 5000 });
    const dated = await enqueue(t, build, { n: 1 }, { runAt: NOON + 5000 });
    const past = await enqueue(t, build, { n: 1 }, { runAt: NOON - 5000 });
    await pass(t, 4999);
    expect((await theJob(t, delayed)).status).toBe("scheduled");
    expect((await theJob(t, dated)).status).toBe("scheduled");
    expect((await theJob(t, past)).status).toBe("completed");
    await pass(t, 1);
    expect((await theJob(t, delayed)).status).toBe("completed");
    expect((await theJob(t, dated)).status).toBe("completed");
  });
});

describe("a mutation's job", () => {
  test("writes and is completed in one", async () => {
    const t = aJobHost(functions);
    work = () => "stored";
    const id = await enqueue(t, store, { n: 1 });
    await pass(t);
    expect(await theJob(t, id)).toMatchObject({ status: "completed", result: "stored" });
    expect(await titlesOf(t)).toEqual(["no. 1"]);
    expect(await entriesOf(t)).toMatchObject([
      { action: "invoices.created", actor: ann, jobId: id },
    ]);
  });

  test("leaves nothing of an attempt that throws", async () => {
    const t = aJobHost(functions);
    let attempts = 0;
    work = () => {
      if (++attempts === 1) throw new Error("not yet");
    };
    const id = await enqueue(t, store, { n: 1 });
    await pass(t);
    expect(await titlesOf(t)).toEqual([]);
    await pass(t, 500);
    expect(await theJob(t, id)).toMatchObject({ status: "completed", attempt: 2 });
    expect(await titlesOf(t)).toEqual(["no. 1"]);
    expect(await entriesOf(t)).toHaveLength(1);
  });
});

describe("a mutation's job that leaves no room for its report", () => {
  test("fails at once, and leaves nothing of what it did", async () => {
    const t = aJobHost(functions);
    const storeMany = job<"mutation", object>("mutation", "storeMany");
    const options = { queue: "mail", retry: { maxAttempts: 1 } } as const;
    const id = await enqueue(t, storeMany, {}, options);
    // Who waits for its place would be one more to schedule.
    await asAnn(t).mutation((ctx) =>
      jobs.enqueueMany(ctx, build, [{ n: 1 }, { n: 2 }], { queue: "mail" }),
    );
    await pass(t);
    expect(await theJob(t, id)).toMatchObject({
      status: "failed",
      error: { message: expect.stringContaining("too many functions") },
    });
    expect(await titlesOf(t)).toEqual([]);
    await pass(t, 1);
    const done = await t.run((ctx) => jobs.count(ctx, { status: "completed" }));
    expect(done.count).toBe(2);
  });
});

describe("onComplete", () => {
  const refuse = () => {
    throw new NonRetryable("No.");
  };
  const error = { code: "NON_RETRYABLE", message: "No." };

  test.each<[string, () => unknown, object]>([
    ["completed", () => "done", { result: "done" }],
    ["failed", refuse, { error }],
  ])("hears once that a job is %s", async (status, doWork, told) => {
    const t = aJobHost(functions);
    work = doWork;
    const id = await enqueue(t, build, { n: 1 }, { onComplete: onEnd, context: { n: 1 } });
    await pass(t);
    await pass(t, 60_000);
    expect(ends).toEqual([{ jobId: id, status, ...told, context: { n: 1 } }]);
  });

  test("hears of a cancelled one, that never began", async () => {
    const t = aJobHost(functions);
    const id = await enqueue(t, build, { n: 1 }, { delayMs: 1000, onComplete: onEnd });
    await t.mutation((ctx) => jobs.cancel(ctx, id, { reason: "twice" }));
    await pass(t, 1000);
    expect(ends).toEqual([{ jobId: id, status: "cancelled" }]);
    expect(await theJob(t, id)).toMatchObject({ status: "cancelled", cancelReason: "twice" });
  });

  test("leaves the job its end when it throws, and can be called again", async () => {
    const t = aJobHost(functions);
    const id = await enqueue(t, build, { n: 1 }, { onComplete: onEnd, context: "throw" });
    await pass(t);
    const { status, onCompleteError } = await theJob(t, id);
    expect([status, onCompleteError]).toEqual(["completed", expect.stringContaining("No ears.")]);
    const written = () => t.run((ctx) => ctx.db.query("scratch").collect());
    expect(await written()).toEqual([]);
    await t.mutation((ctx) => jobs.rerunOnComplete(ctx, id));
    expect(ends).toHaveLength(2);
  });
});

describe("enqueue", () => {
  const refused = (code: string, fields?: object) => ({
    data: { code, ...(fields && { fields }) },
  });

  test.each<[string, object, object]>([
    ["NaN", { runAt: Number.NaN }, { runAt: {} }],
    ["Infinity", { runAt: Infinity }, { runAt: {} }],
    ["two years ahead", { runAt: NOON + 2 * 366 * 86_400_000 }, { runAt: {} }],
    ["a delay of NaN", { delayMs: Number.NaN }, { delayMs: {} }],
    ["an endless delay", { delayMs: Infinity }, { delayMs: {} }],
    ["a delay of two years", { delayMs: 2 * 366 * 86_400_000 }, { delayMs: {} }],
    ["two times", { delayMs: 1, runAt: NOON }, { runAt: {} }],
    ["no attempt", { retry: { maxAttempts: 0 } }, { retry: {} }],
    ["half an attempt", { retry: { maxAttempts: 1.5 } }, { retry: {} }],
    ["a timeout of a moment", { timeoutMs: 999 }, { timeoutMs: {} }],
    ["a way out without a key", { onConflict: "reject" }, { onConflict: {} }],
    ["half a character", { label: "\ud800" }, { label: {} }],
    ["a long key", { key: "k".repeat(201) }, { key: {} }],
    ["an empty key", { key: "" }, { key: {} }],
  ])("refuses %s", async (_, options, fields) => {
    const t = aJobHost(functions);
    await expect(enqueue(t, build, { n: 1 }, options)).rejects.toMatchObject(
      refused("VALIDATION_FAILED", fields),
    );
    expect(await scheduledIn(t)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["above 256 KiB", "x".repeat(256 * 1024)],
    ["that are no Convex value", new Map()],
  ])("refuses arguments %s", async (_, n) => {
    const t = aJobHost(functions);
    await expect(enqueue(t, build, { n: n as number })).rejects.toMatchObject(
      refused("VALIDATION_FAILED"),
    );
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["an object", {}],
    ["a function of a component", "function://platform;jobs:get"],
  ])("says how to define a handler where it is given %s", async (_, handler) => {
    const t = aJobHost(functions);
    await expect(enqueue(t, handler as never, { n: 1 } as never)).rejects.toMatchObject({
      data: { code: "NOT_CONFIGURED", message: expect.stringContaining("platform.jobs.action") },
    });
  });

  test("knows its queues", async () => {
    const t = aJobHost(functions);
    const options = { queue: "mial" } as never;
    await expect(enqueue(t, build, { n: 1 }, options)).rejects.toMatchObject(
      refused("NOT_CONFIGURED"),
    );
  });

  test("gives the same job for the same key, and says no to other arguments", async () => {
    const t = aJobHost(functions);
    const first = await enqueue(t, build, { n: 1 }, { key: "report" });
    expect(await enqueue(t, build, { n: 1 }, { key: "report" })).toBe(first);
    await expect(enqueue(t, build, { n: 2 }, { key: "report" })).rejects.toMatchObject(
      refused("CONFLICT"),
    );
    const reject = { key: "report", onConflict: "reject" } as const;
    await expect(enqueue(t, build, { n: 1 }, reject)).rejects.toMatchObject(refused("CONFLICT"));
    await pass(t);
    expect((await theJob(t, first)).status).toBe("completed");
  });

  test("leaves an entry where the queue is audited", async () => {
    const t = aJobHost(functions);
    const id = await enqueue(t, build, { n: 1 }, { queue: "mail" });
    const [entry] = await entriesOf(t);
    expect(entry).toMatchObject({ actor: ann, jobId: id });
  });
});

describe("enqueueMany", () => {
  test("gives ids in order, each job with what its arguments say", async () => {
    const t = aJobHost(functions);
    const list = [{ n: 1 }, { n: 2 }, { n: 3 }];
    const ids = await t.mutation((ctx) =>
      jobs.enqueueMany(ctx, build, list, ({ n }, place) => ({ label: `${n} at ${place}` })),
    );
    const labels = await Promise.all(ids.map(async (id) => (await theJob(t, id)).label));
    expect(labels).toEqual(["1 at 0", "2 at 1", "3 at 2"]);
  });

  test("takes none, and refuses 1,001", async () => {
    const t = aJobHost(functions);
    const many = (count: number) =>
      t.mutation((ctx) => jobs.enqueueMany(ctx, build, Array(count).fill({ n: 1 })));
    expect(await many(0)).toEqual([]);
    await expect(many(1001)).rejects.toMatchObject({ data: { code: "LIMIT_EXCEEDED" } });
  });

  test("names the job with the fault", async () => {
    const t = aJobHost(functions);
    const list = [{ n: 1 }, { n: new Map() as never }];
    await expect(t.mutation((ctx) => jobs.enqueueMany(ctx, build, list))).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { "jobs.1.args.n": {} } },
    });
  });
});

describe("what was enqueued", () => {
  test("can be listed and counted", async () => {
    const t = aJobHost(functions);
    await enqueue(t, build, { n: 1 });
    const failing = await enqueue(t, store, { n: 2 }, { queue: "once" });
    work = () => {
      throw new Error("no");
    };
    await pass(t);
    const names = async (filter: Parameters<typeof jobs.list>[1]) =>
      (await t.run((ctx) => jobs.list(ctx, filter))).page.map(({ name }) => name);
    expect(await names({ queue: "once" })).toEqual(["host:store"]);
    expect(await names({ status: "failed" })).toEqual(["host:store"]);
    expect((await names({ actorId: ann.id })).sort()).toEqual(["host:build", "host:store"]);
    expect(await t.run((ctx) => jobs.stats(ctx))).toMatchObject({
      retrying: { count: 1, isCut: false },
      failed: { count: 1 },
      completed: { count: 0 },
    });
    await t.mutation((ctx) => jobs.retry(ctx, failing));
    expect((await theJob(t, failing)).status).toBe("pending");
  });

  test("is not there for another tenant", async () => {
    const t = aJobHost(functions);
    const id = await enqueue(t, build, { n: 1 }, { tenantId: "t1", delayMs: 1000 });
    expect(await t.run((ctx) => jobs.get(ctx, id, { tenantId: "t2" }))).toBeNull();
    await expect(
      t.mutation((ctx) => jobs.cancel(ctx, id, { tenantId: "t2" })),
    ).rejects.toMatchObject({ data: { code: "NOT_FOUND" } });
    expect(await t.run((ctx) => jobs.get(ctx, id, { tenantId: "t1" }))).not.toBeNull();
  });

  test("cannot be cancelled where it is unknown, or tried again where it is done", async () => {
    const t = aJobHost(functions);
    const cancel = (id: string) => t.mutation((ctx) => jobs.cancel(ctx, id));
    await expect(cancel("nothing")).rejects.toMatchObject({ data: { code: "NOT_FOUND" } });
    const id = await enqueue(t, build, { n: 1 });
    await pass(t);
    expect(await cancel(id)).toEqual({ accepted: false, status: "completed" });
    await expect(t.mutation((ctx) => jobs.retry(ctx, id))).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
  });

  test("keeps a large result aside", async () => {
    const t = aJobHost(functions);
    work = () => "x".repeat(100_000);
    const id = await enqueue(t, build, { n: 1 });
    await pass(t);
    expect(await theJob(t, id)).toMatchObject({ status: "completed", hasLargeResult: true });
    const kept = await t.run((ctx) => jobs.result(ctx, id));
    expect(kept).toEqual({ result: "x".repeat(100_000) });
  });
});
