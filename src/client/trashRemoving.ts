import type { Target } from "../shared/auditLogs.js";
import { platformError, type PlatformErrorData } from "../shared/errors.js";
import type { TrashOperation } from "../shared/trash.js";
import { countItems, purgeTime, rowKey } from "../shared/trashRules.js";
import { fromComponent } from "./calls.js";
import { labelOf, subjectOf } from "./entrySubjects.js";
import { plainRow, type Row } from "./guards/writeLog.js";
import type { RegisteredTables } from "./tables.js";
import { Room, sizeOf } from "./trashRoom.js";
import { isTrashed, TrashRows } from "./trashRows.js";
import { callerOf, goOn, tell, type StepOptions, type TrashCtx } from "./trashSteps.js";
import { takeAlong, type Taking } from "./trashTaking.js";

export type RemovingOptions = StepOptions & { registered: RegisteredTables };

/** What the host says of an act. */
export type Why = { reason?: string; action?: string };

/** What became of one row that was to go to the trash. */
export type Removed =
  | {
      status: "trashed";
      operationId: string;
      /** `false`: more than one transaction takes; it goes on by itself. */
      isDone: boolean;
      /** Rows that went along so far, by table. */
      taken: Record<string, number>;
    }
  /** The operation is `null` where it went along with another row. */
  | { status: "already"; operationId: string | null }
  | { status: "notFound" }
  | { status: "refused"; error: PlatformErrorData };

/** What a removal writes when all have been looked at. */
type Plan = { target: Target; row: Row; taking: Taking };

/** Puts rows into the trash, each with what goes along: one operation each, one call for all. */
export async function removeAll(
  ctx: TrashCtx,
  table: string,
  given: (string | Row)[],
  why: Why & { tenantId?: string },
  options: RemovingOptions,
): Promise<Map<string, Removed>> {
  const rows = new TrashRows(ctx.db);
  const results = new Map<string, Removed>();
  const plans = new Map<string, Plan>();
  const trashed: string[] = [];
  const gone = new Set<string>();
  const room = options.relations.ofTable(table).length > 0 ? await Room.in(ctx) : null;
  if (room) room.rows -= given.length;
  for (const one of given) {
    const id = typeof one === "string" ? one : String(one["_id"]);
    if (results.has(id) || plans.has(id) || trashed.includes(id)) continue;
    const key = rowKey({ table, id });
    const row = await rows.find(table, one);
    if (!row) {
      results.set(id, { status: "notFound" });
    } else if (isTrashed(row)) {
      trashed.push(id);
    } else if (gone.has(key)) {
      results.set(id, { status: "already", operationId: null });
    } else {
      const taking = await take(rows, { table, id }, gone, room, options);
      const error = refusalOf(table, taking);
      if (error) {
        results.set(id, { status: "refused", error });
        continue;
      }
      for (const taken of [{ table, id }, ...taking.items]) {
        if (!("detached" in taken)) gone.add(rowKey(taken));
      }
      plans.set(id, { target: targetOf(table, id, row, options), row, taking });
    }
  }
  for (const [id, removed] of await write(ctx, rows, plans, why, options)) results.set(id, removed);
  for (const [id, removed] of await repeat(ctx, table, trashed, why, options)) {
    results.set(id, removed);
  }
  return results;
}

/** @param room - `null`: nothing can go along */
async function take(
  rows: TrashRows,
  root: { table: string; id: string },
  gone: ReadonlySet<string>,
  room: Room | null,
  { relations }: RemovingOptions,
): Promise<Taking> {
  if (!room) return { items: [], scan: null, blockers: [] };
  const scan = { item: 0, relation: 0 };
  const start = { queue: [root], scan, isWhole: true, gone };
  return await takeAlong(rows, relations, start, room);
}

function refusalOf(table: string, { blockers: [blocker] }: Taking): PlatformErrorData | null {
  if (!blocker) return null;
  return {
    code: "CONFLICT",
    message: `This cannot go to the trash while a row of ${blocker.table} depends on it, or on what would go along. Remove that first.`,
    details: { reason: "RESTRICTED", ...blocker, root: table },
  };
}

