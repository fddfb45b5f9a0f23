import {
  defineSchema,
  defineTable,
  makeFunctionReference,
  type DataModelFromSchemaDefinition,
  type GenericMutationCtx,
  type MutationBuilder,
  type QueryBuilder,
} from "convex/server";
import { v, type GenericId, type Value } from "convex/values";
import { vi } from "vitest";
import { openWorld } from "../../bench/instrument";
import { Platform } from "../../src/client/index.js";
import type { Trash } from "../../src/client/trash.js";
import { live, softDeleteFields } from "../../src/shared/softDelete.js";
import { register } from "../../src/test.js";
import { component, NOON } from "../factories.js";
import type { Builders } from "../../src/client/guards/index.js";
import { generated } from "./guardedHost.js";

/** A host whose tables depend on each other in every way there is. */

export const schema = defineSchema({
  /** Takes its invoices along. */
  customers: defineTable({ name: v.string(), ...softDeleteFields }),
  /** Takes its lines along, stays while it has payments, lets go of its notes. */
  invoices: defineTable({
    number: v.string(),
    customerId: v.optional(v.id("customers")),
    ...softDeleteFields,
  })
    .index("by_number", live(["number"]))
    .index("by_customer", live(["customerId"])),
  lines: defineTable({
    text: v.string(),
    invoiceId: v.id("invoices"),
    ...softDeleteFields,
  }).index("by_invoice", live(["invoiceId"])),
  payments: defineTable({
    invoiceId: v.id("invoices"),
    /** Goes along with its customer, where it has one. */
    customerId: v.optional(v.id("customers")),
    ...softDeleteFields,
  })
    .index("by_invoice", live(["invoiceId"]))
    .index("by_customer", live(["customerId"])),
  /** Never goes to the trash. */
  notes: defineTable({ text: v.string(), invoiceId: v.optional(v.id("invoices")) }).index(
    "by_invoice",
    ["invoiceId"],
  ),
  /** Folders in folders: may go round in a circle. */
  folders: defineTable({
    name: v.string(),
    folderId: v.optional(v.id("folders")),
    ...softDeleteFields,
  }).index("by_folder", live(["folderId"])),
  /** Depends on nothing. */
  memos: defineTable({ text: v.string(), ...softDeleteFields }),
  /** Parts of memos, named by people. */
  files: defineTable({ name: v.string(), memoId: v.id("memos"), ...softDeleteFields }),
  /** Deleted for good. */
  logs: defineTable({ text: v.string() }),
});
export type DataModel = DataModelFromSchemaDefinition<typeof schema>;
export type TableName = keyof DataModel & string;

export const RETENTION_DAYS = 30;

export const platform = new Platform(component, {
  schema,
  roles: { editor: { can: ["*"] } },
  permissions: ["trash.read", "trash.restore", "trash.hold", "trash.purge"],
  defaultRole: "editor",
  tables: {
    customers: {
      label: "name",
      softDelete: {
        retentionDays: RETENTION_DAYS,
        cascade: [
          { table: "invoices", index: "by_customer", onDelete: "cascade" },
          { table: "payments", index: "by_customer", onDelete: "cascade" },
        ],
      },
    },
    invoices: {
      label: "number",
      softDelete: {
        retentionDays: RETENTION_DAYS,
        cascade: [
          { table: "lines", index: "by_invoice", onDelete: "cascade" },
          { table: "payments", index: "by_invoice", onDelete: "restrict" },
          { table: "notes", index: "by_invoice", onDelete: "detach" },
        ],
        unique: ["by_number"],
      },
    },
    lines: {
      label: "text",
      partOf: { table: "invoices", field: "invoiceId" },
      softDelete: {},
    },
    payments: { softDelete: {} },
    folders: {
      label: "name",
      softDelete: { cascade: [{ table: "folders", index: "by_folder", onDelete: "cascade" }] },
    },
    memos: { label: "text", softDelete: { retentionDays: RETENTION_DAYS } },
    files: {
      label: "name",
      partOf: { table: "memos", field: "memoId" },
      audit: { personal: ["name"] },
      softDelete: {},
    },
  },
});

type Ctx = GenericMutationCtx<DataModel>;
type Definition = { handler: (ctx: Ctx, args: never) => unknown };

let rowsPerStep = Infinity;

/** Says that there is room for so many rows in a transaction, so that few rows make many steps. */
export function withRoomFor(rows: number): void {
  rowsPerStep = rows;
}

/** A builder whose functions have as much room as {@link withRoomFor} says. */
export function narrowed(builder: unknown): unknown {
  const register = builder as (definition: Definition) => unknown;
  return ({ handler, ...rest }: Definition) =>
    register({ ...rest, handler: (ctx, args) => handler(narrow(ctx), args) });
}

let refusal: string | null = null;

