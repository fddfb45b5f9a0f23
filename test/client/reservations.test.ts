import { convexTest } from "convex-test";
import {
  defineSchema,
  defineTable,
  type DataModelFromSchemaDefinition,
  type GenericMutationCtx,
} from "convex/server";
import { v, type GenericId } from "convex/values";
import { describe, expect, test } from "vitest";
import { scopedReader } from "../../src/client/guards/scopedReads.js";
import { findTaken, reserve } from "../../src/client/reservations.js";
import { readTrashTables, type Schema } from "../../src/client/tableChecks.js";
import { live, softDeleteFields } from "../../src/shared/validators.js";

const schema = defineSchema({
  teams: defineTable({
    tenant: v.string(),
    slug: v.optional(v.union(v.string(), v.null())),
    address: v.optional(v.object({ city: v.string() })),
    ...softDeleteFields,
  })
    .index("by_slug", live(["tenant", "slug"]))
    .index("by_city", live(["address.city"]))
    .index("by_tenant", live(["tenant"])),
});
type DataModel = DataModelFromSchemaDefinition<typeof schema>;
type Ctx = GenericMutationCtx<DataModel>;
type Id = GenericId<"teams">;
type Team = {
  tenant?: string;
  slug?: string | null;
  address?: { city: string };
  deletedAt?: number;
};

const tables = readTrashTables(
  { teams: { softDelete: { unique: ["by_slug", "by_city"] } } },
  schema as unknown as Schema,
);

async function aHost(teams: Team[]) {
  const t = convexTest({
    schema,
    modules: { "./_generated/api.js": async () => ({}) },
    transactionLimits: true,
  });
  const ids = await t.run(async (ctx) => {
    const ids: Id[] = [];
    for (const team of teams) ids.push(await ctx.db.insert("teams", { tenant: "a", ...team }));
    return ids;
  });
  const ask = (slug: string, except?: Id, tenant = "a") =>
    t.run((ctx) =>
      reserve<DataModel, "teams", "by_slug">(
        ctx as Ctx,
        tables,
        "teams",
        "by_slug",
        { tenant, slug },
        except && { except },
      ),
    );
  const takenFrom = (id: Id) =>
    t.run(async (ctx) => findTaken(ctx.db, tables, "teams", (await ctx.db.get("teams", id))!));
  return { t, ids, ask, takenFrom };
}

describe("reserve", () => {
  test("says yes where nobody has the values, and reads nothing for it", async () => {
    const { t, ask } = await aHost([{ slug: "red" }, { slug: "blue", tenant: "b" }]);
    expect(await ask("blue")).toEqual({ trashed: null });
    const used = await t.run(async (ctx) => {
      const values = { tenant: "a", slug: "green" };
      await reserve<DataModel, "teams", "by_slug">(ctx as Ctx, tables, "teams", "by_slug", values);
      return await ctx.meta.getTransactionMetrics();
    });
    expect(used.documentsRead.used).toBe(0);
  });

  test("refuses what a live row has, and says which", async () => {
    const { ask, ids } = await aHost([{ slug: "red", deletedAt: 1 }, { slug: "red" }]);
    await expect(ask("red")).rejects.toMatchObject({
      data: {
        code: "CONFLICT",
        details: { reason: "UNIQUE_TAKEN", table: "teams", id: ids[1] },
      },
    });
  });

  test("tells of who had it and is in the trash, of several the newest there", async () => {
    const { ask, ids } = await aHost([
      { slug: "red", deletedAt: 9 },
      { slug: "red", deletedAt: 3 },
    ]);
    expect((await ask("red")).trashed?._id).toBe(ids[0]);
  });

  test("leaves the row alone that is about to be changed, and no other", async () => {
    const { ask, ids } = await aHost([{ slug: "red" }, { slug: "blue" }]);
    expect(await ask("red", ids[0])).toEqual({ trashed: null });
    await expect(ask("red", ids[1])).rejects.toMatchObject({ data: { code: "CONFLICT" } });
  });

  test("finds two that have it already, whichever of them is excepted", async () => {
    const { ask, ids } = await aHost([{ slug: "red" }, { slug: "red" }]);
    for (const id of ids) {
      await expect(ask("red", id)).rejects.toMatchObject({ data: { code: "CONFLICT" } });
    }
  });

  test("sees what is in the trash through a guarded ctx.db", async () => {
    const { t, ids } = await aHost([{ slug: "red", deletedAt: 9 }]);
    const found = await t.run(async (ctx) => {
      const db = scopedReader(ctx.db as never, "live", tables) as unknown as Ctx["db"];
      return await reserve<DataModel, "teams", "by_slug">({ db }, tables, "teams", "by_slug", {
        tenant: "a",
        slug: "red",
      });
    });
    expect(found.trashed?._id).toBe(ids[0]);
  });

  test("asks for every value of the index", async () => {
    const { t } = await aHost([]);
    const values = { tenant: "a", slug: null } as unknown as { tenant: string; slug: string };
    await expect(
      t.run((ctx) =>
        reserve<DataModel, "teams", "by_slug">(ctx as Ctx, tables, "teams", "by_slug", values),
      ),
    ).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { slug: { code: "required" } } },
    });
  });

  test("keeps to indexes that restores keep to as well", async () => {
    const { t } = await aHost([]);
    await expect(
      t.run((ctx) =>
        reserve<DataModel, "teams", "by_tenant">(ctx as Ctx, tables, "teams", "by_tenant", {
          tenant: "a",
        }),
      ),
    ).rejects.toMatchObject({
      data: {
        code: "NOT_CONFIGURED",
        message: expect.stringContaining('unique: ["by_slug", "by_city", "by_tenant"]'),
      },
    });
  });
});

describe("findTaken", () => {
  test("names each index whose values a live row has by now", async () => {
    const team = { slug: "red", address: { city: "Kyiv" } };
    const { takenFrom, ids } = await aHost([{ ...team, deletedAt: 1 }, team]);
    const holder = { table: "teams", id: ids[1] };
    expect(await takenFrom(ids[0]!)).toEqual([
      { index: "by_slug", holder },
      { index: "by_city", holder },
    ]);
  });

  test("finds nothing where the values are free, in the trash, of others, or not there", async () => {
    const { takenFrom, ids } = await aHost([
      { slug: "red", deletedAt: 1 },
      { slug: "red", deletedAt: 2 },
      { slug: "red", tenant: "b" },
      { slug: null, deletedAt: 3 },
      { slug: null },
      { deletedAt: 4 },
      {},
    ]);
    for (const id of [ids[0]!, ids[3]!, ids[5]!]) expect(await takenFrom(id)).toEqual([]);
  });

  test("does not take a row for its own rival", async () => {
    const { takenFrom, ids } = await aHost([{ slug: "red" }]);
    expect(await takenFrom(ids[0]!)).toEqual([]);
  });
});
