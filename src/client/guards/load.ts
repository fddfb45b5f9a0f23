import type { Scope } from "../tables.js";
import { notFound } from "./admission.js";
import type { Reader } from "./scopedReads.js";
import type { Row } from "./writeLog.js";

/** `ctx.load` of a guarded function; see the type `Load`. */
export function loadFrom(readerOf: (scope: Scope) => Reader) {
  return async (
    table: string,
    id: string,
    isAllowed: (row: Row) => unknown = () => true,
    { scope = "live" }: { scope?: Scope } = {},
  ): Promise<Row> => {
    const db = readerOf(scope);
    const rowId = db.normalizeId(table, id);
    const row = rowId && (await db.get(table, rowId));
    if (!row || !(await isAllowed(row))) throw notFound();
    return row;
  };
}
