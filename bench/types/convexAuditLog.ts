// The same app as bare.ts, which it must match line by line, recording with convex-audit-log.
import { AuditLog } from "convex-audit-log";
import type { ComponentApi } from "convex-audit-log/_generated/component";
import {
  componentsGeneric,
  defineSchema,
  defineTable,
  mutationGeneric,
  queryGeneric,
  type DataModelFromSchemaDefinition,
  type MutationBuilder,
  type QueryBuilder,
} from "convex/server";
import { v } from "convex/values";

const schema = defineSchema({
  customers: defineTable({ name: v.string(), email: v.optional(v.string()) }),
  invoices: defineTable({
    customerId: v.id("customers"),
    number: v.string(),
    status: v.union(v.literal("draft"), v.literal("sent"), v.literal("paid")),
  }).index("by_customer", ["customerId"]),
});
export default schema;

type DataModel = DataModelFromSchemaDefinition<typeof schema>;
const mutation: MutationBuilder<DataModel, "public"> = mutationGeneric;
const query: QueryBuilder<DataModel, "public"> = queryGeneric;

const components = componentsGeneric() as unknown as { auditLog: ComponentApi };
const auditLog = new AuditLog(components.auditLog);

export const ofCustomer = query({
  args: { customerId: v.id("customers") },
  handler: (ctx, { customerId }) =>
    ctx.db
      .query("invoices")
      .withIndex("by_customer", (q) => q.eq("customerId", customerId))
      .take(100),
});

export const send = mutation({
  args: { id: v.id("invoices") },
  handler: async (ctx, { id }) => {
    const invoice = await ctx.db.get("invoices", id);
    if (invoice?.status !== "draft") throw new Error("Only drafts can be sent.");
    await ctx.db.patch("invoices", id, { status: "sent" });
    await auditLog.log(ctx, {
      action: "invoices.sent",
      resourceType: "invoices",
      resourceId: id,
      severity: "info",
    });
  },
});

export const history = query({
  args: { id: v.id("invoices") },
  handler: (ctx, { id }) =>
    auditLog.queryByResource(ctx, { resourceType: "invoices", resourceId: id }),
});
