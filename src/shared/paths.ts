import type { Value } from "convex/values";
import type { Fields } from "./fields.js";

/**
 * Places in a document, as text: names joined by dots, places in lists as numbers:
 * `lines.0.amount`. A dot or backslash that belongs to a name has a backslash before it
 * (`a\.b` is one name), so no two places of a document share a path.
 */

/** What has places: an object or a list. */
export type Container = Fields | Value[];

export function isContainer(value: Value | undefined): value is Container {
  // The tag, because bytes are objects too, and have no places.
  return Array.isArray(value) || Object.prototype.toString.call(value) === "[object Object]";
}

/** What stands at `name`; never what an object inherits, such as `constructor`. */
export function valueAt(container: Container, name: string): Value | undefined {
  return Object.hasOwn(container, name) ? (container as Fields)[name] : undefined;
}

/** The path of `name` below the place `parent`; below `""`, that of a top-level field. */
export function joinPath(parent: string, name: string): string {
  const part = name.replace(/[\\.]/g, "\\$&");
  return parent === "" ? part : `${parent}.${part}`;
}

export function splitPath(path: string): string[] {
  const parts = path.match(/(?:\\.|[^\\.])+/g) ?? [];
  return parts.map((part) => part.replace(/\\(.)/g, "$1"));
}

/** What a host declares about a path: the place and all below it. */
export type Effect = "redact" | "ignore" | "personal";

/** A declared path on its way down a document. */
export type PathRule = {
  effect: Effect;
  /** The names that are left to go; none: it is here, or was on the way. */
  rest: string[];
};

export function pathRules(effect: Effect, paths: string[] = []): PathRule[] {
  return paths.map((path) => ({ effect, rest: splitPath(path) }));
}

/** Whether one of the rules is about this very place or one above it. */
export function isSubject(rules: PathRule[], effect: Effect): boolean {
  return rules.some((rule) => rule.effect === effect && rule.rest.length === 0);
}

/**
 * The rules as they go on below `name`. A rule need not name places in lists: `lines.iban` is
 * about the iban of every line.
 */
export function rulesBelow(rules: PathRule[], name: string): PathRule[] {
  return rules.flatMap((rule) => {
    const [next, ...rest] = rule.rest;
    if (next === undefined) return rule;
    if (next === name) return { ...rule, rest };
    return /^\d+$/.test(name) ? rule : [];
  });
}
