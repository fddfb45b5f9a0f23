import { describe, expect, test } from "vitest";
import { toJson, toTable } from "../../bench/report";
import { missesOf, type Line } from "../../bench/rows/line";

function aLine(line: Partial<Line> = {}): Line {
  return {
    row: 1,
    op: "audit one entry",
    size: 100,
    impl: "convex-platform",
    figures: { docsRead: 0, docsWritten: 1, ranges: 0, nested: 1 },
    floor: { docsRead: 0, docsWritten: 1, ranges: 0 },
    ...line,
  };
}

const aPeerLine = aLine({
  impl: "convex-audit-log",
  figures: { docsRead: 25, docsWritten: 8, ranges: 0, nested: 3 },
  conflict: "a is retried after b",
});

/** The cells of the first line below the head. */
function firstRow(table: string): string[] {
  return table
    .split("\n")[2]!
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe("missesOf", () => {
  test("says nothing when every figure is on target", () => {
    const target = { exactly: { docsRead: 0 }, atMost: { docsWritten: 1 } };
    expect(missesOf(aLine({ target }))).toEqual([]);
  });

  test("names a figure that is not what it has to be, below as well as above", () => {
    const target = { exactly: { docsWritten: 2 } };
    expect(missesOf(aLine({ target }))).toEqual(["docsWritten is 1 instead of 2"]);
  });

  test("names a figure above its limit, and one that was not measured", () => {
    const target = { atMost: { docsWritten: 0, bytes: 10 } };
    expect(missesOf(aLine({ target }))).toEqual([
      "docsWritten is 1, above 0",
      "bytes is undefined, above 10",
    ]);
  });

  test("names a conflict where there must be none, and one that nobody looked for", () => {
    const target = { noConflict: true } as const;
    expect(missesOf(aLine({ target, conflict: null }))).toEqual([]);
    expect(missesOf(aLine({ target, conflict: "a after b" }))).toEqual(["conflict: a after b"]);
    expect(missesOf(aLine({ target }))).toEqual(["conflict: undefined"]);
  });

  test("counts a failure as a miss", () => {
    expect(missesOf(aLine({ error: "over the limit" }))).toEqual(["over the limit"]);
  });

  test("asks nothing of a peer", () => {
    expect(missesOf({ ...aPeerLine, target: { exactly: { docsRead: 0 } } })).toEqual([]);
  });
});

describe("toJson", () => {
  test("puts the figures beside row, op, size and implementation", () => {
    expect(JSON.parse(toJson(aLine({ conflict: null })))).toEqual({
      row: 1,
      op: "audit one entry",
      size: 100,
      impl: "convex-platform",
      docsRead: 0,
      docsWritten: 1,
      ranges: 0,
      nested: 1,
      conflict: null,
      floor: { docsRead: 0, docsWritten: 1, ranges: 0 },
      misses: [],
    });
  });

  test("gives a peer no target", () => {
    const line = JSON.parse(toJson(aPeerLine)) as Record<string, unknown>;
    expect(line).toMatchObject({ impl: "convex-audit-log", docsRead: 25 });
    expect(Object.keys(line)).not.toContain("misses");
  });

  test("is one line", () => {
    expect(toJson(aLine({ error: "two\nlines" }))).not.toContain("\n");
  });
});

describe("toTable", () => {
  test("sets ours beside the floor and the peer", () => {
    expect(firstRow(toTable([aLine({ conflict: null }), aPeerLine]))).toEqual([
      "1",
      "audit one entry",
      "100",
      "0R 1W, 0 ranges, 1 nested, no conflict",
      "0R 1W, 0 ranges",
      "convex-audit-log: 25R 8W, 0 ranges, 3 nested, conflicts",
      "1",
      "0 R, 0.13 W, 1 ranges",
    ]);
  });

  test("leaves a peer out that has nothing of the kind at this size", () => {
    const table = toTable([aLine(), { ...aPeerLine, size: 1_000 }]);
    expect(firstRow(table).slice(5)).toEqual(["–", "1", "–"]);
  });

  test("sets further peers below the first", () => {
    const figures = { docsRead: 4, docsWritten: 2, ranges: 0 };
    const other = aLine({ impl: "workpool", figures });
    const below = toTable([aLine(), aPeerLine, other]).split("\n")[3]!;
    const cells = below.split("|").map((cell) => cell.trim());
    expect(cells.slice(1, -1)).toEqual([
      ...["", "", "", "", ""],
      "workpool: 4R 2W, 0 ranges",
      "",
      "0 R, 0.5 W, 1 ranges",
    ]);
  });

  test("tells of calls where there are some, and where nothing else was counted", () => {
    const life = { calls: 3, docsRead: 2, docsWritten: 2 };
    const other = aLine({ impl: "workpool", figures: { ...life, calls: 6 } });
    const row = firstRow(toTable([aLine({ figures: life, floor: life }), other]));
    expect(row.slice(3)).toEqual([
      "3 calls, 2R 2W",
      "3 calls, 2R 2W",
      "workpool: 6 calls, 2R 2W",
      "1",
      "0.5 calls, 1 R, 1 W",
    ]);
    const figures = { calls: 0 };
    expect(firstRow(toTable([aLine({ figures, floor: figures })]))[3]).toBe("0 calls");
  });

  test("calls something over a floor of nothing endless", () => {
    const figures = { docsRead: 3, docsWritten: 1, ranges: 0 };
    expect(firstRow(toTable([aLine({ figures })]))[6]).toBe("∞ R, 1 W, 1 ranges");
  });

  test("marks a missed target", () => {
    const table = toTable([aLine({ target: { exactly: { docsRead: 1 } } })]);
    expect(firstRow(table)[3]).toContain("MISSED");
  });

  test("says why a peer could not be measured", () => {
    const table = toTable([aLine(), { ...aPeerLine, figures: {}, error: "Too many ranges." }]);
    expect(firstRow(table).slice(5)).toEqual(["convex-audit-log: Too many ranges.", "1", "–"]);
  });

  test("orders by row, and keeps the sizes of an operation together", () => {
    const lines = [
      aLine({ row: 3, op: "page", size: 0 }),
      aLine({ row: 1, op: "one", size: 0 }),
      aLine({ row: 1, op: "many", size: 0 }),
      aLine({ row: 1, op: "one", size: 100 }),
    ];
    const places = toTable(lines)
      .split("\n")
      .slice(2)
      .map((row) =>
        row
          .split("|")
          .slice(1, 4)
          .map((cell) => cell.trim())
          .join(" "),
      );
    expect(places).toEqual(["1 one 0", "1 one 100", "1 many 0", "3 page 0"]);
  });

  test("shows sizes in kilobytes of 1,000 bytes", () => {
    const figures = { bytes: 2_880 };
    const line = aLine({ row: 20, size: null, figures });
    delete line.floor;
    expect(firstRow(toTable([line]))[3]).toBe("2.88 KB");
  });
});
