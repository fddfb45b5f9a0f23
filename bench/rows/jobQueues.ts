import { MINUTE_MS, type JobWorld } from "../hosts/jobWorld";
import { openPlatformJobWorld, type PlatformJobWorld } from "../hosts/platform/jobWorld";
import { conflictBetween, costOf, difference, record } from "../instrument";
import { conflictAmong, jobWorlds } from "./jobs";
import type { Case, Study } from "./study";

// --- Row 18: recovery ----------------------------------------------------------------------------

const MINUTES = 60;
const CRON_MINUTES = 10;

/** What calls itself while nobody does anything, besides the cron that comes for the log anyway. */
async function callsOfAnHour(world: JobWorld): Promise<number> {
  const hour = await record(async () => {
    for (let minute = 0; minute < MINUTES; minute += CRON_MINUTES) {
      await world.pass(CRON_MINUTES * MINUTE_MS);
      await world.cron?.();
    }
  });
  const crons = world.cron ? MINUTES / CRON_MINUTES : 0;
  return costOf(hour).calls - crons;
}

const whileIdle: Case<JobWorld> = {
  row: 18,
  op: "calls an hour while no job is open",
  sizes: [0],
  measure: async (world) => ({
    figures: { calls: await callsOfAnHour(world) },
    floor: { calls: 0 },
    target: { exactly: { calls: 0 } },
  }),
};

const whileAtWork: Case<JobWorld> = {
  row: 18,
  op: "calls a minute while one action is at work for an hour",
  sizes: [0],
  measure: async (world) => {
    await world.enqueue("action", { queue: "long" });
    let calls = 0;
    await world.whileAtWork(async () => {
      calls = await callsOfAnHour(world);
    });
    return {
      figures: { calls: calls / MINUTES },
      floor: { calls: 0 },
      target: { atMost: { calls: 1 } },
    };
  },
};

/** The most often it has to look: a deadline passes all the time, and is never the last. */
const whileDue: Case<PlatformJobWorld> = {
  row: 18,
  op: "calls a minute while the deadline of a job passes every ten seconds",
  sizes: [0],
  measure: async (world) => {
    const count = (MINUTES * MINUTE_MS) / 10_000;
    for (let i = 0; i < count; i++) {
      await world.enqueue("action", { queue: "brief", delayMs: i * 10_000 });
    }
    await world.cron!();
    const calls = await callsOfAnHour(world);
    // Each runs and reports.
    const own = 2 * count;
    return {
      figures: { calls: (calls - own) / MINUTES },
      floor: { calls: 0 },
      target: { atMost: { calls: 1 } },
    };
  },
};

const LOST = 200;
/** Jobs that one step of the sweep looks at. */
const STEP_SIZE = 50;

const lost: Case<PlatformJobWorld> = {
  row: 18,
  op: `sweep that finds ${LOST} lost attempts, per attempt`,
  measure: async (world) => {
    await world.lose(LOST);
    const sweep = await record(() => world.cron!());
    const { docsRead, docsWritten, maxDocsRead } = costOf(sweep);
    return {
      figures: { docsRead: docsRead / LOST, docsWritten: docsWritten / LOST, maxDocsRead },
      // Found, the record of its run read, and patched.
      floor: { docsRead: 3, docsWritten: 1 },
      target: { atMost: { maxDocsRead: 6 * STEP_SIZE } },
    };
  },
};

// --- Row 19: a capped queue ----------------------------------------------------------------------

/** What a capped queue adds to a job whose price rows 9 to 11 say. */
const CAPPED = { queue: "capped" };
const MORE = { docsRead: 2, docsWritten: 2 };

/** The first who come take the free slots; so two of them, at the same moment, are in each other's way. */
const idleQueue: Case<PlatformJobWorld> = {
  row: 19,
  op: "capped queue at the idle boundary (where two may conflict), over an uncapped one",
  sizes: [0],
  measure: async (world) => {
    await world.enqueue("action", CAPPED);
    await world.finish(1);
    const [first, second] = [await enqueue(world), await enqueue(world)];
    await world.finish(2);
    return {
      figures: await costOfCap(world),
      conflict: conflictBetween(first, second),
      floor: { calls: 0, ...MORE },
      target: { exactly: { calls: 0 }, atMost: MORE },
    };
  },
};

/** All slots are taken, and as many jobs wait as the size says. */
const busyQueue: Case<PlatformJobWorld> = {
  row: 19,
  op: "busy capped queue, over an uncapped one; beside one who comes, and one who ends",
  measure: async (world) => {
    if (world.size === 0) return null;
    const [first, second] = [await enqueue(world), await enqueue(world)];
    const end = await record(() => world.step());
    await world.step();
    return {
      figures: await costOfCap(world),
      conflict: conflictAmong([first, second], [first, end]),
      floor: { calls: 0, ...MORE },
      target: { exactly: { calls: 0 }, atMost: MORE, noConflict: true as const },
    };
  },
};

const twoEnds: Case<PlatformJobWorld> = {
  row: 19,
  op: "busy capped queue: a job that ends and starts the next, beside another such",
  measure: async (world) => {
    if (world.size === 0) return null;
    await world.enqueue("action", CAPPED);
    await world.enqueue("action", CAPPED);
    const first = await record(() => world.step());
    const second = await record(() => world.step());
    return {
      figures: costOf(first),
      conflict: conflictAmong([first, second]),
      floor: { calls: 2, docsRead: 4, docsWritten: 2 },
      target: { noConflict: true as const },
    };
  },
};

function enqueue(world: JobWorld) {
  return record(() => world.enqueue("action", CAPPED));
}

/** One comes and one goes. Those of the line before it are due before it. */
async function costOfCap(world: PlatformJobWorld) {
  const capped = await record(async () => {
    await world.enqueue("action", CAPPED);
    await world.step();
  });
  const bare = await openPlatformJobWorld();
  const uncapped = await record(async () => {
    await bare.enqueue("action");
    await bare.step();
  });
  return difference(costOf(capped), costOf(uncapped));
}

// --- The studies ---------------------------------------------------------------------------------

/** What everybody does by itself. */
export const recovery: Study<JobWorld> = { worlds: jobWorlds, cases: [whileIdle, whileAtWork] };

/** What only ours has; its size is the number of jobs that wait for their time. */
export const sweeps: Study<PlatformJobWorld> = {
  worlds: { "convex-platform": () => openPlatformJobWorld() },
  cases: [whileDue, lost],
};

/** Its size is the number of jobs in the line of the capped queue. */
export const capped: Study<PlatformJobWorld> = {
  worlds: { "convex-platform": () => openPlatformJobWorld("line") },
  cases: [idleQueue, busyQueue, twoEnds],
};
