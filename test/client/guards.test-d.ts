import {
  defineSchema,
  defineTable,
  paginationOptsValidator,
  type DataModelFromSchemaDefinition,
  type DocumentByName,
  type GenericMutationCtx,
  type RegisteredQuery,
  type PaginationOptions,
  type PaginationResult,
  type RegisteredMutation,
} from "convex/server";
import { v, type GenericId } from "convex/values";
import { assertType, describe, expectTypeOf, test } from "vitest";
import type { Attempt } from "../../src/client/attempts.js";
import { Guards, type Builders, type TablesOf } from "../../src/client/guards/index.js";
import type { ReservedValues } from "../../src/client/reservations.js";
import type { IndexOf } from "../../src/client/tables.js";
import { defineRoles } from "../../src/shared/permissions.js";
import { defineRule, integer, text } from "../../src/shared/rules.js";
import { live, softDeleteFields } from "../../src/shared/validators.js";
import { component } from "../factories.js";

const stamps = {
  createdAt: v.number(),
  createdBy: v.string(),
  updatedAt: v.number(),
  updatedBy: v.string(),
};
const schema = defineSchema({
  invoices: defineTable({
    title: v.string(),
    amount: v.number(),
    status: v.union(v.literal("draft"), v.literal("sent")),
    deletedAt: v.optional(v.number()),
  }).index("by_status", ["status", "deletedAt"]),
  notes: defineTable({ text: v.string(), ...stamps }),
  lines: defineTable({ invoiceId: v.id("invoices"), ...softDeleteFields }).index(
    "by_invoice",
    live(["invoiceId"]),
  ),
  mails: defineTable({ invoiceId: v.optional(v.id("invoices")) }).index("by_mail", ["invoiceId"]),
});
type DataModel = DataModelFromSchemaDefinition<typeof schema>;
declare const generated: Builders<DataModel>;

const roles = defineRoles({
  editor: { can: ["invoices.read", "invoices.update"] },
  admin: { can: ["*"] },
});
const findProfile = async () => null;
const base = { schema, roles, ip: "truncated", findProfile } as const;
const guards = new Guards(component, {
  ...base,
  tables: {
    invoices: {
      label: "title",
      softDelete: {},
      audit: { redact: ["amount"] },
      protect: ["status"],
    },
    notes: { stamps: true },
  },
  actions: { "invoices.sent": {}, "invoices.voided": { metadata: v.object({ why: v.string() }) } },
  rateLimits: { save: { kind: "token bucket", rate: 1, period: 1 } },
});
const { query, mutation, internalMutation } = guards.functions(generated);

describe("the options", () => {
  test("know tables, fields and roles", () => {
    // @ts-expect-error there is no table "invoice"
    assertType(new Guards(component, { ...base, tables: { invoice: {} } }));
    // @ts-expect-error invoices have no field "number"
    assertType(new Guards(component, { ...base, tables: { invoices: { label: "number" } } }));
    // @ts-expect-error invoices have no stamps
    assertType(new Guards(component, { ...base, tables: { invoices: { stamps: true } } }));
    // @ts-expect-error notes have no deletedAt
    assertType(new Guards(component, { ...base, tables: { notes: { softDelete: {} } } }));
    const limit = { kind: "token bucket", rate: 1, period: 1 } as const;
    assertType(
      new Guards(component, {
        ...base,
        // @ts-expect-error there is no role "amin"
        rateLimits: { save: { ...limit, byRole: { amin: limit } } },
      }),
    );
  });
});

describe("softDelete", () => {
  const declare = (softDelete: NonNullable<Tables["invoices"]>["softDelete"]) => softDelete;
  type Tables = TablesOf<typeof schema>;

  test("takes relations over indexes that there are", () => {
    declare({
      retentionDays: 30,
      unique: ["by_status"],
      cascade: [
        { table: "lines", index: "by_invoice", onDelete: "cascade" },
        { table: "mails", index: "by_mail", onDelete: "detach" },
      ],
    });
    // @ts-expect-error there is no table "line"
    declare({ cascade: [{ table: "line", index: "by_invoice", onDelete: "cascade" }] });
    // @ts-expect-error lines have no index "by_mail"
    declare({ cascade: [{ table: "lines", index: "by_mail", onDelete: "cascade" }] });
    // @ts-expect-error no such deed
    declare({ cascade: [{ table: "lines", index: "by_invoice", onDelete: "delete" }] });
    // @ts-expect-error the index is one of lines
    declare({ unique: ["by_invoice"] });
  });

  test("detaches by fields that may be absent, and cascades into tables with deletedAt", () => {
    // @ts-expect-error invoiceId of lines is required
    declare({ cascade: [{ table: "lines", index: "by_invoice", onDelete: "detach" }] });
    // @ts-expect-error mails have no deletedAt
    declare({ cascade: [{ table: "mails", index: "by_mail", onDelete: "cascade" }] });
    declare({ cascade: [{ table: "mails", index: "by_mail", onDelete: "restrict" }] });
  });
});

