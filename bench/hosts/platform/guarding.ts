import {
  actionGeneric,
  componentsGeneric,
  defineSchema,
  defineTable,
  internalActionGeneric,
  internalMutationGeneric,
  internalQueryGeneric,
  mutationGeneric,
  queryGeneric,
  type DataModelFromSchemaDefinition,
  type FunctionReference,
  type GenericMutationCtx,
  type MutationBuilder,
} from "convex/server";
import { v, type GenericId } from "convex/values";
import { Platform } from "../../../src/client/index";
import type { ComponentApi } from "../../../src/component/_generated/component";

export const schema = defineSchema({
  invoices: defineTable({ title: v.string(), amount: v.number() }),
});
type DataModel = DataModelFromSchemaDefinition<typeof schema>;

/** The official component as a host would call it that mounted it itself. */
interface RateLimiterApi {
  lib: { rateLimit: FunctionReference<"mutation", "internal"> };
}

const components = componentsGeneric() as unknown as {
  platform: ComponentApi;
  rateLimiter: RateLimiterApi;
};

const SAVE = { kind: "token bucket", rate: 1_000, period: 60_000 } as const;

const platform = new Platform(components.platform, {
  schema,
  roles: { editor: { can: ["invoices.update"] } },
  defaultRole: "editor",
  tables: { invoices: { label: "title" } },
  rateLimits: { save: SAVE },
});

const bareMutation = mutationGeneric as MutationBuilder<DataModel, "public">;
const { mutation: guardedMutation } = platform.functions<DataModel>({
  query: queryGeneric,
  mutation: bareMutation,
  action: actionGeneric,
  internalQuery: internalQueryGeneric,
  internalMutation: internalMutationGeneric,
  internalAction: internalActionGeneric,
});

// --- Profiles ----------------------------------------------------------------------------------

export const sync = bareMutation({
  args: {},
  handler: async (ctx) => void (await platform.userProfiles.sync(ctx)),
});

// --- The same mutations, bare and guarded ------------------------------------------------------

export const create = bareMutation({
  args: { count: v.number() },
  handler: async (ctx, { count }) => {
    const ids: GenericId<"invoices">[] = [];
    for (let i = 0; i < count; i++) {
      ids.push(await ctx.db.insert("invoices", { title: `Invoice ${i}`, amount: 0 }));
    }
    return ids;
  },
});

const args = { ids: v.array(v.id("invoices")), amount: v.number() };
const permission = "invoices.update";

export const bare = bareMutation({ args, handler: change });
export const guarded = guardedMutation({ args, permission, handler: change });

export const bareUnread = bareMutation({ args, handler: changeUnread });
export const guardedUnread = guardedMutation({ args, permission, handler: changeUnread });

type Changed = { ids: GenericId<"invoices">[]; amount: number };
type CanWrite = Pick<GenericMutationCtx<DataModel>, "db">;

async function change({ db }: CanWrite, { ids, amount }: Changed): Promise<void> {
  for (const id of ids) {
    const invoice = await db.get("invoices", id);
    if (invoice) await db.patch("invoices", id, { amount });
  }
}

async function changeUnread({ db }: CanWrite, { ids, amount }: Changed): Promise<void> {
  for (const id of ids) await db.patch("invoices", id, { amount });
}

// --- Rate limits -------------------------------------------------------------------------------

export const limit = bareMutation({
  args: {},
  handler: async (ctx) => await platform.rateLimits.limit(ctx, "save"),
});

export const limitByOfficial = bareMutation({
  args: { key: v.string() },
  handler: async (ctx, { key }) => {
    const request = { name: "save", key, config: SAVE, count: 1 };
    await ctx.runMutation(components.rateLimiter.lib.rateLimit, request);
  },
});
