import {
  defineSchema,
  defineTable,
  makeFunctionReference,
  type DataModelFromSchemaDefinition,
  type GenericMutationCtx,
} from "convex/server";
import { v, type GenericId } from "convex/values";
import { describe, expect, test } from "vitest";
import { conflictBetween, costOf, difference, openWorld, record } from "../../bench/instrument";
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

/** What does not compile is no way to call it. */
export const mistaken = [
  // @ts-expect-error there is no table "note"
  (ctx: Ctx) => platform.trash.reserve(ctx, "note", "by_text", { text: "a" }),
  // @ts-expect-error there is no index "by_title"
  (ctx: Ctx) => platform.trash.reserve(ctx, "notes", "by_title", { text: "a" }),
  // @ts-expect-error the index has no field "title"
  (ctx: Ctx) => platform.trash.reserve(ctx, "notes", "by_text", { title: "a" }),
];

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

describe("reserve in a guarded mutation", () => {
  const rename = async (ctx: Ctx, { _id }: { _id: Id }) => {
    const { trashed } = await platform.trash.reserve(
      ctx,
      "notes",
      "by_text",
      { text: "b" },
      { except: _id },
    );
    await ctx.db.patch("notes", _id, { text: "b" });
    return trashed?.text ?? null;
  };

  test("lets one have a name, and the next one not", async () => {
    const { aNote, run } = await aHost({ rename });
    const [one, other] = [await aNote(), await aNote()];
    expect(await run("rename", one)).toBe(null);
    expect(await run("rename", one)).toBe(null);
    await expect(run("rename", other)).rejects.toMatchObject({
      data: { code: "CONFLICT", details: { reason: "UNIQUE_TAKEN", table: "notes", id: one } },
    });
  });

  test("gives a name free that went to the trash, and tells of it; then it cannot come back", async () => {
    const { t, aNote, run } = await aHost({ rename, remove: (ctx, note) => softDelete(ctx, note) });
    const [one, other] = [await aNote(), await aNote()];
    await run("rename", one);
    await run("remove", one);
    expect(await run("rename", other)).toBe("b");
    const [operation] = (await t.run((ctx) => platform.trash.list(ctx))).page;
    const back = t.mutation((ctx) => platform.trash.restore(ctx, operation!.id));
    await expect(back).rejects.toMatchObject({
      data: {
        code: "CONFLICT",
        details: {
          conflicts: [{ reason: "UNIQUE_TAKEN", holder: { table: "notes", id: other } }],
        },
      },
    });
  });

  test("makes one of two wait who want a name at once, and nobody who wants another", async () => {
    const toC = (ctx: Ctx) => platform.trash.reserve(ctx, "notes", "by_text", { text: "c" });
    const write = async (ctx: Ctx, { _id }: { _id: Id }) =>
      void (await toC(ctx), await ctx.db.patch("notes", _id, { text: "c" }));
    // In a world of its own each, as neither sees what the other has not committed.
    const recordOne = async (name: "rename" | "write", nth: 0 | 1) => {
      const { aNote, run } = await aHost({ rename, write });
      const ids = [await aNote(), await aNote()] as const;
      return await record(async () => await run(name, ids[nth]));
    };
    const first = await recordOne("rename", 0);
    expect(conflictBetween(first, await recordOne("rename", 1))).toContain("notes.by_text");
    expect(conflictBetween(first, await recordOne("write", 1))).toBeNull();
  });
});
