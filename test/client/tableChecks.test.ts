import { defineEnt, defineEntSchema } from "convex-ents";
import {
  defineSchema,
  defineTable,
  type GenericSchema,
  type SchemaDefinition,
} from "convex/server";
import { v } from "convex/values";
import { describe, expect, test } from "vitest";
import { checkParts, readTrashTables, type Schema } from "../../src/client/tableChecks.js";
import type { RegisteredTables, SoftDeleteOptions } from "../../src/client/tables.js";
import { live, softDeleteFields } from "../../src/shared/validators.js";

const invoices = defineTable({ number: v.string(), ...softDeleteFields }).index(
  "by_number",
  live(["number"]),
);
const lines = defineTable({ invoiceId: v.id("invoices"), ...softDeleteFields }).index(
  "by_invoice",
  live(["invoiceId"]),
);
const notes = defineTable({ invoiceId: v.optional(v.id("invoices")) }).index("by_invoice", [
  "invoiceId",
]);
const tables: RegisteredTables = { invoices: { softDelete: {} }, lines: { softDelete: {} } };

type AnySchema = SchemaDefinition<GenericSchema, boolean>;

function read(schema: AnySchema | undefined, registered: RegisteredTables) {
  return readTrashTables(registered, schema as unknown as Schema);
}

/** What the start says about invoices with these options. */
function messageOf(softDelete: SoftDeleteOptions, schema: AnySchema, others = {}): string {
  return messageOfAll(schema, { ...tables, invoices: { softDelete }, ...others });
}

function messageOfAll(schema: AnySchema | undefined, registered: RegisteredTables): string {
  try {
    read(schema, registered);
  } catch (error) {
    expect(error).toMatchObject({ data: { code: "NOT_CONFIGURED" } });
    return (error as { data: { message: string } }).data.message;
  }
  return "";
}

const cascade = (table: string, index = "by_invoice", onDelete = "cascade") =>
  ({ cascade: [{ table, index, onDelete }] }) as SoftDeleteOptions;

