import {
  internalMutationGeneric,
  mutationGeneric,
  paginationOptsValidator,
  queryGeneric,
} from "convex/server";
import { ConvexError, v } from "convex/values";

export const add = mutationGeneric({
  args: { reason: v.string() },
  returns: v.null(),
  handler: async (ctx, { reason }) => {
    await ctx.db.insert("notes", { reason });
    return null;
  },
});

export const count = queryGeneric({
  args: { reason: v.string() },
  returns: v.number(),
  handler: async (ctx, { reason }) => {
    const strokes = await ctx.db.query("notes").take(1000);
    return strokes.filter((stroke) => stroke.reason === reason).length;
  },
});

export const refuse = mutationGeneric({
  args: {},
  returns: v.null(),
  handler: async () => {
    throw new ConvexError({ code: "FULL" });
  },
});

export const page = queryGeneric({
  args: { paginationOpts: paginationOptsValidator },
  handler: async (ctx, { paginationOpts }) => await ctx.db.query("notes").paginate(paginationOpts),
});

export const tick = internalMutationGeneric({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await ctx.db.insert("notes", { reason: "cron" });
    return null;
  },
});
