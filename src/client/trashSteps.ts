import {
  makeFunctionReference,
  type FunctionArgs,
  type FunctionReference,
  type FunctionReturnType,
  type GenericDataModel,
  type MutationBuilder,
  type Scheduler,
} from "convex/server";
import { v } from "convex/values";
import type { ComponentApi } from "../component/_generated/component.js";
import type { Actor, Caller } from "../shared/auditLogs.js";
import { platformError } from "../shared/errors.js";
import { vMemberSearch, type MemberSearch } from "../shared/trash.js";
import { describeCaller, fromComponent, type CallOptions } from "./calls.js";
import type { CanRecord, CanRunMutation, CanRunQuery } from "./contexts.js";
import { guardedDbOf } from "./guards/guardedDb.js";
import { unguardedRunMutation } from "./guards/mutations.js";
import type { TrashTables } from "./tableChecks.js";
import type { Relations } from "./trashRelations.js";
import { Conflicts, rowsOf, type Slice } from "./trashConflicts.js";
import { Room, type CanMeasure } from "./trashRoom.js";
import { TrashRows } from "./trashRows.js";
import { takeAlong } from "./trashTaking.js";

/** A mutation of the host. Which tables it has does not matter here. */
export type TrashCtx = CanRecord &
  CanRunQuery &
  CanMeasure & {
    db: { patch: (...args: never[]) => Promise<void> };
    scheduler: Pick<Scheduler, "runAfter">;
  };

export type StepOptions = CallOptions & {
  component: ComponentApi;
  tables: TrashTables;
  relations: Relations;
  /** The module that exports the chores, as Convex names it: `trash`, `internal/trash`. */
  chores: string;
};

type Step = { operationId: string; step: number; search?: MemberSearch | undefined };

/** A guarded ctx says who calls; of any other, whoever is signed in. */
export async function callerOf(
  ctx: CanRecord & { actor?: Actor },
  options: CallOptions,
): Promise<Caller> {
  const caller = await describeCaller(ctx, options);
  return ctx.actor ? { ...caller, actor: ctx.actor } : caller;
}

/**
 * Calls a mutation of the component. It writes no rows of the host's, so a guarded handler goes on
 * with those it has read; the rows that the trash writes it is told of one by one.
 */
export async function tell<Mutation extends FunctionReference<"mutation", "internal">>(
  ctx: CanRunMutation & { db?: object },
  mutation: Mutation,
  args: FunctionArgs<Mutation>,
): Promise<FunctionReturnType<Mutation>> {
  if (ctx.db) await guardedDbOf(ctx.db)?.settle();
  return await fromComponent(unguardedRunMutation(ctx.runMutation)(mutation, args));
}

/** Whatever wakes the chores, it is the system at work. */
async function systemOf(ctx: CanRecord, options: CallOptions): Promise<Caller> {
  const caller = await describeCaller(ctx, options);
  return { ...caller, actor: { type: "system", id: caller.functionName ?? "trash" } };
}

/** What makes the platform go on by itself, to be exported from a file of the host. */
export function choresOf<DataModel extends GenericDataModel>(
  { internalMutation }: { internalMutation: MutationBuilder<DataModel, "internal"> },
  options: StepOptions,
) {
  return {
    proceed: internalMutation({
      args: { operationId: v.string(), step: v.number(), search: v.optional(vMemberSearch) },
      returns: v.null(),
      handler: async (ctx, step): Promise<null> => {
        await proceed(ctx as unknown as TrashCtx, step, options);
        return null;
      },
    }),
    purge: internalMutation({
      args: {},
      returns: v.null(),
      handler: async (ctx): Promise<null> => {
        await purgeDue(ctx as unknown as TrashCtx, options);
        return null;
      },
    }),
  };
}

/** Goes on with an operation in a transaction of its own. */
export async function goOn(ctx: TrashCtx, step: Step, options: StepOptions): Promise<void> {
  await schedule(ctx, "proceed", step, options);
}

async function schedule(
  { scheduler }: TrashCtx,
  name: "proceed" | "purge",
  args: Step | Record<never, never>,
  { chores }: StepOptions,
): Promise<void> {
  try {
    await scheduler.runAfter(0, makeFunctionReference<"mutation">(`${chores}:${name}`), args);
  } catch (error) {
    if (error instanceof Error && NO_SUCH_FUNCTION.test(error.message)) throw needsChores(chores);
    throw error;
  }
}

const NO_SUCH_FUNCTION = /nonexistent path|could not find|no (such )?function|not found/i;

// --- Steps -----------------------------------------------------------------------------------

