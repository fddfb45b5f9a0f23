import type { DocumentByName } from "convex/server";
import { makeFunctionReference } from "convex/server";
import type { GenericId, Value } from "convex/values";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { guardedDbOf, unguardedDb } from "../../src/client/guards/guardedDb.js";
import { unguardedRunMutation } from "../../src/client/guards/mutations.js";
import { NOON } from "../factories.js";
import {
  aGuardedHost,
  aPerson,
  entriesOf,
  guards,
  host,
  storyOf,
  type DataModel,
} from "./guardedHost.js";

type Ctx = Parameters<Parameters<typeof guards.mutation>[0]["handler"]>[0];
type Definition = {
  audit?: string;
  mayChange?: ("ownerId" | "deletedAt")[];
  tenantId?: () => string;
};
type Invoice = Omit<DocumentByName<DataModel, "invoices">, "_id" | "_creationTime">;

const ANN = "https://id.example|ann";
const draft = { title: "Lamp", ownerId: "ann", amount: 100 };

/** A host with one guarded mutation, of which only the handler matters, and an invoice in it. */
async function aWriter(
  handler: (ctx: Ctx, id: GenericId<"invoices">) => Promise<unknown>,
  definition: Definition = {},
) {
  const t = aGuardedHost({
    run: guards.mutation({
      args: {},
      permission: "public",
      ...definition,
      handler: (ctx) => handler(ctx, id),
    }),
    nested: guards.internalMutation({
      args: {},
      permission: "public",
      handler: async (ctx) => void (await ctx.db.patch(id, { amount: 7 })),
    }),
  });
  const id = await t.run((ctx) => ctx.db.insert("invoices", draft));
  const run = () => t.withIdentity(aPerson("ann")).mutation(host("mutation", "run"), {});
  const read = () => t.run((ctx) => ctx.db.get("invoices", id));
  return { t, id, run, read };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ["Date"] });
});

