import {
  defineSchema,
  defineTable,
  makeFunctionReference,
  type DataModelFromSchemaDefinition,
  type GenericMutationCtx,
  type MutationBuilder,
} from "convex/server";
import { v } from "convex/values";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openWorld } from "../../bench/instrument";
import { Platform } from "../../src/client/index.js";
import { live, softDeleteFields } from "../../src/shared/softDelete.js";
import { register } from "../../src/test.js";
import { component } from "../factories.js";
import { generated } from "./guardedHost.js";
import { narrowed, withRoomFor } from "./trashHost.js";
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
  /** Goes along with its badge; its post has to stay for it. */
  awards: defineTable({
    badgeId: v.id("badges"),
    postId: v.id("posts"),
    ...softDeleteFields,
  })
    .index("by_badge", live(["badgeId"]))
    .index("by_post", live(["postId"])),
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
    posts: {
      softDelete: {
        cascade: [
          takes("comments", "by_about"),
          { table: "awards", index: "by_post", onDelete: "restrict" },
        ],
      },
    },
    badges: {
      softDelete: { cascade: [takes("comments", "by_about"), takes("awards", "by_badge")] },
    },
    comments: { softDelete: {} },
    awards: { softDelete: {} },
  },
});

/** A host in whose mutations anything can be done. */
function aHost() {
  withRoomFor(Infinity);
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  let work: (ctx: Ctx) => Promise<unknown>;
  const mutation = narrowed(generated.mutation) as MutationBuilder<DataModel, "public">;
  const internalMutation = narrowed(generated.internalMutation) as InternalBuilder;
  const play = mutation({ args: {}, handler: async (ctx) => await work(ctx) });
  const t = openWorld(schema, {
    host: async () => ({ play }),
    trash: async () => trash.chores({ internalMutation }),
  });
  register(t);
  const run = async <Result>(handler: (ctx: Ctx) => Promise<Result>): Promise<Result> => {
    work = handler;
    return (await t.mutation(makeFunctionReference<"mutation">("host:play"), {})) as Result;
  };
  /** Lets operations under way come to their end. */
  const settle = () => t.finishAllScheduledFunctions(() => vi.runOnlyPendingTimers(), 1_000);
  return { run, settle };
}
type InternalBuilder = MutationBuilder<DataModel, "internal">;

afterEach(() => void vi.useRealTimers());

const PARENT_DELETED = refused("CONFLICT", { reason: "PARENT_DELETED" });

describe("restore", () => {
  test("waits for a parent of a row that its operation only detached", async () => {
    const { run } = aHost();
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
    const { run } = aHost();
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
    const { run } = aHost();
    const id = await run((ctx) => ctx.db.insert("badges", { wearer: "somebody from outside" }));
    const { operationId } = await run((ctx) => trash.softDelete(ctx, "badges", id));
    expect(await run((ctx) => trash.restore(ctx, operationId!))).toMatchObject({ isDone: true });
  });

  test("takes a key that may hold ids of two tables for one parent", async () => {
    const { run } = aHost();
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

describe("softDelete in many steps", () => {
  test("is not refused for a row that goes along with one that is met later", async () => {
    const { run, settle } = aHost();
    const teamId = await run(async (ctx) => {
      const teamId = await ctx.db.insert("teams", {});
      for (let i = 0; i < 4; i++) {
        const postId = await ctx.db.insert("posts", { teamId });
        const badgeId = await ctx.db.insert("badges", { teamId });
        await ctx.db.insert("awards", { postId, badgeId });
      }
      return teamId;
    });
    withRoomFor(3);
    const { operationId } = await run((ctx) => trash.softDelete(ctx, "teams", teamId));
    await settle();
    expect(await run((ctx) => trash.get(ctx, operationId!))).toMatchObject({
      state: "trashed",
      taken: { posts: 4, badges: 4, awards: 4 },
    });
  });

  test("is refused for a row that could have gone along, and did not", async () => {
    const { run, settle } = aHost();
    const postId = await run(async (ctx) => {
      const teamId = await ctx.db.insert("teams", {});
      const postId = await ctx.db.insert("posts", { teamId });
      for (let i = 0; i < 30; i++) await ctx.db.insert("comments", { teamId, about: postId });
      await ctx.db.insert("awards", { postId, badgeId: await ctx.db.insert("badges", {}) });
      return postId;
    });
    withRoomFor(3);
    const { operationId } = await run((ctx) => trash.softDelete(ctx, "posts", postId));
    await settle();
    expect(await run((ctx) => trash.get(ctx, operationId!))).toMatchObject({ state: "restored" });
    const comments = await run((ctx) => ctx.db.query("comments").collect());
    expect(comments.filter(({ deletedAt }) => deletedAt === undefined)).toHaveLength(30);
  });
});
