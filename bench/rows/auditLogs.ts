import { openConvexAuditLogWorld } from "../hosts/convexAuditLog/world";
import { countSelected, ENTRY_INTERVAL_MS, type LogQuery } from "../hosts/entries";
import type { LogPage, LogWorld } from "../hosts/logWorld";
import { openPlatformWorld } from "../hosts/platform/world";
import { conflictBetween, costOf, record, withinHostCall } from "../instrument";
import type { Finding, Impl } from "./line";
import { SIZES, type Case, type Study } from "./study";

// --- Row 1: audit one entry ------------------------------------------------------------------

const auditOne: Case<LogWorld> = {
  row: 1,
  op: "audit one entry",
  measure: async (world) => {
    const first = await record(() => world.auditOne());
    const second = await record(() => world.auditOne());
    return {
      figures: withinHostCall(costOf(first), "mutation"),
      conflict: conflictBetween(first, second),
      floor: { docsRead: 0, docsWritten: 1, ranges: 0 },
      target: {
        exactly: { calls: 0, docsRead: 0, docsWritten: 1, ranges: 0, nested: 1 },
        noConflict: true,
      },
    };
  },
};

// --- Row 2: audit many entries in one call -----------------------------------------------------

/** The growth with n is told by an empty log, the growth with the log by one n. */
const auditMany = [
  auditInOneCall(1, [0]),
  auditInOneCall(100, SIZES),
  auditInOneCall(1_000, [0]),
  auditInOneCall(8_000, [0]),
];

function auditInOneCall(count: number, sizes: number[]): Case<LogWorld> {
  return {
    row: 2,
    op: `audit ${count.toLocaleString("en")} in one call`,
    sizes,
    measure: async (world) => {
      const recording = await record(() => world.auditMany(count));
      return {
        figures: withinHostCall(costOf(recording), "mutation"),
        floor: { docsRead: 0, docsWritten: count, ranges: 0 },
        target: { exactly: { calls: 0, docsRead: 0, docsWritten: count, ranges: 0, nested: 1 } },
      };
    },
  };
}

// --- Row 3: a page, by any offered filter ----------------------------------------------------

const PAGE_SIZE = 10;

const FILTERS: LogQuery["by"][] = [
  ["target"],
  ["actor"],
  ["action"],
  ["tenant"],
  ["tenant", "target"],
  ["tenant", "actor"],
  ["tenant", "action"],
  [], // everything, by time
];

const pages = FILTERS.flatMap((by) =>
  [false, true].flatMap((isWindowed) => {
    const what = `by ${by.join(" and ") || "time"}${isWindowed ? ", from and to" : ""}`;
    const queryFor = (world: LogWorld) => ({ by, ...(isWindowed && middleOf(world)) });
    return [firstPage(what, queryFor), deepPage(what, queryFor)];
  }),
);

function firstPage(what: string, queryFor: (world: LogWorld) => LogQuery): Case<LogWorld> {
  return {
    row: 3,
    op: `page of ${PAGE_SIZE} ${what}`,
    measure: (world) => measurePage(world, queryFor(world), null),
  };
}

/** Behind all but the last entries the filter selects. */
function deepPage(what: string, queryFor: (world: LogWorld) => LogQuery): Case<LogWorld> {
  return {
    row: 3,
    op: `deep page of ${PAGE_SIZE} ${what}`,
    sizes: SIZES.filter((size) => size > 0),
    measure: async (world) => {
      const query = queryFor(world);
      const cursor = await cursorNearEnd(world, query);
      return cursor === null ? null : await measurePage(world, query, cursor);
    },
  };
}

/**
 * The one page that costs a second range. The entries of one mutation share their commit time, so
 * a page that begins among them and goes beyond reads the rest of them, then what follows.
 */
const pageOutOfOneCommit: Case<LogWorld> = {
  row: 3,
  op: `page of ${PAGE_SIZE} that begins among entries of one commit`,
  sizes: [100],
  measure: async (world) => {
    await world.auditMany(PAGE_SIZE + PAGE_SIZE / 2);
    const first = await world.page({ by: [] }, { numItems: PAGE_SIZE, cursor: null });
    if (!first) return null;
    return await measurePage(world, { by: [] }, first.continueCursor, 2);
  },
};

async function measurePage(
  world: LogWorld,
  query: LogQuery,
  cursor: string | null,
  targetRanges = 1,
): Promise<Finding | null> {
  const recording = await record(() => world.page(query, { numItems: PAGE_SIZE, cursor }));
  if (!recording.result) return null;
  const { rows } = recording.result;
  return {
    figures: { ...withinHostCall(costOf(recording), "query"), rows },
    floor: { docsRead: rows, docsWritten: 0, ranges: 1 },
    target: {
      // At size 0 there is nothing to show; at the others every filter selects a full page.
      exactly: {
        calls: 0,
        docsWritten: 0,
        nested: 1,
        ranges: targetRanges,
        filtered: 0,
        rows: world.size === 0 ? 0 : PAGE_SIZE,
      },
      atMost: { docsRead: PAGE_SIZE + 1 },
    },
  };
}

/** A cursor with one and a half pages behind it. */
async function cursorNearEnd(world: LogWorld, query: LogQuery): Promise<string | null> {
  const step = world.stepTowards(PAGE_SIZE);
  let cursor: string | null = null;
  for (let left = countSelected(query, world) - 1.5 * PAGE_SIZE; left > 0;) {
    const numItems = Math.min(left, step);
    const page: LogPage | null = await world.page(query, { numItems, cursor });
    if (!page) return null;
    if (page.isDone) throw new Error("no page so deep");
    cursor = page.continueCursor;
    left -= page.rows;
  }
  return cursor;
}

/** Eight tenths of the log: it cuts something off on both sides. Never an empty stretch of time. */
function middleOf({ startedAt, size }: LogWorld): { from: number; to: number } {
  const timeOf = (entry: number) => startedAt + Math.floor(entry) * ENTRY_INTERVAL_MS;
  return { from: timeOf(size * 0.1), to: timeOf(size * 0.9 + 1) };
}

// --- The studies -------------------------------------------------------------------------------

const worlds: Partial<Record<Impl, () => Promise<LogWorld>>> = {
  "convex-platform": () => openPlatformWorld(),
  "convex-audit-log": () => openConvexAuditLogWorld(),
};

/** Two, so that what the bulk cases add does not make the others fill their worlds again. */
export const auditLogs: Study<LogWorld>[] = [
  { worlds, cases: [...pages, auditOne, pageOutOfOneCommit] },
  { worlds, cases: auditMany },
];
