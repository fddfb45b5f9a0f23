import { ActionRetrier } from "@convex-dev/action-retrier";
import {
  anyApi,
  componentsGeneric,
  defineSchema,
  internalActionGeneric,
  mutationGeneric,
  type FunctionReference,
} from "convex/server";
import { v } from "convex/values";
import { doWork } from "../jobWork";
import { LATER_MS } from "../jobWorld";

export const schema = defineSchema({});

const components = componentsGeneric() as unknown as {
  actionRetrier: ConstructorParameters<typeof ActionRetrier>[0];
};
const retrier = new ActionRetrier(components.actionRetrier, { logLevel: "ERROR" });

export const act = internalActionGeneric({ args: {}, handler: async () => await doWork() });

const { retrying: handlers } = anyApi as unknown as {
  retrying: { act: FunctionReference<"action", "internal"> };
};

export const enqueue = mutationGeneric({
  args: { runAfter: v.number() },
  handler: async (ctx, { runAfter }) => void (await retrier.runAfter(ctx, runAfter, handlers.act)),
});

export const fill = mutationGeneric({
  args: { count: v.number() },
  handler: async (ctx, { count }) => {
    for (let i = 0; i < count; i++) await retrier.runAfter(ctx, LATER_MS, handlers.act);
  },
});
