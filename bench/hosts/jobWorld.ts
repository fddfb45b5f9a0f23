import { setImmediate } from "node:timers";
import { NOON } from "../clock";
import { modulesLoaded, type World } from "../instrument";
import type { GrowingWorld } from "../rows/study";
import { Timeline } from "../timeline";
import { work } from "./jobWork";

export type JobKind = "action" | "mutation";

/** An app with jobs. Its size is the number of jobs that wait, besides those that a case enqueues. */
export interface JobWorld extends GrowingWorld {
  readonly offer: JobOffer;
  /** One job, by a mutation of its own, in a millisecond of its own; nothing runs yet that is due. */
  enqueue(kind: JobKind, wish?: JobWish): Promise<void>;
  /** Runs the next function that is due by now, with all it calls. */
  step(): Promise<void>;
  /** Lets time pass, and everything run that is due in it. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until as many jobs have ended, and a minute more: some pools look around after. */
  finish(jobs: number): Promise<void>;
  /** Lets actions that are due begin, and be at work for as long as `pass` takes. */
  whileAtWork(pass: () => Promise<void>): Promise<void>;
  /** The component's own cron, where it has one for jobs, and what follows at once; convex-test has none. */
  cron?(): Promise<void>;
}

/** What an implementation has to be measured. */
export interface JobOffer {
  kinds: readonly JobKind[];
  hasRetries: boolean;
  hasProgress: boolean;
  /** A function that is due runs one job and ends it; so one end can be looked at by itself. */
  isOneByOne: boolean;
}

export type JobWish = {
  delayMs?: number;
  /** What the app was told of a queue of that name. */
  queue?: string;
  /** How often the job tells how far it is. */
  signs?: number;
  /** Of its arguments, about. */
  bytes?: number;
};

/** How to call the host functions of one implementation. */
export interface JobCalls {
  offer: JobOffer;
  enqueue(kind: JobKind, wish: JobWish): Promise<unknown>;
  /** Jobs that wait; behind `from` others, and at most {@link FILLED_AT_ONCE}. */
  fill(count: number, from: number): Promise<unknown>;
}

/** When the jobs are due that only wait. */
export const LATER_MS = 30 * 86_400_000;
export const MINUTE_MS = 60_000;
/** Functions that one mutation may schedule. */
const FILLED_AT_ONCE = 500;
/** Turns of the event loop after which nothing goes on any more that only promises keep busy. */
const TURNS = 20;
const MAX_MINUTES = 1_000;

/** An app that has done a job before, and has none now: what only the first one costs is no job's price. */
export async function anIdleApp(
  t: World,
  calls: JobCalls,
  time = new Timeline(NOON),
): Promise<JobWorld> {
  let now = NOON;
  let size = 0;
  let isHeld = false;

  const settle = async () => {
    if (!isHeld) return await t.finishInProgressScheduledFunctions();
    for (let i = 0; i < TURNS; i++) {
      await modulesLoaded();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const passOn = async (ms: number) => {
    now += ms;
    while (time.goOn(now)) await settle();
    time.advanceTo(now);
  };
  const world: JobWorld = {
    get size() {
      return size;
    },
    offer: calls.offer,
    fill: async (wanted) => {
      while (size < wanted) {
        const count = Math.min(FILLED_AT_ONCE, wanted - size);
        await time.within(() => calls.fill(count, size));
        size += count;
      }
    },
    enqueue: async (kind, wish = {}) => {
      now += 1;
      time.advanceTo(now);
      await time.within(() => calls.enqueue(kind, wish));
    },
    step: () =>
      time.within(async () => {
        if (!time.goOn(now)) throw new Error("nothing is due");
        await settle();
      }),
    pass: (ms) => time.within(() => passOn(ms)),
    finish: (jobs) =>
      time.within(async () => {
        const target = work.ended + jobs;
        for (let i = 0; work.ended < target; i++) {
          if (i === MAX_MINUTES) throw new Error("the jobs do not end");
          await passOn(MINUTE_MS);
        }
        await passOn(MINUTE_MS);
      }),
    whileAtWork: async (pass) => {
      let open = () => {};
      work.gate = new Promise((resolve) => (open = resolve));
      isHeld = true;
      try {
        await world.pass(0);
        await pass();
      } finally {
        isHeld = false;
        open();
        await world.finish(0);
        work.gate = Promise.resolve();
      }
    },
  };
  work.failures = 0;
  for (const kind of calls.offer.kinds) await world.enqueue(kind);
  await world.finish(calls.offer.kinds.length);
  return world;
}
