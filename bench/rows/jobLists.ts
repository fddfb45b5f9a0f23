import type { JobFilter } from "../../src/shared/jobs";
import { MAX_PAGE_SIZE } from "../../src/shared/pages";
import {
  ACTOR,
  openPlatformJobWorld,
  type JobPage,
  type PlatformJobWorld,
} from "../hosts/platform/jobWorld";
import { costOf, record, withinHostCall } from "../instrument";
import type { Finding } from "./line";
import { SIZES, type Case, type Study } from "./study";

// --- Row 14: a page, by any offered filter -------------------------------------------------------

const PAGE_SIZE = 10;

type FilterOf = (world: PlatformJobWorld) => JobFilter | null;

const FILTERS: Record<string, FilterOf> = {
  status: () => ({ status: "scheduled" }),
  queue: () => ({ queue: "default" }),
  "queue and handler": () => ({ queue: "default", name: "jobbing:act" }),
  actor: () => ({ actorId: ACTOR }),
  batch: ({ batchId }) => (batchId === null ? null : { batchId }),
};

const pages = Object.entries(FILTERS).flatMap(([what, filterOf]) => [
  firstPage(what, filterOf),
  laterPage(what, filterOf),
]);

function firstPage(what: string, filterOf: FilterOf): Case<PlatformJobWorld> {
  return {
    row: 14,
    op: `page of ${PAGE_SIZE} jobs by ${what}`,
    sizes: SIZES.filter((size) => size > 0),
    measure: async (world) => await measurePage(world, filterOf(world), null),
  };
}

function laterPage(what: string, filterOf: FilterOf): Case<PlatformJobWorld> {
  return {
    row: 14,
    op: `later page of ${PAGE_SIZE} jobs by ${what}`,
    sizes: SIZES.filter((size) => size > 0),
    measure: async (world) => {
      const filter = filterOf(world);
      if (!filter) return null;
      const first = await world.page(filter, { numItems: 5 * PAGE_SIZE, cursor: null });
      return await measurePage(world, filter, first.continueCursor);
    },
  };
}

/**
 * The two pages that cost a second range. Handlers of a queue follow one another in its index, and
 * jobs of one time share their place among those of one status: a page that begins among them and
 * goes beyond reads the rest of them, then what follows.
 */
const pageAcrossHandlers: Case<PlatformJobWorld> = {
  row: 14,
  op: `page of ${PAGE_SIZE} jobs by queue that begins in one handler and ends in another`,
  sizes: [1_000],
  measure: async (world) => {
    const filter: JobFilter = { queue: "default", order: "asc" };
    const { rows } = await walk(world, { ...filter, name: "jobbing:act" }, Infinity);
    const { cursor } = await walk(world, filter, rows - PAGE_SIZE / 2);
    return await measurePage(world, filter, cursor, 2);
  },
};

const pageOutOfOneTime: Case<PlatformJobWorld> = {
  row: 14,
  op: `page of ${PAGE_SIZE} jobs by status that begins among jobs of one time`,
  sizes: [100],
  measure: async (world) => {
    await world.enqueueMany(1.5 * PAGE_SIZE);
    await world.pass(1);
    await world.enqueueMany(PAGE_SIZE);
    await world.pass(1);
    const filter: JobFilter = { status: "completed", order: "desc" };
    const { cursor } = await walk(world, filter, 1.5 * PAGE_SIZE);
    return await measurePage(world, filter, cursor, 2);
  },
};

async function measurePage(
  world: PlatformJobWorld,
  filter: JobFilter | null,
  cursor: string | null,
  targetRanges = 1,
): Promise<Finding | null> {
  if (!filter) return null;
  const page = await record(() => world.page(filter, { numItems: PAGE_SIZE, cursor }));
  const { rows } = page.result;
  return {
    figures: { ...withinHostCall(costOf(page), "query"), rows },
    floor: { docsRead: rows, docsWritten: 0, ranges: 1 },
    target: {
      exactly: {
        calls: 0,
        nested: 1,
        docsWritten: 0,
        ranges: targetRanges,
        filtered: 0,
        rows: PAGE_SIZE,
      },
      atMost: { docsRead: PAGE_SIZE + 1 },
    },
  };
}

/** Reads page by page until so many jobs are behind it, or all. */
async function walk(world: PlatformJobWorld, filter: JobFilter, count: number) {
  let cursor: string | null = null;
  let rows = 0;
  while (rows < count) {
    const numItems = Math.min(count - rows, MAX_PAGE_SIZE);
    const page: JobPage = await world.page(filter, { numItems, cursor });
    rows += page.rows;
    cursor = page.continueCursor;
    if (page.isDone) break;
  }
  return { rows, cursor };
}

// --- Row 15: count by status ---------------------------------------------------------------------

const MAX_COUNTED = 100;

/** That nothing is kept for it when jobs change is what row 9 to 12 show. */
const count: Case<PlatformJobWorld> = {
  row: 15,
  op: `count of one status, up to ${MAX_COUNTED}`,
  measure: async (world) => {
    const counting = await record(() => world.count(MAX_COUNTED));
    const rows = counting.result;
    return {
      figures: { ...withinHostCall(costOf(counting), "query"), rows },
      floor: { docsRead: rows, docsWritten: 0, ranges: 1 },
      target: {
        exactly: {
          calls: 0,
          nested: 1,
          docsWritten: 0,
          ranges: 1,
          rows: Math.min(world.size, MAX_COUNTED),
        },
        atMost: { docsRead: MAX_COUNTED + 1 },
      },
    };
  },
};

// --- The study -----------------------------------------------------------------------------------

export const jobLists: Study<PlatformJobWorld> = {
  worlds: { "convex-platform": () => openPlatformJobWorld() },
  // Last what adds jobs.
  cases: [...pages, pageAcrossHandlers, count, pageOutOfOneTime],
};
