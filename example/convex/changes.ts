import type { Change } from "convex-platform";
import type { Value } from "convex/values";

/**
 * The fields that differ, down to the leaves: `lines.0.quantity`. Lists are compared by position.
 *
 * A field that is absent on one side has no value on that side of its change.
 */
export function changedFields(
  before: Record<string, Value>,
  after: Record<string, Value>,
): Change[] {
  const old = leaves(before);
  const now = leaves(after);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    if (was === is) return [];
    return {
      path,
      ...(was !== undefined && { before: was }),
      ...(is !== undefined && { after: is }),
    };
  });
}

function leaves(value: Value, path: string[] = []): Map<string, Value> {
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) {
    return new Map([[path.join("."), value]]);
  }
  const nested = Object.entries(value).flatMap(([key, child]) =>
    child === undefined ? [] : [...leaves(child, [...path, key])],
  );
  return new Map(nested);
}