describe("the entries of a guarded mutation", () => {
  test("tell who wrote what, from which function", async () => {
    const { t, id, run } = await aWriter((ctx, id) => ctx.db.patch("invoices", id, { amount: 5 }));
    await run();
    expect(await entriesOf(t)).toMatchObject([
      {
        action: "invoices.updated",
        outcome: "success",
        actor: { type: "user", id: ANN, label: "ann" },
        target: { table: "invoices", id, label: "Lamp" },
        changes: [{ path: "amount", before: 100, after: 5 }],
        request: { functionName: "host:run" },
      },
    ]);
  });

  test.for<[string, (ctx: Ctx, id: GenericId<"invoices">) => Promise<unknown>]>([
    ["patch by table", (ctx, id) => ctx.db.patch("invoices", id, { amount: 5 })],
    ["patch by id", (ctx, id) => ctx.db.patch(id, { amount: 5 })],
    ["replace by table", (ctx, id) => ctx.db.replace("invoices", id, { ...draft, amount: 5 })],
    ["replace by id", (ctx, id) => ctx.db.replace(id, { ...draft, amount: 5 })],
    [
      "a wrapper that says undefined for what is left out",
      async (ctx, id) => {
        const db = ctx.db as unknown as WithUndefined;
        const { title, ownerId } = (await db.get(id, undefined))!;
        await db.replace(id, { title, ownerId, amount: 5 }, undefined);
        const note = await ctx.db.insert("notes", { text: "a" });
        await db.delete(note, undefined);
      },
    ],
    [
      "db.table",
      (ctx, id) => (ctx.db as unknown as WithTable).table("invoices").patch(id, { amount: 5 }),
    ],
  ])("come from each call form: %s", async ([, handler]) => {
    const { t, run, read } = await aWriter(handler);
    await run();
    expect(await storyOf(t)).toEqual(["invoices.updated amount"]);
    expect(await read()).toMatchObject({ amount: 5 });
  });

  test("are one for each row, from its first state to its last", async () => {
    const { t, run } = await aWriter(async (ctx, id) => {
      await ctx.db.patch(id, { amount: 1 });
      const note = await ctx.db.insert("notes", { text: "a" });
      await ctx.db.patch(note, { text: "b" });
      await ctx.db.patch(id, { amount: 2, status: "sent" });
    });
    await run();
    const entries = await entriesOf(t);
    expect(entries.map(({ action, changes }) => [action, changes])).toEqual([
      [
        "invoices.updated",
        [
          { path: "amount", before: 100, after: 2 },
          { path: "status", after: "sent" },
        ],
      ],
      ["notes.created", [{ path: "text", after: "b" }]],
    ]);
  });

  test("are none for what changes nothing", async () => {
    const { t, run } = await aWriter(async (ctx, id) => {
      await ctx.db.patch(id, { amount: 100 });
      await ctx.db.patch(id, {});
      await ctx.db.replace(id, draft);
      await ctx.db.patch(id, { amount: 1 });
      await ctx.db.patch(id, { amount: 100 });
      const note = await ctx.db.insert("notes", { text: "a" });
      await ctx.db.delete(note);
    });
    await run();
    expect(await entriesOf(t)).toEqual([]);
  });

  test("are none for fields that are ignored, and hide those that are secret", async () => {
    const { t, run } = await aWriter(async (ctx, id) => {
      await ctx.db.patch(id, { cache: { hot: true }, bankAccount: "DE02 1203" });
    });
    await run();
    expect(await storyOf(t)).toEqual(["invoices.updated bankAccount"]);
    const [entry] = await entriesOf(t);
    expect(JSON.stringify(entry!.changes)).not.toContain("1203");
    const silent = await aWriter((ctx, id) => ctx.db.patch(id, { cache: 1 }));
    await silent.run();
    expect(await entriesOf(silent.t)).toEqual([]);
  });

  test("are none for tables the platform was not told of", async () => {
    const { t, run } = await aWriter(async (ctx) => {
      const id = await ctx.db.insert("scratch", { text: "a" });
      await ctx.db.patch(id, { text: "b" });
      await ctx.db.replace("scratch", id, { text: "c" });
      await ctx.db.delete(id);
    });
    await run();
    expect(await entriesOf(t)).toEqual([]);
  });

  test("tell of a removal with what was there", async () => {
    const { t, run } = await aWriter(async (ctx) => {
      const [note] = await ctx.db.query("notes").take(1);
      await ctx.db.delete("notes", note!._id);
    });
    await t.run((ctx) => ctx.db.insert("notes", { ...stampsOf("ben"), text: "old" }));
    await run();
    expect(await entriesOf(t)).toMatchObject([
      { action: "notes.deleted", changes: [{ path: "text", before: "old" }] },
    ]);
  });

  test("have the name of the function where they are about its table", async () => {
    const writeBoth = async (ctx: Ctx) => {
      await ctx.db.insert("invoices", draft);
      await ctx.db.insert("notes", { text: "a" });
    };
    const sent = await aWriter(writeBoth, { audit: "invoices.sent" });
    await sent.run();
    const names = async (t: typeof sent.t) => (await entriesOf(t)).map(({ action }) => action);
    expect(await names(sent.t)).toEqual(["invoices.sent", "notes.created"]);
    const closed = await aWriter(writeBoth, { audit: "month.closed", tenantId: () => "acme" });
    await closed.run();
    expect(await names(closed.t)).toEqual(["month.closed", "month.closed"]);
    expect(await entriesOf(closed.t)).toMatchObject([{ tenantId: "acme" }, { tenantId: "acme" }]);
  });

  test("stand where the function's own words stand", async () => {
    const { t, run } = await aWriter(async (ctx, id) => {
      await ctx.audit({ action: "mail.sent", target: { table: "invoices", id } });
      await ctx.db.patch(id, { amount: 1 });
      await ctx.audit({ action: "mail.read", target: { table: "invoices", id } });
    });
    await run();
    expect(await storyOf(t)).toEqual(["mail.sent", "invoices.updated amount", "mail.read"]);
  });

  test("keep apart what a nested function writes to the same row", async () => {
    const { t, run } = await aWriter(async (ctx, id) => {
      await ctx.db.patch(id, { amount: 1 });
      await ctx.runMutation(makeFunctionReference<"mutation">("host:nested"), {});
      await ctx.db.patch(id, { title: "Desk" });
    });
    await run();
    const story = (await entriesOf(t)).map(({ changes }) => changes);
    expect(story).toEqual([
      [{ path: "amount", before: 1, after: 7 }],
      [{ path: "amount", before: 100, after: 1 }],
      [{ path: "title", before: "Lamp", after: "Desk" }],
    ]);
  });

  test("are there for writes that nobody waited for", async () => {
    const { t, run } = await aWriter(async (ctx, id) => {
      void ctx.db.patch(id, { amount: 1 });
      void ctx.db.patch(id, { amount: 2 });
    });
    await run();
    expect(await entriesOf(t)).toMatchObject([
      { changes: [{ path: "amount", before: 100, after: 2 }] },
    ]);
  });

  test("say what was there before, whatever the handler did to the row it had read", async () => {
    const { t, run } = await aWriter(async (ctx, id) => {
      const row = await ctx.db.get(id);
      row!.amount = 3;
      await ctx.db.patch(id, { amount: 3 });
    });
    await run();
    expect(await entriesOf(t)).toMatchObject([{ changes: [{ before: 100, after: 3 }] }]);
  });

  test("say what was given at the call, as the rows do, whatever the handler does to it then", async () => {
    const { t, run } = await aWriter(async (ctx, id) => {
      const row = { ...draft, amount: 0, extra: { lines: [0] } };
      const inserts = [1, 2].map((amount) => {
        row.amount = row.extra.lines[0] = amount;
        return ctx.db.insert("invoices", row);
      });
      const change = { amount: 3, extra: { lines: [3] } };
      const patch = ctx.db.patch(id, change);
      change.amount = 4;
      for (let i = 0; i < 20; i++) {
        await null;
        change.extra.lines[0] = i;
      }
      await Promise.all([...inserts, patch]);
    });
    await run();
    const rows = await t.run((ctx) => ctx.db.query("invoices").take(5));
    const written = [3, 1, 2].map((amount) => ({ amount, extra: { lines: [amount] } }));
    expect(rows).toMatchObject(written);
    const told = (await entriesOf(t)).map(({ changes }) =>
      Object.fromEntries(changes.map(({ path, after }) => [path, after])),
    );
    expect(told).toMatchObject([written[1], written[2], { amount: 3, extra: { lines: [3] } }]);
  });

  test("do without a time that is only known at the commit", async () => {
    const { t, run } = await aWriter(async (ctx) => {
      const id = await ctx.db.insert("notes", { text: "a", seenAt: ctx.db.vars.commitTs });
      await ctx.db.patch(id, { text: "b" });
    });
    await run();
    expect(await entriesOf(t)).toMatchObject([
      {
        changes: [
          { path: "seenAt", after: "(time of commit)" },
          { path: "text", after: "b" },
        ],
      },
    ]);
  });
});

