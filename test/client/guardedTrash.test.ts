import {
  defineSchema,
  defineTable,
  makeFunctionReference,
  type DataModelFromSchemaDefinition,
  type GenericMutationCtx,
} from "convex/server";
import { v, type GenericId } from "convex/values";
import { describe, expect, test } from "vitest";
import { costOf, difference, openWorld, record } from "../../bench/instrument";
import type { Builders } from "../../src/client/guards/index.js";
import { Platform } from "../../src/client/index.js";
import { live, softDeleteFields } from "../../src/shared/validators.js";
import { register } from "../../src/test.js";
import { component } from "../factories.js";
import { generated } from "./guardedHost.js";

/** The trash out of guarded mutations: what it costs there, and what their ctx.db sees of it. */

const schema = defineSchema({
  notes: defineTable({ text: v.string(), ...softDeleteFields }).index("by_text", live(["text"])),
});
type DataModel = DataModelFromSchemaDefinition<typeof schema>;
type Id = GenericId<"notes">;

const platform = new Platform(component, {
  schema,
  roles: { editor: { can: ["notes.update"] } },
  tables: { notes: { label: "text", softDelete: { unique: ["by_text"] } } },
});
const guarded = platform.functions(generated as unknown as Builders<DataModel>);

type Ctx = GenericMutationCtx<DataModel> & {
  scope(scope: "trashed"): GenericMutationCtx<DataModel>["db"];
};

/** A host with a note, and what guarded mutations do with it by its id or by itself. */
async function aHost<Name extends string>(
  handlers: Record<Name, (ctx: Ctx, note: { _id: Id; text: string }) => Promise<unknown>>,
) {
  const functions = Object.entries<(typeof handlers)[Name]>(handlers).map(([name, handler]) => [
    name,
    guarded.mutation({
      args: { id: v.id("notes") },
      permission: "public",
      access: (ctx, { id }) => ctx.load("notes", id),
      handler: async (ctx, _args, note) => (await handler(ctx as unknown as Ctx, note)) ?? null,
    }),
  ]);
  const t = openWorld(schema, { host: async () => Object.fromEntries(functions) });
  register(t);
  const aNote = async () =>
    (await t.run((ctx) => ctx.db.insert("notes" as never, { text: "a" } as never))) as Id;
  const run = (name: Name, id: Id) =>
    t.mutation(makeFunctionReference<"mutation">(`host:${name}`), { id }) as Promise<unknown>;
  const story = async (id: Id) => {
    const target = { table: "notes", id } as const;
    const { page } = await t.run((ctx) => platform.auditLogs.list(ctx, { target, order: "asc" }));
    return page.map(({ action }) => action);
  };
  return { t, aNote, run, story };
}

const softDelete = (ctx: Ctx, note: Id | { _id: Id; text: string }) =>
  platform.trash.softDelete(ctx, "notes", note as Id);

describe("softDelete in a guarded mutation", () => {
  test("costs one read and three writes in one call, for a row that the function has read", async () => {
    const { aNote, run } = await aHost({
      load: async () => null,
      byRow: (ctx, note) => softDelete(ctx, note),
      byId: (ctx, { _id }) => softDelete(ctx, _id),
    });
    for (const name of ["byRow", "byId"] as const) {
      const loading = await record(async () => await run("load", await aNote()));
      const deleting = await record(async () => await run(name, await aNote()));
      expect(difference(costOf(deleting), costOf(loading))).toMatchObject({
        calls: 0,
        nested: 1,
        docsRead: 1,
        docsWritten: 3,
      });
    }
  });

  test("takes the row out of what ctx.db shows and changes", async () => {
    const { aNote, run } = await aHost({
      look: async (ctx, { _id }) => {
        await softDelete(ctx, _id);
        const found = await ctx.db.get("notes", _id);
        const rows = await ctx.db.query("notes").collect();
        const trashed = await ctx.scope("trashed").query("notes").collect();
        return [found, rows.length, trashed.length];
      },
      patch: async (ctx, { _id }) => {
        await softDelete(ctx, _id);
        await ctx.db.patch("notes", _id, { text: "b" });
      },
    });
    expect(await run("look", await aNote())).toEqual([null, 0, 1]);
    await expect(run("patch", await aNote())).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
  });

  test("leaves one entry of its own, beside those of other writes", async () => {
    const { aNote, run, story } = await aHost({
      run: async (ctx, { _id }) => {
        await ctx.db.patch("notes", _id, { text: "b" });
        const { operationId } = await softDelete(ctx, _id);
        await platform.trash.restore(ctx, operationId!);
        await ctx.db.patch("notes", _id, { text: "c" });
      },
    });
    const id = await aNote();
    await run("run", id);
    expect((await story(id)).toSorted()).toEqual([
      "notes.restored",
      "notes.trashed",
      "notes.updated",
      "notes.updated",
    ]);
  });

  test("sees writes that nobody waited for", async () => {
    const { t, aNote, run } = await aHost({
      run: async (ctx, { _id }) => {
        void ctx.db.patch("notes", _id, { text: "b" });
        await softDelete(ctx, _id);
      },
    });
    await run("run", await aNote());
    const { page } = await t.run((ctx) => platform.trash.list(ctx));
    expect(page).toMatchObject([{ root: { label: "b" } }]);
  });
});
