import {
  defineSchema,
  defineTable,
  internalMutationGeneric,
  type ApiFromModules,
  type FilterApi,
  type FunctionReference,
  type GenericActionCtx,
  type GenericDataModel,
  type GenericMutationCtx,
  type GenericQueryCtx,
} from "convex/server";
import { v, type GenericId } from "convex/values";
import { assertType, describe, expectTypeOf, test } from "vitest";
import {
  Platform,
  type Actor,
  type Batch,
  type Job,
  type JobArgs,
  type RunningJob,
} from "../../src/client/index.js";
import { vBatchEnd } from "../../src/shared/jobBatches.js";
import { vJobEnd } from "../../src/shared/jobs.js";
import { component } from "../factories.js";

const schema = defineSchema({
  invoices: defineTable({ title: v.string(), amount: v.number() }),
});
const platform = new Platform(component, {
  schema,
  roles: { editor: { can: ["invoices.update"] } },
  actions: { "invoices.sent": {} },
  queues: { mail: { maxParallelism: 3 }, reports: { retry: { maxAttempts: 5 } } },
});
const { jobs } = platform;

/** A file of the host. */
const file = {
  build: jobs.action({
    args: { month: v.string(), copies: v.optional(v.number()) },
    handler: async () => "done",
  }),
  close: jobs.mutation({ args: { id: v.id("invoices") }, handler: async () => null }),
  plain: internalMutationGeneric({ args: { month: v.string() }, handler: async () => null }),
  onEnd: internalMutationGeneric({ args: vJobEnd, handler: async () => null }),
  onBatchEnd: internalMutationGeneric({ args: vBatchEnd, handler: async () => null }),
};
type Api = FilterApi<
  ApiFromModules<{ reports: typeof file }>,
  FunctionReference<"action" | "mutation", "internal">
>;
declare const internal: Api;
declare const ctx: GenericMutationCtx<GenericDataModel>;
declare const actionCtx: GenericActionCtx<GenericDataModel>;
declare const queryCtx: GenericQueryCtx<GenericDataModel>;
declare const id: GenericId<"invoices">;
const { reports } = internal;

describe("queues", () => {
  test("know their options", () => {
    // @ts-expect-error misspelt
    assertType(new Platform(component, { queues: { mail: { maxParalelism: 3 } } }));
    // @ts-expect-error misspelt
    assertType(new Platform(component, { queues: { mail: { retry: { attempts: 3 } } } }));
    assertType(new Platform(component, { queues: { mail: {} } }));
  });

  test("are known by name", () => {
    assertType(jobs.enqueue(ctx, reports.build, { month: "5" }, { queue: "mail" }));
    assertType(jobs.enqueue(ctx, reports.build, { month: "5" }, { queue: "default" }));
    // @ts-expect-error there is no queue "mial"
    assertType(jobs.enqueue(ctx, reports.build, { month: "5" }, { queue: "mial" }));
    // @ts-expect-error there is no queue "mial"
    assertType(jobs.pause(ctx, "mial"));
    // @ts-expect-error there is no queue "mial"
    assertType(jobs.list(queryCtx, { queue: "mial" }));
    assertType(jobs.redrive(ctx, { queue: "mail", code: "NO_ADDRESS" }));
    // @ts-expect-error there is no queue "mial"
    assertType(jobs.redrive(ctx, { queue: "mial" }));
  });

  test("are the default one alone where none is declared", () => {
    const bare = new Platform(component);
    assertType(bare.jobs.enqueue(ctx, reports.build, { month: "5" }, { queue: "default" }));
    // @ts-expect-error there is no queue "mail"
    assertType(bare.jobs.enqueue(ctx, reports.build, { month: "5" }, { queue: "mail" }));
  });
});

