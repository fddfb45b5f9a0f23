import { describe, expect, test } from "vitest";
import type { Line } from "../../bench/rows/line";
import { measureStudy, type Case, type GrowingWorld } from "../../bench/rows/study";

/** A world that only counts. */
class CountingWorld implements GrowingWorld {
  size = 0;
  async fill(size: number): Promise<void> {
    this.size = size;
  }
}

const reading: Case<CountingWorld> = {
  row: 3,
  op: "read",
  measure: async ({ size }) => ({ figures: { rows: size } }),
};

const writing: Case<CountingWorld> = {
  row: 1,
  op: "write",
  measure: async (world) => {
    world.size += 5;
    return { figures: { rows: world.size } };
  },
};

async function measure(cases: Case<CountingWorld>[], sizes: number[], row?: number) {
  const opened: CountingWorld[] = [];
  const open = async () => {
    const world = new CountingWorld();
    opened.push(world);
    return world;
  };
  const study = { worlds: { "convex-platform": open }, cases };
  const lines: Line[] = [];
  const isWanted = (other: number) => row === undefined || other === row;
  for await (const line of measureStudy(study, isWanted, sizes)) lines.push(line);
  return { lines, opened: opened.length };
}

describe("measureStudy", () => {
  test("measures each case at each size", async () => {
    const { lines } = await measure([reading, { ...reading, op: "again" }], [0, 10]);
    expect(lines.map(({ op, size, figures }) => [op, size, figures.rows])).toEqual([
      ["read", 0, 0],
      ["again", 0, 0],
      ["read", 10, 10],
      ["again", 10, 10],
    ]);
  });

  test("lets one world grow as long as it is not too large", async () => {
    expect((await measure([reading, writing], [0, 10, 100])).opened).toBe(1);
  });

  test("opens a new world when a case finds too many entries", async () => {
    const { lines, opened } = await measure([writing, reading], [10]);
    expect(opened).toBe(2);
    expect(lines.at(-1)).toMatchObject({ op: "read", figures: { rows: 10 } });
  });

  test("keeps to the sizes of the case and to the wanted rows", async () => {
    const { lines } = await measure([{ ...reading, sizes: [10] }, writing], [0, 10], 3);
    expect(lines.map(({ op, size }) => [op, size])).toEqual([["read", 10]]);
  });

  test("leaves out what an implementation does not offer", async () => {
    const { lines } = await measure([{ ...reading, measure: async () => null }], [0]);
    expect(lines).toEqual([]);
  });

  test("reports a failure as a line and goes on", async () => {
    const failing = { ...reading, op: "fail", measure: () => Promise.reject(new Error("limit")) };
    const { lines } = await measure([failing, reading], [0]);
    expect(lines.map(({ op, error }) => [op, error])).toEqual([
      ["fail", "limit"],
      ["read", undefined],
    ]);
  });
});
