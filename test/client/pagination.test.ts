import fc from "fast-check";
import { convexTest } from "convex-test";
import { defineSchema, defineTable, type PaginationOptions } from "convex/server";
import { v } from "convex/values";
import { afterEach, describe, expect, test, vi } from "vitest";
import { scopedReader } from "../../src/client/guards/scopedReads.js";
import { paginate } from "../../src/client/pagination.js";
import { readTrashTables, type Schema } from "../../src/client/tableChecks.js";
import type { Scope } from "../../src/client/tables.js";
import { MAX_FILTERED_ROWS } from "../../src/shared/filteredPages.js";
import { NOON } from "../factories.js";

const hostSchema = defineSchema({
  rows: defineTable({
    tenant: v.string(),
    rank: v.optional(v.number()),
    n: v.number(),
    deletedAt: v.optional(v.number()),
  })
    .index("by_tenant", ["tenant", "deletedAt"])
    .index("by_rank", ["tenant", "deletedAt", "rank"])
    .index("by_tenant_all", ["tenant"])
    .index("by_n", ["n"])
    .index("by_deletedAt", ["deletedAt"]),
});
const schema = hostSchema as unknown as Schema;
const trash = readTrashTables({ rows: { softDelete: {} } }, schema);

type Options = Omit<Parameters<typeof paginate>[1], "table" | "paginationOpts">;
type Found = { n: number };

async function aTable(rows: { tenant?: string; rank?: number; deletedAt?: number }[]) {
  const t = convexTest({
    schema: hostSchema,
    modules: { "./_generated/api.js": async () => ({}) },
    transactionLimits: true,
  });
  await t.run(async (ctx) => {
    for (const [n, row] of rows.entries()) await ctx.db.insert("rows", { tenant: "a", ...row, n });
  });
  const page = (options: Options, paginationOpts: Partial<PaginationOptions> = {}) =>
    t.run((ctx) =>
      paginate(
        ctx.db,
        {
          table: "rows",
          ...options,
          paginationOpts: { numItems: 3, cursor: null, ...paginationOpts },
        },
        schema,
        trash,
      ),
    );
  /** Pages from the first to the last. */
  const pages = async (options: Options, numItems = 3) => {
    const found: number[][] = [];
    let cursor: string | null = null;
    for (;;) {
      const result = await page(options, { numItems, cursor });
      found.push(result.page.map((row) => (row as unknown as Found).n));
      if (result.isDone) return found;
      cursor = result.continueCursor;
    }
  };
  return { t, page, pages };
}

const ofA = { index: "by_tenant", eq: { tenant: "a" } };

afterEach(() => {
  vi.useRealTimers();
});