describe("ctx.scope", () => {
  test("reads the host's tables", () => {
    query({
      args: {},
      permission: "public",
      handler: async (ctx) => {
        const rows = await ctx.scope("trashed").query("invoices").take(1);
        expectTypeOf(rows[0]!.title).toBeString();
        // @ts-expect-error no such scope
        ctx.scope("deleted");
        // @ts-expect-error for reading only
        await ctx.scope("all").insert("notes", {});
      },
    });
  });
});

describe("reserve", () => {
  type Values<Index extends IndexOf<DataModel["invoices"]>> = ReservedValues<
    DataModel["invoices"],
    Index
  >;
  test("takes the values of the index before deletedAt", () => {
    expectTypeOf<Values<"by_status">>().toEqualTypeOf<{ status: "draft" | "sent" }>();
    expectTypeOf<Values<"by_creation_time">>().toBeNever();
  });
});

describe("a definition", () => {
  test("needs a permission", () => {
    // @ts-expect-error no permission
    assertType(mutation({ args: {}, handler: async () => null }));
    // @ts-expect-error no permission
    assertType(query({ args: {}, handler: async () => null }));
    // @ts-expect-error no permission
    assertType(internalMutation({ args: {}, handler: async () => null }));
    assertType(mutation({ args: {}, permission: "public", handler: async () => null }));
  });

  test("needs arguments", () => {
    // @ts-expect-error no args: a function without validators takes anything
    assertType(mutation({ permission: "public", handler: async () => null }));
  });

  test("knows permissions, limits and actions", () => {
    // @ts-expect-error misspelt
    assertType(mutation({ args: {}, permission: "invoices.udpate", handler: async () => null }));
    const named = { args: {}, permission: "invoices.update", handler: async () => null } as const;
    assertType(mutation({ ...named, rateLimit: "save", audit: "invoices.sent" }));
    // @ts-expect-error misspelt
    assertType(mutation({ ...named, rateLimit: "sav" }));
    // @ts-expect-error misspelt
    assertType(mutation({ ...named, audit: "invoices.snet" }));
    // @ts-expect-error nobody could give its metadata
    assertType(mutation({ ...named, audit: "invoices.voided" }));
    // @ts-expect-error a query cannot count
    assertType(query({ ...named, rateLimit: "save" }));
  });

  test("knows the fields that are protected", () => {
    const named = { args: {}, permission: "public", handler: async () => null } as const;
    assertType(mutation({ ...named, mayChange: ["status", "deletedAt"] }));
    // @ts-expect-error misspelt
    assertType(mutation({ ...named, mayChange: ["statsu"] }));
    // @ts-expect-error anybody may change it
    assertType(mutation({ ...named, mayChange: ["title"] }));
  });

  test("gives the key of a limit what the rules leave", () => {
    mutation({
      args: { amount: v.number() },
      permission: "public",
      rules: { amount: defineRule<number, string>((value) => ({ value: String(value) })) },
      rateLimit: { name: "save", key: ({ amount }) => amount.trim() },
      tenantId: ({ amount }) => {
        expectTypeOf(amount).toEqualTypeOf<number | string>();
        return String(amount);
      },
      handler: async () => null,
    });
  });

  test("knows which rules fit its arguments, and gives what they leave to the handler", () => {
    mutation({
      args: { title: v.string(), amount: v.number() },
      permission: "public",
      rules: { title: text({ max: 80 }), amount: integer({ min: 0 }) },
      handler: async (_ctx, args) => {
        expectTypeOf(args.amount).toBeNumber();
        expectTypeOf(args.title).toBeString();
      },
    });
    mutation({
      args: { title: v.string() },
      permission: "public",
      // @ts-expect-error there is no argument "titel"
      rules: { titel: text({ max: 80 }) },
      handler: async () => null,
    });
  });
});