async function proceed(ctx: TrashCtx, { operationId, step, search }: Step, options: StepOptions) {
  const { component } = options;
  const room = await Room.in(ctx);
  const at = { operationId, step };
  const asked = { ...at, room: room.limits };
  const work = await fromComponent(ctx.runQuery(component.trashSteps.next, asked));
  if (!work) return;
  const caller = await systemOf(ctx, options);
  if (work.work === "purge") {
    const args = { ...asked, caller };
    const done = await tell(ctx, component.trashSteps.purgeOn, args);
    if (done) await purgeSlice(ctx, done, options);
    return;
  }
  const report = await workOff(ctx, work, room, options, search);
  if ("others" in report) {
    await goOn(ctx, { ...at, search: report }, options);
    return;
  }
  const args = { ...at, caller, report };
  const next = await tell(ctx, component.trashSteps.advance, args);
  if (next) await goOn(ctx, { operationId, step: next.step }, options);
}

type Report = FunctionArgs<ComponentApi["trashSteps"]["advance"]>["report"];
type Work = Exclude<
  NonNullable<ComponentApi["trashSteps"]["next"]["_returnType"]>,
  { work: "purge" }
>;

/** @returns what was done; a search where it takes longer to find out whether it may be done */
async function workOff(
  ctx: TrashCtx,
  work: Work,
  room: Room,
  options: StepOptions,
  begun?: MemberSearch,
): Promise<Report | MemberSearch> {
  const { relations } = options;
  const rows = new TrashRows(ctx.db);
  switch (work.work) {
    case "remove": {
      const { root, deletedAt, scan, isWhole, isReturning } = work;
      const queue = scan.item === 0 ? [root, ...work.items] : work.items;
      const start = { queue, scan, isWhole, isReturning, gone: new Set<string>() };
      const { items, scan: next, blockers } = await takeAlong(rows, relations, start, room);
      const [blocker] = blockers;
      if (blocker) return { did: "refuse", blocker };
      await rows.remove(items, deletedAt);
      // Beyond the root there is nothing to look at where nothing depends on what was taken.
      const tables = new Set([...work.tables, ...items.map(({ table }) => table)]);
      const hasMore =
        next?.blockers !== undefined ||
        [...tables].some((table) => relations.ofTable(table).length > 0);
      const isDone = next !== null && next.item > 0 && !hasMore;
      return { did: "remove", items, scan: isDone ? null : next };
    }
    case "restore": {
      const { slice } = work;
      const found = await new Conflicts(ctx, rows, options, room.rows).of(slice, begun);
      const [conflict] = found.conflicts;
      if (conflict) return { did: "conflict", conflict };
      if (found.search) return found.search;
      const missing = await rows.restore(rowsOf(slice));
      return { did: "restore", left: slice.left, isLast: slice.isLast, missing };
    }
    case "turn":
      return { did: "turn" };
  }
}

/** Deletes the rows of a slice that the component has forgotten, and goes on where others are left. */
export async function purgeSlice(
  ctx: TrashCtx,
  { slice, step }: { slice: Slice; step: number },
  options: StepOptions,
): Promise<void> {
  const { operationId } = slice;
  const missing = await new TrashRows(ctx.db).purge(rowsOf(slice));
  await noteMissing(ctx, operationId, missing, options);
  if (!slice.isLast) await goOn(ctx, { operationId, step }, options);
}

export async function noteMissing(
  ctx: TrashCtx,
  operationId: string,
  missing: number,
  { component }: StepOptions,
): Promise<void> {
  if (missing === 0) return;
  const args = { operationId, missing };
  await tell(ctx, component.trashRestores.noteMissing, args);
}

async function purgeDue(ctx: TrashCtx, options: StepOptions): Promise<void> {
  const { component, tables } = options;
  const withRetention = [...tables].filter(([, { retentionDays }]) => retentionDays !== undefined);
  const args = {
    caller: await systemOf(ctx, options),
    tables: withRetention.map(([table]) => table),
    room: (await Room.in(ctx)).limits,
  };
  const due = await tell(ctx, component.trashSteps.purgeDue, args);
  for (const purged of due.purged) await purgeSlice(ctx, purged, options);
  for (const lost of due.lost) await goOn(ctx, lost, options);
  if (!due.isDone) await schedule(ctx, "purge", {}, options);
}

function needsChores(module: string) {
  return platformError({
    code: "NOT_CONFIGURED",
    message:
      `This takes more than one transaction, and goes on in functions of yours. Add to convex/${module}.ts:` +
      "\n    export const { proceed, purge } = platform.trash.chores(generated);" +
      '\nwith `import * as generated from "./_generated/server";`. For another file say' +
      '\n    new Platform(components.platform, { …, trash: { chores: "path/to/file" } })',
  });
}
