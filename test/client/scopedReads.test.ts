import fc from "fast-check";
import { convexTest } from "convex-test";
import {
  defineSchema,
  defineTable,
  type DataModelFromSchemaDefinition,
  type DocumentByName,
  type GenericDatabaseReader,
  type PaginationOptions,
} from "convex/server";
import { v } from "convex/values";
import { describe, expect, test } from "vitest";
import { scopedReader, unguardedDb } from "../../src/client/guards/scopedReads.js";
import { readTrashTables, type Schema } from "../../src/client/tableChecks.js";
import type { Scope } from "../../src/client/tables.js";
import { live, softDeleteFields } from "../../src/shared/validators.js";

const row = { tenant: v.string(), rank: v.number(), title: v.string(), ...softDeleteFields };

const schema = defineSchema({
  // Every shape of index, one for all live rows among them.
  docs: defineTable(row)
    .index("by_tenant", live(["tenant"]))
    .index("by_tenant_rank", live(["tenant"], ["rank"]))
    .index("by_rank_late", ["tenant", "rank", "deletedAt"])
    .index("by_rank", ["rank"])
    .index("by_deletedAt_rank", live([], ["rank"]))
    .index("by_deletedAt", live([]))
    .searchIndex("by_title", { searchField: "title", filterFields: ["tenant", "deletedAt"] })
    .searchIndex("by_title_only", { searchField: "title" }),
  // No index on deletedAt.
  plain: defineTable(row),
  // Its rows do not go to the trash, whatever they have in deletedAt.
  others: defineTable(row).index("by_tenant", ["tenant", "deletedAt"]),
});
type DataModel = DataModelFromSchemaDefinition<typeof schema>;
type Table = keyof DataModel & string;
type Doc = DocumentByName<DataModel, "docs">;
type Reader = GenericDatabaseReader<DataModel>;

const trash = readTrashTables(
  { docs: { softDelete: {} }, plain: { softDelete: {} }, others: {} },
  schema as unknown as Schema,
);

type NewRow = Partial<Omit<Doc, "_id" | "_creationTime">>;

/** A host with these rows in one of its tables, of which readers can be had. */
async function aTable(rows: NewRow[], table: Table = "docs") {
  const t = convexTest({
    schema,
    modules: { "./_generated/api.js": async () => ({}) },
    transactionLimits: true,
  });
  const ids = await t.run(async (ctx) => {
    const ids = [];
    for (const [i, parts] of rows.entries()) {
      const row = { tenant: "a", rank: i, title: "lamp", ...parts };
      ids.push(await ctx.db.insert(table as "docs", row));
    }
    return ids;
  });
  const read = <Result>(scope: Scope, ask: (db: Reader) => Promise<Result>) =>
    t.run((ctx) => ask(scopedReader(ctx.db as never, scope, trash) as unknown as Reader));
  /** Documents read, ranges, and what came out. */
  const costOf = (scope: Scope, ask: (db: Reader) => Promise<unknown>) =>
    t.run(async (ctx) => {
      await ask(scopedReader(ctx.db as never, scope, trash) as unknown as Reader);
      const used = await ctx.meta.getTransactionMetrics();
      return { docs: used.documentsRead.used, ranges: used.databaseQueries.used };
    });
  return { t, ids, read, costOf };
}

/** A query that is not finished yet, as `withIndex` leaves it. */
type Open = ReturnType<ReturnType<Reader["query"]>["fullTableScan"]>;

const queries: Record<string, (db: Reader) => Open> = {
  "a scan": (db) => db.query("docs").fullTableScan(),
  "the prefix of an index": (db) =>
    db.query("docs").withIndex("by_tenant", (q) => q.eq("tenant", "a")),
  "the prefix of an index with more behind deletedAt": (db) =>
    db.query("docs").withIndex("by_tenant_rank", (q) => q.eq("tenant", "a")),
  "an index without deletedAt": (db) =>
    db.query("docs").withIndex("by_rank", (q) => q.gte("rank", 0)),
  "an index with deletedAt too far behind": (db) =>
    db.query("docs").withIndex("by_rank_late", (q) => q.eq("tenant", "a").gte("rank", 0)),
  "a whole index": (db) => db.query("docs").withIndex("by_tenant"),
  "the order of creation": (db) => db.query("docs").withIndex("by_creation_time"),
  "a filter": (db) => db.query("docs").filter((q) => q.gte(q.field("rank"), 0)) as Open,
};