function narrow(given: Ctx): Ctx {
  const runAfter = async () => {
    throw new Error(refusal!);
  };
  const ctx = refusal === null ? given : { ...given, scheduler: { ...given.scheduler, runAfter } };
  if (rowsPerStep === Infinity) return ctx;
  const getTransactionMetrics: Ctx["meta"]["getTransactionMetrics"] = async () => {
    const metrics = await ctx.meta.getTransactionMetrics();
    const { documentsRead, documentsWritten } = metrics;
    return {
      ...metrics,
      documentsRead: { ...documentsRead, remaining: 4 * rowsPerStep },
      documentsWritten: { ...documentsWritten, remaining: 2 * rowsPerStep },
    };
  };
  return { ...ctx, meta: { ...ctx.meta, getTransactionMetrics } };
}

const builders = {
  query: generated.query as unknown as QueryBuilder<DataModel, "public">,
  mutation: narrowed(generated.mutation) as MutationBuilder<DataModel, "public">,
  internalMutation: narrowed(generated.internalMutation) as MutationBuilder<DataModel, "internal">,
};

/** Methods of `platform.trash` with loose arguments: the tests say which. */
type Method = keyof Trash;
type Loose = (ctx: unknown, ...args: Value[]) => Promise<Value>;

function call(ctx: unknown, method: string, args: Value[]): Promise<Value> {
  return (platform.trash as unknown as Record<string, Loose>)[method]!(ctx, ...args);
}

const call_ = { method: v.string(), args: v.array(v.any()) };

const act = builders.mutation({
  args: call_,
  handler: async (ctx, { method, args }) => (await call(ctx, method, args as Value[])) ?? null,
});

/** The same, with a row that was read before: it is given instead of its id. */
const actOnRow = builders.mutation({
  args: call_,
  handler: async (ctx, { method, args }) => {
    const [table, id, ...rest] = args as [string, GenericId<TableName>, ...Value[]];
    const row = await ctx.db.get(id);
    return await call(ctx, method, [table, row as Value, ...rest]);
  },
});

/** Deletes a row twice, by what it was before. */
const actTwiceOnRow = builders.mutation({
  args: { table: v.string(), id: v.string() },
  handler: async (ctx, { table, id }) => {
    const row = (await ctx.db.get(id as GenericId<TableName>)) as Value;
    return [
      await call(ctx, "softDelete", [table, row]),
      await call(ctx, "softDelete", [table, row]),
    ];
  },
});

/** Fails after it has written, and goes on: what is left then? */
const actAndCatch = builders.mutation({
  args: call_,
  handler: async (ctx, { method, args }) => {
    return await call(ctx, method, args as Value[]).catch((error: { data: Value }) => error.data);
  },
});

const look = builders.query({
  args: call_,
  handler: async (ctx, { method, args }) => await call(ctx, method, args as Value[]),
});

let work: (ctx: Ctx) => Promise<void> = async () => {};

/** Runs what {@link inHost} was given. */
const play = builders.mutation({ args: {}, handler: async (ctx) => await work(ctx) });

/** Runs code of a test as the handler of one mutation. */
export async function inHost(
  { t }: Pick<TrashHost, "t">,
  handler: (ctx: Ctx) => Promise<void>,
): Promise<void> {
  work = handler;
  await t.mutation(makeFunctionReference<"mutation">("host:play"), {});
}

const sync = builders.mutation({
  args: {},
  handler: async (ctx) => void (await platform.userProfiles.sync(ctx)),
});

const guarded = platform.functions<DataModel>(generated as unknown as Builders<DataModel>);
const memo = { args: { id: v.id("memos") }, permission: "trash.restore" } as const;

const loadMemo = guarded.mutation({
  ...memo,
  handler: async (ctx, { id }) => void (await ctx.load("memos", id)),
});

const removeMemo = guarded.mutation({
  ...memo,
  handler: async (ctx, { id }) => {
    await ctx.load("memos", id);
    await platform.trash.softDelete(ctx, "memos", id);
  },
});

/** Writes a memo before and after another one goes to the trash, or without that. */
const editAround = guarded.mutation({
  args: { id: v.id("memos"), other: v.optional(v.id("memos")) },
  permission: "trash.restore",
  handler: async (ctx, { id, other }) => {
    await ctx.load("memos", id);
    if (other) await ctx.load("memos", other);
    await ctx.db.patch("memos", id, { text: "before" });
    if (other) await platform.trash.softDelete(ctx, "memos", other);
    await ctx.db.patch("memos", id, { text: "after" });
  },
});

const removeLine = guarded.mutation({
  args: { id: v.id("lines") },
  permission: "trash.restore",
  handler: async (ctx, { id }) => {
    const line = await ctx.load("lines", id);
    await ctx.load("invoices", line.invoiceId);
    await platform.trash.softDelete(ctx, "lines", id);
  },
});

const host = {
  play,
  loadMemo,
  removeMemo,
  removeLine,
  editAround,
  sync,
  actTwiceOnRow,
  act,
  actOnRow,
  actAndCatch,
  look,
};
export const chores = platform.trash.chores(builders);

