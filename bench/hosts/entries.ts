/**
 * The `index`-th entry of every log the bench fills.
 *
 * Each property has two values, spread so that no two of them go together. With half of the
 * entries in a tenant, a filter by target, actor or action selects a quarter of ours.
 */
export function entryAt(index: number) {
  const bit = (place: number) => (index >> place) & 1;
  return {
    tenantId: [undefined, TENANT][bit(0)],
    target: { table: "invoices", id: [TARGET.id, "invoice-2"][bit(1)]! },
    actorId: [ACTOR, "user-2"][bit(2)]!,
    action: [ACTION, "invoices.updated"][bit(3)]!,
    metadata: { number: `2025-${String(index).padStart(5, "0")}`, amount: 1_250 },
  };
}

export const TENANT = "acme";
export const TARGET = { table: "invoices", id: "invoice-1" };
export const ACTOR = "user-1";
export const ACTION = "invoices.sent";

/** The entries of the log lie one second apart. */
export const ENTRY_INTERVAL_MS = 1_000;

/** Which entries to show. What an implementation has no words for, it is not asked. */
export interface LogQuery {
  by: ("target" | "actor" | "action" | "tenant")[];
  from?: number;
  to?: number;
}

/** How many entries of a log of `size` the query selects, where tenants are kept apart. */
export function countSelected(
  { by, from, to }: LogQuery,
  log: { size: number; startedAt: number },
) {
  const isSelected = (index: number) => {
    const entry = entryAt(index);
    const at = log.startedAt + index * ENTRY_INTERVAL_MS;
    return (
      (by.length === 0 || (entry.tenantId === TENANT) === by.includes("tenant")) &&
      (!by.includes("target") || entry.target.id === TARGET.id) &&
      (!by.includes("actor") || entry.actorId === ACTOR) &&
      (!by.includes("action") || entry.action === ACTION) &&
      (from === undefined || at >= from) &&
      (to === undefined || at < to)
    );
  };
  return Array.from({ length: log.size }, (_, index) => index).filter(isSelected).length;
}