describe("a write and its entry", () => {
  const invalid = { action: "", target: { table: "invoices", id: "1" } } as const;

  test("are both there, or neither, when the handler throws", async () => {
    const { t, run, read } = await aWriter(async (ctx, id) => {
      await ctx.db.patch(id, { amount: 1 });
      throw new Error("after the write");
    });
    await expect(run()).rejects.toThrow("after the write");
    expect(await read()).toMatchObject({ amount: 100 });
    expect(await entriesOf(t)).toEqual([]);
  });

  test("are both gone when an entry cannot be recorded, though the handler caught all it could", async () => {
    const { t, run, read } = await aWriter(async (ctx, id) => {
      await ctx.db.patch(id, { amount: 1 });
      try {
        await ctx.audit(invalid);
      } catch {
        // A handler that does not want to know.
      }
    });
    await expect(run()).rejects.toMatchObject({ data: { code: "VALIDATION_FAILED" } });
    expect(await read()).toMatchObject({ amount: 100 });
    expect(await entriesOf(t)).toEqual([]);
  });

  test("are both there when a wrong entry was refused at once and caught", async () => {
    const { t, run } = await aWriter(async (ctx, id) => {
      await ctx.db.patch(id, { amount: 1 });
      await ctx
        .audit({ ...invalid, metadata: { at: new Date(0) as unknown as Value } })
        .catch(() => {});
    });
    await run();
    expect(await storyOf(t)).toEqual(["invoices.updated amount"]);
  });

  test("are none when a write fails and the handler catches it", async () => {
    const { t, run } = await aWriter(async (ctx, id) => {
      await ctx.db.patch(id, { amount: "much" as unknown as number }).catch(() => {});
    });
    await run();
    expect(await entriesOf(t)).toEqual([]);
  });

  test("cannot come apart by a write after the handler has returned", async () => {
    let late: Promise<unknown> = Promise.resolve();
    let finish = () => {};
    const { t, run, read } = await aWriter(async (ctx, id) => {
      const signal = new Promise<void>((resolve) => (finish = resolve));
      late = signal.then(() => ctx.db.patch(id, { amount: 1 }));
      await ctx.db.patch(id, { title: "Desk" });
    });
    await run();
    finish();
    await expect(late).rejects.toMatchObject({ data: { code: "INVALID_STATE" } });
    expect(await read()).toMatchObject({ amount: 100 });
    expect(await storyOf(t)).toEqual(["invoices.updated title"]);
  });

  test("cannot come apart at any moment in which the handler returns", async () => {
    for (let moment = 0; moment < 12; moment++) {
      let late: Promise<unknown> = Promise.resolve();
      const { t, run } = await aWriter(async (ctx, id) => {
        await ctx.db.patch(id, { title: "Desk" });
        late = (async () => {
          for (let i = 0; i < moment; i++) await null;
          await ctx.db.insert("invoices", draft);
        })().catch(() => {});
      });
      await run();
      await late;
      const rows = await t.run((ctx) => ctx.db.query("invoices").take(5));
      const created = (await storyOf(t)).filter((told) => told.startsWith("invoices.created"));
      expect(created, `moment ${moment}`).toHaveLength(rows.length - 1);
    }
  });

  test("are both there when a nested function writes to the same row at the same time", async () => {
    for (let moment = 0; moment < 40; moment++) {
      const { t, run, read } = await aWriter(async (ctx, id) => {
        const patch = async () => {
          for (let i = 0; i < moment; i++) await null;
          await ctx.db.patch(id, { amount: 100 });
        };
        const nested = ctx.runMutation(makeFunctionReference<"mutation">("host:nested"), {});
        await Promise.all([nested, patch()]);
      });
      await run();
      expect(await read(), `moment ${moment}`).toMatchObject({ amount: 100 });
      const steps = (await entriesOf(t)).map(({ changes }) => changes);
      expect(steps, `moment ${moment}`).toEqual([
        [{ path: "amount", before: 100, after: 7 }],
        [{ path: "amount", before: 7, after: 100 }],
      ]);
    }
  });

  test("stand alone: an entry that comes after the handler has returned is refused", async () => {
    let late: Promise<unknown> = Promise.resolve();
    let finish = () => {};
    const { t, run } = await aWriter(async (ctx, id) => {
      const signal = new Promise<void>((resolve) => (finish = resolve));
      const target = { table: "invoices", id } as const;
      late = signal.then(() => ctx.audit({ action: "mail.sent", target }));
    });
    await run();
    finish();
    await expect(late).rejects.toMatchObject({ data: { code: "INVALID_STATE" } });
    expect(await storyOf(t)).toEqual([]);
  });
});

