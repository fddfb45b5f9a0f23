import { convexTest } from "convex-test";
import {
  defineSchema,
  defineTable,
  makeFunctionReference,
  type DataModelFromSchemaDefinition,
} from "convex/server";
import { v } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Builders } from "../../src/client/guards/functions.js";
import { Platform } from "../../src/client/index.js";
import { softDeleteFields } from "../../src/shared/softDelete.js";
import { register } from "../../src/test.js";
import { component, NOON } from "../factories.js";
import { generated } from "./guardedHost.js";

/** A host whose tables have all that the platform keeps in rows by itself. */
const schema = defineSchema({
  invoices: defineTable({
    number: v.string(),
    note: v.optional(v.string()),
    cache: v.optional(v.number()),
    createdAt: v.number(),
    createdBy: v.string(),
    updatedAt: v.number(),
    updatedBy: v.string(),
    ...softDeleteFields,
  }),
  lines: defineTable({ invoiceId: v.id("invoices"), note: v.optional(v.string()) }),
});
type DataModel = DataModelFromSchemaDefinition<typeof schema>;

const platform = new Platform(component, {
  schema,
  tables: {
    invoices: { stamps: true, softDelete: {}, audit: { ignore: ["cache"] } },
    lines: { partOf: { table: "invoices", field: "invoiceId" } },
  },
});
const { mutation } = platform.functions(generated as unknown as Builders<DataModel>);

const functions = {
  create: mutation({
    args: {},
    permission: "public",
    handler: async (ctx) => {
      const invoiceId = await ctx.db.insert("invoices", { number: "1", cache: 1 });
      return await ctx.db.insert("lines", { invoiceId, note: "two of them" });
    },
  }),
  editLine: mutation({
    args: { id: v.id("lines") },
    permission: "public",
    handler: async (ctx, { id }) => await ctx.db.patch("lines", id, { note: undefined }),
  }),
};
const create = makeFunctionReference<"mutation">("host:create");
const editLine = makeFunctionReference<"mutation">("host:editLine");

function aHost() {
  const t = convexTest({
    schema,
    modules: { "./_generated/api.js": async () => ({}), "./host.ts": async () => functions },
    transactionLimits: true,
  });
  register(t);
  return t;
}

async function revertOf(t: ReturnType<typeof aHost>, action: string) {
  return await t.query(async (ctx) => {
    const { page } = await platform.auditLogs.list(ctx, { action });
    return await platform.auditLogs.revert(ctx, page[0]!.id);
  });
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("revert", () => {
  test("leaves a row that the entry created to be removed, whatever the platform keeps in it", async () => {
    const t = aHost();
    await t.mutation(create, {});
    await expect(revertOf(t, "invoices.created")).rejects.toMatchObject({
      data: { code: "INVALID_STATE", message: expect.stringContaining("created the document") },
    });
    await t.run(async (ctx) => {
      const invoice = await ctx.db.query("invoices").first();
      await ctx.db.patch(invoice!._id, { deletedAt: NOON });
    });
    await expect(revertOf(t, "invoices.created")).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
  });

  test("gives nobody the changes of a part as a patch of the whole", async () => {
    const t = aHost();
    const id = (await t.mutation(create, {})) as string;
    await t.mutation(editLine, { id });
    // The invoice has a note too, and none just like the line: nothing else tells them apart.
    await expect(revertOf(t, "lines.updated")).rejects.toMatchObject({
      data: { code: "INVALID_STATE", details: { table: "lines", id } },
    });
  });
});
