import fc from "fast-check";
import type { GenericActionCtx, GenericDataModel } from "convex/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { JobCall, QueueCap } from "../../src/shared/jobs.js";
import { aCaller, component, NOON } from "../factories.js";
import {
  aJobsWorld,
  Failure,
  MINUTE,
  NO_REPORT,
  settle,
  sweepJobs,
  type World,
} from "./jobWorld.js";

/**
 * The whole component under sequences of everything that can happen, with handlers that end when the
 * sequence says so, in time or long after they were given up.
 */

/** Each in an empty world; test/shared/jobModel.test.ts has thousands for a job by itself. */
const SEQUENCES = 150;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: NOON });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

type Act =
  | { act: "enqueue"; capped: boolean; key: number; priority: number; delayMs: number }
  | { act: "complete" | "fail" | "giveUp" | "crash" | "progress"; which: number }
  | { act: "cancel" | "retry"; which: number }
  | { act: "cap"; max: number; perKey: number }
  | { act: "pause" | "resume" | "sweep" | "wait" };

const which = fc.nat(7);
const anAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      act: fc.constant("enqueue" as const),
      capped: fc.constantFrom(true, true, true, false),
      key: fc.nat(2),
      priority: fc.constantFrom(0, 0, 5),
      delayMs: fc.constantFrom(0, 0, 0, 2000),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      act: fc.constantFrom(
        "complete" as const,
        "complete" as const,
        "fail" as const,
        "giveUp" as const,
        "crash" as const,
        "progress" as const,
      ),
      which,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constantFrom("cancel" as const, "retry" as const), which }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("cap" as const),
      max: fc.integer({ min: 1, max: 4 }),
      perKey: fc.nat(2),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constantFrom(
        "pause" as const,
        "resume" as const,
        "resume" as const,
        "sweep" as const,
        "wait" as const,
      ),
    }),
  },
);

type Ctx = GenericActionCtx<GenericDataModel>;
/** What a handler does next: tell something and go on, or end. */
type Command = { tell?: (ctx: Ctx) => Promise<void>; end?: () => unknown };
type Attempt = { call: JobCall; obey: (command: Command) => void };

class Model {
  readonly world: World;
  cap: QueueCap = { maxParallelism: 2 };
  ids: string[] = [];
  /** Handlers at work, those that were given up for lost among them. */
  live: Attempt[] = [];
  retries = 0;
  /** Reports of attempts that had been given up. */
  late = 0;
  /** Attempts that began in the capped queue. */
  private starts = 0;
  private before = { held: 0, starts: 0, isPaused: false };

  constructor(world: World) {
    this.world = world;
    world.behave("work", async ({ job: call }, ctx) => {
      const attempt: Attempt = { call, obey: () => undefined };
      this.live.push(attempt);
      if (call.id.startsWith("capped~")) this.starts++;
      for (;;) {
        const { tell, end } = await new Promise<Command>((resolve) => (attempt.obey = resolve));
        // Within the handler, because the id of its run is what it is known by.
        await tell?.(ctx as Ctx);
        if (end) return end();
      }
    });
  }

  async do(act: Act): Promise<void> {
    const { world } = this;
    switch (act.act) {
      case "enqueue": {
        const { capped, key, priority, delayMs } = act;
        const id = await world.enqueue({
          hears: null,
          priority,
          ...(delayMs > 0 && { runAt: Date.now() + delayMs }),
          ...(capped && { queue: "capped", cap: this.cap }),
          ...(capped && key > 0 && { concurrencyKey: `key${key}` }),
        });
        this.ids.push(id);
        break;
      }
      case "complete":
        await this.finish(act.which, () => "done");
        break;
      case "fail":
        await this.finish(act.which, () => {
          throw new Failure("It broke.");
        });
        break;
      case "giveUp":
        await this.finish(act.which, () => {
          throw new Failure("It is hopeless.", false);
        });
        break;
      case "crash":
        await this.finish(act.which, () => NO_REPORT);
        break;
      case "progress":
        await this.tellProgress(act.which);
        break;
      case "cancel":
        if (this.ids.length > 0) await world.cancel(pickFrom(this.ids, act.which));
        break;
      case "retry":
        await this.retry(act.which);
        break;
      case "cap":
        this.cap = { maxParallelism: act.max, ...(act.perKey > 0 && { perKey: act.perKey }) };
        this.ids.push(await world.enqueue({ hears: null, queue: "capped", cap: this.cap }));
        break;
      case "pause":
      case "resume":
        await this.pause(act.act);
        break;
      case "sweep":
        // What is at work is given as much time again before it is given up.
        for (let round = 0; round < 2; round++) {
          vi.advanceTimersByTime(12 * MINUTE);
          await settle();
          await sweepJobs(world.t);
        }
        break;
      case "wait":
        vi.advanceTimersByTime(5000);
    }
    await settle();
  }

