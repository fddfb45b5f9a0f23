import {
  defineSchema,
  defineTable,
  makeFunctionReference,
  mutationGeneric,
  type DataModelFromSchemaDefinition,
  type MutationBuilder,
} from "convex/server";
import { v, type GenericId } from "convex/values";
import { describe, expect, test } from "vitest";
import { costOf, openWorld, record, type Cost } from "../../bench/instrument";
import { Guards, type Builders } from "../../src/client/guards/index.js";
import { UserProfiles } from "../../src/client/userProfiles.js";
import { defineRoles } from "../../src/shared/permissions.js";
import { register } from "../../src/test.js";
import { component } from "../factories.js";
import { generated } from "./guardedHost.js";

/** What a guarded mutation costs over the same one without guards, in the figures a host pays for. */

const schema = defineSchema({
  invoices: defineTable({ title: v.string(), amount: v.number() }),
});
type DataModel = DataModelFromSchemaDefinition<typeof schema>;

const userProfiles = new UserProfiles(component, { ip: "truncated", defaultRole: "editor" });
const guards = new Guards(component, {
  schema,
  tables: { invoices: { label: "title" } },
  roles: defineRoles({ editor: { can: ["invoices.update"] } }),
  rateLimits: { save: { kind: "token bucket", rate: 100, period: 60_000 } },
  ip: "truncated",
  findProfile: (ctx) => userProfiles.current(ctx),
});
const { mutation } = guards.functions(generated as unknown as Builders<DataModel>);
const bareMutation = mutationGeneric as MutationBuilder<DataModel, "public">;

const args = { id: v.id("invoices"), amount: v.number() };
const guarded = { args, permission: "invoices.update" } as const;

const functions = {
  sync: bareMutation({ args: {}, handler: async (ctx) => void (await userProfiles.sync(ctx)) }),
  bare: bareMutation({
    args,
    handler: async (ctx, { id, amount }) => {
      if (!(await ctx.db.get("invoices", id))) throw new Error("gone");
      await ctx.db.patch("invoices", id, { amount });
    },
  }),
  bareBlind: bareMutation({
    args,
    handler: async (ctx, { id, amount }) => await ctx.db.patch("invoices", id, { amount }),
  }),
  guarded: mutation({
    ...guarded,
    access: (ctx, { id }) => ctx.load("invoices", id),
    handler: async (ctx, { amount }, { _id }) => await ctx.db.patch("invoices", _id, { amount }),
  }),
  guardedBlind: mutation({
    ...guarded,
    handler: async (ctx, { id, amount }) => await ctx.db.patch("invoices", id, { amount }),
  }),
  limited: mutation({
    ...guarded,
    rateLimit: "save",
    access: (ctx, { id }) => ctx.load("invoices", id),
    handler: async (ctx, { amount }, { _id }) => await ctx.db.patch("invoices", _id, { amount }),
  }),
};

type Figures = Pick<Cost, "calls" | "nested" | "docsRead" | "docsWritten" | "ranges">;

/** What one call costs, for somebody who was synced. */
async function costs() {
  const t = openWorld(schema, { host: async () => functions });
  register(t);
  const ann = t.withIdentity({ subject: "ann", issuer: "https://id.example", name: "Ann" });
  const call = (name: keyof typeof functions, at: object = {}) =>
    ann.mutation(makeFunctionReference<"mutation">(`host:${name}`), at);
  await call("sync");
  const id = (await t.run((ctx) =>
    ctx.db.insert("invoices" as never, { title: "Lamp", amount: 1 } as never),
  )) as GenericId<"invoices">;
  let amount = 1;
  return async (name: keyof typeof functions): Promise<Figures> => {
    const recording = await record(() => call(name, { id, amount: ++amount }));
    const { calls, nested, docsRead, docsWritten, ranges } = costOf(recording);
    return { calls, nested, docsRead, docsWritten, ranges };
  };
}

function over(more: Figures, less: Figures): Figures {
  const names = Object.keys(more) as (keyof Figures)[];
  return Object.fromEntries(names.map((name) => [name, more[name] - less[name]])) as Figures;
}

describe("a guarded mutation", () => {
  test("costs a profile read and an entry more than a bare one, in two nested calls", async () => {
    const costOfCall = await costs();
    expect(over(await costOfCall("guarded"), await costOfCall("bare"))).toEqual({
      calls: 0,
      // One for the profile, one for the audit log.
      nested: 2,
      docsRead: 1,
      docsWritten: 1,
      ranges: 1,
    });
  });

  test("costs one read more where nobody has read the row before", async () => {
    const costOfCall = await costs();
    expect(over(await costOfCall("guardedBlind"), await costOfCall("bareBlind"))).toMatchObject({
      docsRead: 2,
      docsWritten: 1,
    });
  });

  test("costs what the rate limiter costs more with a limit", async () => {
    const costOfCall = await costs();
    await costOfCall("limited");
    expect(over(await costOfCall("limited"), await costOfCall("guarded"))).toEqual({
      calls: 0,
      // Ours, and that of the component inside of ours.
      nested: 2,
      docsRead: 2,
      docsWritten: 1,
      ranges: 1,
    });
  });
});
