import {
  anyApi,
  componentsGeneric,
  defineSchema,
  internalActionGeneric,
  mutationGeneric,
  paginationOptsValidator,
  queryGeneric,
  type FunctionReference,
} from "convex/server";
import { v } from "convex/values";
import { Platform } from "../../../src/client/index";
import type { ComponentApi } from "../../../src/component/_generated/component";
import { vJobFilter, vStoredStatus, type JobCall } from "../../../src/shared/jobs";
import { doQuickWork, doWork } from "../jobWork";
import { LATER_MS } from "../jobWorld";

export const schema = defineSchema({});

const components = componentsGeneric() as unknown as { platform: ComponentApi };
const DAY_MS = 86_400_000;

const platform = new Platform(components.platform, {
  schema,
  roles: {},
  tables: {},
  queues: {
    capped: { maxParallelism: 2 },
    brief: { timeoutMs: 1_000 },
    long: { timeoutMs: DAY_MS },
    once: { retry: { maxAttempts: 1 } },
  },
});
const { jobs } = platform;
const vQueue = v.union(
  v.literal("default"),
  v.literal("capped"),
  v.literal("brief"),
  v.literal("long"),
  v.literal("once"),
);

// --- Handlers ------------------------------------------------------------------------------------

const vWork = { signs: v.number(), text: v.string() };
type Work = { signs: number; text: string };

export const act = jobs.action({
  args: vWork,
  handler: async ({ job }, { signs }) => {
    for (let i = 0; i < signs; i++) await job.progress(0.5, "Half of it is done.");
    await doWork();
  },
});

export const change = jobs.mutation({ args: vWork, handler: async () => doQuickWork() });

/** No handler of a job: what it runs for hears nothing of it, as when a server is lost. */
export const vanish = internalActionGeneric({ handler: async () => null });

type Handler<Kind extends "action" | "mutation"> = FunctionReference<
  Kind,
  "internal",
  { job: JobCall; args: Work },
  null
>;
const { jobbing: handlers } = anyApi as unknown as {
  jobbing: { act: Handler<"action">; change: Handler<"mutation">; vanish: Handler<"action"> };
};
const vName = v.union(v.literal("act"), v.literal("change"), v.literal("vanish"));

// --- Jobs ----------------------------------------------------------------------------------------

export const enqueue = mutationGeneric({
  args: {
    name: vName,
    queue: v.optional(vQueue),
    delayMs: v.optional(v.number()),
    signs: v.number(),
    bytes: v.number(),
  },
  handler: async (ctx, { name, queue = "default", delayMs, signs, bytes }) => {
    const work = { signs, text: "x".repeat(bytes) };
    const options = { queue, ...(delayMs !== undefined && { delayMs }) };
    return await jobs.enqueue(ctx, handlers[name], work, options);
  },
});

/** Jobs that are due at once, or wait for a slot. */
export const enqueueMany = mutationGeneric({
  args: { name: vName, queue: vQueue, count: v.number() },
  handler: async (ctx, { name, queue, count }) => {
    const list = Array.from({ length: count }, () => ({ signs: 0, text: "" }));
    await jobs.enqueueMany(ctx, handlers[name], list, { queue });
  },
});

/** Jobs that wait for their time, one after the other. They are a batch. */
export const fill = mutationGeneric({
  args: { name: vName, from: v.number(), count: v.number() },
  handler: async (ctx, { name, from, count }) => {
    const list = Array.from({ length: count }, () => ({ signs: 0, text: "" }));
    const each = (_args: Work, place: number) => ({ delayMs: LATER_MS + from + place });
    const { id } = await jobs.batch(ctx, handlers[name], list, { each });
    return id;
  },
});

export const list = queryGeneric({
  args: { filter: vJobFilter, paginationOpts: paginationOptsValidator },
  handler: async (ctx, { filter, paginationOpts }) => {
    const { queue, ...others } = filter;
    const inQueue = queue === undefined ? {} : { queue: "default" as const };
    return await jobs.list(ctx, { ...others, ...inQueue, paginationOpts });
  },
});

export const count = queryGeneric({
  args: { status: vStoredStatus, max: v.number() },
  handler: async (ctx, which) => await jobs.count(ctx, which),
});
