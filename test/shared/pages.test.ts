import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as plainTest } from "vitest";
import { encodeCursor } from "../../src/shared/cursors.js";
import {
  MAX_PAGE_SIZE,
  pageSize,
  readPage,
  type KeyRange,
  type List,
  type Order,
  type Segment,
} from "../../src/shared/pages.js";

type Row = { key: number; _creationTime: number };

/** Rows with many equal keys, in index order. */
const someRows: fc.Arbitrary<Row[]> = fc
  .array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 })
  .map((keys) => keys.sort((a, b) => a - b).map((key, i) => ({ key, _creationTime: i })));
type NumberRange = { from: number | undefined; to: number | undefined };
const aRange: fc.Arbitrary<NumberRange> = fc.record({
  from: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
  to: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
});
const anOrder = fc.constantFrom<Order>("asc", "desc");

/** The list over `rows`, as an index would serve it; `opened` collects the ranges. */
function aList(rows: Row[], order: Order, range: KeyRange, opened: Segment[] = []): List<Row> {
  return {
    binding: { order },
    order,
    range,
    key: (row) => row.key,
    open: (segment) => {
      opened.push(segment);
      const found = rows.filter((row) => isWithin(row, segment));
      if (order === "desc") found.reverse();
      return { take: async (count) => found.slice(0, count) };
    },
  };
}

function isWithin(row: Row, segment: Segment): boolean {
  if (segment.kind === "ties" && row.key !== segment.key) return false;
  const value = segment.kind === "ties" ? row._creationTime : row.key;
  const { lower, upper } = segment as { lower?: Limit; upper?: Limit };
  if (lower && (lower.inclusive ? value < lower.value : value <= lower.value)) return false;
  return !upper || (upper.inclusive ? value <= upper.value : value < upper.value);
}
type Limit = { value: number; inclusive: boolean };

function expected(rows: Row[], order: Order, { from, to }: Partial<NumberRange>): Row[] {
  const selected = rows.filter(
    ({ key }) => (from === undefined || key >= from) && (to === undefined || key < to),
  );
  return order === "asc" ? selected : selected.reverse();
}

async function readAll(
  list: List<Row>,
  numItems: number,
): Promise<{ pages: Row[][]; cursors: string[] }> {
  const pages: Row[][] = [];
  const cursors: string[] = [];
  let cursor: string | null = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof readPage<Row>>> = await readPage(
      { numItems, cursor },
      list,
    );
    pages.push(page.page);
    cursors.push((cursor = page.continueCursor));
    if (page.isDone) return { pages, cursors };
  }
}

