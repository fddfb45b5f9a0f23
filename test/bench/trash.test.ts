import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NOON, stopClock, type Clock } from "../../bench/clock";
import { missesOf, type Line } from "../../bench/rows/line";
import { measureStudy } from "../../bench/rows/study";
import { trash } from "../../bench/rows/trash";

let clock: Clock;
beforeAll(() => {
  clock = stopClock(NOON);
});
afterAll(() => clock.release());

async function linesOf(row: number, sizes = [0, 100]): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of measureStudy(trash, (other) => other === row, sizes)) lines.push(line);
  return lines;
}

/** What ours cost by size, or a peer's: reads and writes, as `1R 3W`. */
function briefly(lines: Line[], impl: Line["impl"] = "convex-platform"): string[] {
  expect(lines.flatMap(missesOf)).toEqual([]);
  const own = lines.filter((line) => line.impl === impl);
  return own.map(({ figures }) => `${figures.docsRead}R ${figures.docsWritten}W`);
}

describe("row 6", () => {
  test("one row goes and comes back at a fixed price, however much is in the trash", async () => {
    const lines = await linesOf(6);
    const each = ["3R 3W", "1R 3W", "2R 3W"];
    expect(briefly(lines)).toEqual([...each, ...each]);
    const withoutRecord = ["2R 1W", "1R 1W"];
    expect(briefly(lines, "convex-ents")).toEqual([...withoutRecord, ...withoutRecord]);
  });
});

describe("row 7", () => {
  test("children cost two reads and a write, and a hundredth of a record", async () => {
    const [one, ten, hundred, ...others] = briefly(await linesOf(7));
    expect([one, ten, hundred]).toEqual(["3R 5W", "21R 14W", "201R 104W"]);
    expect(others.slice(1)).toEqual([one, ten, hundred]);
  });
});

describe("row 8", () => {
  test("purging stays below three reads and two writes an item, and in nobody's way", async () => {
    expect(briefly(await linesOf(8))).toEqual(["2.02R 1.01W", "4R 3W", "2.02R 1.01W"]);
  });
});

describe("row 17", () => {
  test("an import writes rows and entries, and reads nothing", async () => {
    expect(briefly(await linesOf(17, [100]))).toEqual(["0R 2W", "0R 200W", "0R 2000W"]);
  });
});
