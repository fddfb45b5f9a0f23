import { paginationOptsValidator } from "convex/server";
import { describe, expect, test } from "vitest";
import { Guards } from "../../src/client/guards/index.js";
import { component } from "../factories.js";
import { aGuardedHost, generated, guards, host, schema } from "./guardedHost.js";

/** What guarded functions see of a table with live rows and one in the trash. */

type QueryCtx = Parameters<Parameters<typeof guards.query>[0]["handler"]>[0];

const platform = new Guards(component, {
  schema,
  tables: { invoices: { softDelete: {} } },
  ip: "off",
  findProfile: async () => null,
});

/** Titles by every way to read, as `ctx` gives them. */
async function titlesOf(ctx: Pick<QueryCtx, "db" | "scope" | "load">) {
  const rows = async (db: QueryCtx["db"]) => {
    const found = await db
      .query("invoices")
      .withIndex("by_status", (q) => q.eq("status", "sent"))
      .collect();
    return found.map(({ title }) => title);
  };
  return {
    db: await rows(ctx.db),
    trashed: await rows(ctx.scope("trashed")),
    all: await rows(ctx.scope("all")),
  };
}

const functions = {
  query: guards.query({ args: {}, permission: "public", handler: (ctx) => titlesOf(ctx) }),
  mutation: guards.mutation({ args: {}, permission: "public", handler: (ctx) => titlesOf(ctx) }),
  queryAccess: guards.query({
    args: {},
    permission: "public",
    access: (ctx) => titlesOf(ctx),
    handler: async (_ctx, _args, titles) => titles,
  }),
  mutationAccess: guards.mutation({
    args: {},
    permission: "public",
    access: (ctx) => titlesOf(ctx),
    handler: async (_ctx, _args, titles) => titles,
  }),
  page: guards.query({
    args: { paginationOpts: paginationOptsValidator },
    permission: "public",
    handler: async (ctx, { paginationOpts }) => {
      const sent = {
        table: "invoices",
        index: "by_status",
        eq: { status: "sent" },
        paginationOpts,
      } as const;
      const titles = async (given: { db: QueryCtx["db"] }, scope?: "trashed") => {
        const { page } = await platform.paginate(given, { ...sent, ...(scope && { scope }) });
        return page.map(({ title }) => title);
      };
      return [
        await titles(ctx),
        await titles(ctx, "trashed"),
        await titles({ db: ctx.scope("trashed") }),
      ];
    },
  }),
};

async function aHostWithTrash() {
  const t = aGuardedHost(functions);
  await t.run(async (ctx) => {
    const row = { ownerId: "ann", status: "sent" };
    await ctx.db.insert("invoices", { ...row, title: "gone", deletedAt: 1 });
    await ctx.db.insert("invoices", { ...row, title: "here" });
  });
  return t;
}

describe("guarded functions", () => {
  const seen = { db: ["here"], trashed: ["gone"], all: ["here", "gone"] };

  test("see live rows only, and others when they ask", async () => {
    const t = await aHostWithTrash();
    expect(await t.query(host("query", "query"), {})).toEqual(seen);
    expect(await t.mutation(host("mutation", "mutation"), {})).toEqual(seen);
  });

  test("see no more in access", async () => {
    const t = await aHostWithTrash();
    expect(await t.query(host("query", "queryAccess"), {})).toEqual(seen);
    expect(await t.mutation(host("mutation", "mutationAccess"), {})).toEqual(seen);
  });

  test("page through the scope they ask for", async () => {
    const t = await aHostWithTrash();
    const paginationOpts = { numItems: 9, cursor: null };
    expect(await t.query(host("query", "page"), { paginationOpts } as never)).toEqual([
      ["here"],
      ["gone"],
      ["gone"],
    ]);
  });

  test("get the host's own ctx.db where nothing goes to the trash", async () => {
    const { query } = new Guards(component, {
      schema,
      tables: { invoices: {} },
      ip: "off",
      findProfile: async () => null,
    }).functions(generated);
    const t = aGuardedHost({
      ...functions,
      isOwn: query({
        args: {},
        permission: "public",
        handler: async (ctx) => ctx.db === ctx.scope("all"),
      }),
    });
    expect(await t.query(host("query", "isOwn"), {})).toBe(true);
  });
});