describe("readPage", () => {
  test.prop([someRows, anOrder, aRange, fc.integer({ min: 1, max: 7 })], { seed: 5, numRuns: 500 })(
    "gives every selected row once, in order, over all pages",
    async (rows, order, range, size) => {
      const { pages } = await readAll(aList(rows, order, range), size);
      expect(pages.flat()).toEqual(expected(rows, order, range));
      for (const page of pages.slice(0, -1)) expect(page).toHaveLength(size);
    },
  );

  test.prop([someRows, someRows, anOrder, fc.integer({ min: 1, max: 7 })], {
    seed: 6,
    numRuns: 500,
  })(
    "leaves no gap and no double between pinned pages when rows arrive",
    async (before, arrivals, order, size) => {
      const { cursors } = await readAll(aList(before, order, {}), size);
      const rows = mergeRows(before, arrivals);
      const list = aList(rows, order, {});
      const pages: Row[][] = [];
      for (const [i, endCursor] of cursors.entries()) {
        const cursor = i === 0 ? null : cursors[i - 1]!;
        pages.push((await readPage({ numItems: size, cursor, endCursor }, list)).page);
      }
      expect(pages.flat()).toEqual(expected(rows, order, {}));
    },
  );

  test.prop(
    [someRows, anOrder, aRange, fc.integer({ min: -5, max: 15 }), fc.option(fc.integer())],
    {
      seed: 7,
      numRuns: 500,
    },
  )(
    "never leaves the range of the arguments, whatever the cursor says",
    async (rows, order, range, key, creationTime) => {
      const list = aList(rows, order, range);
      const forged = encodeCursor({ key, creationTime }, JSON.stringify({ order }));
      const allowed = expected(rows, order, range);
      const after = await readPage({ numItems: 50, cursor: forged }, list);
      const until = await readPage({ numItems: 50, cursor: null, endCursor: forged }, list);
      for (const row of [...after.page, ...until.page]) expect(allowed).toContainEqual(row);
    },
  );

  plainTest("reads one range while keys differ, and one more from amid equal keys", async () => {
    const rows = [1, 2, 2, 3].map((key, i) => ({ key, _creationTime: i }));
    const opened: Segment[] = [];
    const list = aList(rows, "asc", {}, opened);
    const first = await readPage({ numItems: 1, cursor: null }, list);
    const second = await readPage({ numItems: 1, cursor: first.continueCursor }, list);
    expect(opened).toHaveLength(2);
    await readPage({ numItems: 2, cursor: second.continueCursor }, list);
    expect(opened).toHaveLength(4);
  });

  plainTest("recommends a split once a pinned page holds more than twice its size", async () => {
    const rows = Array.from({ length: 5 }, (_, i) => ({ key: i, _creationTime: i }));
    const list = aList(rows, "asc", {});
    const { continueCursor: endCursor } = await readPage({ numItems: 200, cursor: null }, list);
    const atLimit = await readPage({ numItems: 3, cursor: null, endCursor }, list);
    expect(atLimit.splitCursor).toBeUndefined();
    const beyond = await readPage({ numItems: 2, cursor: null, endCursor }, list);
    expect(beyond).toMatchObject({ page: rows, pageStatus: "SplitRecommended" });
    const half = await readPage(
      { numItems: 2, cursor: null, endCursor: beyond.splitCursor! },
      list,
    );
    const rest = await readPage({ numItems: 2, cursor: beyond.splitCursor!, endCursor }, list);
    expect([...half.page, ...rest.page]).toEqual(rows);
  });

  plainTest("requires a split instead of reading a pinned page without bound", async () => {
    const rows = Array.from({ length: 1000 }, (_, i) => ({ key: 1, _creationTime: i }));
    const endCursor = encodeCursor(
      { key: 1, creationTime: null },
      JSON.stringify({ order: "asc" }),
    );
    const page = await readPage({ numItems: 10, cursor: null, endCursor }, aList(rows, "asc", {}));
    expect(page).toMatchObject({ pageStatus: "SplitRequired", continueCursor: endCursor });
    expect(page.page).toHaveLength(2 * MAX_PAGE_SIZE);
  });

  plainTest("stays at the end once it is there", async () => {
    const list = aList([{ key: 1, _creationTime: 1 }], "asc", {});
    const { continueCursor } = await readPage({ numItems: 1, cursor: null }, list);
    const beyond = await readPage({ numItems: 1, cursor: continueCursor }, list);
    expect(beyond).toEqual({ page: [], isDone: true, continueCursor });
  });
});

/** Arrivals keep `_creationTime` increasing within a key, as in the database. */
function mergeRows(before: Row[], arrivals: Row[]): Row[] {
  const later = arrivals.map((row) => ({ ...row, _creationTime: row._creationTime + 1000 }));
  return [...before, ...later].sort((a, b) => a.key - b.key || a._creationTime - b._creationTime);
}

describe("pageSize", () => {
  plainTest("takes 1 to 200 as they are and clamps what is above", () => {
    expect([1, 200, 201, 1e9].map(pageSize)).toEqual([1, 200, 200, 200]);
  });

  plainTest.each([0, -1, 1.5, NaN, Infinity, 2 ** 53])(
    "refuses %d, naming the field",
    (numItems) => {
      expect(() => pageSize(numItems)).toThrowError(
        expect.objectContaining({
          data: expect.objectContaining({
            code: "VALIDATION_FAILED",
            fields: {
              "paginationOpts.numItems": expect.objectContaining({ code: "out_of_range" }),
            },
          }),
        }),
      );
    },
  );
});
