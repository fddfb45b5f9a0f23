import type { Reference } from "./auditLogs.js";
import type {
  NewItem,
  RestoreConflict,
  StoredItem,
  StoredOperation,
  TrashOperation,
  TrashRoom,
  TrashStage,
  TrashState,
} from "./trash.js";

/** Operations that one call of `softDeleteMany` or `restoreMany` takes. */
export const MAX_OPERATIONS_PER_CALL = 500;
/** Rows that one transaction takes along, brings back or purges; each of them is a read and a write. */
export const MAX_ROWS_PER_STEP = 1000;
/** Items in one document of the record, and the size of their rows together, where they are several. */
export const ITEMS_PER_BATCH = 100;
export const BYTES_PER_BATCH = 1024 * 1024;
/** Conflicts that a check names. */
export const MAX_CONFLICTS = 50;

export const DAY_MS = 86_400_000;
/** A continuation runs at once; one that has not after this time was lost. */
export const LOST_AFTER_MS = 10 * 60_000;

/** From when on a row may be purged; `undefined`: never. */
export function purgeTime(
  deletedAt: number,
  retentionDays: number | undefined,
): number | undefined {
  return retentionDays === undefined ? undefined : deletedAt + retentionDays * DAY_MS;
}

/**
 * Whole days until an operation may be purged, 0 on the last one; `null` when it never is: without a
 * retention, and while it is held.
 *
 * @param now - milliseconds since 1970
 */
export function daysLeft(
  { purgeAt, hold }: Pick<TrashOperation, "purgeAt" | "hold">,
  now: number,
): number | null {
  if (purgeAt === undefined || hold) return null;
  return Math.max(0, Math.floor((purgeAt - now) / DAY_MS));
}

export function isInTrash(state: TrashState): boolean {
  return state !== "restored" && state !== "purged";
}

/** Whether steps of it are still to come. */
export function isUnderWay(state: TrashState): state is "removing" | "restoring" | "purging" {
  return state === "removing" || state === "restoring" || state === "purging";
}

/** When the chore has to look at an operation; `undefined`: never. Held ones never keep it waiting. */
export function wakeTime(
  stage: TrashStage,
  { purgeAt, hold }: Pick<StoredOperation, "purgeAt" | "hold">,
  now: number,
): number | undefined {
  if (isUnderWay(stage.state)) return now + LOST_AFTER_MS;
  return stage.state === "trashed" && !hold ? purgeAt : undefined;
}

/** What keeps an operation as a whole from being restored; `null` when nothing does. */
export function restoreRefusal(
  { stage, hold, purgeAt, root }: Pick<StoredOperation, "stage" | "hold" | "purgeAt" | "root">,
  now: number,
): RestoreConflict | null {
  const target = { table: root.table, id: root.id };
  if (stage.state === "purging" || stage.state === "purged") return { reason: "EXPIRED", target };
  if (hold) return { reason: "HELD", target };
  const isOver = purgeAt !== undefined && purgeAt <= now;
  return isOver ? { reason: "EXPIRED", target } : null;
}

/** Items by table: those that went along, and those that were only detached. */
export function countItems(items: Pick<StoredItem, "table" | "detached">[]) {
  const taken: Record<string, number> = {};
  const detached: Record<string, number> = {};
  for (const item of items) {
    const counts = item.detached ? detached : taken;
    counts[item.table] = (counts[item.table] ?? 0) + 1;
  }
  return { taken, detached };
}

/** The counts together; tables with none are left out. @param sign - −1 takes `more` away */
export function addCounts(
  counts: Record<string, number>,
  more: Record<string, number>,
  sign: 1 | -1 = 1,
): Record<string, number> {
  const sum = { ...counts };
  for (const [table, count] of Object.entries(more)) {
    sum[table] = (sum[table] ?? 0) + sign * count;
    if (sum[table] === 0) delete sum[table];
  }
  return sum;
}

/** How far an operation is that steps of are still to come. */
export function progressOf(stage: TrashStage, items: number): TrashOperation["progress"] {
  switch (stage.state) {
    case "removing":
      return { done: items };
    case "restoring":
    case "purging":
      return { done: items - stage.left, total: items };
    default:
      return undefined;
  }
}

export function hasRoomLeft({ rows, bytes }: TrashRoom): boolean {
  return rows > 0 && bytes > 0;
}

/** Items as they are stored: by the hundred, or fewer where their rows are large. */
export function toBatches(items: NewItem[]): { items: StoredItem[]; bytes: number }[] {
  const batches: { items: StoredItem[]; bytes: number }[] = [];
  for (const { bytes, ...item } of items) {
    const last = batches.at(-1);
    const fits =
      last && last.items.length < ITEMS_PER_BATCH && last.bytes + bytes <= BYTES_PER_BATCH;
    if (fits) {
      last.items.push(item);
      last.bytes += bytes;
    } else {
      batches.push({ items: [item], bytes });
    }
  }
  return batches;
}

/** One text for one row, to look it up by. */
export function rowKey({ table, id }: Reference): string {
  return JSON.stringify([table, id]);
}
