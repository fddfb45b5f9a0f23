import type { TestConvex } from "convex-test";
import type {
  GenericDataModel,
  GenericDocument,
  GenericMutationCtx,
  GenericSchema,
  SchemaDefinition,
} from "convex/server";
import { compareValues, type Value } from "convex/values";
import type { AuditEntry } from "./shared/auditLogs.js";
import { splitPath } from "./shared/paths.js";
import { readEntries } from "./testEntries.js";

/** A change of a row that the audit log does not tell of. */
export type UnauditedWrite = {
  table: string;
  id: string;
  change: "created" | "updated" | "deleted";
  /** Those of an updated row that no entry names. */
  fields: string[];
};

export type UnauditedWriteOptions = {
  /** The registered tables. */
  tables: readonly string[];
  /** Fields that are not recorded: what the tables `ignore`, and their stamps. */
  ignore?: readonly string[];
  /** The name under which `app.use` mounts the component. */
  name?: string;
};

/**
 * What a piece of a host's test has written past the audit log: by a bare `mutation`, by the `ctx`
 * of another library, or by `t.run`. It compares the rows before and after with the entries made
 * in between, so it also counts what `platform.audit` recorded by hand.
 *
 * @param run - calls the functions that are to be looked at
 *
 * @example
 * const unaudited = await findUnauditedWrites(t, { tables: ["invoices"] }, async () => {
 *   await t.mutation(api.invoices.send, { id });
 * });
 * expect(unaudited).toEqual([]);
 */
export async function findUnauditedWrites(
  t: TestConvex<SchemaDefinition<GenericSchema, boolean>>,
  { tables, ignore = [], name = "platform" }: UnauditedWriteOptions,
  run: () => Promise<unknown>,
): Promise<UnauditedWrite[]> {
  const before = await look(t, tables, name);
  await run();
  const after = await look(t, tables, name);
  const known = new Set(before.entries.map(({ id }) => id));
  const told = after.entries.filter(({ id }) => !known.has(id));
  const ids = new Set([...before.rows.keys(), ...after.rows.keys()]);
  return [...ids].flatMap((id) => {
    const { table, row: was } = before.rows.get(id) ?? { table: "", row: null };
    const { row: is } = after.rows.get(id) ?? { row: null };
    const at = { table: after.rows.get(id)?.table ?? table, id };
    const about = told.filter(({ target, related }) =>
      [target, ...related].some((each) => each.table === at.table && each.id === id),
    );
    if (!was || !is) {
      const change = was ? ("deleted" as const) : ("created" as const);
      return about.length > 0 ? [] : { ...at, change, fields: [] };
    }
    const fields = changedFields(was, is).filter(
      (field) => !ignore.includes(field) && !about.some((entry) => names(entry, field)),
    );
    return fields.length > 0 ? { ...at, change: "updated" as const, fields } : [];
  });
}

type Rows = Map<string, { table: string; row: GenericDocument }>;

async function look(
  t: TestConvex<SchemaDefinition<GenericSchema, boolean>>,
  tables: readonly string[],
  name: string,
): Promise<{ rows: Rows; entries: AuditEntry[] }> {
  const { found, entries } = await t.run(async (testCtx) => {
    const ctx = testCtx as unknown as GenericMutationCtx<GenericDataModel>;
    const found: { table: string; row: GenericDocument }[] = [];
    for (const table of tables) {
      for await (const row of ctx.db.query(table)) found.push({ table, row });
    }
    return { found, entries: await readEntries(ctx, name) };
  });
  return { rows: new Map(found.map((each) => [String(each.row._id), each])), entries };
}

function changedFields(before: GenericDocument, after: GenericDocument): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter(
    (name) => compareValues(before[name] as Value, after[name] as Value) !== 0,
  );
}

function names({ changes }: AuditEntry, field: string): boolean {
  return changes.some(({ path }) => splitPath(path)[0] === field);
}
