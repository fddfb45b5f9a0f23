import type { Value } from "convex/values";

export type Fields = { [name: string]: Value | undefined };

/** Whether `value` has fields: an object that is no list and no bytes. */
export function isFields(value: Value | undefined): value is Fields {
  // The tag, because bytes are objects too, and those of another realm no `instanceof ArrayBuffer`.
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** The fields that are there, in the one order that does not depend on who wrote the object. */
export function sortedFields(fields: Fields): [name: string, value: Value][] {
  return Object.keys(fields)
    .sort()
    .flatMap((name) => {
      const value = fields[name];
      return value === undefined ? [] : [[name, value]];
    });
}

/** Those of the fields that are there. */
export function pick<From extends object, Name extends keyof From>(
  from: From,
  names: Name[],
): Pick<From, Name> {
  const present = names.filter((name) => from[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, from[name]])) as Pick<From, Name>;
}

/** All other fields, those that no type knows included. */
export function omit<From extends object, Name extends string>(
  from: From,
  names: Name[],
): Omit<From, Name> {
  const rest = Object.entries(from).filter(([name]) => !names.some((other) => other === name));
  return Object.fromEntries(rest) as Omit<From, Name>;
}

/** `{ __proto__: … }` is none: it names no field, it changes what the object inherits. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  // A plain object of another realm (a test runner's) has that realm's Object.prototype.
  return prototype === null || Object.hasOwn(prototype, "isPrototypeOf");
}
