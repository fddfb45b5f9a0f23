import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { component, NOON } from "../factories.js";
import { aJobsWorld, DAY, Failure, MINUTE, type World } from "./jobWorld.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: NOON });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const failing =
  (message = "It broke.", isRetryable = true) =>
  () => {
    throw new Failure(message, isRetryable);
  };

/** A job at work, whose handler waits for the test. */
async function aRunningJob(world: World, wish: Parameters<World["enqueue"]>[0] = {}) {
  let end: (how: () => unknown) => void = () => undefined;
  let within: Parameters<Parameters<World["behave"]>[1]>[1] | undefined;
  world.behave("work", async (_run, ctx) => {
    within = ctx;
    return (await new Promise<() => unknown>((resolve) => (end = resolve)))();
  });
  const id = await world.enqueue(wish);
  await world.pass(0);
  return {
    id,
    ctx: within!,
    async end(how: () => unknown = () => "done") {
      end(how);
      await world.pass(0);
    },
  };
}

describe("enqueue", () => {
  test("J01: leaves nothing when the host's mutation throws", async () => {
    const world = await aJobsWorld();
    const args = { caller: { ip: "off" as const }, jobs: [world.aJob()] };
    const broken = world.mutate(async (ctx) => {
      await ctx.runMutation(component.jobs.enqueue, args);
      throw new Error("changed my mind");
    });
    await expect(broken).rejects.toThrow("changed my mind");
    expect(await world.rows("jobs")).toEqual([]);
    expect(await world.scheduled()).toEqual([]);
  });

  test("J05: takes arguments of 256 KiB, and not of a byte more", async () => {
    const world = await aJobsWorld();
    const argsOf = (bytes: number) => ({ args: { text: "x".repeat(bytes) } });
    // Braces, the name and the length take the rest.
    const most = 256 * 1024 - 8;
    let fits = most;
    while (fits > most - 20 && !(await isTaken(world, argsOf(fits)))) fits--;
    expect(fits).toBeGreaterThan(most - 20);
    await expect(world.enqueue(argsOf(fits + 1))).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { args: { code: "too_large" } } },
    });
    expect(await world.rows("jobs")).toHaveLength(1);
  });

  test.each([NaN, Infinity, NOON + 367 * DAY])("J06: refuses %s as its time", async (runAt) => {
    const world = await aJobsWorld();
    await expect(world.enqueue({ runAt })).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { runAt: { code: "out_of_range" } } },
    });
    expect(await world.rows("jobs")).toEqual([]);
  });

  test.each([-Infinity, 0, NOON - 1, NOON])("J06: takes %s for now", async (runAt) => {
    const world = await aJobsWorld();
    const id = await world.enqueue({ runAt });
    expect(await world.get(id)).toMatchObject({ status: "pending", runAt: NOON });
  });

  test("waits for its time", async () => {
    const world = await aJobsWorld();
    const id = await world.enqueue({ runAt: NOON + MINUTE });
    await world.pass(MINUTE - 1);
    expect(await world.get(id)).toMatchObject({ status: "scheduled", runAt: NOON + MINUTE });
    await world.pass(1);
    expect(await world.get(id)).toMatchObject({ status: "completed" });
  });

  test("takes 1,000 jobs and keeps their order", async () => {
    const world = await aJobsWorld();
    const labels = Array.from({ length: 1000 }, (_, i) => String(i));
    await world.enqueueMany(labels.map((label) => ({ label })));
    const { page } = await world.list({ queue: "default", name: "host:work", order: "asc" }, 200);
    expect(page.map(({ label }) => label)).toEqual(labels.slice(0, 200));
    vi.clearAllTimers();
  });

  test("keeps the order of several calls in one mutation", async () => {
    const world = await aJobsWorld();
    const labels = Array.from({ length: 20 }, (_, i) => String(i));
    await world.mutate(async (ctx) => {
      for (const label of labels) {
        const jobs = [world.aJob({ label })];
        await ctx.runMutation(component.jobs.enqueue, { caller: { ip: "off" }, jobs });
      }
    });
    const { page } = await world.list({ queue: "default", name: "host:work", order: "asc" });
    expect(page.map(({ label }) => label)).toEqual(labels);
  });

  test("refuses 1,001 of them, in one call or in several of one mutation", async () => {
    const world = await aJobsWorld();
    const refusal = { data: { code: "LIMIT_EXCEEDED" } };
    const jobs = Array.from({ length: 1001 }, () => world.aJob());
    await expect(world.enqueueMany(jobs.map(() => ({})))).rejects.toMatchObject(refusal);
    const inTwo = world.mutate(async (ctx) => {
      for (const some of [jobs.slice(0, 600), jobs.slice(600)]) {
        await ctx.runMutation(component.jobs.enqueue, { caller: { ip: "off" }, jobs: some });
      }
    });
    await expect(inTwo).rejects.toMatchObject(refusal);
    expect(await world.rows("jobs")).toEqual([]);
  });

  test("names every fault, and the job it is in", async () => {
    const world = await aJobsWorld();
    const bad = { queue: "ma~il", timeoutMs: 0, priority: 101 };
    await expect(world.enqueueMany([{}, bad])).rejects.toMatchObject({
      data: {
        fields: {
          "jobs.1.queue": { code: "bad_characters" },
          "jobs.1.timeoutMs": { code: "out_of_range" },
          "jobs.1.priority": { code: "out_of_range" },
        },
      },
    });
  });

  test.each([-101, 0.5, 101, NaN])("refuses %s as a priority", async (priority) => {
    const world = await aJobsWorld();
    await expect(world.enqueue({ priority })).rejects.toMatchObject({
      data: { fields: { priority: { code: "out_of_range" } } },
    });
  });

  test.each([-100, 0, 100])("takes %s as a priority", async (priority) => {
    const world = await aJobsWorld();
    const id = await world.enqueue({ priority });
    expect(await world.get(id)).toMatchObject({ priority });
  });

  test("tells the handler what it has to know, with arguments of any size", async () => {
    const world = await aJobsWorld();
    const runs: unknown[] = [];
    world.behave("work", (run) => void runs.push(run));
    const args = { text: "x".repeat(5000) };
    const id = await world.enqueue({ args, label: "Report", tenantId: "acme" });
    expect(await world.rows("jobPayloads")).toMatchObject([{ value: args }]);
    await world.pass(0);
    const actor = { type: "user", id: "https://id.example|ann", label: "Ann" };
    const told = {
      id,
      attempt: 1,
      maxAttempts: 3,
      enqueuedAt: NOON,
      timeoutMs: 10 * MINUTE,
      actor,
    };
    expect(runs).toEqual([{ job: { ...told, label: "Report", tenantId: "acme" }, args }]);
  });
});