function targetOf(table: string, id: string, row: Row, { registered }: RemovingOptions): Target {
  const label = labelOf(table, row, registered);
  return { table, id, ...(label !== undefined && { label }) };
}

/** What entries about the row say where it is a part of another one. */
function partOf(rows: TrashRows, { target, row }: Plan, { registered }: RemovingOptions) {
  const { table, id } = target;
  const about = subjectOf({ table, id, row }, registered, (whole) => rows.rowOf(whole));
  return about.related && { whole: about.target, ...about.metadata };
}

async function write(
  ctx: TrashCtx,
  rows: TrashRows,
  plans: Map<string, Plan>,
  why: Why & { tenantId?: string },
  options: RemovingOptions,
): Promise<Map<string, Removed>> {
  const results = new Map<string, Removed>();
  if (plans.size === 0) return results;
  const { component, relations, tables } = options;
  const deletedAt = Date.now();
  const removals = [...plans.values()].map((plan) => {
    const { target, row, taking } = plan;
    const { items, scan } = taking;
    const part = partOf(rows, plan, options);
    const own = new Set(items.filter(({ detached }) => !detached).map(rowKey));
    const parents = rows.parentsOf(relations, target.table, row);
    const purgeAt = purgeTime(deletedAt, tables.get(target.table)?.retentionDays);
    return {
      root: target,
      rootBytes: sizeOf(plainRow(row)),
      rootParents: parents.filter((parent) => !own.has(rowKey(parent))),
      items,
      scan,
      ...(purgeAt !== undefined && { purgeAt }),
      ...(part && { partOf: part }),
    };
  });
  const args = { caller: await callerOf(ctx, options), deletedAt, removals, ...why };
  // First, because it refuses what is wrong: then no row has been touched.
  const begun = await tell(ctx, component.trash.remove, args);
  for (const [i, [id, { target, taking }]] of [...plans].entries()) {
    const { operationId, step } = begun[i]!;
    const isDone = taking.scan === null;
    await rows.remove([target, ...taking.items], deletedAt);
    if (!isDone) await goOn(ctx, { operationId, step }, options);
    const { taken } = countItems(taking.items);
    results.set(id, { status: "trashed", operationId, isDone, taken });
  }
  return results;
}

/** Rows that are in the trash already, of which some may be on their way out of it. */
async function repeat(
  ctx: TrashCtx,
  table: string,
  ids: string[],
  { reason, action }: Why,
  options: RemovingOptions,
): Promise<Map<string, Removed>> {
  const results = new Map<string, Removed>();
  if (ids.length === 0) return results;
  const { component } = options;
  const roots = ids.map((id) => ({ table, id }));
  const found = await fromComponent(ctx.runQuery(component.trash.getByRoots, { roots }));
  for (const [i, id] of ids.entries()) {
    const operation = found[i] ?? null;
    const isOwn = operation?.inTrash ?? false;
    results.set(id, { status: "already", operationId: isOwn ? operation!.id : null });
    if (operation?.state !== "restoring") continue;
    const why = {
      ...(reason !== undefined && { reason }),
      ...(action !== undefined && { action }),
    };
    const again = await turnBack(ctx, operation, why, options);
    if (again) results.set(id, again);
  }
  return results;
}

async function turnBack(
  ctx: TrashCtx,
  { id: operationId, taken }: TrashOperation,
  why: Why,
  options: RemovingOptions,
): Promise<Removed | null> {
  const args = { caller: await callerOf(ctx, options), operationId, ...why };
  const { turnBack } = options.component.trashRestores;
  const turned = await tell(ctx, turnBack, args);
  if (!turned) return null;
  await goOn(ctx, { operationId, step: turned.step }, options);
  return { status: "trashed", operationId, isDone: false, taken };
}

/** @throws what kept the row from going to the trash */
export function orThrow(removed: Removed): Removed & { status: "trashed" | "already" } {
  if (removed.status === "refused") throw platformError(removed.error);
  if (removed.status === "notFound") throw notFound();
  return removed;
}

export function notFound() {
  return platformError({ code: "NOT_FOUND", message: "This does not exist." });
}
