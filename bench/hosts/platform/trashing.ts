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
  type MutationBuilder,
} from "convex/server";
import { v, type GenericId } from "convex/values";
import { Platform } from "../../../src/client/index";
import type { ComponentApi } from "../../../src/component/_generated/component";
import { live, softDeleteFields } from "../../../src/shared/validators";

export const schema = defineSchema({
  invoices: defineTable({ title: v.string(), amount: v.number(), ...softDeleteFields }),
  lines: defineTable({
    text: v.string(),
    invoiceId: v.id("invoices"),
    ...softDeleteFields,
  }).index("by_invoice", live(["invoiceId"])),
});
type DataModel = DataModelFromSchemaDefinition<typeof schema>;

const components = componentsGeneric() as unknown as { platform: ComponentApi };

const platform = new Platform(components.platform, {
  schema,
  roles: { importer: { can: ["invoices.create"] } },
  tables: {
    invoices: {
      label: "title",
      softDelete: {
        retentionDays: 30,
        cascade: [{ table: "lines", index: "by_invoice", onDelete: "cascade" }],
      },
    },
    lines: { softDelete: {} },
  },
  trash: { chores: "trashing" },
});

const mutation = mutationGeneric as MutationBuilder<DataModel, "public">;
const generated = {
  query: queryGeneric,
  mutation,
  action: actionGeneric,
  internalQuery: internalQueryGeneric,
  internalMutation: internalMutationGeneric as MutationBuilder<DataModel, "internal">,
  internalAction: internalActionGeneric,
};

export const { proceed, purge } = platform.trash.chores(generated);

export const create = mutation({
  args: { lines: v.number() },
  handler: async (ctx, { lines }) => {
    const invoiceId = await ctx.db.insert("invoices", { title: "Invoice", amount: 0 });
    for (let i = 0; i < lines; i++) await ctx.db.insert("lines", { text: `Line ${i}`, invoiceId });
    return invoiceId;
  },
});

/** New invoices that are in the trash already, each by an operation of its own. */
export const fill = mutation({
  args: { count: v.number() },
  handler: async (ctx, { count }) => {
    const ids: GenericId<"invoices">[] = [];
    for (let i = 0; i < count; i++) {
      ids.push(await ctx.db.insert("invoices", { title: "Invoice", amount: 0 }));
    }
    await platform.trash.softDeleteMany(ctx, "invoices", ids);
  },
});

const args = { id: v.id("invoices") };

export const read = mutation({
  args,
  handler: async (ctx, { id }) => void (await ctx.db.get("invoices", id)),
});

export const softDelete = mutation({
  args,
  handler: async (ctx, { id }) => {
    const invoice = await ctx.db.get("invoices", id);
    const { operationId } = await platform.trash.softDelete(ctx, "invoices", invoice!);
    return operationId!;
  },
});

export const softDeleteById = mutation({
  args,
  handler: async (ctx, { id }) => void (await platform.trash.softDelete(ctx, "invoices", id)),
});

const operation = { operationId: v.string() };

export const restore = mutation({
  args: operation,
  handler: async (ctx, { operationId }) => void (await platform.trash.restore(ctx, operationId)),
});

export const purgeNow = mutation({
  args: operation,
  handler: async (ctx, { operationId }) => void (await platform.trash.purge(ctx, operationId)),
});

/** Run by nobody who is signed in, as an import is that a schedule starts. */
export const importInvoices = platform.functions<DataModel>(generated).internalMutation({
  args: { count: v.number() },
  permission: "invoices.create",
  handler: async (ctx, { count }) => {
    for (let i = 0; i < count; i++) {
      await ctx.db.insert("invoices", { title: `Invoice ${i}`, amount: i });
    }
  },
});
