import type { AuditEntry, Outcome } from "convex-platform";
import { LONGEST_WORDS } from "../ui/useTyped";

/** What the audit log shows, as its address says; so a copied address shows the same. */
export type AuditSearch = AuditFilter & {
  /** The entry that is open. */
  entry?: string;
  /** What else is open beside the list. */
  panel?: Panel;
  /** The export whose file the panel waits for. */
  file?: string;
};

export type AuditFilter = {
  actor?: string;
  action?: string;
  /** A record, with the table it is in. */
  record?: string;
  table?: string;
  outcome?: Outcome;
  /** One client request, across functions. */
  request?: string;
  /** Words to search for. */
  words?: string;
  /** A time span up to now; what the histogram shows, too. */
  within?: Within;
  /** A part of it: UTC to the minute, `2026-11-30T14:00Z`; `to` is not included. */
  from?: string;
  to?: string;
};

const OUTCOMES = ["success", "failure", "denied"] as const satisfies Outcome[];
const PANELS = ["verify", "export"] as const;
export type Panel = (typeof PANELS)[number];

const DAY_MS = 86_400_000;
export const SPANS = {
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
  year: 364 * DAY_MS,
} as const;
export type Within = keyof typeof SPANS;

/** With something in it besides spaces. */
const LINE = /^.*\S.*$/;

/** Takes anything: an address is written by anybody. What the log would refuse is left out. */
export function parseAuditSearch(search: Record<string, unknown>): AuditSearch {
  const text = <Name extends string>(name: Name, most = 512): { [Key in Name]?: string } => {
    const value = search[name];
    const isText = typeof value === "string" && LINE.test(value) && value.length <= most;
    return isText ? ({ [name]: value } as never) : {};
  };
  const oneOf = <Name extends string, Known extends string>(
    name: Name,
    known: readonly Known[],
  ) => {
    const value = known.find((each) => each === search[name]);
    return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Known };
  };
  const record = text("record");
  return {
    ...text("actor"),
    ...text("action", 100),
    ...(record.record !== undefined && {
      ...record,
      table: text("table", 100).table ?? "invoices",
    }),
    ...oneOf("outcome", OUTCOMES),
    ...text("request"),
    ...text("words", LONGEST_WORDS),
    ...oneOf("within", Object.keys(SPANS) as Within[]),
    ...momentAt("from", search),
    ...momentAt("to", search),
    ...text("entry"),
    ...oneOf("panel", PANELS),
    ...text("file"),
  };
}

/** The address without what is open: what the list, the histogram and an export go by. */
export function filterOf({ entry: _, panel: __, file: ___, ...filter }: AuditSearch): AuditFilter {
  return filter;
}

/** Whether it has what stands in no field, and is shown as chips below them. */
export function hasChips({ record, request, from, to }: AuditFilter): boolean {
  return [record, request, from, to].some((value) => value !== undefined);
}

/** What is looked up in the log; of record, person and action one, since each is an index of its own. */
export function toQuery(filter: AuditFilter, now: number) {
  const { actor, action, record, table = "", within, from, to } = filter;
  const start = from === undefined ? within && now - SPANS[within] : Date.parse(from);
  return {
    ...(record
      ? { target: { table, id: record } }
      : actor
        ? { actorId: actor }
        : action
          ? { action }
          : {}),
    ...(start !== undefined && { from: start }),
    ...(to !== undefined && { to: Date.parse(to) }),
  };
}

/** What {@link toQuery} leaves to be picked out of what it finds. */
export function leftOver({ actor, action, record, outcome, request }: AuditFilter): AuditFilter {
  return {
    ...(actor && record && { actor }),
    ...(action && (record || actor) && { action }),
    ...(outcome && { outcome }),
    ...(request && { request }),
  };
}

/** Whether an entry is one of those that all of the filter asks for. */
export function isWanted(entry: AuditEntry, filter: AuditFilter): boolean {
  const { actor, action, record, table, outcome, request, from, to } = filter;
  return (
    (actor === undefined || entry.actor.id === actor) &&
    (action === undefined || entry.action === action) &&
    (record === undefined || (entry.target.id === record && entry.target.table === table)) &&
    (outcome === undefined || entry.outcome === outcome) &&
    (request === undefined || entry.request.id === request) &&
    (from === undefined || entry.at >= Date.parse(from)) &&
    (to === undefined || entry.at < Date.parse(to))
  );
}

/** UTC to the minute, as an address has it. */
export function toMoment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}

function momentAt<Name extends "from" | "to">(name: Name, search: Record<string, unknown>) {
  const value = search[name];
  const isMoment =
    typeof value === "string" && /^(19[7-9]|2[01]\d)\d-\d\d-\d\dT\d\d:\d\dZ$/.test(value);
  return (isMoment && !Number.isNaN(Date.parse(value)) ? { [name]: value } : {}) as {
    [Key in Name]?: string;
  };
}