describe("paginate", () => {
  test("gives live rows of an index, newest first, page by page", async () => {
    const { pages } = await aTable([{}, {}, { deletedAt: 5 }, { tenant: "b" }, {}, {}]);
    expect(await pages(ofA)).toEqual([[5, 4, 1], [0]]);
    expect(await pages({ ...ofA, order: "asc" }, 2)).toEqual([
      [0, 1],
      [4, 5],
    ]);
  });

  test("gives what is in the trash by when it went there, and both with an index for both", async () => {
    const { pages } = await aTable([{ deletedAt: 9 }, {}, { deletedAt: 3 }, { deletedAt: 9 }]);
    expect(await pages({ ...ofA, scope: "trashed" })).toEqual([[3, 0, 2]]);
    const until = { from: undefined, to: 5 };
    expect(await pages({ ...ofA, scope: "trashed", range: until })).toEqual([[2]]);
    const all = { index: "by_tenant_all", eq: { tenant: "a" }, scope: "all" } as const;
    expect(await pages(all, 2)).toEqual([
      [3, 2],
      [1, 0],
    ]);
  });

  test("orders by the field that is left, within a range", async () => {
    const { pages } = await aTable([{ rank: 3 }, { rank: 1 }, { rank: 2 }, { rank: 2 }, {}]);
    const byRank = { index: "by_rank", eq: { tenant: "a" }, range: { from: 2 } };
    expect(await pages(byRank, 2)).toEqual([[0, 3], [2]]);
    expect(await pages({ ...byRank, range: { from: 1, to: 3 }, order: "asc" })).toEqual([
      [1, 2, 3],
    ]);
  });

  test("gives live rows by creation, through an index of deletedAt", async () => {
    const { page } = await aTable([{}, { deletedAt: 1 }, {}, {}]);
    expect((await page({})).page.map((row) => row.n)).toEqual([3, 2, 0]);
    expect((await page({ scope: "trashed" })).page.map((row) => row.n)).toEqual([1]);
    expect((await page({ scope: "all" })).page.map((row) => row.n)).toEqual([3, 2, 1]);
  });

  test("keeps to the scope of the reader it is given, unless told otherwise", async () => {
    const { t } = await aTable([{}, { deletedAt: 1 }, {}]);
    const pageOf = (reader: Scope, scope?: Scope) =>
      t.run(async (ctx) => {
        const db = scopedReader(ctx.db as never, reader, trash);
        const paginationOpts = { numItems: 9, cursor: null };
        const request = { table: "rows", paginationOpts, ...(scope && { scope }) };
        const { page } = await paginate(db, request, schema, trash);
        return page.map((row) => row.n);
      });
    expect(await pageOf("live")).toEqual([2, 0]);
    expect(await pageOf("trashed")).toEqual([1]);
    expect(await pageOf("all")).toEqual([2, 1, 0]);
    expect(await pageOf("live", "trashed")).toEqual([1]);
  });

  test("reads one row more than the page has", async () => {
    const { t } = await aTable(Array.from({ length: 50 }, () => ({})));
    const used = await t.run(async (ctx) => {
      const request = { table: "rows", ...ofA, paginationOpts: { numItems: 10, cursor: null } };
      await paginate(ctx.db, request, schema, trash);
      return await ctx.meta.getTransactionMetrics();
    });
    expect(used.documentsRead.used).toBe(11);
  });

  test("clamps a page to 200 rows, and refuses sizes that are none", async () => {
    const { page } = await aTable(Array.from({ length: 201 }, () => ({})));
    expect((await page(ofA, { numItems: 100_000 })).page).toHaveLength(200);
    for (const numItems of [0, -1, 1.5, NaN]) {
      await expect(page(ofA, { numItems })).rejects.toMatchObject({
        data: { code: "VALIDATION_FAILED", fields: { "paginationOpts.numItems": {} } },
      });
    }
  });

  test.for(["", "null", "{}", "p1.", "[]"])("refuses the cursor %j", async (cursor) => {
    const { page } = await aTable([{}]);
    await expect(page(ofA, { cursor })).rejects.toMatchObject({
      data: { code: "INVALID_CURSOR" },
    });
    await expect(page({ ...ofA, filter: () => true }, { cursor })).rejects.toMatchObject({
      data: { code: "INVALID_CURSOR" },
    });
  });

  test("refuses a cursor of another tenant, scope, order or index", async () => {
    const { page } = await aTable(Array.from({ length: 9 }, (_, i) => ({ rank: i, deletedAt: 1 })));
    const trashed = { ...ofA, scope: "trashed" } as const;
    const { continueCursor: cursor } = await page(trashed);
    const others: Options[] = [
      ofA,
      { ...trashed, eq: { tenant: "b" } },
      { ...trashed, order: "asc" },
      { index: "by_tenant_all", eq: { tenant: "a" }, scope: "all" },
    ];
    for (const other of others) {
      await expect(page(other, { cursor })).rejects.toMatchObject({
        data: { code: "INVALID_CURSOR" },
      });
    }
  });

  test.for<[string, Options, string]>([
    ["an index there is not", { index: "by_x" }, 'no index "by_x"'],
    ["a gap in eq", { index: "by_rank", eq: { rank: 1 } }, "Name its first fields"],
    ["too little eq", { index: "by_rank", eq: {} }, "Name its first fields"],
    ["an index without deletedAt for live rows", { index: "by_n" }, "live(["],
    [
      "trash by another field",
      { index: "by_rank", eq: { tenant: "a" }, scope: "trashed" },
      "first",
    ],
    ["trash without deletedAt", { index: "by_n", scope: "trashed" }, "last field"],
    ["all by deletedAt", { ...ofA, scope: "all" }, "without"],
    [
      "rows without the field",
      { index: "by_rank", eq: { tenant: "a" } },
      'no number or text in "rank"',
    ],
  ])("says what to do about %s", async ([, options, message]) => {
    const { page } = await aTable([{}, {}]);
    await expect(page(options)).rejects.toMatchObject({
      data: { code: "NOT_CONFIGURED", message: expect.stringContaining(message) },
    });
  });
});

