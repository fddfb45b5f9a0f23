import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NOON, stopClock, type Clock } from "../../bench/clock";
import { guards } from "../../bench/rows/guards";
import { missesOf, type Line } from "../../bench/rows/line";
import { measureStudy } from "../../bench/rows/study";

let clock: Clock;
beforeAll(() => {
  clock = stopClock(NOON);
});
afterAll(() => clock.release());

async function linesOf(row: number, sizes = [0, 100]): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of measureStudy(guards, (other) => other === row, sizes)) lines.push(line);
  return lines;
}

/** Reads, writes and nested calls, as `1R 2W 3`. */
function briefly(lines: Line[]): string[] {
  expect(lines.flatMap(missesOf)).toEqual([]);
  return lines.map(
    ({ figures }) => `${figures.docsRead}R ${figures.docsWritten}W ${figures.nested}`,
  );
}

describe("rows 4 and 5", () => {
  test("a login without news costs one read, however many profiles there are", async () => {
    expect(briefly(await linesOf(4))).toEqual(["1R 0W 1", "1R 0W 1"]);
  });

  test("one with news, and a first one, write the profile and its entry", async () => {
    const each = ["2R 2W 1", "0R 2W 1"];
    expect(briefly(await linesOf(5))).toEqual([...each, ...each]);
  });
});

describe("row 16", () => {
  test("a rate limit costs what the official component costs, in a call around its call", async () => {
    expect(briefly(await linesOf(16, [0]))).toEqual(["2R 1W 2"]);
  });
});

describe("row 28", () => {
  test("a guard costs a profile, the entries in one call, and rows that nobody read", async () => {
    const each = ["1R 0W 1", "1R 1W 2", "1R 10W 2"];
    expect(briefly(await linesOf(28))).toEqual([...each, "2R 1W 2", ...each]);
  });
});
