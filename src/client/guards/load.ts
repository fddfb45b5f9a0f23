import { TRASHED_AT, type RegisteredTables } from "../tables.js";
import { notFound } from "./admission.js";
import type { LoadScope } from "./contexts.js";
import type { Database } from "./guardedDb.js";
import type { Row } from "./writeLog.js";

type Reader = Pick<Database, "get" | "normalizeId">;

/** `ctx.load` of a guarded function; see the type `Load`. */
export function loadFrom(db: Reader, tables: RegisteredTables) {
  return async (
    table: string,
    id: string,
    isAllowed: (row: Row) => unknown = () => true,
    { scope = "live" }: { scope?: LoadScope } = {},
  ): Promise<Row> => {
    const rowId = db.normalizeId(table, id);
    const row = rowId && (await db.get(rowId));
    if (!row || !isInScope(row, scope, tables[table]?.softDelete)) throw notFound();
    if (!(await isAllowed(row))) throw notFound();
    return row;
  };
}

function isInScope(row: Row, scope: LoadScope, softDelete: object | undefined): boolean {
  if (!softDelete || scope === "all") return true;
  return (row[TRASHED_AT] === undefined) === (scope === "live");
}
