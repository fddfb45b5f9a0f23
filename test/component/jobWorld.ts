import {
  createFunctionHandle,
  defineSchema,
  defineTable,
  internalActionGeneric,
  internalMutationGeneric,
  makeFunctionReference,
  mutationGeneric,
  type GenericActionCtx,
  type GenericDataModel,
  type GenericMutationCtx,
} from "convex/server";
import { v, type Value } from "convex/values";
import { vi } from "vitest";
import { openWorld } from "../../bench/instrument";
import type { Caller } from "../../src/shared/auditLogs.js";
import type { Job, JobCall, JobFilter, NewJob } from "../../src/shared/jobs.js";
import { register } from "../../src/test.js";
import { aCaller, component } from "../factories.js";

/** A host with handlers that do what a test says, and report as the client's handlers do. */

// A module that is loaded when it is first called takes longer than a test waits.
import.meta.glob("../../src/component/job*.ts", { eager: true });

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

export type JobsWorld = ReturnType<typeof openWorld>;
type ActionCtx = GenericActionCtx<GenericDataModel>;
type MutationCtx = GenericMutationCtx<GenericDataModel>;

export type Run = { job: JobCall; args: Value };
/** What a handler does; `NO_REPORT`: its server is lost. */
type Behaviour = (run: Run, ctx: ActionCtx | MutationCtx) => unknown;

export const NO_REPORT = Symbol("no report");

/** What happens in one world. */
type Host = {
  behaviours: Map<string, Behaviour>;
  /** The calls of `onComplete`, those that threw included. */
  callbacks: Record<string, unknown>[];
  onCallback: (end: Record<string, unknown>, ctx: MutationCtx) => unknown;
};

export class Failure extends Error {
  readonly isRetryable: boolean;
  readonly retryAfterMs: number | undefined;
  constructor(message: string, isRetryable = true, retryAfterMs?: number) {
    super(message);
    this.isRetryable = isRetryable;
    this.retryAfterMs = retryAfterMs;
  }
}

type Syscalls = { asyncSyscall(this: void, op: string, args: string): Promise<string> };

const callArgs = { job: v.any(), args: v.any() };

