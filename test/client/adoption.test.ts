import { runToCompletion } from "@convex-dev/migrations";
import migrationsTest from "@convex-dev/migrations/test";
import { convexTest } from "convex-test";
import { makeFunctionReference, type GenericActionCtx } from "convex/server";
import type { GenericId } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { register } from "../../src/test.js";
import { NOON } from "../factories.js";
import { ADOPTED, migrationsComponent, platform, schema, type DataModel } from "./adoptionHost.js";

type Note = { title: string; isDeleted?: boolean; deletedAt?: number };

async function aHost(notes: Note[]) {
  const t = convexTest({
    schema,
    modules: {
      "./_generated/api.js": async () => ({}),
      "./host.ts": () => import("./adoptionHost.js"),
    },
    transactionLimits: true,
  });
  register(t);
  migrationsTest.register(t);
  const ids = await t.run(async (ctx) => {
    const ids: GenericId<"notes">[] = [];
    for (const note of notes) ids.push(await ctx.db.insert("notes", note));
    return ids;
  });
  const adopt = (name: "adoptComments" | "adoptNotes" | "adoptTimes") =>
    t.action(async (ctx) => {
      const migration = makeFunctionReference<"mutation">(`host:${name}`);
      const action = ctx as unknown as GenericActionCtx<DataModel>;
      // From the beginning, whatever it has done before.
      const options = { name, cursor: null };
      await runToCompletion(action, migrationsComponent, migration as never, options);
    });
  const inTrash = async (table: "notes" | "comments" = "notes") => {
    const paginationOpts = { numItems: 200, cursor: null };
    return (await t.run((ctx) => platform.trash.list(ctx, { table, paginationOpts }))).page;
  };
  const titles = () => t.query(makeFunctionReference<"query">("host:titles"), {});
  const restore = (operationId: string) =>
    t.mutation(async (ctx) => void (await platform.trash.restore(ctx, operationId)));
  return { t, ids, adopt, inTrash, titles, restore };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a table without a trash", () => {
  test("needs nothing done to its rows: without deletedAt they are live", async () => {
    const { titles, inTrash } = await aHost([{ title: "a" }, { title: "b" }]);
    expect(await titles()).toEqual(["a", "b"]);
    expect(await inTrash()).toEqual([]);
  });
});

describe("a table with a flag of its own", () => {
  test("has its deleted rows in the trash afterwards, with who and why, and no flag", async () => {
    const { t, ids, adopt, inTrash, titles } = await aHost([
      { title: "here", isDeleted: false },
      { title: "gone", isDeleted: true },
    ]);
    await adopt("adoptNotes");
    expect(await titles()).toEqual(["here"]);
    expect(await inTrash()).toMatchObject([
      {
        root: { table: "notes", id: ids[1], label: "gone" },
        reason: ADOPTED.reason,
        // Nobody is signed in where a migration is started by hand.
        actor: { type: "anonymous" },
        state: "trashed",
      },
    ]);
    const rows = await t.run((ctx) => ctx.db.query("notes").collect());
    expect(rows.map((row) => ["isDeleted" in row, row.deletedAt])).toEqual([
      [false, undefined],
      [false, NOON],
    ]);
    const target = { table: "notes", id: ids[1]! } as const;
    const { page } = await t.run((ctx) => platform.auditLogs.list(ctx, { target }));
    expect(page.map(({ action }) => action)).toEqual(["notes.trashed"]);
  });

  test("gets its rows back as they were, and keeps them as long as any other", async () => {
    const { adopt, inTrash, titles, restore } = await aHost([{ title: "gone", isDeleted: true }]);
    await adopt("adoptNotes");
    const [operation] = await inTrash();
    expect(operation!.purgeAt).toBe(NOON + 30 * 86_400_000);
    await restore(operation!.id);
    expect(await titles()).toEqual(["gone"]);
    await adopt("adoptNotes");
    expect(await titles()).toEqual(["gone"]);
  });

  test("is adopted once, however often that runs", async () => {
    const { adopt, inTrash } = await aHost([{ title: "gone", isDeleted: true }]);
    await adopt("adoptNotes");
    await adopt("adoptNotes");
    expect(await inTrash()).toHaveLength(1);
  });

  test("is adopted in batches, at any size", async () => {
    const notes = Array.from({ length: 350 }, (_, i) => ({
      title: `${i}`,
      isDeleted: i % 2 === 0,
    }));
    const { adopt, inTrash, titles } = await aHost(notes);
    await adopt("adoptNotes");
    expect(await titles()).toHaveLength(175);
    expect(await inTrash()).toHaveLength(175);
  });

  test("keeps apart what was deleted before its parent, when children come first", async () => {
    const { t, ids, adopt, inTrash, restore } = await aHost([{ title: "gone", isDeleted: true }]);
    const [noteId] = ids as [GenericId<"notes">];
    await t.run(async (ctx) => {
      await ctx.db.insert("comments", { noteId, isDeleted: true });
      await ctx.db.insert("comments", { noteId });
    });
    await adopt("adoptComments");
    await adopt("adoptNotes");
    expect(await inTrash("comments")).toHaveLength(1);
    const [note] = await inTrash();
    await restore(note!.id);
    const comments = await t.run((ctx) => ctx.db.query("comments").collect());
    expect(comments.map(({ deletedAt }) => deletedAt)).toEqual([NOON, undefined]);
  });
});

describe("a table with a time in deletedAt", () => {
  test("has its rows in the trash as operations, which can be restored", async () => {
    const { adopt, inTrash, titles, restore } = await aHost([
      { title: "here" },
      { title: "gone", deletedAt: 5 },
    ]);
    // Hidden at once, and in no list before it is adopted.
    expect(await titles()).toEqual(["here"]);
    expect(await inTrash()).toEqual([]);
    await adopt("adoptTimes");
    const [operation] = await inTrash();
    expect(operation).toMatchObject({ root: { label: "gone" }, deletedAt: NOON });
    await restore(operation!.id);
    expect(await titles()).toEqual(["here", "gone"]);
  });
});