describe("a handler", () => {
  test("gets what access has found", () => {
    mutation({
      args: { id: v.string() },
      permission: "invoices.update",
      access: (ctx, { id }) => ctx.load("invoices", id, (row) => row.status === "draft"),
      handler: async (ctx, _args, invoice) => {
        expectTypeOf(invoice.status).toEqualTypeOf<"draft" | "sent">();
        await ctx.db.patch(invoice._id, { status: "sent" });
        // @ts-expect-error no such field
        await ctx.db.patch("invoices", invoice._id, { statsu: "sent" });
        // @ts-expect-error no such table
        await ctx.load("invoice", invoice._id);
      },
    });
  });

  test("leaves stamps to the database, on tables that have them", () => {
    mutation({
      args: {},
      permission: "public",
      handler: async (ctx) => {
        const id = await ctx.db.insert("notes", { text: "a" });
        expectTypeOf(id).toEqualTypeOf<GenericId<"notes">>();
        await ctx.db.replace(id, { text: "b" });
        // @ts-expect-error no text
        await ctx.db.insert("notes", {});
        // @ts-expect-error no status
        await ctx.db.insert("invoices", { title: "a", amount: 1 });
      },
    });
  });

  test("can hand its ctx to functions that take the host's own", () => {
    const helper = async (ctx: GenericMutationCtx<DataModel>) => ctx;
    mutation({ args: {}, permission: "public", handler: async (ctx) => void (await helper(ctx)) });
  });

  test("records actions of the catalogue", () => {
    const target = { table: "invoices", id: "1" } as const;
    mutation({
      args: {},
      permission: "public",
      handler: async (ctx) => {
        await ctx.audit({ action: "invoices.voided", target, metadata: { why: "twice" } });
        // @ts-expect-error not in the catalogue
        await ctx.audit({ action: "invoices.lost", target });
      },
    });
  });
});

describe("a result", () => {
  test("may be nothing in a query, and a page is a page", () => {
    const get = query({
      args: {},
      returns: v.string(),
      permission: "public",
      handler: async () => "a",
    });
    expectTypeOf(get).toEqualTypeOf<
      RegisteredQuery<"public", Record<never, never>, Promise<string | null>>
    >();
    const list = query({
      args: { paginationOpts: paginationOptsValidator },
      permission: "public",
      handler: async (ctx, { paginationOpts }) =>
        await guards.paginate(ctx, { table: "invoices", paginationOpts }),
    });
    type Page = PaginationResult<DocumentByName<DataModel, "invoices">> | PaginationResult<never>;
    expectTypeOf(list).toEqualTypeOf<
      RegisteredQuery<"public", { paginationOpts: PaginationOptions }, Promise<Page>>
    >();
  });

  test("tells of denials where they are recorded", () => {
    const send = mutation({
      args: {},
      permission: "public",
      recordDenials: true,
      handler: async () => 1,
    });
    expectTypeOf(send).toEqualTypeOf<
      RegisteredMutation<"public", Record<never, never>, Promise<Attempt<number>>>
    >();
  });

  test("has to fit what is declared", () => {
    mutation({
      args: {},
      returns: v.string(),
      permission: "public",
      // @ts-expect-error not a text
      handler: async () => 1,
    });
  });
});

describe("paginate", () => {
  test("knows tables, indexes, fields and rows", () => {
    query({
      args: { paginationOpts: paginationOptsValidator },
      permission: "public",
      handler: async (ctx, { paginationOpts }) => {
        const drafts = await guards.paginate(ctx, {
          table: "invoices",
          index: "by_status",
          eq: { status: "draft" },
          paginationOpts,
          filter: ({ amount }) => amount > 0,
        });
        expectTypeOf(drafts.stoppedEarly).toBeBoolean();
        expectTypeOf(drafts.page[0]!.title).toBeString();
        // @ts-expect-error no such table
        await guards.paginate(ctx, { table: "invoice", paginationOpts });
        // @ts-expect-error no such index
        await guards.paginate(ctx, { table: "invoices", index: "by_x", paginationOpts });
        // @ts-expect-error no such status
        await guards.paginate(ctx, { table: "invoices", eq: { status: "x" }, paginationOpts });
        return drafts;
      },
    });
  });
});