async function isTaken(world: World, wish: object): Promise<boolean> {
  return await world.enqueue(wish).then(
    () => true,
    () => false,
  );
}

describe("a run", () => {
  test("J07: completes the job and calls back once", async () => {
    const world = await aJobsWorld();
    world.behave("work", () => ({ pages: 3 }));
    const id = await world.enqueue({ hears: "mail Ann" });
    await world.pass(0);
    const result = { pages: 3 };
    expect(await world.get(id)).toMatchObject({ status: "completed", attempt: 1, result });
    const end = { jobId: id, status: "completed", result, context: "mail Ann" };
    expect(world.callbacks).toEqual([end]);
  });

  test("J08: is tried again with growing waits, and then has failed", async () => {
    const world = await aJobsWorld();
    world.behave("work", failing());
    const id = await world.enqueue({ hears: null });
    await world.pass(0);
    const second = await world.get(id);
    expect(second).toMatchObject({
      status: "retrying",
      attempt: 2,
      error: { message: "It broke." },
    });
    expect(second.runAt - Date.now()).toBeGreaterThanOrEqual(750);
    expect(second.runAt - Date.now()).toBeLessThanOrEqual(1000);
    await world.pass(1000);
    const third = await world.get(id);
    expect(third).toMatchObject({ status: "retrying", attempt: 3 });
    expect(third.runAt - Date.now()).toBeGreaterThan(1000);
    await world.pass(2000);
    expect(await world.get(id)).toMatchObject({ status: "failed", attempt: 3, maxAttempts: 3 });
    expect((await world.get(id)).failedAttempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(world.callbacks).toMatchObject([{ jobId: id, status: "failed" }]);
  });

  test("J09: keeps one readable line of whatever it is told", async () => {
    const world = await aJobsWorld();
    world.behave("work", failing("two\nlines\u0000 and Bearer abcdefghijklmnop", false));
    const id = await world.enqueue();
    await world.pass(0);
    const { status, error } = await world.get(id);
    expect(status).toBe("failed");
    expect(error!.message).toMatch(/^two.lines/u);
    expect(error!.message).not.toMatch(/[\n\u0000]|abcdefghijklmnop/);
  });

  test("J10: fails at its first attempt when trying again would not help", async () => {
    const world = await aJobsWorld();
    world.behave("work", failing("No address.", false));
    const id = await world.enqueue();
    await world.pass(0);
    expect(await world.get(id)).toMatchObject({ status: "failed", attempt: 1 });
  });

  test("J11: cuts an error of 1 MiB, and says so", async () => {
    const world = await aJobsWorld();
    world.behave("work", failing("word ".repeat(200_000), false));
    const id = await world.enqueue();
    await world.pass(0);
    const { status, error } = await world.get(id);
    expect(status).toBe("failed");
    expect(error!.message).toHaveLength(1000);
    expect(error!.message.endsWith("…")).toBe(true);
  });

  test("J12: completes without a result that is too large, and says so", async () => {
    const world = await aJobsWorld();
    world.behave("work", () => "x".repeat(1024 * 1024));
    const id = await world.enqueue({ hears: null });
    await world.pass(0);
    const job = await world.get(id);
    expect(job).toMatchObject({ status: "completed", resultFault: "too_large" });
    expect(job).not.toHaveProperty("result");
    expect(world.callbacks).toEqual([{ jobId: id, status: "completed", context: null }]);
  });

  test("J12: completes when the handler says that its result is no value", async () => {
    const world = await aJobsWorld();
    const { id, ctx, end } = await aRunningJob(world);
    await world.within(end, async () => {
      await ctx.runMutation(component.jobs.complete, { id, resultFault: "not_a_value" });
    });
    expect(await world.get(id)).toMatchObject({
      status: "completed",
      resultFault: "not_a_value",
    });
  });

  test("keeps a large result beside the row", async () => {
    const world = await aJobsWorld();
    const text = "x".repeat(5000);
    world.behave("work", () => text);
    const id = await world.enqueue({ hears: null });
    await world.pass(0);
    const job = await world.get(id);
    expect(job).toMatchObject({ status: "completed", hasLargeResult: true });
    expect(job).not.toHaveProperty("result");
    expect(await world.result(id)).toEqual({ result: text });
    expect(world.callbacks).toMatchObject([{ result: text }]);
  });

  test("waits as long as the handler asked", async () => {
    const world = await aJobsWorld();
    world.behave("work", () => {
      throw new Failure("Too many.", true, 30_000);
    });
    const id = await world.enqueue();
    await world.pass(0);
    expect((await world.get(id)).runAt).toBe(Date.now() + 30_000);
  });

  test("is told by the scheduler's own record", async () => {
    const world = await aJobsWorld();
    const { id, end } = await aRunningJob(world);
    expect(await world.get(id)).toMatchObject({ status: "processing", attempt: 1 });
    await end();
    expect(await world.get(id)).toMatchObject({ status: "completed" });
  });

  test("of a mutation commits with its report", async () => {
    const world = await aJobsWorld();
    world.behave("work", () => "written");
    const id = await world.enqueue({ kind: "mutation" });
    await world.pass(0);
    expect(await world.get(id)).toMatchObject({ status: "completed", result: "written" });
  });
});

describe("a report", () => {
  test("J15: counts once", async () => {
    const world = await aJobsWorld();
    const { id, ctx, end } = await aRunningJob(world, { hears: null, audit: true });
    const receipts: unknown[] = [];
    await world.within(end, async () => {
      for (const result of ["first", "second"]) {
        receipts.push(await ctx.runMutation(component.jobs.complete, { id, result }));
      }
      const error = { message: "third" };
      receipts.push(await ctx.runMutation(component.jobs.fail, { id, error, isRetryable: true }));
    });
    expect(receipts).toEqual([
      { accepted: true, status: "completed" },
      { accepted: false, status: "completed" },
      { accepted: false, status: "completed" },
    ]);
    expect(await world.get(id)).toMatchObject({ result: "first", attempt: 1, failedAttempts: [] });
    expect(world.callbacks).toHaveLength(1);
    expect(await world.rows("auditLogs")).toHaveLength(1);
  });

  test("J16: of an attempt whose place another one has changes nothing", async () => {
    const world = await aJobsWorld();
    const first = await aRunningJob(world, { hears: null, timeoutMs: MINUTE });
    await world.sweepAfter(3 * MINUTE);
    await world.sweepAfter(3 * MINUTE);
    expect(await world.get(first.id)).toMatchObject({ attempt: 2 });
    await first.end(() => "too late");
    const job = await world.get(first.id);
    expect(job).toMatchObject({ attempt: 2 });
    expect(["retrying", "processing"]).toContain(job.status);
    expect(world.callbacks).toEqual([]);
  });

  test("from outside of the job's own run is none", async () => {
    const world = await aJobsWorld();
    const { id, end } = await aRunningJob(world);
    const args = { id, result: "forged" };
    const receipt = await world.mutate(
      async (ctx) => await ctx.runMutation(component.jobs.complete, args),
    );
    expect(receipt).toEqual({ accepted: false, status: "pending" });
    await end();
    expect(await world.get(id)).toMatchObject({ result: "done" });
  });

  test("about a job that is gone is not accepted", async () => {
    const world = await aJobsWorld();
    const args = { id: "default~host:work~0000000000000abcdefgh00" };
    const receipt = await world.mutate(
      async (ctx) => await ctx.runMutation(component.jobs.complete, args),
    );
    expect(receipt).toEqual({ accepted: false });
  });
});

describe("progress", () => {
  test("is kept, and shows in lists that the job is at work", async () => {
    const world = await aJobsWorld();
    const { id, ctx, end } = await aRunningJob(world);
    const told = { id, fraction: 0.25, message: "Pages" };
    await world.within(end, async () => {
      expect(await ctx.runMutation(component.jobs.progress, told)).toEqual({
        accepted: true,
        isCancelled: false,
      });
      expect(await world.get(id)).toMatchObject({
        progress: { fraction: 0.25, message: "Pages", at: NOON },
      });
      expect((await world.list({ queue: "default" })).page).toMatchObject([
        { status: "processing" },
      ]);
    });
  });

  test.each([
    ["below 0", -0.1],
    ["above 1", 1.1],
    ["none", NaN],
    ["back", 0.2],
  ])("%s is refused", async (_, fraction) => {
    const world = await aJobsWorld();
    const { id, ctx, end } = await aRunningJob(world);
    await world.within(end, async () => {
      await ctx.runMutation(component.jobs.progress, { id, fraction: 0.3 });
      await expect(
        ctx.runMutation(component.jobs.progress, { id, fraction }),
      ).rejects.toMatchObject({
        data: { code: "VALIDATION_FAILED", fields: { fraction: { code: "out_of_range" } } },
      });
    });
  });
});

describe("cancel", () => {
  test("J17: keeps a pending job from ever running", async () => {
    const world = await aJobsWorld();
    const runs: unknown[] = [];
    world.behave("work", (run) => void runs.push(run));
    const id = await world.enqueue({ hears: null });
    expect(await world.cancel(id, "a mistake")).toEqual({ accepted: true, status: "cancelled" });
    await world.pass(MINUTE);
    expect(runs).toEqual([]);
    expect(await world.get(id)).toMatchObject({ status: "cancelled", cancelReason: "a mistake" });
    expect(world.callbacks).toEqual([{ jobId: id, status: "cancelled", context: null }]);
  });

  test.each([
    ["completes", () => "done"],
    ["fails", failing()],
  ])("J18: asks a running one to stop, and it is cancelled also when it %s", async (_, how) => {
    const world = await aJobsWorld();
    const { id, ctx, end } = await aRunningJob(world, { hears: null });
    expect(await world.cancel(id)).toEqual({ accepted: true, status: "processing" });
    expect(await world.get(id)).toMatchObject({ status: "processing", cancelRequestedAt: NOON });
    expect(await world.cancel(id)).toEqual({ accepted: false, status: "processing" });
    await world.within(
      end,
      async () => {
        expect(await ctx.runMutation(component.jobs.heartbeat, { id })).toEqual({
          accepted: true,
          isCancelled: true,
        });
        expect(await ctx.runQuery(component.jobs.isCancelled, { id })).toBe(true);
      },
      how,
    );
    const job = await world.get(id);
    expect(job).toMatchObject({ status: "cancelled", attempt: 1 });
    expect(job).not.toHaveProperty("result");
    expect(world.callbacks).toEqual([{ jobId: id, status: "cancelled", context: null }]);
  });

  test("J19: changes nothing about an ended job", async () => {
    const world = await aJobsWorld();
    const id = await world.enqueue({ hears: null });
    await world.pass(0);
    const before = await world.get(id);
    expect(await world.cancel(id)).toEqual({ accepted: false, status: "completed" });
    expect(await world.get(id)).toEqual(before);
    expect(world.callbacks).toHaveLength(1);
  });

  test("J19: does not find an unknown job, or one of another tenant", async () => {
    const world = await aJobsWorld();
    const id = await world.enqueue({ tenantId: "acme" });
    const notFound = { data: { code: "NOT_FOUND" } };
    await expect(world.cancel("nonsense")).rejects.toMatchObject(notFound);
    await expect(world.cancel(`${id.slice(0, -1)}9`)).rejects.toMatchObject(notFound);
    await expect(world.cancel(id, undefined, "other")).rejects.toMatchObject(notFound);
    expect(await world.find(id, "other")).toBeNull();
    expect(await world.get(id)).toMatchObject({ status: "pending" });
    expect(await world.cancel(id, undefined, "acme")).toMatchObject({ accepted: true });
  });

  test("J20: twice, in one transaction and in two, is one cancellation", async () => {
    const world = await aJobsWorld();
    const id = await world.enqueue({ hears: null });
    const args = { caller: { ip: "off" as const }, id };
    await world.mutate(async (ctx) => {
      await ctx.runMutation(component.jobs.cancel, args);
      await ctx.runMutation(component.jobs.cancel, args);
    });
    expect(await world.cancel(id)).toEqual({ accepted: false, status: "cancelled" });
    expect(world.callbacks).toHaveLength(1);
  });

  test("J21: keeps a waiting retry from being made", async () => {
    const world = await aJobsWorld();
    let runs = 0;
    world.behave("work", () => {
      runs++;
      throw new Failure("It broke.");
    });
    const id = await world.enqueue();
    await world.pass(0);
    expect(await world.cancel(id)).toEqual({ accepted: true, status: "cancelled" });
    await world.pass(MINUTE);
    expect(runs).toBe(1);
    expect(await world.get(id)).toMatchObject({ status: "cancelled", attempt: 2 });
  });
});

describe("retry", () => {
  test("J22: starts a failed job from the beginning, as if it had not ended", async () => {
    const world = await aJobsWorld();
    world.behave("work", failing("No.", false));
    const id = await world.enqueue({ hears: null });
    await world.pass(0);
    await world.retry(id);
    const job = await world.get(id);
    expect(job).toMatchObject({ status: "pending", attempt: 2, maxAttempts: 4 });
    expect(job).not.toHaveProperty("finishedAt");
    expect(job).not.toHaveProperty("error");
    world.behave("work", () => "done");
    await world.pass(0);
    expect(await world.get(id)).toMatchObject({ status: "completed", attempt: 2 });
    expect(world.callbacks.map(({ status }) => status)).toEqual(["failed", "completed"]);
  });

  test("J22: refuses a completed and a running one", async () => {
    const world = await aJobsWorld();
    const running = await aRunningJob(world);
    const refusal = { data: { code: "INVALID_STATE" } };
    await expect(world.retry(running.id)).rejects.toMatchObject(refusal);
    await running.end();
    await expect(world.retry(running.id)).rejects.toMatchObject(refusal);
    expect(await world.get(running.id)).toMatchObject({ status: "completed", attempt: 1 });
  });

  test("takes a cancelled one", async () => {
    const world = await aJobsWorld();
    const id = await world.enqueue();
    await world.cancel(id, "a mistake");
    await world.retry(id);
    const job = await world.get(id);
    expect(job).toMatchObject({ status: "pending" });
    expect(job).not.toHaveProperty("cancelReason");
  });
});

describe("onComplete", () => {
  test("J27: may throw: the job keeps its end, and tells of it", async () => {
    const world = await aJobsWorld();
    world.onCallback(() => {
      throw new Error("The mail server is gone.");
    });
    const id = await world.enqueue({ hears: null });
    await world.pass(0);
    expect(await world.get(id)).toMatchObject({
      status: "completed",
      onCompleteError: expect.stringContaining("The mail server is gone."),
    });
    expect(await world.ends()).toEqual([]);

    world.onCallback(() => undefined);
    await world.rerunOnComplete(id);
    expect(await world.get(id)).not.toHaveProperty("onCompleteError");
    expect(await world.ends()).toEqual([id]);
    await expect(world.rerunOnComplete(id)).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
  });
});

describe("lists", () => {
  test("are by status, queue, handler and actor, page by page", async () => {
    const world = await aJobsWorld();
    const one = await world.enqueue({ queue: "mail", name: "mail:send" });
    const two = await world.enqueue({ queue: "mail", name: "mail:send" });
    const three = await world.enqueue({ queue: "mail", name: "mail:check" });
    const other = await world.enqueue({ name: "mail:send" });
    const ids = async (filter: Parameters<World["list"]>[0]) => {
      const found: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<World["list"]>> = await world.list(filter, 1, cursor);
        found.push(...page.page.map(({ id }) => id));
        cursor = page.isDone ? null : page.continueCursor;
      } while (cursor !== null);
      return found;
    };
    expect(await ids({ queue: "mail", name: "mail:send" })).toEqual([two, one].sort().reverse());
    expect(await ids({ queue: "mail" })).toEqual([...[one, two].sort().reverse(), three]);
    expect(await ids({ queue: "mail", order: "asc" })).toEqual([three, ...[one, two].sort()]);
    expect(await ids({ queue: "default" })).toEqual([other]);
    expect((await ids({ status: "pending" })).sort()).toEqual([one, two, three, other].sort());
    expect(await ids({ actorId: "https://id.example|ann" })).toHaveLength(4);
    expect(await ids({ actorId: "https://id.example|ben" })).toEqual([]);
    expect(await ids({ batchId: "nonsense" })).toEqual([]);
  });

  test.each([
    [{}, "required"],
    [{ name: "mail:send" }, "required"],
    [{ status: "failed", queue: "mail" }, "too_many_filters"],
  ] as const)("refuse %j", async (filter, code) => {
    const world = await aJobsWorld();
    await expect(world.list(filter)).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { filter: { code } } },
    });
  });

  test("are counted up to a limit", async () => {
    const world = await aJobsWorld();
    await world.enqueueMany([{}, {}, { queue: "mail" }]);
    const count = async (args: object) =>
      await world.mutate(
        async (ctx) =>
          await ctx.runQuery(component.jobs.count, { status: "pending", max: 3, ...args }),
      );
    expect(await count({})).toEqual({ count: 3, isCut: false });
    expect(await count({ max: 2 })).toEqual({ count: 2, isCut: true });
    expect(await count({ queue: "mail" })).toEqual({ count: 1, isCut: false });
    expect(await count({ status: "failed" })).toEqual({ count: 0, isCut: false });
  });
});

describe("entries", () => {
  test("tell what became of a job, where the host asks", async () => {
    const world = await aJobsWorld();
    world.behave("work", failing("No.", false));
    const id = await world.enqueue({ audit: true, label: "Report" });
    await world.pass(0);
    await world.retry(id);
    await world.cancel(id, "enough");
    const entries = await world.rows("auditLogs");
    expect(entries.map(({ action, outcome }) => [action, outcome])).toEqual([
      ["jobs.enqueued", "success"],
      ["jobs.failed", "failure"],
      ["jobs.retried", "success"],
      ["jobs.cancelled", "success"],
    ]);
    const ann = { id: "https://id.example|ann" };
    const target = { table: "jobs", id, label: "Report" };
    for (const entry of entries) expect(entry).toMatchObject({ actor: ann, target, jobId: id });
    expect(entries[3]).toMatchObject({ reason: "enough" });
  });

  test("are not written otherwise", async () => {
    const world = await aJobsWorld();
    const id = await world.enqueue();
    await world.cancel(id);
    expect(await world.rows("auditLogs")).toEqual([]);
  });
});
