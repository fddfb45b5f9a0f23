import { describe, expect, test } from "vitest";
import { capped, recovery, sweeps } from "../../bench/rows/jobQueues";
import { jobLists } from "../../bench/rows/jobLists";
import { jobs } from "../../bench/rows/jobs";
import { missesOf, type Line } from "../../bench/rows/line";
import { measureStudy, type GrowingWorld, type Study } from "../../bench/rows/study";

/** What the bench takes its time for, and shows nothing that fewer do not. */
const LARGE = /1,000/;

async function linesOf<World extends GrowingWorld>(
  { worlds, cases }: Study<World>,
  row: number,
  sizes = [0, 100],
): Promise<Line[]> {
  const small = { worlds, cases: cases.filter(({ op }) => !LARGE.test(op)) };
  const lines: Line[] = [];
  for await (const line of measureStudy(small, (other) => other === row, sizes)) lines.push(line);
  return lines;
}

/** Of ours, with its target reached: calls, reads and writes as `3 2R 2W`. */
function briefly(lines: Line[], impl: Line["impl"] = "convex-platform"): string[] {
  expect(lines.flatMap(missesOf)).toEqual([]);
  const own = lines.filter((line) => line.impl === impl);
  return own.map(({ figures }) => {
    const { calls, docsRead, docsWritten } = figures;
    return `${calls} ${docsRead}R ${docsWritten}W`;
  });
}

const ours = { ...jobs, worlds: { "convex-platform": jobs.worlds["convex-platform"]! } };

describe("row 9", () => {
  test("enqueueing is one write, idle or busy, and two are in nobody's way", async () => {
    const lines = await linesOf(jobs, 9);
    expect(briefly(lines)).toEqual(["0 0R 1W", "0 0R 1W"]);
    expect(briefly(lines, "bare scheduler")).toEqual(["0 0R 0W", "0 0R 0W"]);
    expect(briefly(lines, "action-retrier")).toEqual(["0 1R 2W", "0 1R 2W"]);
    const [idle] = lines.filter(({ impl }) => impl === "workpool");
    expect(idle!.conflict).toContain("workpool");
  });
});

describe("row 10", () => {
  test("an action is three calls, two reads and two writes, however many there are", async () => {
    const life = "3 2R 2W";
    // Alone, as one of ten and of a hundred, and without its enqueueing.
    expect(briefly(await linesOf(ours, 10))).toEqual([
      ...[life, life, life, "2 2R 1W"],
      ...[life, "2 2R 1W"],
    ]);
  });

  test("bare functions make one call less and keep no track; a pool makes many", async () => {
    const lines = await linesOf({ ...jobs, cases: jobs.cases.slice(0, 3) }, 10, [0]);
    expect(briefly(lines, "bare scheduler")[0]).toBe("2 0R 0W");
    const [lone] = lines.filter(({ impl }) => impl === "workpool");
    expect(lone!.figures.calls).toBeGreaterThan(10);
  });
});

describe("row 11", () => {
  test("a mutation is two calls, two reads and two writes, however many there are", async () => {
    const life = "2 2R 2W";
    expect(briefly(await linesOf(ours, 11))).toEqual([
      ...[life, life, life, "1 2R 1W"],
      ...[life, "1 2R 1W"],
    ]);
  });
});

describe("row 12", () => {
  test("a retry is two calls, two reads and a write", async () => {
    const retry = "2 2R 1W";
    expect(briefly(await linesOf(ours, 12))).toEqual([retry, retry, retry]);
  });
});

describe("row 13", () => {
  test("progress is a call and a write, without news none, and leaves arguments alone", async () => {
    const lines = await linesOf(ours, 13);
    const each = ["1 2R 1W", "1 1R 0W", "1 2R 1W"];
    expect(briefly(lines)).toEqual([...each, ...each]);
  });
});

describe("rows 14 and 15", () => {
  test("every list reads one job more than it shows", async () => {
    const reads = briefly(await linesOf(jobLists, 14));
    expect(reads).toHaveLength(11);
    expect(new Set(reads)).toEqual(new Set(["0 11R 0W"]));
  });

  test("a count reads at most one job more than it may count", async () => {
    expect(briefly(await linesOf(jobLists, 15, [0, 200]))).toEqual(["0 0R 0W", "0 101R 0W"]);
  });
});

describe("row 18", () => {
  test("nobody calls while nothing is open, and hardly anybody while something is", async () => {
    const lines = [...(await linesOf(recovery, 18, [0])), ...(await linesOf(sweeps, 18, [0]))];
    expect(lines.flatMap(missesOf)).toEqual([]);
    const own = lines.filter(({ impl }) => impl === "convex-platform");
    const [idle, atWork, due] = own.map(({ figures }) => figures.calls);
    expect([idle, atWork]).toEqual([0, 0]);
    expect(due).toBeGreaterThan(0.5);
    const [, heartbeats] = lines.filter(({ impl }) => impl === "action-retrier");
    expect(heartbeats!.figures.calls).toBe(6);
  });

  test("a step of the sweep reads as much beside few jobs as beside many", async () => {
    const [few, many] = (await linesOf(sweeps, 18)).filter(({ op }) => op.startsWith("sweep"));
    expect(many!.figures.maxDocsRead).toBe(few!.figures.maxDocsRead);
  });
});

describe("row 19", () => {
  test("an idle capped queue costs two reads and two writes more, and no call", async () => {
    const [idle] = await linesOf(capped, 19, [0]);
    expect(briefly([idle!])).toEqual(["0 2R 2W"]);
    expect(idle!.conflict).toContain("jobSlots");
  });

  test("a busy one three reads and a write, at any length of its line", async () => {
    const lines = await linesOf(capped, 19, [1, 100]);
    const busy = lines.filter(({ op }) => op.includes("over an uncapped one"));
    expect(
      busy.map(({ figures: { calls, docsRead, docsWritten } }) => [calls, docsRead, docsWritten]),
    ).toEqual([
      [0, 3, 1],
      [0, 3, 1],
    ]);
    // Who comes is in nobody's way; two who end at once want the same successor.
    expect(busy.map(({ conflict }) => conflict)).toEqual([null, null]);
    const ends = lines.filter((line) => !busy.includes(line));
    expect(ends.map(({ conflict }) => conflict?.includes("jobs.by_status"))).toEqual([true, true]);
  });
});