describe("paginate with a filter", () => {
  const even = (row: Found) => row.n % 2 === 0;
  const evenOfA = { ...ofA, filter: even };

  test("keeps pages full", async () => {
    const { pages } = await aTable(Array.from({ length: 12 }, () => ({})));
    expect(await pages(evenOfA, 2)).toEqual([[10, 8], [6, 4], [2, 0], []]);
    expect(await pages(evenOfA, 7)).toEqual([[10, 8, 6, 4, 2, 0]]);
  });

  test("stops after a thousand rows and says so", async () => {
    const { page } = await aTable(Array.from({ length: MAX_FILTERED_ROWS + 5 }, () => ({})));
    const last = { ...ofA, filter: (row: Found) => row.n === 0 };
    const first = await page(last);
    expect(first).toMatchObject({ page: [], isDone: false, stoppedEarly: true });
    const second = await page(last, { cursor: first.continueCursor });
    expect(second).toMatchObject({ page: [{ n: 0 }], isDone: true, stoppedEarly: false });
  });

  test("stops exactly at the budget without a word when the page is full then", async () => {
    const { page } = await aTable(Array.from({ length: MAX_FILTERED_ROWS }, () => ({})));
    const last = { ...ofA, filter: (row: Found) => row.n === 0 };
    expect(await page(last, { numItems: 1 })).toMatchObject({
      page: [{ n: 0 }],
      stoppedEarly: false,
    });
  });

  test("ends a pinned page where it ended, with what has come in between", async () => {
    const { t, page } = await aTable(Array.from({ length: 9 }, () => ({})));
    const asc = { ...evenOfA, order: "asc" } as const;
    const first = await page(asc);
    expect(first.page.map((row) => row.n)).toEqual([0, 2, 4]);
    const { continueCursor: endCursor } = first;
    await t.run(async (ctx) => {
      const row = await ctx.db.query("rows").first();
      await ctx.db.delete(row!._id);
    });
    const pinned = await page(asc, { endCursor });
    expect(pinned.page.map((row) => row.n)).toEqual([2, 4]);
    const next = await page(asc, { cursor: endCursor });
    expect(next.page.map((row) => row.n)).toEqual([6, 8]);
  });

  test("loses no row whose field says when it was made, as stamps do", async () => {
    vi.useFakeTimers({ now: NOON, toFake: ["Date"] });
    const { page, pages } = await aTable(Array.from({ length: 4 }, () => ({ rank: NOON })));
    const byRank = {
      index: "by_rank",
      eq: { tenant: "a" },
      order: "asc",
      filter: () => true,
    } as const;
    expect(await pages(byRank, 1)).toEqual([[0], [1], [2], [3], []]);
    const { continueCursor: endCursor } = await page(byRank, { numItems: 2 });
    const pinned = await page(byRank, { endCursor });
    expect(pinned.page.map((row) => row.n)).toEqual([0, 1]);
  });

  test("gives every kept row once, in order, at any page size", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ rank: fc.integer({ min: 0, max: 3 }) }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom("asc", "desc"),
        fc.integer({ min: 1, max: 4 }),
        async (rows, size, order, every) => {
          const { pages } = await aTable(rows);
          const keep = (row: Found) => row.n % every === 0;
          const byRank = { index: "by_rank", eq: { tenant: "a" }, order, filter: keep } as const;
          const found = await pages(byRank, size);
          const sign = order === "asc" ? 1 : -1;
          const expected = rows
            .map(({ rank }, n) => ({ rank, n }))
            .filter(keep)
            .sort((a, b) => sign * (a.rank - b.rank || a.n - b.n));
          expect(found.flat()).toEqual(expected.map(({ n }) => n));
          for (const each of found.slice(0, -1)) expect(each).toHaveLength(size);
        },
      ),
      { numRuns: 60 },
    );
  });
});