describe("the guarded ctx.db", () => {
  test("refuses to delete what goes to the trash, and names the way out", async () => {
    const { run, read } = await aWriter((ctx, id) => ctx.db.delete(id));
    await expect(run()).rejects.toMatchObject({
      data: {
        code: "INVALID_STATE",
        message: expect.stringContaining('platform.trash.softDelete(ctx, "invoices", id)'),
      },
    });
    expect(await read()).not.toBeNull();
  });

  test.for<[string, Partial<Invoice> | Record<string, Value>]>([
    ["ownerId", { ownerId: "ben" }],
    ["deletedAt", { deletedAt: 1 }],
    ["_creationTime", { _creationTime: 1 }],
    ["_id", { _id: "another" }],
  ])("refuses to change %s", async ([field, patch]) => {
    const { t, run } = await aWriter((ctx, id) =>
      ctx.db.patch(id, { amount: 1, ...patch } as never),
    );
    await expect(run()).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { [field]: { code: "protected" } } },
    });
    expect(await entriesOf(t)).toEqual([]);
  });

  test("refuses a replacement that leaves out a protected field, and takes one that keeps it", async () => {
    const lost = await aWriter((ctx, id) => ctx.db.replace(id, { title: "Desk" } as never));
    await expect(lost.run()).rejects.toMatchObject({ data: { fields: { ownerId: {} } } });
    const kept = await aWriter(async (ctx, id) => {
      const row = (await ctx.db.get(id))!;
      await ctx.db.replace(id, { ...row, title: "Desk" });
    });
    await kept.run();
    expect(await kept.read()).toMatchObject({ title: "Desk", ownerId: "ann" });
  });

  test("refuses a new row that is in the trash already", async () => {
    const { run } = await aWriter((ctx) => ctx.db.insert("invoices", { ...draft, deletedAt: 1 }));
    await expect(run()).rejects.toMatchObject({ data: { fields: { deletedAt: {} } } });
  });

  test("changes a protected field in a function that says so", async () => {
    const { run, read } = await aWriter((ctx, id) => ctx.db.patch(id, { ownerId: "ben" }), {
      mayChange: ["ownerId"],
    });
    await run();
    expect(await read()).toMatchObject({ ownerId: "ben" });
  });

  test("names the path of what Convex would not store", async () => {
    const cases: [Value | Date, string, string][] = [
      [{ $set: 1 }, "cache.$set", "bad_key"],
      [Array<number>(8193).fill(0), "cache", "too_many"],
      [[undefined as unknown as Value], "cache.0", "unsupported_type"],
      [new Date(0), "cache", "unsupported_type"],
      ["x".repeat(1_048_577), "", "too_large"],
      ["\ud800", "cache", "not_well_formed"],
    ];
    for (const [cache, path, code] of cases) {
      const { run } = await aWriter((ctx, id) => ctx.db.patch(id, { cache }));
      await expect(run()).rejects.toMatchObject({ data: { fields: { [path]: { code } } } });
    }
  });

  test("takes rows of twelve levels, and deeper ones only where that is not recorded", async () => {
    const nested = (levels: number): Value => (levels === 0 ? 1 : { a: nested(levels - 1) });
    const inserting = (row: object) =>
      aWriter((ctx) => ctx.db.insert("invoices", { ...draft, ...row }));
    await (await inserting({ extra: nested(11) })).run();
    await (await inserting({ cache: nested(15) })).run();
    await expect((await inserting({ extra: nested(12) })).run()).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", message: "What was written could not be recorded." },
    });
  });

  test("does not show what is in the trash, unless asked", async () => {
    const seen: unknown[] = [];
    const { t, id, run } = await aWriter(async (ctx, id) => {
      seen.push(await ctx.db.get(id), await ctx.db.get("invoices", id));
      seen.push(...(await ctx.db.query("invoices").collect()));
      seen.push((await ctx.scope("trashed").get(id))!.title);
      seen.push((await ctx.scope("all").query("invoices").collect()).length);
      seen.push(await ctx.load("invoices", id).catch((error: Error) => error.message));
      seen.push((await ctx.load("invoices", id, undefined, { scope: "trashed" })).title);
    });
    await t.run((ctx) => ctx.db.patch(id, { deletedAt: 1 }));
    await run();
    expect(seen).toEqual([
      null,
      null,
      "Lamp",
      1,
      expect.stringContaining("does not exist"),
      "Lamp",
    ]);
  });

  test.for<[string, (ctx: Ctx, id: GenericId<"invoices">) => Promise<unknown>]>([
    ["patch", (ctx, id) => ctx.db.patch(id, { amount: 1 })],
    ["replace", (ctx, id) => ctx.db.replace("invoices", id, draft)],
    [
      "patch of a row it has read",
      async (ctx, id) => {
        const row = await ctx.scope("all").get(id);
        await ctx.db.patch(row!._id, { amount: 1 });
      },
    ],
  ])("refuses to change a row in the trash, and says how to go on: %s", async ([, handler]) => {
    const { t, id, run, read } = await aWriter(handler);
    await t.run((ctx) => ctx.db.patch(id, { deletedAt: 1 }));
    await expect(run()).rejects.toMatchObject({
      data: {
        code: "INVALID_STATE",
        message: expect.stringContaining("platform.trash.restore(ctx, operationId)"),
      },
    });
    expect(await read()).toMatchObject({ amount: 100 });
  });

  test("changes a row in the trash in a function that says so", async () => {
    const { t, id, run, read } = await aWriter((ctx, id) => ctx.db.patch(id, { deletedAt: 2 }), {
      mayChange: ["deletedAt"],
    });
    await t.run((ctx) => ctx.db.patch(id, { deletedAt: 1 }));
    await run();
    expect(await read()).toMatchObject({ deletedAt: 2 });
  });

  test("lets the host's own database be reached, for what records itself", async () => {
    const { t, run } = await aWriter(async (ctx, id) => {
      await unguardedDb(ctx.db).patch(id, { amount: 1 });
      await unguardedDb(ctx.scope("all")).patch(id, { amount: 2 });
    });
    await run();
    expect(await entriesOf(t)).toEqual([]);
  });
});

