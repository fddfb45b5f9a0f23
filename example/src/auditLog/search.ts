/** What the audit log shows, as its address says; so a copied address shows the same. */
export type AuditSearch = {
  /** At most one of these three: each is an index of the log. */
  actor?: string;
  action?: string;
  /** An invoice's id. */
  record?: string;
  /** A time span up to now; goes without `from` and `to`. */
  within?: Within;
  /** Days, `2026-11-30`; both included. */
  from?: string;
  to?: string;
  /** The entry that is open. */
  entry?: string;
};

export const SPANS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;
export type Within = keyof typeof SPANS;

/** Takes anything: an address is written by anybody. */
export function parseAuditSearch(search: Record<string, unknown>): AuditSearch {
  const text = (name: string) => {
    const value = search[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [actor, action, record] = [text("actor"), text("action"), text("record")];
  const within = (Object.keys(SPANS) as Within[]).find((span) => span === search["within"]);
  const [from, to, entry] = [day(text("from")), day(text("to")), text("entry")];
  return {
    ...(actor ? { actor } : action ? { action } : record ? { record } : {}),
    ...(within ? { within } : { ...(from && { from }), ...(to && { to }) }),
    ...(entry && { entry }),
  };
}

/** What {@link AuditSearch} asks of the backend. @param now - to the minute, so that the query stays the same */
export function toFilter({ actor, action, record, within, from, to }: AuditSearch, now: number) {
  return {
    ...(actor && { actorId: actor }),
    ...(action && { action }),
    ...(record && { target: { table: "invoices" as const, id: record } }),
    ...(within && { from: now - SPANS[within] }),
    ...(from && { from: startOf(from) }),
    ...(to && { to: startOf(to, 1) }),
  };
}

/** Midnight where the reader sits. */
function startOf(dayText: string, daysLater = 0): number {
  const date = new Date(`${dayText}T00:00`);
  return date.setDate(date.getDate() + daysLater);
}

function day(text: string | undefined): string | undefined {
  const isDay = text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text);
  return isDay && !Number.isNaN(startOf(text)) ? text : undefined;
}
