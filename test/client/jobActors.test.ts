import { makeFunctionReference } from "convex/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Builders } from "../../src/client/guards/index.js";
import { ann, NOON } from "../factories.js";
import { generated } from "./guardedHost.js";
import { aJobHost, asAnn, entriesOf, job, pass, platform, type schema } from "./jobHost.js";
import type { DataModelFromSchemaDefinition } from "convex/server";

type DataModel = DataModelFromSchemaDefinition<typeof schema>;

const guarded = platform.functions(generated as unknown as Builders<DataModel>);
const inside = (name: string) =>
  makeFunctionReference<"mutation", Record<string, never>, unknown>(`host:${name}`);

/** Actions cannot write: their handlers call mutations, as this one. */
const functions = {
  work: platform.jobs.action({
    args: {},
    handler: async (ctx) => {
      await ctx.runMutation(inside("write") as never, {});
    },
  }),
  write: guarded.internalMutation({
    args: {},
    permission: "invoices.update",
    handler: async (ctx) => {
      const id = await ctx.db.insert("invoices", { title: ctx.actor.label ?? ctx.actor.id });
      await platform.audit(ctx, { action: "invoices.sent", target: { table: "invoices", id } });
    },
  }),
  writeLater: guarded.internalMutation({
    args: {},
    permission: "invoices.update",
    handler: async (ctx) => await ctx.scheduler.runAfter(0, inside("write") as never, {}),
  }),
};

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => void vi.useRealTimers());

describe("a guarded function that a handler calls", () => {
  test("is at work for whoever enqueued the job, and its entries name the job", async () => {
    const t = aJobHost(functions);
    const enqueue = asAnn(t).mutation((ctx) =>
      platform.jobs.enqueue(ctx, job<"action", object>("action", "work"), {}),
    );
    const jobId = await enqueue;
    await pass(t);
    expect(await entriesOf(t)).toMatchObject([
      { action: "invoices.sent", actor: ann, jobId },
      { action: "invoices.created", actor: ann, jobId, target: { label: "Ann" } },
    ]);
  });

  test("is the system's where nobody has enqueued one", async () => {
    const t = aJobHost(functions);
    await t.mutation(inside("writeLater"), {});
    await pass(t);
    const [entry] = await entriesOf(t);
    expect(entry).toMatchObject({ actor: { type: "system", id: "host:write" } });
    expect(entry).not.toHaveProperty("jobId");
  });
});
