import {
  defineSchema,
  defineTable,
  makeFunctionReference,
  type DataModelFromSchemaDefinition,
  type GenericMutationCtx,
  type MutationBuilder,
} from "convex/server";
import { v } from "convex/values";
import { describe, expect, test } from "vitest";
import { openWorld } from "../../bench/instrument";
import { Platform } from "../../src/client/index.js";
import { live, softDeleteFields } from "../../src/shared/softDelete.js";
import { register } from "../../src/test.js";
import { component } from "../factories.js";
import { generated } from "./guardedHost.js";
import { refused } from "./trashWorlds.js";

/** Rows that depend on each other in ways that few hosts have. */

const schema = defineSchema({
  /** Takes posts, badges and comments along, and lets go of its people. */
  teams: defineTable({ leadId: v.optional(v.id("people")), ...softDeleteFields }).index(
    "by_lead",
    live(["leadId"]),
  ),
  /** Take along what they lead and wear. */
  people: defineTable({ teamId: v.optional(v.id("teams")), ...softDeleteFields }).index(
    "by_team",
    live(["teamId"]),
  ),
  badges: defineTable({
    teamId: v.optional(v.id("teams")),
    /** Whoever wears it: a person, or the name of somebody from outside. */
    wearer: v.optional(v.string()),
    ...softDeleteFields,
  })
    .index("by_team", live(["teamId"]))
    .index("by_wearer", live(["wearer"])),
  posts: defineTable({ teamId: v.id("teams"), ...softDeleteFields }).index(
    "by_team",
    live(["teamId"]),
  ),
  /** About a post or a badge. */
  comments: defineTable({
    teamId: v.id("teams"),
    about: v.union(v.id("posts"), v.id("badges")),
    ...softDeleteFields,
  })
    .index("by_team", live(["teamId"]))
    .index("by_about", live(["about"])),
});
type DataModel = DataModelFromSchemaDefinition<typeof schema>;
type Ctx = GenericMutationCtx<DataModel>;

const takes = <Table extends string, Index extends string>(table: Table, index: Index) =>
  ({ table, index, onDelete: "cascade" }) as const;

const { trash } = new Platform(component, {
  schema,
  tables: {
    teams: {
      softDelete: {
        cascade: [
          takes("comments", "by_team"),
          takes("posts", "by_team"),
          takes("badges", "by_team"),
          { table: "people", index: "by_team", onDelete: "detach" },
        ],
      },
    },
    people: { softDelete: { cascade: [takes("badges", "by_wearer"), takes("teams", "by_lead")] } },
    posts: { softDelete: { cascade: [takes("comments", "by_about")] } },
    badges: { softDelete: { cascade: [takes("comments", "by_about")] } },
    comments: { softDelete: {} },
  },
});

/** A host in whose mutations anything can be done. */
function aHost() {
  let work: (ctx: Ctx) => Promise<unknown>;
  const builder = generated.mutation as unknown as MutationBuilder<DataModel, "public">;
  const play = builder({ args: {}, handler: async (ctx) => await work(ctx) });
  const t = openWorld(schema, { host: async () => ({ play }) });
  register(t);
  return async <Result>(handler: (ctx: Ctx) => Promise<Result>): Promise<Result> => {
    work = handler;
    return (await t.mutation(makeFunctionReference<"mutation">("host:play"), {})) as Result;
  };
}

const PARENT_DELETED = refused("CONFLICT", { reason: "PARENT_DELETED" });

describe("restore", () => {
  test("waits for a parent of a row that its operation only detached", async () => {
    const run = aHost();
    const { teamId, personId } = await run(async (ctx) => {
      const teamId = await ctx.db.insert("teams", {});
      const personId = await ctx.db.insert("people", { teamId });
      await ctx.db.insert("badges", { teamId, wearer: personId });
      return { teamId, personId };
    });
    const team = await run((ctx) => trash.softDelete(ctx, "teams", teamId));
    const person = await run((ctx) => trash.softDelete(ctx, "people", personId));
    await expect(run((ctx) => trash.restore(ctx, team.operationId!))).rejects.toMatchObject(
      PARENT_DELETED,
    );
    await run((ctx) => trash.restore(ctx, person.operationId!));
    await run((ctx) => trash.restore(ctx, team.operationId!));
    expect(await run((ctx) => ctx.db.get(personId))).toMatchObject({ teamId });
  });

  test("waits for a parent of its root that its operation only detached", async () => {
    const run = aHost();
    const { teamId, leadId } = await run(async (ctx) => {
      const leadId = await ctx.db.insert("people", {});
      const teamId = await ctx.db.insert("teams", { leadId });
      await ctx.db.patch(leadId, { teamId });
      return { teamId, leadId };
    });
    const team = await run((ctx) => trash.softDelete(ctx, "teams", teamId));
    await run((ctx) => trash.softDelete(ctx, "people", leadId));
    await expect(run((ctx) => trash.restore(ctx, team.operationId!))).rejects.toMatchObject(
      PARENT_DELETED,
    );
  });

  test("does not wait for what a key names that is no id", async () => {
    const run = aHost();
    const id = await run((ctx) => ctx.db.insert("badges", { wearer: "somebody from outside" }));
    const { operationId } = await run((ctx) => trash.softDelete(ctx, "badges", id));
    expect(await run((ctx) => trash.restore(ctx, operationId!))).toMatchObject({ isDone: true });
  });

  test("takes a key that may hold ids of two tables for one parent", async () => {
    const run = aHost();
    const teamId = await run(async (ctx) => {
      const teamId = await ctx.db.insert("teams", {});
      const about = await ctx.db.insert("posts", { teamId });
      await ctx.db.insert("comments", { teamId, about });
      return teamId;
    });
    const { operationId, ...removed } = await run((ctx) => trash.softDelete(ctx, "teams", teamId));
    expect(removed).toMatchObject({ taken: { posts: 1, comments: 1 } });
    expect(await run((ctx) => trash.restore(ctx, operationId!))).toMatchObject({ isDone: true });
  });
});
