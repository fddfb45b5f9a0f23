import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NOON, stopClock, type Clock } from "../../bench/clock";
import { countSelected, type LogQuery } from "../../bench/hosts/entries";
import { openPlatformWorld } from "../../bench/hosts/platform/world";
import { auditLogs } from "../../bench/rows/auditLogs";
import { missesOf, type Line } from "../../bench/rows/line";
import { measureStudy } from "../../bench/rows/study";

let clock: Clock;
beforeAll(() => {
  clock = stopClock(NOON);
});
afterAll(() => clock.release());

/** What the bench prints for a row of ours. */
async function linesOf(row: number, sizes: number[]): Promise<Line[]> {
  const lines: Line[] = [];
  for (const { cases } of auditLogs) {
    const worlds = { "convex-platform": () => openPlatformWorld(clock) };
    const isWanted = (other: number) => other === row;
    for await (const line of measureStudy({ worlds, cases }, isWanted, sizes)) lines.push(line);
  }
  return lines;
}

describe("audit", () => {
  test("costs one insert in one nested call, whatever the log holds", async () => {
    const lines = await linesOf(1, [0, 100]);
    expect(lines.map(({ size }) => size)).toEqual([0, 100]);
    for (const { figures } of lines) {
      expect(figures).toMatchObject({
        calls: 0,
        nested: 1,
        docsRead: 0,
        docsWritten: 1,
        ranges: 0,
        intervals: 0,
      });
    }
  });

  test("never makes another audit run again", async () => {
    const lines = await linesOf(1, [0, 100]);
    expect(lines.map(({ conflict }) => conflict)).toEqual([null, null]);
  });
});

describe("recordMany", () => {
  test("costs n inserts and no read in one nested call", async () => {
    const lines = await linesOf(2, [0]);
    expect(lines.map(({ figures }) => figures.docsWritten)).toEqual([1, 100, 1_000, 8_000]);
    for (const { figures } of lines) {
      expect(figures).toMatchObject({ calls: 0, nested: 1, docsRead: 0, ranges: 0 });
    }
  });
});

describe("list", () => {
  test("reads at most one row more than the page has, from one range, with any filter", async () => {
    const lines = (await linesOf(3, [100])).filter(({ op }) => !op.includes("one commit"));
    expect(lines).toHaveLength(32); // 8 filters, with and without a time range, first page and deep
    for (const { op, figures } of lines) {
      expect(figures, op).toMatchObject({
        calls: 0,
        nested: 1,
        docsWritten: 0,
        ranges: 1,
        rows: 10,
      });
      expect(figures.docsRead, op).toBeLessThanOrEqual(11);
    }
  });

  test("reads a second range only to leave the entries of one commit", async () => {
    const lines = await linesOf(3, [100]);
    const { figures } = lines.find(({ op }) => op.includes("one commit"))!;
    expect(figures).toMatchObject({ ranges: 2, rows: 10 });
    expect(figures.docsRead).toBeLessThanOrEqual(11);
  });

  test("an empty log costs one range and no row", async () => {
    const lines = await linesOf(3, [0]);
    expect(lines).toHaveLength(16);
    for (const { figures } of lines) expect(figures).toMatchObject({ docsRead: 0, ranges: 1 });
  });

  test("selects the entries that the bench counts on", async () => {
    const world = await openPlatformWorld(clock);
    await world.fill(100);
    const from = world.startedAt + 10_000;
    const queries: LogQuery[] = [
      { by: [] },
      { by: [], from, to: from + 5_000 },
      { by: ["tenant", "target"] },
      { by: ["action"], from },
    ];
    for (const query of queries) {
      const page = await world.page(query, { numItems: 200, cursor: null });
      expect(page?.rows).toBe(countSelected(query, world));
    }
  });
});

describe("rows 1 and 3", () => {
  test("reach their targets on an empty log", async () => {
    const lines = [...(await linesOf(1, [0])), ...(await linesOf(3, [0]))];
    expect(lines.flatMap(missesOf)).toEqual([]);
  });
});