const ends: Record<string, (query: Open) => Promise<unknown[]>> = {
  collect: (query) => query.collect(),
  take: (query) => query.take(2),
  first: async (query) => [await query.first()],
  order: (query) => query.order("desc").take(2),
  "async iteration": async (query) => {
    const found = [];
    for await (const row of query) found.push(row);
    return found;
  },
  filter: (query) => query.filter((q) => q.gte(q.field("rank"), 0)).collect(),
};

const mixed = [{ deletedAt: 1 }, {}, { deletedAt: 2 }, {}, {}];

describe.for(Object.keys(queries))("a scoped query of %s", (name) => {
  const ask = queries[name]!;

  test.for(Object.keys(ends))("gives rows of its scope only, by %s", async (end) => {
    const { read } = await aTable(mixed);
    for (const scope of ["live", "trashed"] as const) {
      const found = (await read(scope, (db) => ends[end]!(ask(db)))) as Doc[];
      expect(found.length).toBeGreaterThan(0);
      for (const row of found) expect(row.deletedAt === undefined).toBe(scope === "live");
      const all = (await read("all", (db) => ask(db).collect())) as Doc[];
      expect(all).toHaveLength(5);
    }
  });

  test("counts rows of its scope only: before a take, and for unique", async () => {
    const { read } = await aTable([{ deletedAt: 1 }, { deletedAt: 2 }, {}, {}]);
    expect(await read("live", (db) => ask(db).take(2))).toHaveLength(2);
    expect(await read("trashed", (db) => ask(db).take(2))).toHaveLength(2);
    const { read: readOne } = await aTable([{ deletedAt: 1 }, {}]);
    expect(await readOne("live", (db) => ask(db).unique())).toMatchObject({ rank: 1 });
    expect(await readOne("trashed", (db) => ask(db).unique())).toMatchObject({ rank: 0 });
  });

  test("pages through all rows of its scope", async () => {
    const { read } = await aTable(mixed);
    const found: Doc[] = [];
    let cursor: string | null = null;
    for (let isDone = false; !isDone;) {
      const options: PaginationOptions = { numItems: 2, cursor };
      const page = await read("live", (db) => ask(db).paginate(options));
      found.push(...(page.page as Doc[]));
      ({ isDone, continueCursor: cursor } = page);
    }
    expect(found.map(({ rank }) => rank)).toEqual([1, 3, 4]);
  });
});

