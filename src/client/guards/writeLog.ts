import {
  CommitTsPlaceholder,
  compareValues,
  convexToJson,
  jsonToConvex,
  type Value,
} from "convex/values";
import type { NewEntry } from "../../shared/auditLogs.js";
import { isPlainObject } from "../../shared/fields.js";
import { MAX_DOCUMENT_DEPTH } from "../../shared/values.js";
import {
  isContainer,
  isSubject,
  pathRules,
  rulesBelow,
  type PathRule,
} from "../../shared/paths.js";
import { completeEntry } from "../auditInputs.js";
import { subjectOf, type EntrySubject } from "../entrySubjects.js";
import type { RegisteredTables } from "../tables.js";

/** A row, as it is or as it was. */
export type Row = { [field: string]: Value | undefined };

/** One row that a function wrote, however often: its first state and its last. */
type Write = { table: string; id: string; before: Row | null; after: Row | null };

/** Entries of a function's own words stand among the writes, in the order in which they came. */
type Item = Write | { entry: NewEntry };

export type WriteLogOptions = {
  tables: RegisteredTables;
  /** The action of entries about its own table; see {@link actionOf}. */
  action: string | undefined;
};

export const STAMPS = ["createdAt", "createdBy", "updatedAt", "updatedBy"];

/** What a guarded mutation has written, and what the audit log will say about it. */
export class WriteLog {
  private readonly items: Item[] = [];
  private readonly open = new Map<string, Write>();
  private readonly options: WriteLogOptions;

  constructor(options: WriteLogOptions) {
    this.options = options;
  }

  /** Several writes to one row become one entry. */
  add(write: Write): void {
    const earlier = this.open.get(write.id);
    if (earlier) {
      earlier.after = write.after;
      return;
    }
    this.open.set(write.id, write);
    this.items.push(write);
  }

  addEntry(entry: NewEntry): void {
    this.items.push({ entry });
  }

  /** Somebody else writes now, this row or any: what comes later is told apart from what came before. */
  split(id?: string): void {
    if (id === undefined) this.open.clear();
    else this.open.delete(id);
  }

  /**
   * The entries, without those about rows that are as they were.
   *
   * @param tenantId - the one they belong to, unless the function's own words say another
   */
  entries(tenantId: string | undefined): NewEntry[] {
    const within = tenantId === undefined ? {} : { tenantId };
    return this.items
      .flatMap((item) => ("entry" in item ? item.entry : this.describe(item)))
      .map((entry) => ({ ...within, ...entry }));
  }

  private describe(write: Write): NewEntry | [] {
    const { table, before, after } = write;
    const { audit = {}, stamps, partOf } = this.options.tables[table] ?? {};
    // That a part comes or goes says whose it is by the target.
    const link = partOf && !(before && after) ? [partOf.field] : [];
    const ignore = [...(audit.ignore ?? []), ...(stamps ? STAMPS : []), ...link];
    const diff = changedFields(before, after, pathRules("ignore", ignore));
    if (diff === null) return [];
    const input = {
      action: actionOf(table, before, after, this.options),
      ...this.subjectOf(write),
      diff: { ...diff, ...audit, ignore },
    };
    return completeEntry(input, { actions: undefined, tables: {} });
  }

  private subjectOf({ table, id, before, after }: Write): EntrySubject {
    return subjectOf({ table, id, row: after ?? before }, this.options.tables, (wholeId) => {
      const whole = this.open.get(wholeId);
      return whole && (whole.after ?? whole.before);
    });
  }
}

/**
 * The name of what happened to a row. A function's own name is for the table it begins with; where
 * that is no registered one, for every table.
 */
function actionOf(
  table: string,
  before: Row | null,
  after: Row | null,
  { action, tables }: WriteLogOptions,
): string {
  const [subject = ""] = action?.split(".") ?? [];
  if (action !== undefined && (subject === table || !Object.hasOwn(tables, subject))) return action;
  return `${table}.${before === null ? "created" : after === null ? "deleted" : "updated"}`;
}

/** Only what changed has to travel to the component. `null` when nothing did that is recorded. */
function changedFields(
  before: Row | null,
  after: Row | null,
  ignored: PathRule[],
): { before: Row | null; after: Row | null } | null {
  const withoutIgnored = (row: Row) =>
    pick(
      row,
      Object.keys(row).filter((name) => !isSubject(rulesBelow(ignored, name), "ignore")),
    );
  if (before === null) return after && { before, after: withoutIgnored(after) };
  if (after === null) return { before: withoutIgnored(before), after };
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => {
    const rules = rulesBelow(ignored, name);
    return !isSame(recorded(own(before, name), rules), recorded(own(after, name), rules));
  });
  if (changed.length === 0) return null;
  return { before: pick(before, changed), after: pick(after, changed) };
}

/** The value without what is not recorded. */
function recorded(value: Value | undefined, ignored: PathRule[]): Value | undefined {
  if (ignored.length === 0) return value;
  if (isSubject(ignored, "ignore")) return undefined;
  if (!isContainer(value)) return value;
  const below = Object.entries(value).map(([name, child]) => {
    return [name, recorded(child as Value, rulesBelow(ignored, name))] as const;
  });
  return Object.fromEntries(below.filter(([, child]) => child !== undefined)) as Value;
}

/** Those of the fields that the row has; `constructor` is a name like any other. */
export function pick(row: Row, names: string[]): Row {
  const present = names.filter((name) => Object.hasOwn(row, name));
  return Object.fromEntries(present.map((name) => [name, row[name]]));
}

/** A field of the row, and none of every object. */
export function own(row: Row, name: string): Value | undefined {
  return Object.hasOwn(row, name) ? row[name] : undefined;
}

export function isSame(a: Value | undefined, b: Value | undefined): boolean {
  return compareValues(a, b) === 0;
}

/** Stands in an entry for a time that is not known before the commit. */
const COMMIT_TIME = "(time of commit)";

/** The row with plain values only, and without fields that are absent. */
export function plainRow(row: Row): Row {
  const fields = Object.entries(row).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    fields.map(([name, value]) => [
      name,
      value instanceof CommitTsPlaceholder ? COMMIT_TIME : value,
    ]),
  );
}

/**
 * What was given for a write, as it is at this moment: Convex too takes it at the call. Values that it
 * would not store are left as they are, to be refused by their path.
 */
export function snapshotOf(row: Row): Row {
  const fields = Object.entries(row);
  // Deeper is refused; a value that holds itself has no end.
  const depth = MAX_DOCUMENT_DEPTH;
  return Object.fromEntries(fields.map(([name, value]) => [name, snapshot(value, depth)]));
}

function snapshot(value: Value | undefined, depthLeft: number): Value | undefined {
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (depthLeft === 0) return value;
  const below = (child: Value | undefined) => snapshot(child, depthLeft - 1);
  if (Array.isArray(value)) return value.map(below) as Value[];
  if (!isPlainObject(value)) return value;
  const fields = Object.entries(value as Row);
  return Object.fromEntries(fields.map(([name, child]) => [name, below(child)])) as Value;
}

/** A copy that stays as it is, whatever the handler does to what it was given. */
export function copyOf(row: Row): Row {
  return jsonToConvex(convexToJson(plainRow(row) as Value)) as Row;
}
