import {
  anyApi,
  defineSchema,
  internalActionGeneric,
  internalMutationGeneric,
  mutationGeneric,
  type FunctionReference,
} from "convex/server";
import { v } from "convex/values";
import { doQuickWork, doWork } from "../jobWork";
import { LATER_MS } from "../jobWorld";

export const schema = defineSchema({});

export const act = internalActionGeneric({ args: {}, handler: async () => await doWork() });
export const change = internalMutationGeneric({ args: {}, handler: async () => doQuickWork() });

type Handler<Kind extends "action" | "mutation"> = FunctionReference<Kind, "internal">;
const { scheduling: handlers } = anyApi as unknown as {
  scheduling: { act: Handler<"action">; change: Handler<"mutation"> };
};

export const enqueue = mutationGeneric({
  args: { name: v.union(v.literal("act"), v.literal("change")), delayMs: v.number() },
  handler: async (ctx, { name, delayMs }) =>
    void (await ctx.scheduler.runAfter(delayMs, handlers[name])),
});

export const fill = mutationGeneric({
  args: { count: v.number() },
  handler: async (ctx, { count }) => {
    for (let i = 0; i < count; i++) await ctx.scheduler.runAfter(LATER_MS, handlers.act);
  },
});