describe("a scoped query", () => {
  test("begins at the table too, without an index", async () => {
    const { read } = await aTable(mixed);
    const rows = (db: Reader) => db.query("docs");
    expect(await read("live", (db) => rows(db).collect())).toHaveLength(3);
    expect(await read("live", (db) => rows(db).take(9))).toHaveLength(3);
    expect(await read("live", (db) => rows(db).first())).toMatchObject({ rank: 1 });
    expect(await read("live", (db) => rows(db).order("desc").first())).toMatchObject({ rank: 4 });
    expect(await read("live", (db) => rows(db).paginate(aPage)).then(ranks)).toEqual([1, 3, 4]);
    const iterated = await read("trashed", async (db) => {
      const found = [];
      for await (const row of rows(db)) found.push(row.rank);
      return found;
    });
    expect(iterated).toEqual([0, 2]);
    const { read: readOne } = await aTable([{ deletedAt: 1 }, {}]);
    expect(await readOne("live", (db) => rows(db).unique())).toMatchObject({ rank: 1 });
  });

  test("reads live rows in the order of the table, and what is in the trash by when it went", async () => {
    const { read } = await aTable([{ deletedAt: 9 }, {}, { deletedAt: 3 }, {}]);
    const { read: readBackwards } = await aTable([{ rank: 2 }, { rank: 1 }]);
    const scan = (db: Reader) => db.query("docs").collect();
    expect(await readBackwards("live", scan).then(ranksOf)).toEqual([2, 1]);
    expect(await read("live", scan).then(ranksOf)).toEqual([1, 3]);
    const byCreation = (db: Reader) => db.query("docs").withIndex("by_creation_time").collect();
    expect(await read("trashed", byCreation).then(ranksOf)).toEqual([0, 2]);
    expect(await read("trashed", (db) => db.query("docs").collect()).then(ranksOf)).toEqual([2, 0]);
  });

  test.for([
    "a scan",
    "the prefix of an index",
    "the prefix of an index with more behind deletedAt",
    "the order of creation",
    "a filter",
  ])("reads no row of another scope, by %s", async (name) => {
    const trashed = Array.from({ length: 50 }, () => ({ deletedAt: 1 }));
    const { costOf } = await aTable([...trashed, {}, {}]);
    expect(await costOf("live", (db) => queries[name]!(db).collect())).toEqual({
      docs: 2,
      ranges: 1,
    });
  });

  test("narrows a range that begins behind deletedAt", async () => {
    const { read, costOf } = await aTable([{ deletedAt: 1 }, {}, {}, {}]);
    const ask = (db: Reader) =>
      db
        .query("docs")
        .withIndex("by_tenant_rank", (q) =>
          q.eq("tenant", "a").eq("deletedAt", undefined).gt("rank", 1),
        )
        .collect();
    expect(await read("live", ask).then(ranksOf)).toEqual([2, 3]);
    expect(await costOf("live", ask)).toEqual({ docs: 2, ranges: 1 });
  });

  test("keeps a range of times of creation", async () => {
    const { t, read, ids } = await aTable([{ deletedAt: 1 }, {}, {}, {}]);
    const second = await t.run((ctx) => ctx.db.get("docs", ids[1] as Doc["_id"]));
    const later = await read("live", (db) =>
      db
        .query("docs")
        .withIndex("by_creation_time", (q) => q.gt("_creationTime", second!._creationTime))
        .collect(),
    );
    expect(ranksOf(later)).toEqual([2, 3]);
  });

  test("takes a range over deletedAt where it asks for rows of the scope", async () => {
    const { read } = await aTable([{ deletedAt: 1 }, { deletedAt: 5 }, {}, { deletedAt: 9 }]);
    const of = (db: Reader) => db.query("docs");
    const since = (db: Reader) =>
      of(db)
        .withIndex("by_tenant", (q) => q.eq("tenant", "a").gt("deletedAt", 1))
        .collect();
    expect(await read("trashed", since).then(ranksOf)).toEqual([1, 3]);
    // Absent comes before all numbers: without more ado live rows would be among these.
    const until = (db: Reader) =>
      of(db)
        .withIndex("by_tenant", (q) => q.eq("tenant", "a").lt("deletedAt", 9))
        .collect();
    expect(await read("trashed", until).then(ranksOf)).toEqual([0, 1]);
    expect(await read("all", until).then(ranksOf)).toEqual([2, 0, 1]);
    const sinceNever = (db: Reader) =>
      of(db)
        .withIndex("by_tenant", (q) => q.eq("tenant", "a").gte("deletedAt", undefined))
        .collect();
    expect(await read("trashed", sinceNever).then(ranksOf)).toEqual([0, 1, 3]);
  });

  test("refuses a range over deletedAt that asks for others, and says where they are", async () => {
    const { read } = await aTable(mixed);
    const gone = (db: Reader) =>
      db
        .query("docs")
        .withIndex("by_deletedAt", (q) => q.gt("deletedAt", 0))
        .collect();
    const here = (db: Reader) =>
      db
        .query("docs")
        .withIndex("by_deletedAt", (q) => q.eq("deletedAt", undefined))
        .collect();
    await expect(read("live", gone)).rejects.toMatchObject({
      data: { code: "INVALID_STATE", message: expect.stringContaining('ctx.scope("trashed")') },
    });
    await expect(read("trashed", here)).rejects.toMatchObject({
      data: { code: "INVALID_STATE", message: expect.stringContaining('ctx.scope("live")') },
    });
    expect(await read("live", here)).toHaveLength(3);
  });

  test.for(["by_title", "by_title_only"] as const)(
    "searches rows of its scope, by %s",
    async (index) => {
      const { read } = await aTable([{ deletedAt: 1 }, {}, { title: "desk" }, { tenant: "b" }]);
      const search = (db: Reader) =>
        db
          .query("docs")
          .withSearchIndex(index, (q) => q.search("title", "lamp"))
          .collect();
      expect(await read("live", search).then(ranksOf)).toEqual([1, 3]);
      expect(await read("trashed", search).then(ranksOf)).toEqual([0]);
      expect(await read("all", search).then(ranksOf)).toEqual([0, 1, 3]);
      const ofTenant = (db: Reader) =>
        db
          .query("docs")
          .withSearchIndex("by_title", (q) => q.search("title", "lamp").eq("tenant", "b"))
          .take(5);
      expect(await read("live", ofTenant).then(ranksOf)).toEqual([3]);
    },
  );

  test("filters where no index has deletedAt", async () => {
    const { read } = await aTable(mixed, "plain");
    expect(await read("live", (db) => db.query("plain").take(2)).then(ranksOf)).toEqual([1, 3]);
    expect(await read("trashed", (db) => db.query("plain").collect()).then(ranksOf)).toEqual([
      0, 2,
    ]);
  });

  test("leaves tables without a trash as they are", async () => {
    const { t, read, ids } = await aTable(mixed, "others");
    for (const scope of ["live", "trashed", "all"] as const) {
      expect(await read(scope, (db) => db.query("others").collect())).toHaveLength(5);
      expect(await read(scope, (db) => db.get(ids[0] as never))).not.toBeNull();
      expect(await read(scope, (db) => db.get("others", ids[0] as never))).not.toBeNull();
    }
    await t.run(async (ctx) => {
      const db = ctx.db as never;
      expect(scopedReader(db, "live", new Map())).toBe(db);
    });
  });
});