describe("what writes behind the guarded ctx.db", () => {
  test("knows the rows that the handler has read, and those it has written", async () => {
    const known: unknown[] = [];
    const { run } = await aWriter(async (ctx, id) => {
      const behind = guardedDbOf(ctx.db)!;
      known.push(behind.rowOf(id));
      await ctx.db.get(id);
      known.push(behind.rowOf(id)?.amount);
      void ctx.db.patch(id, { amount: 2 });
      await behind.settle();
      known.push(behind.rowOf(id)?.amount);
    });
    await run();
    expect(known).toEqual([undefined, 100, 2]);
  });

  test("is told apart from what the handler writes before and after", async () => {
    const { t, run } = await aWriter(async (ctx, id) => {
      const other = await ctx.db.insert("invoices", draft);
      await ctx.db.patch(id, { amount: 1 });
      const row = guardedDbOf(ctx.db)!.rowOf(id)!;
      await unguardedDb(ctx.db).patch(id, { amount: 2 });
      guardedDbOf(ctx.db)!.wasWritten(id, { ...row, amount: 2 });
      await ctx.db.patch(id, { amount: 3 });
      // That one is still the function's own.
      await ctx.db.patch(other, { title: "Desk" });
    });
    await run();
    expect((await entriesOf(t)).map(({ action, changes }) => [action, changes.at(0)])).toEqual([
      ["invoices.created", { path: "amount", after: 100 }],
      ["invoices.updated", { path: "amount", before: 100, after: 1 }],
      ["invoices.updated", { path: "amount", before: 2, after: 3 }],
    ]);
  });

  test("is seen by the next write, also where nobody says what it left", async () => {
    const { run, read } = await aWriter(async (ctx, id) => {
      await ctx.db.get(id);
      await unguardedDb(ctx.db).patch(id, { deletedAt: 5 });
      guardedDbOf(ctx.db)!.wasWritten(id);
      await ctx.db.patch(id, { amount: 3 });
    });
    await expect(run()).rejects.toMatchObject({ data: { code: "INVALID_STATE" } });
    expect(await read()).toMatchObject({ amount: 100 });
  });

  test("calls without making the handler's rows unknown", async () => {
    const known: unknown[] = [];
    const { run } = await aWriter(async (ctx, id) => {
      const nested = makeFunctionReference<"mutation">("host:nested");
      await ctx.db.get(id);
      await unguardedRunMutation(ctx.runMutation)(nested, {});
      known.push(guardedDbOf(ctx.db)!.rowOf(id)?.amount);
      await ctx.runMutation(nested, {});
      known.push(guardedDbOf(ctx.db)!.rowOf(id));
    });
    await run();
    expect(known).toEqual([100, undefined]);
  });

  test("finds nothing behind the host's own ctx.db", async () => {
    const { t } = await aWriter(async () => null);
    expect(await t.run(async (ctx) => guardedDbOf(ctx.db) === undefined)).toBe(true);
  });
});

