import { platformError } from "../../shared/errors.js";
import { TRASHED_AT } from "../../shared/softDelete.js";
import type { Indexes } from "../tableChecks.js";
import type { Scope } from "../tables.js";

/** One step of an index range, as the host named it. */
export type Step = readonly [
  kind: "eq" | "gt" | "gte" | "lt" | "lte",
  field: string,
  value: unknown,
];

/**
 * What a scope makes of an index range.
 *
 * @param fields - those of the index, in order
 * @returns the range with the scope in it; not exact where the index cannot say it, so that rows of
 *   other scopes are among the range's
 * @throws INVALID_STATE where the range asks for other rows than the scope has
 */
export function scopedRange(
  steps: readonly Step[],
  fields: readonly string[],
  scope: Scope,
  table: string,
): { steps: readonly Step[]; isExact: boolean } {
  if (scope === "all") return { steps, isExact: true };
  const own = steps.filter(([, field]) => field === TRASHED_AT);
  if (own.length > 0) {
    const isLive = own.some(([kind, , value]) => kind === "eq" && value === undefined);
    if (isLive !== (scope === "live")) throw contradicts(table, scope);
    // Absent values come before all others, so an upper limit alone lets live rows in.
    const isExact = isLive || own.some(([kind, , value]) => kind[0] !== "l" && value !== undefined);
    return { steps, isExact };
  }
  const place = fields.indexOf(TRASHED_AT);
  const before = steps.slice(0, place);
  const isReached =
    place >= 0 && before.length === place && before.every(([kind]) => kind === "eq");
  if (!isReached) return { steps, isExact: false };
  const added = scope === "live" ? LIVE : TRASHED;
  return { steps: [...before, added, ...steps.slice(place)], isExact: true };
}

const LIVE: Step = ["eq", TRASHED_AT, undefined];
const TRASHED: Step = ["gte", TRASHED_AT, -Infinity];

/** The index that orders live rows as the table itself does, where there is one. */
export function scanIndexOf(indexes: Indexes): string | undefined {
  for (const [name, fields] of indexes) {
    if (fields.length === 1 && fields[0] === TRASHED_AT) return name;
  }
  return undefined;
}

function contradicts(table: string, scope: Scope) {
  const other = scope === "live" ? "trashed" : "live";
  return platformError({
    code: "INVALID_STATE",
    message:
      `This reads ${scope} rows of ${table}, and its range over ${TRASHED_AT} asks for ${other} ` +
      `ones. Read those with ctx.scope("${other}").query("${table}").`,
  });
}
