import type { GenericMutationCtx, GenericQueryCtx } from "convex/server";
import type { GenericId } from "convex/values";
import { assertType, describe, expectTypeOf, test } from "vitest";
import {
  Platform,
  type CanPreview,
  type OnDelete,
  type Relation,
  type Reservation,
  type Restored,
  type Scope,
  type SoftDeleted,
  type SoftDeletePreview,
  type SoftDeleteOptions,
  type TrashCtx,
  type TrashOperation,
} from "../../src/client/index.js";
import { component } from "../factories.js";
import { platform, schema, type DataModel } from "./trashHost.js";

declare const ctx: GenericMutationCtx<DataModel>;
declare const queryCtx: GenericQueryCtx<DataModel>;
declare const id: GenericId<"invoices">;
declare const lineId: GenericId<"lines">;
declare const row: DataModel["invoices"]["document"];

describe("softDelete", () => {
  test("takes a table with softDelete, and an id or a row of it", () => {
    assertType(platform.trash.softDelete(ctx, "invoices", id));
    assertType(platform.trash.softDelete(ctx, "invoices", row, { reason: "duplicate" }));
    // @ts-expect-error there is no such table
    assertType(platform.trash.softDelete(ctx, "invoice", id));
    // @ts-expect-error its rows are deleted for good
    assertType(platform.trash.softDelete(ctx, "logs", id));
    // @ts-expect-error the id of another table
    assertType(platform.trash.softDelete(ctx, "invoices", lineId));
    // @ts-expect-error a part of a row: it could not be told what depends on it
    assertType(platform.trash.softDelete(ctx, "invoices", { _id: id }));
    // @ts-expect-error no such word
    assertType(platform.trash.softDelete(ctx, "invoices", id, { why: "duplicate" }));
  });

  test("works in mutations only", () => {
    // @ts-expect-error a query cannot write
    assertType(platform.trash.softDelete(queryCtx, "invoices", id));
    assertType(platform.trash.preview(queryCtx, "invoices", id));
    assertType(platform.trash.checkRestore(queryCtx, "operation"));
  });

  test("says what became of it", async () => {
    const removed = await platform.trash.softDelete(ctx, "invoices", id);
    if (removed.status === "trashed") expectTypeOf(removed.operationId).toBeString();
    else expectTypeOf(removed.operationId).toEqualTypeOf<string | null>();
    const many = await platform.trash.softDeleteMany(ctx, "invoices", [id]);
    expectTypeOf(many[0]!.id).toEqualTypeOf<GenericId<"invoices">>();
  });

  test("takes the actions of the catalogue, where there is one", () => {
    const strict = new Platform(component, {
      schema,
      tables: { memos: { softDelete: {} } },
      actions: { "memos.binned": {} },
    });
    const memoId = "m" as GenericId<"memos">;
    assertType(strict.trash.softDelete(ctx, "memos", memoId, { action: "memos.binned" }));
    // @ts-expect-error not in the catalogue
    assertType(strict.trash.softDelete(ctx, "memos", memoId, { action: "memos.bined" }));
  });
});

describe("list", () => {
  test("takes the tables with softDelete, and gives operations", () => {
    expectTypeOf(platform.trash.list(queryCtx, { table: "invoices" }))
      .resolves.toHaveProperty("page")
      .toEqualTypeOf<TrashOperation[]>();
    // @ts-expect-error its rows are deleted for good
    assertType(platform.trash.list(queryCtx, { table: "logs" }));
    expectTypeOf<TrashOperation["taken"][string]>().toBeNumber();
  });

  test("knows no table where the host has named none", () => {
    const loose = new Platform(component, { schema });
    // @ts-expect-error nothing goes to the trash here
    assertType(loose.trash.softDelete(ctx, "invoices", id));
  });
});

describe("partOf", () => {
  test("names a table of the schema, and a field of the part", () => {
    const options = <const Options>(tables: Options) => tables;
    const field = "invoiceId";
    const fits = options({ lines: { partOf: { table: "invoices", field } } });
    const noTable = options({ lines: { partOf: { table: "invoice", field } } });
    const noField = options({ lines: { partOf: { table: "invoices", field: "invoice" } } });
    assertType(new Platform(component, { schema, tables: fits }));
    // @ts-expect-error there is no such table
    assertType(new Platform(component, { schema, tables: noTable }));
    // @ts-expect-error there is no such field
    assertType(new Platform(component, { schema, tables: noField }));
  });
});

describe("a host's own layer over the trash", () => {
  test("names what it takes and gives", () => {
    const { trash } = platform;
    const remove = (ctx: TrashCtx): Promise<SoftDeleted> => trash.softDelete(ctx, "invoices", id);
    const restore = (ctx: TrashCtx): Promise<Restored> => trash.restore(ctx, "operation");
    const look = (ctx: CanPreview): Promise<SoftDeletePreview | null> =>
      trash.preview(ctx, "invoices", id);
    const take = (): Promise<Reservation<DataModel["invoices"]["document"]>> =>
      trash.reserve(ctx, "invoices", "by_number", { number: "1" });
    assertType([remove(ctx), restore(ctx), look(queryCtx), take()]);
    const onDelete: OnDelete = "cascade";
    const relation: Relation = { table: "lines", index: "by_invoice", onDelete };
    assertType<SoftDeleteOptions>({ retentionDays: 30, cascade: [relation] });
    expectTypeOf<Scope>().toEqualTypeOf<"live" | "trashed" | "all">();
  });
});