async function runAndReport(host: Host, ctx: ActionCtx | MutationCtx, run: Run): Promise<null> {
  const { id } = run.job;
  try {
    const name = (run.args as { does?: string }).does ?? "work";
    const result = (await host.behaviours.get(name)?.(run, ctx)) as
      Value | typeof NO_REPORT | undefined;
    if (result === NO_REPORT) return null;
    const told = result === undefined ? { id } : { id, result };
    await ctx.runMutation(component.jobs.complete, told);
  } catch (thrown) {
    const { message, isRetryable = true, retryAfterMs } = thrown as Failure;
    await ctx.runMutation(component.jobs.fail, {
      id,
      error: { message },
      isRetryable,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
  return null;
}

const functionsOf = (host: Host) => ({
  work: internalActionGeneric({
    args: callArgs,
    handler: async (ctx, run) => await runAndReport(host, ctx, run as Run),
  }),
  write: internalMutationGeneric({
    args: callArgs,
    handler: async (ctx, run) => await runAndReport(host, ctx, run as Run),
  }),
  ended: internalMutationGeneric({
    args: {
      jobId: v.optional(v.string()),
      batchId: v.optional(v.string()),
      status: v.optional(v.string()),
      counts: v.optional(v.any()),
      result: v.optional(v.any()),
      error: v.optional(v.any()),
      context: v.optional(v.any()),
    },
    handler: async (ctx, end) => {
      host.callbacks.push(end);
      await ctx.db.insert("ends" as never, { of: end.jobId ?? end.batchId } as never);
      await host.onCallback(end, ctx);
    },
  }),
  enqueue: mutationGeneric({
    args: { jobs: v.any() },
    handler: async (ctx, { jobs }) => {
      const args = { caller: { ip: "off" as const }, jobs: jobs as NewJob[] };
      return await ctx.runMutation(component.jobs.enqueue, args);
    },
  }),
  handles: mutationGeneric({
    args: {},
    handler: async () => {
      const handleOf = async (name: string) =>
        await createFunctionHandle(makeFunctionReference<"mutation">(`host:${name}`));
      return {
        action: await handleOf("work"),
        mutation: await handleOf("write"),
        ended: await handleOf("ended"),
      };
    },
  }),
});

const schema = defineSchema({ ends: defineTable({ of: v.string() }) });

export type Wish = Partial<Omit<NewJob, "onComplete">> & {
  hears?: Value;
  caller?: Partial<Caller>;
  /** What its handler is; an action unless said otherwise. */
  kind?: "action" | "mutation";
};

/** An empty world at a fixed time, and shorthands for what tests do there. */
export async function aJobsWorld() {
  // What an earlier world left behind must not wake up in this one.
  vi.clearAllTimers();
  const host: Host = { behaviours: new Map(), callbacks: [], onCallback: () => undefined };
  const t = openWorld(schema, { host: async () => functionsOf(host) });
  register(t);
  const handles = (await t.mutation(makeFunctionReference<"mutation">("host:handles"), {})) as {
    action: string;
    mutation: string;
    ended: string;
  };

  function aJob({ hears, caller: _, kind = "action", ...parts }: Wish = {}): NewJob {
    return {
      queue: "default",
      name: kind === "action" ? "host:work" : "host:write",
      handle: handles[kind],
      args: {},
      policy: { maxAttempts: 3, initialBackoffMs: 1000, base: 2, maxBackoffMs: MINUTE },
      timeoutMs: 10 * MINUTE,
      ...(hears !== undefined && { onComplete: { handle: handles.ended, context: hears } }),
      ...parts,
    };
  }

  const world = {
    t,
    aJob,
    handles,
    callbacks: host.callbacks,
    /** What handlers of this name do from now on. */
    behave(name: string, behaviour: Behaviour): void {
      host.behaviours.set(name, behaviour);
    },
    onCallback(does: Host["onCallback"]): void {
      host.onCallback = does;
    },
    async enqueueMany(wishes: Wish[], caller: Partial<Caller> = {}): Promise<string[]> {
      const args = { caller: aCaller(caller), jobs: wishes.map(aJob) };
      return await t.run(
        async (ctx) =>
          await (ctx as never as MutationCtx).runMutation(component.jobs.enqueue, args),
      );
    },
    async enqueue(wish: Wish = {}): Promise<string> {
      const [id] = await world.enqueueMany([wish], wish.caller);
      return id!;
    },
    /** By a function of the host, which costs a call. */
    async hostEnqueue(wish: Wish): Promise<void> {
      const enqueue = makeFunctionReference<"mutation">("host:enqueue");
      await t.mutation(enqueue, { jobs: [aJob(wish)] });
    },
    async mutate<Result>(does: (ctx: MutationCtx) => Promise<Result>): Promise<Result> {
      return (await t.run(async (ctx) => await does(ctx as never as MutationCtx))) as Result;
    },
    async get(id: string): Promise<Job> {
      const job = await world.find(id);
      if (!job) throw new Error(`There is no job ${id}.`);
      return job;
    },
    async find(id: string, tenantId?: string): Promise<Job | null> {
      const which = { id, ...(tenantId !== undefined && { tenantId }) };
      return await world.mutate(async (ctx) => await ctx.runQuery(component.jobs.get, which));
    },
    async list(filter: JobFilter, numItems = 100, cursor: string | null = null) {
      const args = { filter, paginationOpts: { numItems, cursor } };
      return await world.mutate(async (ctx) => await ctx.runQuery(component.jobs.list, args));
    },
    async cancel(id: string, reason?: string, tenantId?: string) {
      const args = {
        caller: aCaller(),
        id,
        ...(reason !== undefined && { reason }),
        ...(tenantId !== undefined && { tenantId }),
      };
      return await world.mutate(async (ctx) => await ctx.runMutation(component.jobs.cancel, args));
    },
    async retry(id: string) {
      const args = { caller: aCaller(), id };
      return await world.mutate(async (ctx) => await ctx.runMutation(component.jobs.retry, args));
    },
    async result(id: string) {
      return await world.mutate(async (ctx) => await ctx.runQuery(component.jobs.result, { id }));
    },
    async rerunOnComplete(id: string) {
      const args = { caller: aCaller(), id };
      return await world.mutate(
        async (ctx) => await ctx.runMutation(component.jobs.rerunOnComplete, args),
      );
    },
    /** What the host's callback has written. */
    async ends(): Promise<string[]> {
      return await world.mutate(async (ctx) => {
        const rows = await ctx.db.query("ends" as never).take(100);
        return rows.map((row) => (row as { of: string }).of);
      });
    },
    /** Scheduled functions that have not run. */
    async scheduled(): Promise<{ name: string; scheduledTime: number }[]> {
      return await inComponent(t, async (ctx) => {
        const rows = await ctx.db.system.query("_scheduled_functions").take(2000);
        return rows.filter(({ state }) => state.kind === "pending");
      });
    },
    /** A deploy removes a handler: a deployment then refuses to schedule it, which convex-test does not. */
    removeHandler(kind: "action" | "mutation"): void {
      const { Convex } = globalThis as unknown as { Convex: Syscalls };
      const { asyncSyscall } = Convex;
      vi.spyOn(Convex, "asyncSyscall").mockImplementation(async (op, args) => {
        const { functionHandle } = JSON.parse(args) as { functionHandle?: string };
        const isRefused = op === "1.0/schedule" && functionHandle === handles[kind];
        if (isRefused) throw new Error("Function handle not found");
        return await asyncSyscall(op, args);
      });
    },
    /** The deployment is restored from a backup. */
    async forgetSchedule(): Promise<void> {
      await inComponent(t, async (ctx) => {
        const rows = await ctx.db.system.query("_scheduled_functions").take(2000);
        for (const { _id } of rows) await ctx.db.delete(_id as never);
        return null;
      });
    },
    /**
     * Does something within a handler that waits, which then ends: an attempt is known by its run.
     */
    async within(
      end: (how: () => unknown) => Promise<void>,
      does: () => Promise<void>,
      how: () => unknown = () => undefined,
    ): Promise<void> {
      let fault: unknown;
      await end(async () => {
        await does().catch((thrown: unknown) => (fault = thrown));
        return how();
      });
      await settle();
      if (fault !== undefined) throw fault as Error;
    },
    /** Lets time pass, and then the ten-minute chore run. */
    async sweepAfter(ms: number): Promise<void> {
      await world.pass(ms);
      await sweepJobs(t);
      await world.pass(0);
    },
    /** The ten-minute chore, without what is due besides. */
    async sweepOnly(): Promise<void> {
      await sweepJobs(t);
    },
    /** Rows of the component's tables, as they are. */
    async rows(table: string): Promise<Record<string, Value>[]> {
      return await inComponent(t, async (ctx) => await ctx.db.query(table).take(2000));
    },
    /** Lets this much time pass, and what is due run as far as it gets. */
    async pass(ms: number): Promise<void> {
      vi.advanceTimersByTime(ms);
      await settle();
    },
  };
  return world;
}

export type World = Awaited<ReturnType<typeof aJobsWorld>>;

/** Lets everything run that does not wait for the clock, or for a test. */
export async function settle(): Promise<void> {
  for (let idle = 0; idle < 10; idle++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(0);
  }
}

type InComponent = <Result>(does: (ctx: MutationCtx) => Promise<Result>) => Promise<Result>;

/** Looks into the component behind its functions. */
export async function inComponent<Result>(
  t: JobsWorld,
  does: (ctx: MutationCtx) => Promise<Result>,
): Promise<Result> {
  const run = (t as never as { runInComponent: (path: string, does: unknown) => unknown })
    .runInComponent;
  return (await (run as (path: string, does: Parameters<InComponent>[0]) => Promise<Result>)(
    "platform",
    does as never,
  )) as Result;
}

/** What the ten-minute chore does for jobs. */
export async function sweepJobs(t: JobsWorld): Promise<void> {
  await inComponent(t, async (ctx) => {
    const sweep = makeFunctionReference<"mutation">("jobSweeps:sweepNow");
    await ctx.runMutation(sweep as never, {});
    return null;
  });
}
