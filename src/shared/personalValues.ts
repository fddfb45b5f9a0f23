import type { Value } from "convex/values";
import type { Change } from "./auditLogs.js";
import { sortedFields, type Fields } from "./fields.js";
import {
  isContainer,
  isSubject,
  pathRules,
  rulesBelow,
  splitPath,
  type PathRule,
} from "./paths.js";

/** What of an entry may have personal values by declaration. */
export type WithPersonal = {
  changes: Change[];
  metadata?: { [name: string]: Value };
  /** Paths of the values that may have to be erased: `metadata.email`, `changes.address`. */
  personal?: string[];
};

/**
 * The entry with each value at a personal path replaced, in an order that only its core decides.
 * What a path selects is part of every seal: it can never change.
 */
export function mapPersonal<Entry extends WithPersonal>(entry: Entry, replace: Replace): Entry {
  const { personal = [], changes, metadata } = entry;
  if (personal.length === 0) return entry;
  const rules = pathRules("personal", personal);
  const changeRules = rulesBelow(rules, "changes");
  return {
    ...entry,
    changes: changes.map((change) => mapChange(change, changeRules, replace)),
    ...(metadata && { metadata: mapFields(metadata, rulesBelow(rules, "metadata"), replace) }),
  };
}

type Replace = (value: Value) => Value;

function mapChange(change: Change, rules: PathRule[], replace: Replace): Change {
  const here = splitPath(change.path).reduce(rulesBelow, rules);
  const { before, after } = change;
  return {
    ...change,
    ...(before !== undefined && { before: mapValue(before, here, replace) }),
    ...(after !== undefined && { after: mapValue(after, here, replace) }),
  };
}

function mapValue(value: Value, rules: PathRule[], replace: Replace): Value {
  if (isSubject(rules, "personal")) return replace(value);
  if (rules.length === 0 || !isContainer(value)) return value;
  return Array.isArray(value)
    ? value.map((item, i) => mapValue(item, rulesBelow(rules, String(i)), replace))
    : mapFields(value, rules, replace);
}

function mapFields(fields: Fields, rules: PathRule[], replace: Replace) {
  const mapped = sortedFields(fields).map(([name, value]) => [
    name,
    mapValue(value, rulesBelow(rules, name), replace),
  ]);
  return Object.fromEntries(mapped) as { [name: string]: Value };
}
