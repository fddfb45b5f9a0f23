import {
  actionGeneric,
  internalMutationGeneric,
  makeFunctionReference,
  mutationGeneric,
  paginationOptsValidator,
  queryGeneric,
  type DataModelFromSchemaDefinition,
  type MutationBuilder,
  type QueryBuilder,
} from "convex/server";
import { ConvexError, v } from "convex/values";
import { tally } from "./api";
import type schema from "./schema";

type DataModel = DataModelFromSchemaDefinition<typeof schema>;
const query = queryGeneric as QueryBuilder<DataModel, "public">;
const mutation = mutationGeneric as MutationBuilder<DataModel, "public">;
const internalMutation = internalMutationGeneric as MutationBuilder<DataModel, "internal">;

/** How often `list` has run, in this process. */
export const runs = { list: 0 };

export const list = query({
  args: {},
  handler: async (ctx) => {
    runs.list += 1;
    const notes = await ctx.db.query("notes").withIndex("by_rank").take(1000);
    return notes.map(({ text }) => text);
  },
});

export const find = query({
  args: { id: v.id("notes") },
  handler: async (ctx, { id }) => (await ctx.db.get("notes", id))?.text ?? null,
});

export const page = query({
  args: { paginationOpts: paginationOptsValidator },
  handler: async (ctx, { paginationOpts }) => {
    const result = await ctx.db.query("notes").withIndex("by_rank").paginate(paginationOpts);
    return { ...result, page: result.page.map(({ text }) => text) };
  },
});

/** Leaves the event loop to others, as few things in a query do. */
async function yieldToOthers(): Promise<void> {
  await crypto.subtle.digest("SHA-256", new Uint8Array(1));
}

/** How many notes there are before a rank; `countFrom` counts the others. */
export const countBelow = query({
  args: { rank: v.number() },
  handler: async (ctx, { rank }) => {
    await yieldToOthers();
    const notes = await ctx.db.query("notes").withIndex("by_rank", (q) => q.lt("rank", rank));
    return (await notes.take(1000)).length;
  },
});

export const countFrom = query({
  args: { rank: v.number() },
  handler: async (ctx, { rank }) => {
    await yieldToOthers();
    const notes = await ctx.db.query("notes").withIndex("by_rank", (q) => q.gte("rank", rank));
    return (await notes.take(1000)).length;
  },
});

export const add = mutation({
  args: { text: v.string(), rank: v.optional(v.number()) },
  returns: v.id("notes"),
  handler: async (ctx, { text, rank = 0 }) => await ctx.db.insert("notes", { text, rank }),
});

export const rename = mutation({
  args: { id: v.id("notes"), text: v.string() },
  returns: v.null(),
  handler: async (ctx, { id, text }) => {
    await ctx.db.patch("notes", id, { text });
    return null;
  },
});

export const move = mutation({
  args: { id: v.id("notes"), rank: v.number() },
  returns: v.null(),
  handler: async (ctx, { id, rank }) => {
    await ctx.db.patch("notes", id, { rank });
    return null;
  },
});

/** Moves a note from one side of rank 0 to the other, and back, and so on. */
export const shuffle = actionGeneric({
  args: { id: v.id("notes"), times: v.number() },
  handler: async (ctx, { id, times }) => {
    const move = makeFunctionReference<"mutation">("notes:move");
    for (let i = 0; i < times; i++) {
      await ctx.runMutation(move, { id, rank: i % 2 === 0 ? 1 : -1 });
      await yieldToOthers();
    }
  },
});

export const purge = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    for (const { _id } of await ctx.db.query("notes").take(1000)) await ctx.db.delete("notes", _id);
    return null;
  },
});

export const refuse = mutation({
  args: { text: v.string() },
  handler: async (ctx, { text }) => {
    await ctx.db.insert("notes", { text, rank: 0 });
    throw new ConvexError({ code: "FORBIDDEN", attempts: 3n });
  },
});

export const refuseToShow = query({
  args: {},
  handler: async () => {
    throw new ConvexError({ code: "FORBIDDEN", attempts: 3n });
  },
});

export const crash = mutation({
  args: {},
  handler: async () => {
    throw new TypeError("a bug");
  },
});

export const shout = actionGeneric({
  args: { text: v.string() },
  handler: async (ctx, { text }): Promise<string> => {
    const add = makeFunctionReference<"mutation">("notes:add");
    await ctx.runMutation(add, { text: text.toUpperCase() });
    return text.toUpperCase();
  },
});

export const whoAmI = query({
  args: {},
  handler: async (ctx) => await ctx.auth.getUserIdentity(),
});

export const whereAmI = mutation({
  args: {},
  handler: async (ctx) => {
    const { ip, userAgent } = await ctx.meta.getRequestMetadata();
    return { ip, userAgent };
  },
});

export const addLater = mutation({
  args: { text: v.string(), inMs: v.number() },
  handler: async (ctx, { text, inMs }) => {
    const add = makeFunctionReference<"mutation">("notes:add");
    return await ctx.scheduler.runAfter(inMs, add, { text });
  },
});

export const crashLater = mutation({
  args: {},
  handler: async (ctx) =>
    await ctx.scheduler.runAfter(0, makeFunctionReference<"mutation">("notes:crash"), {}),
});

/** What `waitLater` waits for. */
export const gate = { open: () => {} };

export const wait = actionGeneric({
  args: {},
  handler: async () => await new Promise<void>((resolve) => (gate.open = resolve)),
});

export const waitLater = mutation({
  args: {},
  handler: async (ctx) =>
    await ctx.scheduler.runAfter(0, makeFunctionReference<"action">("notes:wait"), {}),
});

export const cancel = mutation({
  args: { id: v.id("_scheduled_functions") },
  handler: async (ctx, { id }) => await ctx.scheduler.cancel(id),
});

export const jobState = query({
  args: { id: v.id("_scheduled_functions") },
  handler: async (ctx, { id }) => (await ctx.db.system.get("_scheduled_functions", id))?.state.kind,
});

export const scheduleMany = mutation({
  args: { count: v.number() },
  handler: async (ctx, { count }) => {
    const purge = makeFunctionReference<"mutation">("notes:purge");
    for (let i = 0; i < count; i++) await ctx.scheduler.runAfter(3_600_000, purge, {});
  },
});

export const addStroke = mutation({
  args: { reason: v.string() },
  handler: async (ctx, args) => await ctx.runMutation(tally.strokes.add, args),
});

export const countStrokes = query({
  args: { reason: v.string() },
  handler: async (ctx, args) => await ctx.runQuery(tally.strokes.count, args),
});

export const refuseStroke = mutation({
  args: {},
  handler: async (ctx) => await ctx.runMutation(tally.strokes.refuse, {}),
});

export const pageStrokes = query({
  args: { paginationOpts: paginationOptsValidator },
  handler: async (ctx, args) => await ctx.runQuery(tally.strokes.page, args),
});
