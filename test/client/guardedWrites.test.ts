import fc from "fast-check";
import type { GenericId } from "convex/values";
import { describe, expect, test } from "vitest";
import type { Database } from "../../src/client/guards/guardedDb.js";
import { aGuardedHost, aPerson, entriesOf, guards, host, type Host } from "./guardedHost.js";

type Ctx = Parameters<Parameters<typeof guards.mutation>[0]["handler"]>[0];
type Id = GenericId<"invoices">;

const draft = { title: "Lamp", ownerId: "ann" };

/** A host with one guarded mutation and some rows. */
async function aWriter(handler: (ctx: Ctx, ids: Id[]) => Promise<unknown>, rows: object[] = [{}]) {
  const run = guards.mutation({
    args: {},
    permission: "public",
    handler: (ctx) => handler(ctx, ids),
  });
  const t = aGuardedHost({ run });
  const ids = await t.run(async (ctx) => {
    const ids: Id[] = [];
    for (const row of rows) ids.push(await ctx.db.insert("invoices", { ...draft, ...row }));
    return ids;
  });
  return {
    t,
    ids,
    run: () => t.withIdentity(aPerson("ann")).mutation(host("mutation", "run"), {}),
  };
}

/** Every row of every registered table. */
async function rowsOf(t: Host) {
  return await t.run(async (ctx) => [
    ...(await ctx.db.query("invoices").take(100)),
    ...(await ctx.db.query("notes").take(100)),
  ]);
}

// --- Every write, however the function ends --------------------------------------------------

const writes: Record<string, { entry: string; write: (ctx: Ctx, id: Id) => Promise<unknown> }> = {
  insert: { entry: "invoices.created", write: (ctx) => ctx.db.insert("invoices", draft) },
  "patch by table": {
    entry: "invoices.updated",
    write: (ctx, id) => ctx.db.patch("invoices", id, { amount: 1 }),
  },
  "patch by id": {
    entry: "invoices.updated",
    write: (ctx, id) => ctx.db.patch(id, { amount: 1 }),
  },
  "replace by table": {
    entry: "invoices.updated",
    write: (ctx, id) => ctx.db.replace("invoices", id, { ...draft, amount: 1 }),
  },
  "replace by id": {
    entry: "invoices.updated",
    write: (ctx, id) => ctx.db.replace(id, { ...draft, amount: 1 }),
  },
  "delete by table": {
    entry: "notes.deleted",
    write: async (ctx) => ctx.db.delete("notes", (await ctx.db.query("notes").first())!._id),
  },
  "delete by id": {
    entry: "notes.deleted",
    write: async (ctx) => ctx.db.delete((await ctx.db.query("notes").first())!._id),
  },
};

const unrecordable = { action: "", target: { table: "invoices", id: "1" } } as const;

const endings: Record<
  string,
  { commits: boolean; around: (ctx: Ctx, write: () => Promise<unknown>) => Promise<unknown> }
> = {
  success: { commits: true, around: (_ctx, write) => write() },
  "an error before": {
    commits: false,
    around: async () => {
      throw new Error("before");
    },
  },
  "an error after": {
    commits: false,
    around: async (_ctx, write) => {
      await write();
      throw new Error("after");
    },
  },
  "an audit error that is caught": {
    commits: false,
    around: async (ctx, write) => {
      await write();
      await ctx.audit(unrecordable).catch(() => {});
    },
  },
};

describe("a guarded write", () => {
  const cells = Object.keys(writes).flatMap((write) =>
    Object.keys(endings).map((ending) => [write, ending] as const),
  );

  test.for(cells)("by %s, with %s, is committed with its entry or not at all", async (cell) => {
    const { entry, write } = writes[cell[0]]!;
    const { commits, around } = endings[cell[1]]!;
    const { t, run } = await aWriter((ctx, [id]) => around(ctx, () => write(ctx, id!)));
    const stamps = { createdAt: 1, createdBy: "ben", updatedAt: 1, updatedBy: "ben" };
    await t.run((ctx) => ctx.db.insert("notes", { text: "old", ...stamps }));
    const before = await rowsOf(t);
    const call = run();
    if (commits) await call;
    else await expect(call).rejects.toThrow();
    expect((await entriesOf(t)).map(({ action }) => action)).toEqual(commits ? [entry] : []);
    const after = await rowsOf(t);
    if (commits) expect(after).not.toEqual(before);
    else expect(after).toEqual(before);
  });
});

