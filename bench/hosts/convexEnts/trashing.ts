import { defineEnt, defineEntSchema, entsTableFactory, getEntDefinitions } from "convex-ents";
import { defineSchema, defineTable, mutationGeneric } from "convex/server";
import { v } from "convex/values";

const entDefinitions = getEntDefinitions(
  defineEntSchema({
    invoices: defineEnt({ title: v.string(), amount: v.number() })
      .deletion("soft")
      .edges("lines", { ref: true, deletion: "soft" }),
    lines: defineEnt({ text: v.string() }).deletion("soft").edge("invoice"),
  }),
);

/** The same tables in Convex's own words: convex-test asks them for more than an ent can tell. */
export const schema = defineSchema({
  invoices: defineTable({
    title: v.string(),
    amount: v.number(),
    deletionTime: v.optional(v.number()),
  }),
  lines: defineTable({
    text: v.string(),
    invoiceId: v.id("invoices"),
    deletionTime: v.optional(v.number()),
  }).index("invoiceId", ["invoiceId"]),
});

/** The part of its table that is used here; its own types do not pass our compiler settings. */
interface Table {
  insert(value: object): Promise<string>;
  getX(id: string): Ent & Promise<Ent>;
}
interface Ent {
  patch(value: object): Promise<unknown>;
  delete(): Promise<string>;
}

function tableOf(ctx: object, name: "invoices" | "lines"): Table {
  const factory = entsTableFactory(ctx as never, entDefinitions as never);
  return (factory as unknown as (name: string) => Table)(name);
}

export const create = mutationGeneric({
  args: { lines: v.number() },
  handler: async (ctx, { lines }): Promise<string> => {
    const invoiceId = await tableOf(ctx, "invoices").insert({ title: "Invoice", amount: 0 });
    const table = tableOf(ctx, "lines");
    for (let i = 0; i < lines; i++) await table.insert({ text: `Line ${i}`, invoiceId });
    return invoiceId;
  },
});

/** New invoices that are in the trash already. */
export const fill = mutationGeneric({
  args: { count: v.number() },
  handler: async (ctx, { count }) => {
    const table = tableOf(ctx, "invoices");
    for (let i = 0; i < count; i++) {
      const id = await table.insert({ title: "Invoice", amount: 0 });
      const invoice = await table.getX(id);
      await invoice.delete();
    }
  },
});

const args = { id: v.string() };

export const read = mutationGeneric({
  args,
  handler: async (ctx, { id }) => void (await tableOf(ctx, "invoices").getX(id)),
});

export const softDelete = mutationGeneric({
  args,
  handler: async (ctx, { id }): Promise<string> => {
    const invoice = await tableOf(ctx, "invoices").getX(id);
    return await invoice.delete();
  },
});

/** The only way back it has, and none for what went along. */
export const restore = mutationGeneric({
  args,
  handler: async (ctx, { id }) => {
    const invoice = await tableOf(ctx, "invoices").getX(id);
    await invoice.patch({ deletionTime: undefined });
  },
});