describe("stamps", () => {
  test("are set by nobody else, also on rows from before there were any", async () => {
    const { t, run } = await aWriter(async (ctx) => {
      const [memo] = await ctx.db.query("memos").take(1);
      const forged = { createdAt: 1, createdBy: "mallory", updatedAt: 1, updatedBy: "mallory" };
      await ctx.db.patch(memo!._id, forged);
      await ctx.db.replace(memo!._id, { text: "a", ...forged });
      expect(await ctx.db.get(memo!._id)).toEqual(memo);
      await ctx.db.replace(memo!._id, { text: "b", ...forged });
    });
    await t.run((ctx) => ctx.db.insert("memos", { text: "a" }));
    await run();
    const { _id, _creationTime, ...memo } = (await t.run((ctx) => ctx.db.query("memos").first()))!;
    expect(memo).toEqual({ text: "b", updatedAt: NOON, updatedBy: ANN });
  });

  test("are set with a new row, whatever the caller sends", async () => {
    const { t, run } = await aWriter((ctx) =>
      ctx.db.insert("notes", { text: "a", createdBy: "mallory", updatedAt: 1 }),
    );
    await run();
    expect(await t.run((ctx) => ctx.db.query("notes").first())).toMatchObject(stampsOf(ANN));
  });

  test("follow a change and stay with none", async () => {
    const { t, run } = await aWriter(async (ctx) => {
      const [first, second] = await ctx.db.query("notes").take(2);
      await ctx.db.patch(first!._id, { text: "b", createdBy: "mallory", createdAt: 1 });
      await ctx.db.replace(first!._id, { text: "c" });
      await ctx.db.patch(second!._id, { text: "a" });
      await ctx.db.replace(second!._id, { text: "a" });
    });
    const before = { text: "a", ...stampsOf("ben", 1) };
    await t.run(async (ctx) => {
      await ctx.db.insert("notes", before);
      await ctx.db.insert("notes", before);
    });
    await run();
    const [first, second] = await t.run((ctx) => ctx.db.query("notes").take(2));
    expect(first).toMatchObject({
      text: "c",
      createdAt: 1,
      createdBy: "ben",
      updatedAt: NOON,
      updatedBy: ANN,
    });
    expect(second).toMatchObject(before);
    expect(await storyOf(t)).toEqual(["notes.updated text"]);
  });
});

/** As `Triggers` of convex-helpers call it. */
type WithUndefined = {
  get(id: string, nothing: undefined): Promise<Invoice | null>;
  replace(id: string, value: object, nothing: undefined): Promise<void>;
  delete(id: string, nothing: undefined): Promise<void>;
};
type WithTable = { table(name: string): { patch(id: string, value: object): Promise<void> } };

function stampsOf(who: string, at = NOON) {
  return { createdAt: at, createdBy: who, updatedAt: at, updatedBy: who };
}