describe("readTrashTables", () => {
  test("gives tables with softDelete, their relations and unique indexes", () => {
    const all = { ...cascade("lines"), retentionDays: 30, unique: ["by_number"] };
    all.cascade = [...all.cascade!, { table: "notes", index: "by_invoice", onDelete: "detach" }];
    const schema = defineSchema({ invoices, lines, notes });
    const found = read(schema, { ...tables, notes: {}, invoices: { softDelete: all } });
    expect([...found.keys()]).toEqual(["invoices", "lines"]);
    expect(found.get("invoices")).toMatchObject({
      retentionDays: 30,
      relations: [
        { table: "lines", field: "invoiceId", onDelete: "cascade", isSoftDeleted: true },
        { table: "notes", field: "invoiceId", onDelete: "detach", isSoftDeleted: false },
      ],
      unique: [{ index: "by_number", key: ["number"] }],
    });
  });

  test("asks for no schema where nothing goes to the trash", () => {
    expect(read(undefined, { invoices: { label: "number" } }).size).toBe(0);
    expect(messageOfAll(undefined, tables)).toContain("new Platform(components.platform, { schema");
  });

  test("takes every shape that fits", () => {
    const row = v.object({ number: v.string(), ...softDeleteFields });
    const schemas = [
      defineSchema({ invoices: defineTable(v.any()), lines }),
      defineSchema({ invoices: defineTable(v.union(row, row)), lines }),
    ];
    for (const schema of schemas) expect(messageOf(cascade("lines"), schema)).toBe("");
    // Ids may be kept as text, and by a field inside of others.
    const loose = defineTable({
      of: v.object({ id: v.string() }),
      invoice: v.string(),
      ...softDeleteFields,
    })
      .index("by_invoice", ["invoice", "deletedAt", "of.id"])
      .index("by_of", ["of.id", "deletedAt"]);
    const schema = defineSchema({ invoices, lines: loose });
    expect(messageOf(cascade("lines"), schema)).toBe("");
    expect(messageOf(cascade("lines", "by_of"), schema)).toBe("");
    const anything = defineTable(v.any()).index("by_invoice", ["invoiceId"] as never);
    const untyped = defineSchema({ invoices, lines, notes: anything });
    expect(messageOf(cascade("notes", "by_invoice", "detach"), untyped)).toBe("");
  });

  test("reads tables that convex-ents defines", () => {
    const ents = defineEntSchema({
      invoices: defineEnt({ number: v.string(), ...softDeleteFields }),
      lines: defineEnt({ invoiceId: v.id("invoices"), ...softDeleteFields }).index(
        "by_invoice",
        live(["invoiceId"]),
      ),
    });
    expect(messageOf(cascade("lines"), ents as unknown as AnySchema)).toBe("");
  });

  const bare = v.object({ number: v.string() });
  const whole = v.object({ number: v.string(), ...softDeleteFields });
  const required = v.object({ number: v.string(), deletedAt: v.number() });
  const text = v.object({ number: v.string(), deletedAt: v.optional(v.string()) });
  test.for([bare, required, text, v.union(bare, text), v.union(whole, bare)])(
    "says which field is missing, case %#",
    (row) => {
      const schema = defineSchema({ invoices: defineTable(row), lines });
      expect(messageOf({}, schema)).toContain("give invoices the field\n    ...softDeleteFields,");
    },
  );

  test.for<[string, SoftDeleteOptions, AnySchema, string]>([
    [
      "a table that is not there",
      cascade("items"),
      defineSchema({ invoices, lines }),
      '"items" is no table of convex/schema.ts',
    ],
    [
      "an index that is not there, by the field that points to the parent",
      cascade("lines", "by_x"),
      defineSchema({ invoices, lines }),
      '.index("by_x", live(["invoiceId"]))',
    ],
    [
      "an index that is not there, of a table without a trash",
      cascade("notes", "by_x", "restrict"),
      defineSchema({ invoices, lines, notes }),
      '.index("by_x", ["invoiceId"])',
    ],
    [
      "an index without deletedAt as its second field",
      cascade("lines"),
      defineSchema({
        invoices,
        lines: defineTable({
          invoiceId: v.id("invoices"),
          rank: v.number(),
          ...softDeleteFields,
        }).index("by_invoice", ["invoiceId", "rank"]),
      }),
      '.index("by_invoice", live(["invoiceId"], ["rank"]))',
    ],
    [
      "an index that begins with something else",
      cascade("lines"),
      defineSchema({
        invoices,
        lines: defineTable({
          tenantId: v.string(),
          invoiceId: v.id("invoices"),
          ...softDeleteFields,
        }).index("by_invoice", ["tenantId", "invoiceId", "deletedAt"]),
      }),
      '.index("by_invoice", live(["invoiceId"]))',
    ],
    [
      "an index with ids of another table",
      cascade("lines"),
      defineSchema({
        invoices,
        lines: defineTable({
          orderId: v.id("lines"),
          invoiceId: v.id("invoices"),
          ...softDeleteFields,
        }).index("by_invoice", ["orderId", "deletedAt"]),
      }),
      '.index("by_invoice", live(["invoiceId"]))',
    ],
    [
      "a cascade into a table that has no trash",
      cascade("notes"),
      defineSchema({ invoices, lines, notes }),
      "notes: { softDelete: {} },",
    ],
    [
      "a detach of a field that is required",
      cascade("lines", "by_invoice", "detach"),
      defineSchema({ invoices, lines }),
      "invoiceId: v.optional(…),",
    ],
    [
      "a detach of a field that some rows must have",
      cascade("notes", "by_invoice", "detach"),
      defineSchema({
        invoices,
        lines,
        notes: defineTable(
          v.union(
            v.object({ invoiceId: v.optional(v.id("invoices")) }),
            v.object({ invoiceId: v.id("invoices"), text: v.string() }),
          ),
        ).index("by_invoice", ["invoiceId"]),
      }),
      "invoiceId: v.optional(…),",
    ],
    [
      "a detach of a field within another one",
      cascade("notes", "by_invoice", "detach"),
      defineSchema({
        invoices,
        lines,
        notes: defineTable({
          about: v.object({ invoiceId: v.optional(v.id("invoices")) }),
        }).index("by_invoice", ["about.invoiceId"]),
      }),
      'invoiceId: v.optional(v.id("invoices")),',
    ],
    [
      "a deed there is not",
      cascade("lines", "by_invoice", "delete"),
      defineSchema({ invoices, lines }),
      "none of cascade, restrict, detach",
    ],
    [
      "a unique index that is not there",
      { unique: ["by_x"] },
      defineSchema({ invoices, lines }),
      '.index("by_x", live(["…"]))',
    ],
    [
      "a unique index with something behind deletedAt",
      { unique: ["by_x"] },
      defineSchema({
        invoices: defineTable({ number: v.string(), rank: v.number(), ...softDeleteFields }).index(
          "by_x",
          live(["number"], ["rank"]),
        ),
        lines,
      }),
      "give invoices the index",
    ],
    [
      "a unique index of nothing",
      { unique: ["by_x"] },
      defineSchema({
        invoices: defineTable({ number: v.string(), ...softDeleteFields }).index("by_x", live([])),
        lines,
      }),
      "give invoices the index",
    ],
  ])("says what to do about %s", ([, options, schema, line]) => {
    expect(messageOf(options, schema)).toContain(line);
  });

  test.for([0.99, 0, -1, NaN, Infinity, "30"])("refuses a retention of %s days", (days) => {
    const schema = defineSchema({ invoices, lines });
    const options = { retentionDays: days } as SoftDeleteOptions;
    expect(messageOf(options, schema)).toContain("retentionDays: 30,");
    expect(messageOf({ retentionDays: 1 }, schema)).toBe("");
  });

  test("refuses a registered table that the schema does not have", () => {
    const registered = { ...tables, orders: { softDelete: {} } };
    expect(messageOfAll(defineSchema({ invoices, lines }), registered)).toContain('"orders"');
  });

  test("says all of it at once, and each thing once", () => {
    const schema = defineSchema({
      invoices: defineTable(bare),
      lines: defineTable({ invoiceId: v.id("invoices"), ...softDeleteFields }),
    });
    const twice = { ...cascade("lines"), retentionDays: 0 };
    const message = messageOf(
      { ...twice, cascade: [...twice.cascade!, ...twice.cascade!] },
      schema,
    );
    expect(message).toMatchInlineSnapshot(`
      "What new Platform was told of the trash does not fit the schema:
      - convex/schema.ts: give invoices the field
          ...softDeleteFields,
      - tables: retentionDays of invoices is a number of days from 1; leave it out to keep rows
          retentionDays: 30,
      - convex/schema.ts: give lines the index
          .index("by_invoice", live(["invoiceId"]))
      live and softDeleteFields come from "convex-platform/validators"."
    `);
  });
});

