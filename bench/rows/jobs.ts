import { openActionRetrierWorld } from "../hosts/actionRetrier/world";
import type { JobKind, JobWish, JobWorld } from "../hosts/jobWorld";
import { work } from "../hosts/jobWork";
import { openPlatformJobWorld } from "../hosts/platform/jobWorld";
import { openSchedulerWorld } from "../hosts/scheduler/world";
import { openWorkpoolWorld } from "../hosts/workpool/world";
import {
  conflictBetween,
  costOf,
  difference,
  record,
  withinHostCall,
  type Cost,
  type Recording,
} from "../instrument";
import type { Figures, Impl } from "./line";
import type { Case, Study } from "./study";

// --- Row 9: enqueue ------------------------------------------------------------------------------

/** Size 0 is an idle app, the others a busy one. */
const enqueue: Case<JobWorld> = {
  row: 9,
  op: "enqueue of an action, beside another one",
  measure: async (world) => {
    const first = await record(() => world.enqueue("action"));
    const second = await record(() => world.enqueue("action"));
    await world.finish(2);
    return {
      figures: withinHostCall(costOf(first), "mutation"),
      conflict: conflictBetween(first, second),
      floor: { docsRead: 0, docsWritten: 1, ranges: 0 },
      target: {
        exactly: { calls: 0, nested: 1, docsRead: 0, docsWritten: 1, ranges: 0 },
        noConflict: true as const,
      },
    };
  },
};

// --- Rows 10 and 11: the whole life --------------------------------------------------------------

/** With the calls of those who enqueue them, each by itself. */
const LIVES = {
  action: { row: 10, calls: 3 },
  mutation: { row: 11, calls: 2 },
} satisfies Record<JobKind, { row: number; calls: number }>;

/** Jobs that are enqueued at once. */
const DEPTHS = [1, 10, 100, 1_000];

const lives = (["action", "mutation"] as const).flatMap((kind) =>
  DEPTHS.map((depth): Case<JobWorld> => ({
    row: LIVES[kind].row,
    op: `whole life of ${depth === 1 ? `one ${kind}` : `${depth.toLocaleString("en")} ${kind}s at once, per job`}`,
    // Besides as many that wait.
    ...(depth > 1 && { sizes: [0] }),
    measure: async (world) => {
      if (!world.offer.kinds.includes(kind)) return null;
      const each = perJob(await costOfLives(world, kind, depth), depth);
      const expected = { calls: LIVES[kind].calls, docsRead: 2, docsWritten: 2 };
      return {
        figures: each,
        floor: expected,
        target: { exactly: expected },
      };
    },
  })),
);

/** Each end of a job beside another one's, and beside somebody who enqueues. */
const ends = (["action", "mutation"] as const).map((kind): Case<JobWorld> => ({
  row: LIVES[kind].row,
  op: `${kind} that runs and ends, beside another one and beside an enqueue`,
  measure: async (world) => {
    if (!world.offer.kinds.includes(kind) || !world.offer.isOneByOne) return null;
    await world.enqueue(kind);
    await world.enqueue(kind);
    const first = await record(() => world.step());
    const second = await record(() => world.step());
    const coming = await record(() => world.enqueue(kind));
    await world.step();
    await world.finish(0);
    const documents = { docsRead: 2, docsWritten: 1 };
    return {
      figures: costOf(first),
      conflict: conflictAmong([first, second], [first, coming]),
      floor: documents,
      target: {
        exactly: { calls: LIVES[kind].calls - 1, ...documents },
        noConflict: true as const,
      },
    };
  },
}));

/** Whichever of two comes first. */
export function conflictAmong(...pairs: [Recording, Recording][]): string | null {
  const conflicts = pairs.map(([a, b]) => conflictBetween(a, b) ?? conflictBetween(b, a));
  return conflicts.find((conflict) => conflict !== null) ?? null;
}

// --- Row 12: a retry -----------------------------------------------------------------------------

const retries = [1, 100].map((depth): Case<JobWorld> => ({
  row: 12,
  op: `retry of ${depth === 1 ? "one action" : `${depth} actions at once, per job`}`,
  ...(depth > 1 && { sizes: [0] }),
  measure: async (world) => {
    if (!world.offer.hasRetries) return null;
    const without = await costOfLives(world, "action", depth);
    work.failures = depth;
    const with_ = await quietly(() => costOfLives(world, "action", depth));
    return {
      figures: perJob(difference(with_, without), depth),
      floor: { calls: 2, docsRead: 2, docsWritten: 1 },
      target: { exactly: { calls: 2 }, atMost: { docsRead: 2, docsWritten: 1 } },
    };
  },
}));

/** Peers tell the console of each failure. */
async function quietly<Result>(run: () => Promise<Result>): Promise<Result> {
  const { error, warn } = console;
  Object.assign(console, { error: () => {}, warn: () => {} });
  try {
    return await run();
  } finally {
    Object.assign(console, { error, warn });
  }
}

async function costOfLives(
  world: JobWorld,
  kind: JobKind,
  count: number,
  wish: JobWish = {},
): Promise<Cost> {
  const lives = await record(async () => {
    for (let i = 0; i < count; i++) await world.enqueue(kind, wish);
    await world.finish(count);
  });
  return costOf(lives);
}

function perJob({ calls, docsRead, docsWritten }: Cost, count: number): Figures {
  return {
    calls: calls / count,
    docsRead: docsRead / count,
    docsWritten: docsWritten / count,
  };
}

// --- Row 13: progress ----------------------------------------------------------------------------

const KB = 1_000;
/** What lies in the row of a job besides its arguments, generously. */
const MAX_ROW_BYTES = 5 * KB;

const progresses = [
  { what: "progress", bytes: 0, told: 0, docsWritten: 1 },
  { what: "progress again, unchanged", bytes: 0, told: 1, docsWritten: 0 },
  { what: "progress of a job with 100 KB of arguments", bytes: 100 * KB, told: 0, docsWritten: 1 },
].map(({ what, bytes, told, docsWritten }): Case<JobWorld> => ({
  row: 13,
  op: what,
  measure: async (world) => {
    if (!world.offer.hasProgress) return null;
    const without = await costOfLives(world, "action", 1, { bytes, signs: told });
    const with_ = await costOfLives(world, "action", 1, { bytes, signs: told + 1 });
    return {
      figures: difference(with_, without),
      floor: { calls: 1, docsRead: 1, docsWritten },
      target: {
        exactly: { calls: 1, docsWritten },
        atMost: { docsRead: 2, bytesWritten: MAX_ROW_BYTES },
      },
    };
  },
}));

// --- The study -----------------------------------------------------------------------------------

/** Everybody who runs jobs. */
export const jobWorlds = {
  "convex-platform": () => openPlatformJobWorld(),
  workpool: openWorkpoolWorld,
  "action-retrier": openActionRetrierWorld,
  "bare scheduler": openSchedulerWorld,
} satisfies Partial<Record<Impl, () => Promise<JobWorld>>>;

export const jobs: Study<JobWorld> = {
  worlds: jobWorlds,
  cases: [enqueue, ...lives, ...ends, ...retries, ...progresses],
};
