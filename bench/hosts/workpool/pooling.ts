import { Workpool, type WorkpoolComponent } from "@convex-dev/workpool";
import {
  anyApi,
  componentsGeneric,
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

const components = componentsGeneric() as unknown as { workpool: WorkpoolComponent };
const pool = new Workpool(components.workpool, {
  maxParallelism: 50,
  logLevel: "ERROR",
  retryActionsByDefault: true,
});

export const act = internalActionGeneric({ args: {}, handler: async () => await doWork() });
export const change = internalMutationGeneric({ args: {}, handler: async () => doQuickWork() });

type Handler<Kind extends "action" | "mutation"> = FunctionReference<Kind, "internal">;
const { pooling: handlers } = anyApi as unknown as {
  pooling: { act: Handler<"action">; change: Handler<"mutation"> };
};

const args = { runAfter: v.number() };

export const enqueueAction = mutationGeneric({
  args,
  handler: async (ctx, options) => void (await pool.enqueueAction(ctx, handlers.act, {}, options)),
});

export const enqueueMutation = mutationGeneric({
  args,
  handler: async (ctx, options) =>
    void (await pool.enqueueMutation(ctx, handlers.change, {}, options)),
});

export const fill = mutationGeneric({
  args: { count: v.number() },
  handler: async (ctx, { count }) => {
    const list = Array.from({ length: count }, () => ({}));
    await pool.enqueueActionBatch(ctx, handlers.act, list, { runAfter: LATER_MS });
  },
});
