import { MAX_RELATED } from "../shared/auditRules.js";
import { platformError, type PlatformErrorData } from "../shared/errors.js";
import type { RestoreConflict } from "../shared/trash.js";
import { Conflicts, rowsOf, type Slice } from "./trashConflicts.js";
import type { Why } from "./trashRemoving.js";
import { Room } from "./trashRoom.js";
import { TrashRows } from "./trashRows.js";
import {
  callerOf,
  goOn,
  noteMissing,
  tell,
  type StepOptions,
  type TrashCtx,
} from "./trashSteps.js";

/** What became of one operation that was to be restored. */
export type Restored =
  | {
      status: "restored";
      /** `false`: more than one transaction restores; it goes on by itself, and ends with the root. */
      isDone: boolean;
      /** Rows that do not exist any more. */
      missing: number;
    }
  | { status: "already" }
  | { status: "notFound" }
  | { status: "refused"; error: PlatformErrorData };

/** Whose operations may be meant: without a tenant, those that have none. Absent: anybody's. */
export type Within = { within?: { tenantId?: string } };

/** Brings operations back, whatever order they stand in: one call for all, two where rows are checked. */
export async function restoreAll(
  ctx: TrashCtx,
  operationIds: string[],
  { within, ...why }: Why & Within,
  options: StepOptions,
): Promise<Map<string, Restored>> {
  const { component, tables } = options;
  const results = new Map<string, Restored>();
  const rows = new TrashRows(ctx.db);
  const ids = [...new Set(operationIds)];
  const room = (await Room.in(ctx)).limits;
  const args = {
    caller: await callerOf(ctx, options),
    operationIds: ids,
    room,
    uniqueTables: [...tables].filter(([, { unique }]) => unique.length > 0).map(([name]) => name),
    ...(within && { within }),
    ...why,
  };
  const answers = await tell(ctx, component.trashRestores.restore, args);
  const toCheck: Slice[] = [];
  for (const [i, id] of ids.entries()) {
    const answer = answers[i]!;
    switch (answer.answer) {
      case "begun": {
        const missing = await rows.restore(rowsOf(answer.slice));
        results.set(id, await finish(ctx, answer.slice, answer.step, missing, options));
        break;
      }
      case "check":
        toCheck.push(answer.slice);
        break;
      case "refused":
        results.set(id, { status: "refused", error: refusal([answer.conflict]) });
        break;
      default:
        results.set(id, { status: answer.answer });
    }
  }
  const conflicts = new Conflicts(ctx, rows, options, room.rows);
  const checked = await restoreChecked(ctx, rows, conflicts, toCheck, why, options);
  for (const [id, restored] of checked) results.set(id, restored);
  return results;
}

/** A parent may stand behind its child in the list: so all are tried again as long as one has come back. */
async function restoreChecked(
  ctx: TrashCtx,
  rows: TrashRows,
  found: Conflicts,
  slices: Slice[],
  why: Why,
  options: StepOptions,
): Promise<Map<string, Restored>> {
  const results = new Map<string, Restored>();
  const back: { slice: Slice; missing: number }[] = [];
  let waiting = slices;
  let before;
  do {
    before = waiting.length;
    const still: Slice[] = [];
    for (const slice of waiting) {
      const { conflicts, search } = await found.of(slice);
      if (conflicts.length > 0) {
        results.set(slice.operationId, { status: "refused", error: refusal(conflicts) });
        still.push(slice);
      } else if (search) {
        back.push({ slice: nothingOf(slice), missing: 0 });
      } else {
        back.push({ slice, missing: await rows.restore(rowsOf(slice)) });
      }
    }
    waiting = still;
  } while (waiting.length > 0 && waiting.length < before);
  if (back.length === 0) return results;

  const operations = back.map(({ slice: { operationId, left, isLast, items } }) => ({
    operationId,
    left,
    isLast,
    related: items.slice(0, MAX_RELATED).map(({ table, id }) => ({ table, id })),
  }));
  const args = { caller: await callerOf(ctx, options), operations, ...why };
  const { confirmRestore } = options.component.trashRestores;
  const steps = await tell(ctx, confirmRestore, args);
  for (const [i, { slice, missing }] of back.entries()) {
    const restored = await finish(ctx, slice, steps[i]!.step, missing, options);
    results.set(slice.operationId, restored);
  }
  return results;
}

/** A beginning without any row: what keeps the first ones is found out in transactions of their own. */
function nothingOf(slice: Slice): Slice {
  return { ...slice, items: [], left: slice.left + slice.items.length, isLast: false };
}

async function finish(
  ctx: TrashCtx,
  { operationId, isLast }: Slice,
  step: number,
  missing: number,
  options: StepOptions,
): Promise<Restored> {
  await noteMissing(ctx, operationId, missing, options);
  if (!isLast) await goOn(ctx, { operationId, step }, options);
  return { status: "restored", isDone: isLast, missing };
}

/** @throws what kept the operation from coming back */
export function orThrow(restored: Restored): Restored & { status: "restored" | "already" } {
  if (restored.status === "refused") throw platformError(restored.error);
  if (restored.status === "notFound") throw noOperation();
  return restored;
}

export function noOperation() {
  const message = "There is no such operation in the trash.";
  return platformError({ code: "NOT_FOUND", message });
}

function refusal(conflicts: RestoreConflict[]): PlatformErrorData {
  const { reason } = conflicts[0]!;
  return { ...REFUSALS[reason], details: { reason, conflicts } };
}

const REFUSALS: Record<RestoreConflict["reason"], Pick<PlatformErrorData, "code" | "message">> = {
  PARENT_DELETED: {
    code: "CONFLICT",
    message: "What this belongs to is in the trash or gone. Restore that first.",
  },
  UNIQUE_TAKEN: {
    code: "CONFLICT",
    message: "Another one has taken a value that only one can have. Change that one first.",
  },
  EXPIRED: {
    code: "EXPIRED",
    message: "This can no longer be restored: its time in the trash is over.",
  },
  HELD: { code: "HELD", message: "This is held and stays in the trash. Release it first." },
};