describe("checkParts", () => {
  const aPart = (table: string, field: string): RegisteredTables => ({
    lines: { partOf: { table, field } },
  });
  const check = (registered: RegisteredTables, schema?: AnySchema) =>
    checkParts(registered, schema as unknown as Schema | undefined);
  const nested = defineTable({ at: v.object({ invoiceId: v.id("invoices") }) });
  const others = defineTable({ customerId: v.id("customers"), invoiceId: v.id("invoices") });

  test("takes what fits, and what the schema does not say", () => {
    const of = aPart("invoices", "invoiceId");
    const one = v.object({ invoiceId: v.id("invoices") });
    const ents = defineEntSchema({
      invoices: defineEnt({}).edges("lines", { ref: true }),
      lines: defineEnt({}).edge("invoice"),
    });
    for (const schema of [
      undefined,
      defineSchema({ invoices, lines }),
      defineSchema({ invoices, lines: notes }),
      defineSchema({ invoices, lines: defineTable({ invoiceId: v.string() }) }),
      defineSchema({ invoices, lines: defineTable(v.any()) }),
      // Of others of these rows entries are about themselves.
      defineSchema({ invoices, lines: defineTable(v.union(one, v.object({}))) }),
      ents as unknown as AnySchema,
    ]) {
      expect(() => check(of, schema)).not.toThrow();
    }
  });

  test.for([
    ["a whole that is no table", aPart("invoice", "invoiceId"), lines, 'tables: "invoice" is no'],
    ["a field that is not there", aPart("invoices", "invoice"), lines, 'field: "invoiceId" }'],
    ["a field of another whole", aPart("invoices", "customerId"), others, 'field: "invoiceId" }'],
    ["a field inside of another", aPart("invoices", "invoiceId"), nested, 'field: "…" }'],
    ["a part that is no table", { line: aPart("invoices", "a")["lines"] }, lines, '"line" is no'],
  ] as const)("refuses %s", ([, registered, rows, line]) => {
    const schema = defineSchema({ invoices, lines: rows });
    expect(() => check(registered, schema)).toThrow(
      expect.objectContaining({
        data: { code: "NOT_CONFIGURED", message: expect.stringContaining(line) as string },
      }) as Error,
    );
  });
});
