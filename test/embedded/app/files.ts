import { mutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";

export const place = mutationGeneric({
  args: {},
  handler: async (ctx) => await ctx.storage.generateUploadUrl(),
});

export const address = queryGeneric({
  args: { id: v.id("_storage") },
  handler: async (ctx, { id }) => await ctx.storage.getUrl(id),
});

export const contentType = queryGeneric({
  args: { id: v.id("_storage") },
  handler: async (ctx, { id }) => (await ctx.db.system.get("_storage", id))?.contentType,
});

export const remove = mutationGeneric({
  args: { id: v.id("_storage") },
  handler: async (ctx, { id }) => await ctx.storage.delete(id),
});
