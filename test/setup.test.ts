import { convexTest } from "convex-test";
import { defineSchema, defineTable, makeFunctionReference, queryGeneric } from "convex/server";
import { v } from "convex/values";
import { describe, expect, test } from "vitest";

const schema = defineSchema({ rows: defineTable({ n: v.number() }) });
const firstPage = queryGeneric({
  args: {},
  returns: v.any(),
  handler: async (ctx) => await ctx.db.query("rows").paginate({ numItems: 1, cursor: null }),
});
const reference = makeFunctionReference<"query">("rows:firstPage");
const modules = {
  "./_generated/api.js": async () => ({}),
  "./rows.ts": async () => ({ firstPage }),
};

describe("the guard over convex-test", () => {
  test("lets an app paginate", async () => {
    expect(await convexTest({ schema, modules }).query(reference, {})).toMatchObject({ page: [] });
  });

  test("refuses `.paginate()` inside a component, as a deployment does", async () => {
    const t = convexTest({ modules: { "./_generated/api.js": async () => ({}) } });
    t.registerComponent("child", schema, modules);
    const call = t.query(async (ctx) => {
      const child = {
        [Symbol.for("toReferencePath")]: "_reference/childComponent/child/rows/firstPage",
      };
      return await ctx.runQuery(child as unknown as typeof reference, {});
    });
    await expect(call).rejects.toThrow("paginate() is only supported in the app.");
  });
});