describe("enqueue", () => {
  test("takes what the handler takes", () => {
    expectTypeOf<JobArgs<typeof reports.build>>().toEqualTypeOf<{
      month: string;
      copies?: number;
    }>();
    assertType(jobs.enqueue(ctx, reports.build, { month: "5", copies: 2 }));
    assertType(jobs.enqueue(ctx, reports.close, { id }));
    // @ts-expect-error no month
    assertType(jobs.enqueue(ctx, reports.build, {}));
    // @ts-expect-error a month is a text
    assertType(jobs.enqueue(ctx, reports.build, { month: 5 }));
    // @ts-expect-error no such argument
    assertType(jobs.enqueue(ctx, reports.build, { month: "5", copeis: 2 }));
    // @ts-expect-error not the id of an invoice
    assertType(jobs.enqueue(ctx, reports.close, { id: "1" }));
  });

  test("takes handlers of jobs only", () => {
    // @ts-expect-error an internal mutation of the host's own
    assertType(jobs.enqueue(ctx, reports.plain, { month: "5" }));
    // @ts-expect-error the definition instead of its reference
    assertType(jobs.enqueue(ctx, file.build, { month: "5" }));
  });

  test("works in mutations and actions, and not in queries", () => {
    expectTypeOf(jobs.enqueue(actionCtx, reports.build, { month: "5" })).resolves.toBeString();
    // @ts-expect-error a query cannot write
    assertType(jobs.enqueue(queryCtx, reports.build, { month: "5" }));
  });

  test("knows its options", () => {
    assertType(
      jobs.enqueue(
        ctx,
        reports.build,
        { month: "5" },
        { key: "a", onConflict: "replace", onComplete: reports.onEnd, context: { n: 1 } },
      ),
    );
    // @ts-expect-error no such way out
    assertType(jobs.enqueue(ctx, reports.build, { month: "5" }, { onConflict: "ignore" }));
    // @ts-expect-error a mutation that takes something else
    assertType(jobs.enqueue(ctx, reports.build, { month: "5" }, { onComplete: reports.plain }));
    // @ts-expect-error misspelt
    assertType(jobs.enqueue(ctx, reports.build, { month: "5" }, { delay: 5 }));
  });
});

describe("enqueueMany and batch", () => {
  test("take a list of what the handler takes", () => {
    const list = [{ month: "5" }, { month: "6" }];
    expectTypeOf(jobs.enqueueMany(ctx, reports.build, list)).resolves.toEqualTypeOf<string[]>();
    assertType(jobs.enqueueMany(ctx, reports.build, list, ({ month }, i) => ({ key: month + i })));
    // @ts-expect-error one key for all of them
    assertType(jobs.enqueueMany(ctx, reports.build, list, { key: "a" }));
    // @ts-expect-error a month is a text
    assertType(jobs.enqueueMany(ctx, reports.build, [{ month: 5 }]));
    assertType(
      jobs.batch(ctx, reports.build, list, {
        queue: "mail",
        onComplete: reports.onBatchEnd,
        each: ({ month }) => ({ label: month }),
      }),
    );
    // @ts-expect-error hears of jobs
    assertType(jobs.batch(ctx, reports.build, list, { onComplete: reports.onEnd }));
  });
});

describe("a handler", () => {
  test("of an action knows its job and its actor", () => {
    jobs.action({
      args: { month: v.string() },
      permission: "invoices.update",
      handler: async (ctx, args) => {
        expectTypeOf(args).toEqualTypeOf<{ month: string }>();
        expectTypeOf(ctx.job).toEqualTypeOf<RunningJob>();
        expectTypeOf(ctx.actor).toEqualTypeOf<Actor>();
        const target = { table: "invoices", id: "1" } as const;
        await ctx.audit({ action: "invoices.sent", target });
        // @ts-expect-error not in the catalogue
        await ctx.audit({ action: "invoices.lost", target });
        // @ts-expect-error actions have no database
        assertType(ctx.db);
      },
    });
    // @ts-expect-error there is no such permission
    jobs.action({ args: {}, permission: "invoices.udpate", handler: async () => null });
  });

  test("of a mutation writes to the tables of the schema", () => {
    jobs.mutation({
      args: { id: v.id("invoices") },
      handler: async (ctx, { id }) => {
        await ctx.db.patch("invoices", id, { title: "Lamp" });
        // @ts-expect-error no such field
        await ctx.db.patch("invoices", id, { titel: "Lamp" });
        expectTypeOf(ctx.job.key).toBeString();
        // @ts-expect-error nobody could see it before the end
        assertType(ctx.job.progress);
      },
    });
    // @ts-expect-error a mutation is ended by Convex
    jobs.mutation({ args: {}, timeoutMs: 5000, handler: async () => null });
    jobs.mutation({ args: {}, audit: "invoices.sent", handler: async () => null });
    // @ts-expect-error not in the catalogue
    jobs.mutation({ args: {}, audit: "invoices.lost", handler: async () => null });
  });
});

describe("reads", () => {
  test("are typed, and nothing is any", () => {
    expectTypeOf(jobs.get(queryCtx, "1")).resolves.toEqualTypeOf<Job | null>();
    expectTypeOf(jobs.batches.get(queryCtx, "1")).resolves.toEqualTypeOf<Batch | null>();
    expectTypeOf<NonNullable<Job["result"]>>().not.toBeAny();
    // @ts-expect-error never stored
    assertType(jobs.list(queryCtx, { status: "processing" }));
  });
});