  private async finish(which: number, end: () => unknown): Promise<void> {
    if (this.live.length === 0) return;
    const [attempt] = this.live.splice(which % this.live.length, 1);
    const { call, obey } = attempt!;
    const before = await this.world.get(call.id);
    const isStale = isEnded(before.status) || before.attempt !== call.attempt;
    obey({ end });
    await settle();
    if (!isStale) return;
    this.late++;
    expect(await this.world.get(call.id)).toEqual(before);
  }

  /** A token that is none any more is told so. */
  private async tellProgress(which: number): Promise<void> {
    if (this.live.length === 0) return;
    const { call, obey } = pickFrom(this.live, which);
    const job = await this.world.get(call.id);
    const isOwn = !isEnded(job.status) && job.attempt === call.attempt;
    const accepted = await new Promise<boolean>((resolve, reject) => {
      const tell = async (ctx: Ctx) => {
        const args = { id: call.id, message: "Half." };
        await ctx.runMutation(component.jobs.progress, args).then((pulse) => {
          resolve(pulse.accepted);
        }, reject);
      };
      obey({ tell });
    });
    expect(accepted).toBe(isOwn);
  }

  private async retry(which: number): Promise<void> {
    if (this.ids.length === 0) return;
    const id = pickFrom(this.ids, which);
    const { status } = await this.world.get(id);
    const tried = this.world.retry(id);
    if (status === "failed" || status === "cancelled") {
      await tried;
      this.retries++;
    } else await expect(tried).rejects.toMatchObject({ data: { code: "INVALID_STATE" } });
  }

  async pause(act: "pause" | "resume"): Promise<void> {
    const args = { caller: aCaller(), queue: "capped", cap: this.cap };
    await this.world.mutate(async (ctx) => await ctx.runMutation(component.jobs[act], args));
  }

  /** What holds at every moment. */
  async check(): Promise<void> {
    const jobs = await this.world.rows("jobs");
    const slots = await this.world.rows("jobSlots");
    const [queue] = await this.world.rows("jobQueues");
    const ends = jobs.filter(({ status }) => isEnded(status as string)).length;
    expect(this.world.callbacks).toHaveLength(ends + this.retries);
    if (!queue) return;
    const held = jobs.filter(({ slot }) => slot !== undefined).length;
    const free = slots.filter(({ rank }) => rank === 1).length;
    // No slot is lost, and none is made up.
    expect(held + free).toBe(queue.slots);
    const max = (queue.cap as QueueCap).maxParallelism;
    const { before, starts } = this;
    // More only as long as those run that began under a higher cap, and then none begins.
    expect(held).toBeLessThanOrEqual(Math.max(max, before.held));
    if (starts > before.starts) expect(held).toBeLessThanOrEqual(max);
    if (before.isPaused && queue.isPaused) expect(starts).toBe(before.starts);
    this.before = { held, starts, isPaused: queue.isPaused as boolean };
    const ready = jobs.filter(({ wakeAt }) => String(wakeAt).startsWith("ready")).length;
    const canStart = !queue.isPaused && held < max;
    // Nobody waits who could run.
    if (canStart) expect(ready).toBe(0);
    await this.checkKeys(jobs);
  }

  private async checkKeys(jobs: Awaited<ReturnType<World["rows"]>>): Promise<void> {
    const counts = await this.world.rows("jobKeyCounts");
    for (const { key, used } of counts) {
      const holders = jobs.filter((job) => job.holdsKey && job.concurrencyKey === key);
      expect(holders).toHaveLength(used as number);
    }
    const holders = jobs.filter(({ holdsKey }) => holdsKey).length;
    expect(holders).toBe(counts.reduce((sum, { used }) => sum + (used as number), 0));
  }

  /** Everything that is left to do is done; after that nothing is open. */
  async drain(): Promise<void> {
    await this.pause("resume");
    for (let round = 0; round < 60; round++) {
      while (this.live.length > 0) await this.finish(0, () => "done");
      vi.advanceTimersByTime(MINUTE);
      await settle();
      await sweepJobs(this.world.t);
      await settle();
      const jobs = await this.world.rows("jobs");
      if (this.live.length === 0 && jobs.every(({ status }) => isEnded(status as string))) return;
    }
    throw new Error("A job is stuck.");
  }
}

function isEnded(status: string): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

function pickFrom<Item>(items: Item[], which: number): Item {
  return items[which % items.length]!;
}

describe("the component", () => {
  test(`keeps every job and every slot in ${SEQUENCES} sequences`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anAct, { minLength: 6, maxLength: 22 }), async (acts) => {
        const model = new Model(await aJobsWorld());
        for (const act of acts) {
          await model.do(act);
          await model.check();
        }
        await model.drain();
        await model.check();
        for (const id of model.ids) {
          const ends = model.world.callbacks.filter(({ jobId }) => jobId === id);
          expect(ends.at(-1)?.status).toBe((await model.world.get(id)).status);
        }
      }),
      { seed: 6, numRuns: SEQUENCES },
    );
  });
});
