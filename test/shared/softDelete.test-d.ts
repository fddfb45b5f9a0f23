import { defineSchema, defineTable, type DataModelFromSchemaDefinition } from "convex/server";
import { v } from "convex/values";
import { assertType, describe, expectTypeOf, test } from "vitest";
import { live, softDeleteFields } from "../../src/shared/validators.js";

export const schema = defineSchema({
  rows: defineTable({ a: v.string(), b: v.number(), ...softDeleteFields })
    .index("by_a", live(["a"]))
    .index("by_a_b", live(["a"], ["b"]))
    .index("by_deletedAt", live([])),
});

describe("live", () => {
  test("gives the fields that Convex makes an index of", () => {
    type Indexes = DataModelFromSchemaDefinition<typeof schema>["rows"]["indexes"];
    expectTypeOf<Indexes["by_a"]>().toEqualTypeOf<["a", "deletedAt", "_creationTime"]>();
    expectTypeOf<Indexes["by_a_b"]>().toEqualTypeOf<["a", "deletedAt", "b", "_creationTime"]>();
    expectTypeOf<Indexes["by_deletedAt"]>().toEqualTypeOf<["deletedAt", "_creationTime"]>();
  });

  test("takes no field that the table does not have", () => {
    const table = defineTable({ a: v.string(), ...softDeleteFields });
    // @ts-expect-error there is no field "b"
    assertType(table.index("by_b", live(["b"])));
    // @ts-expect-error there is no deletedAt
    assertType(defineTable({ a: v.string() }).index("by_a", live(["a"])));
  });
});