describe("a scoped get", () => {
  test("gives rows of its scope, by id alone and with the table, and by db.table", async () => {
    const { read, ids } = await aTable([{}, { deletedAt: 1 }]);
    const [here, gone] = ids as [Doc["_id"], Doc["_id"]];
    const forms: ((db: Reader, id: Doc["_id"]) => Promise<Doc | null>)[] = [
      (db, id) => db.get(id),
      (db, id) => db.get("docs", id),
      (db, id) => (db as unknown as WithTable).table("docs").get(id),
    ];
    for (const get of forms) {
      const found = async (scope: Scope) => [
        (await read(scope, (db) => get(db, here))) !== null,
        (await read(scope, (db) => get(db, gone))) !== null,
      ];
      expect(await found("live")).toEqual([true, false]);
      expect(await found("trashed")).toEqual([false, true]);
      expect(await found("all")).toEqual([true, true]);
    }
  });

  test("costs one read, whatever it finds", async () => {
    const { costOf, ids } = await aTable([{}, { deletedAt: 1 }]);
    for (const id of ids) {
      expect(await costOf("live", (db) => db.get(id as Doc["_id"]))).toEqual({
        docs: 1,
        ranges: 1,
      });
    }
  });
});

describe("db.table", () => {
  test("queries rows of its scope", async () => {
    const { read } = await aTable(mixed);
    const all = (db: Reader) => (db as unknown as WithTable).table("docs").query().collect();
    expect(await read("live", all).then(ranksOf)).toEqual([1, 3, 4]);
  });
});

describe("unguardedDb", () => {
  test("gives what a reader stands for, and anything else back as it is", async () => {
    const { t } = await aTable([]);
    await t.run(async (ctx) => {
      const db = ctx.db as never;
      const live = scopedReader(db, "live", trash);
      expect(unguardedDb(live)).toBe(db);
      expect(unguardedDb(scopedReader(live, "all", trash))).toBe(db);
      expect(unguardedDb(db)).toBe(db);
    });
  });
});

describe("the live and the trashed rows of a query", () => {
  test("are its rows, each in one of the two", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            tenant: fc.constantFrom("a", "b"),
            rank: fc.integer({ min: 0, max: 3 }),
            deletedAt: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
          }),
          { maxLength: 20 },
        ),
        fc.constantFrom(...Object.keys(queries)),
        fc.constantFrom("asc", "desc"),
        async (rows, name, order) => {
          const { read } = await aTable(
            rows.map(({ deletedAt, ...row }) => ({ ...row, ...(deletedAt && { deletedAt }) })),
          );
          const ask = (scope: Scope) =>
            read(scope, (db) => queries[name]!(db).order(order).collect()) as Promise<Doc[]>;
          const all = await ask("all");
          const live = all.filter(({ deletedAt }) => deletedAt === undefined);
          expect(await ask("live")).toEqual(live);
          const trashed = await ask("trashed");
          expect(new Set(trashed.map(({ _id }) => _id))).toEqual(
            new Set(all.filter((row) => !live.includes(row)).map(({ _id }) => _id)),
          );
        },
      ),
      { seed: 11, numRuns: 80 },
    );
  });
});

const aPage = { numItems: 10, cursor: null };

type WithTable = {
  table(name: string): {
    get(id: string): Promise<Doc | null>;
    query(): { collect(): Promise<Doc[]> };
  };
};

function ranks({ page }: { page: Doc[] }): number[] {
  return ranksOf(page);
}

function ranksOf(rows: { rank: number }[]): number[] {
  return rows.map(({ rank }) => rank);
}
