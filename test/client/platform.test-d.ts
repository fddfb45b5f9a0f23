import {
  defineSchema,
  defineTable,
  type GenericActionCtx,
  type GenericDataModel,
  type GenericMutationCtx,
  type GenericQueryCtx,
} from "convex/server";
import { v } from "convex/values";
import { assertType, describe, expectTypeOf, test } from "vitest";
import { isPlatformError, Platform, type AuditEntry } from "../../src/client/index.js";
import { component } from "../factories.js";

const schema = defineSchema({
  invoices: defineTable({ number: v.string() }),
  customers: defineTable({ name: v.string() }),
});
const platform = new Platform(component, { schema });
declare const mutationCtx: GenericMutationCtx<GenericDataModel>;
declare const actionCtx: GenericActionCtx<GenericDataModel>;
declare const queryCtx: GenericQueryCtx<GenericDataModel>;

describe("audit", () => {
  test("takes the tables of the schema as targets", () => {
    assertType(
      platform.audit(mutationCtx, { action: "a", target: { table: "invoices", id: "1" } }),
    );
    // @ts-expect-error there is no table "invoice"
    assertType(platform.audit(mutationCtx, { action: "a", target: { table: "invoice", id: "1" } }));
  });

  test("takes any table when no schema is given", () => {
    const loose = new Platform(component);
    assertType(loose.audit(mutationCtx, { action: "a", target: { table: "anything", id: "1" } }));
  });

  test("works in mutations and actions, and not in queries", () => {
    const entry = { action: "a", target: { table: "invoices", id: "1" } } as const;
    expectTypeOf(platform.audit(actionCtx, entry)).resolves.toBeString();
    // @ts-expect-error a query cannot write
    assertType(platform.audit(queryCtx, entry));
  });

  test("insists on an action and a target, and knows the outcomes", () => {
    const target = { table: "invoices", id: "1" } as const;
    // @ts-expect-error no action
    assertType(platform.audit(mutationCtx, { target }));
    // @ts-expect-error no target
    assertType(platform.audit(mutationCtx, { action: "a" }));
    // @ts-expect-error not an outcome
    assertType(platform.audit(mutationCtx, { action: "a", target, outcome: "refused" }));
  });
});

describe("auditLogs", () => {
  test("gives entries back typed, and nothing as any", () => {
    expectTypeOf(platform.auditLogs.get(queryCtx, "1")).resolves.toEqualTypeOf<AuditEntry | null>();
    expectTypeOf<AuditEntry["commitTs"]>().toBeBigInt();
    expectTypeOf<NonNullable<AuditEntry["metadata"]>[string]>().not.toBeAny();
    expectTypeOf<AuditEntry["changes"][number]["before"]>().not.toBeAny();
  });

  test("lists by the tables of the schema", () => {
    const target = { table: "customers", id: "1" } as const;
    expectTypeOf(platform.auditLogs.list(queryCtx, { target }))
      .resolves.toHaveProperty("page")
      .toEqualTypeOf<AuditEntry[]>();
    // @ts-expect-error there is no table "clients"
    assertType(platform.auditLogs.list(queryCtx, { target: { table: "clients", id: "1" } }));
  });
});

describe("isPlatformError", () => {
  test("narrows to the code it was asked for", () => {
    const error: unknown = null;
    if (isPlatformError(error, "RATE_LIMITED")) {
      expectTypeOf(error.data.code).toEqualTypeOf<"RATE_LIMITED">();
      expectTypeOf(error.data.retryAfterMs).toEqualTypeOf<number | undefined>();
    }
    // @ts-expect-error no such code
    isPlatformError(error, "TEAPOT");
  });
});