const ref = {
  act: makeFunctionReference<"mutation">("host:act"),
  actOnRow: makeFunctionReference<"mutation">("host:actOnRow"),
  actAndCatch: makeFunctionReference<"mutation">("host:actAndCatch"),
  look: makeFunctionReference<"query">("host:look"),
  purge: makeFunctionReference<"mutation">("trash:purge"),
  proceed: makeFunctionReference<"mutation">("trash:proceed"),
};

type Result<Name extends Method> = Trash[Name] extends (...args: never[]) => Promise<infer R>
  ? R
  : never;

/** Opens a host; its clock stands at noon. */
export function aTrashHost(functions: Record<string, unknown> = {}) {
  withRoomFor(Infinity);
  refusal = null;
  vi.useFakeTimers({ now: NOON, toFake: ["Date", "setTimeout", "clearTimeout"] });
  const t = openWorld(schema, {
    host: async () => ({ ...host, ...functions }),
    trash: async () => chores,
  });
  register(t);
  const ann = t.withIdentity({ subject: "ann", issuer: "https://id.example", name: "Ann" });

  const insert = async <Table extends TableName>(table: Table, row: object) =>
    (await t.run((ctx) => ctx.db.insert(table as never, row as never))) as GenericId<Table>;

  return {
    t,
    ann,
    insert,
    insertMany: async (table: TableName, rows: object[]) =>
      await t.run(async (ctx) => {
        const ids: string[] = [];
        for (const row of rows) ids.push(await ctx.db.insert(table as never, row as never));
        return ids;
      }),
    get: async (id: string) =>
      (await t.run((ctx) => ctx.db.get(id as never))) as Record<string, unknown> | null,
    patch: async (id: string, patch: object) =>
      await t.run((ctx) => ctx.db.patch(id as never, patch as never)),
    erase: async (id: string) => await t.run((ctx) => ctx.db.delete(id as never)),
    /** What is live, by id. */
    live: async (table: TableName) =>
      await t.run(async (ctx) => {
        const rows = (await ctx.db.query(table as never).collect()) as {
          _id: string;
          deletedAt?: number;
        }[];
        return rows.filter(({ deletedAt }) => deletedAt === undefined).map(({ _id }) => _id);
      }),
    all: async (table: TableName) =>
      await t.run(async (ctx) =>
        (await ctx.db.query(table as never).collect()).map(({ _id }: { _id: string }) => _id),
      ),
    notes: async () =>
      (await t.run(async (ctx) => await ctx.db.query("notes" as never).collect())) as {
        invoiceId?: string;
      }[],
    /** Calls a method of `platform.trash` as Ann, in a mutation. */
    act: async <Name extends Method>(method: Name, ...args: unknown[]) =>
      (await ann.mutation(ref.act, { method, args })) as Result<Name>,
    actOnRow: async <Name extends Method>(method: Name, ...args: unknown[]) =>
      (await ann.mutation(ref.actOnRow, { method, args })) as Result<Name>,
    actTwiceOnRow: async (table: TableName, id: string) =>
      await ann.mutation(makeFunctionReference<"mutation">("host:actTwiceOnRow"), { table, id }),
    actAndCatch: async (method: Method, ...args: unknown[]) =>
      (await ann.mutation(ref.actAndCatch, { method, args })) as Record<string, unknown>,
    look: async <Name extends Method>(method: Name, ...args: unknown[]) =>
      (await ann.query(ref.look, { method, args })) as Result<Name>,
    /** Calls a guarded mutation, as somebody who may. */
    guarded: async (name: string, args: Record<string, Value>) => {
      await ann.mutation(makeFunctionReference<"mutation">("host:sync"), {});
      return (await ann.mutation(
        makeFunctionReference<"mutation">(`host:${name}`),
        args,
      )) as unknown;
    },
    /** Runs the chore, and whatever it schedules. */
    purge: async () => {
      await t.mutation(ref.purge, {});
      await t.finishAllScheduledFunctions(() => vi.runOnlyPendingTimers(), 10_000);
    },
    /** Forgets what is scheduled, as a restore from a backup does. */
    loseScheduled: async () =>
      await t.run(async (ctx) => {
        const scheduled = await ctx.db.system.query("_scheduled_functions").collect();
        for (const { _id } of scheduled) await ctx.scheduler.cancel(_id);
      }),
    /** The scheduler of the host throws this. */
    refuseScheduling: (message: string) => void (refusal = message),
    /** Lets operations under way come to their end. */
    settle: async () =>
      await t.finishAllScheduledFunctions(() => vi.runOnlyPendingTimers(), 10_000),
    /** Runs the next continuation, and not those that it schedules. */
    step: async () => {
      vi.runOnlyPendingTimers();
      await t.finishInProgressScheduledFunctions();
    },
  };
}

export type TrashHost = ReturnType<typeof aTrashHost>;
export const trashRef = ref;
