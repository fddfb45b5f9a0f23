import { convexTest } from "convex-test";
import {
  defineSchema,
  defineTable,
  internalMutationGeneric,
  makeFunctionReference,
  type DataModelFromSchemaDefinition,
  type MutationBuilder,
} from "convex/server";
import { ConvexError, v } from "convex/values";
import { vSealHead } from "../../src/shared/auditSealing.js";
import { platformError } from "../../src/shared/errors.js";
import { register } from "../../src/test.js";

/** A small host with functions of its own, for what a client calls by reference. */
const schema = defineSchema({
  invoices: defineTable({
    title: v.string(),
    bankAccount: v.optional(v.string()),
    note: v.optional(v.string()),
  }),
  heads: defineTable({ head: vSealHead }),
});
export type HostDataModel = DataModelFromSchemaDefinition<typeof schema>;
export { schema as hostSchema };

const internalMutation = internalMutationGeneric as MutationBuilder<HostDataModel, "internal">;

/** Writes first and then fails the way it is told, so that tests see what is left. */
const write = internalMutation({
  args: { fail: v.optional(v.string()) },
  returns: v.string(),
  handler: async (ctx, { fail }) => {
    const id = await ctx.db.insert("invoices", { title: "written" });
    switch (fail) {
      case undefined:
        return id;
      case "host":
        throw new ConvexError({ message: "The month is closed.", month: 1 });
      case "bug":
        throw new Error("cannot read secret of undefined");
      default:
        throw platformError({ code: fail as "FORBIDDEN", message: "Ask an administrator." });
    }
  },
});

const keepHead = internalMutation({
  args: { head: vSealHead },
  returns: v.null(),
  handler: async (ctx, { head }) => {
    await ctx.db.insert("heads", { head });
    return null;
  },
});

export const hostFunctions = {
  write: makeFunctionReference<"mutation", { fail?: string }, string>("host:write"),
  keepHead: makeFunctionReference<"mutation", { head: typeof vSealHead.type }, null>(
    "host:keepHead",
  ),
};

export function aHostWithFunctions() {
  const t = convexTest({
    schema,
    modules: {
      "./_generated/api.js": async () => ({}),
      "./host.ts": async () => ({ write, keepHead }),
    },
    transactionLimits: true,
  });
  register(t);
  return t;
}