// --- Any writes, against a model -------------------------------------------------------------

type Step =
  | { kind: "patch" | "replace"; row: number; byTable: boolean; fields: Fields }
  | { kind: "insert"; fields: Fields };
type Fields = { amount?: number | undefined; status?: string | undefined };

const fields: fc.Arbitrary<Fields> = fc.record(
  {
    amount: fc.constantFrom(undefined, 0, -0, 1, NaN),
    status: fc.constantFrom(undefined, "draft", "sent"),
  },
  { requiredKeys: [] },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("patch", "replace"),
      row: fc.nat({ max: 4 }),
      byTable: fc.boolean(),
      fields,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("insert"), fields }) },
);

const withoutAbsent = (row: object) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));

/** What the log should hold: one net change for each row, in the order of its first write. */
function modelOf(start: Fields[], steps: Step[]) {
  const rows: { first: object | null; now: object }[] = start.map((row) => {
    const stored = withoutAbsent({ ...draft, ...row });
    return { first: stored, now: stored };
  });
  const touched: number[] = [];
  for (const step of steps) {
    const row = step.kind === "insert" ? rows.length : step.row % rows.length;
    if (step.kind === "insert") rows.push({ first: null, now: {} });
    const base = step.kind === "patch" ? rows[row]!.now : draft;
    rows[row]!.now = withoutAbsent({ ...base, ...step.fields });
    if (!touched.includes(row)) touched.push(row);
  }
  const entries = touched.flatMap((row) => {
    const { first, now } = rows[row]!;
    const [old, new_] = [(first ?? {}) as Record<string, unknown>, now as Record<string, unknown>];
    const names = [...new Set([...Object.keys(old), ...Object.keys(new_)])].sort();
    const paths = names.filter((name) => !Object.is(old[name], new_[name]));
    const changes = paths.map((path) => ({
      path,
      ...(path in old && { before: old[path] }),
      ...(path in new_ && { after: new_[path] }),
    }));
    const action = first ? "invoices.updated" : "invoices.created";
    return changes.length > 0 ? [{ action, changes }] : [];
  });
  return { entries, rows: rows.map(({ now }) => now) };
}

describe("the entries of any writes", () => {
  test("are what changed in the end, row by row, and the rows are what was written", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fields, { minLength: 1, maxLength: 3 }),
        fc.array(step, { maxLength: 12 }),
        fc.boolean(),
        async (start, steps, isParallel) => {
          const { t, run } = await aWriter(async (ctx, known) => {
            const ids: (Id | Promise<Id>)[] = [...known];
            const running: Promise<unknown>[] = [];
            for (const each of steps) {
              const written = write(ctx, ids, each);
              running.push(written);
              if (!isParallel || each.kind === "insert") await written;
            }
            await Promise.all(running);
          }, start);
          await run();
          const expected = modelOf(start, steps);
          const entries = await entriesOf(t);
          expect(entries.map(({ action, changes }) => ({ action, changes }))).toEqual(
            expected.entries,
          );
          const rows = await rowsOf(t);
          expect(rows.map(({ _id, _creationTime, ...row }) => row)).toEqual(expected.rows);
        },
      ),
      { numRuns: 80 },
    );
  });

  async function write(ctx: Ctx, ids: (Id | Promise<Id>)[], step: Step): Promise<void> {
    if (step.kind === "insert") {
      const row = withoutAbsent({ ...draft, ...step.fields }) as typeof draft;
      ids.push(await ctx.db.insert("invoices", row));
      return;
    }
    const id = ids[step.row % ids.length] as Id;
    const value = step.kind === "patch" ? step.fields : { ...draft, ...step.fields };
    const db = ctx.db as unknown as Database;
    await (step.byTable ? db[step.kind]("invoices", id, value) : db[step.kind](id, value));
  }
});
