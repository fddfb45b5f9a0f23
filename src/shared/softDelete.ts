import { v } from "convex/values";

/** When a row went to the trash, on tables with `softDelete`. Live rows have no such field. */
export const TRASHED_AT = "deletedAt";

/**
 * The field of a table whose rows go to the trash: when they went there, in ms since 1970. The
 * platform writes it, nobody else.
 *
 * @example
 * invoices: defineTable({ number: v.string(), ...softDeleteFields })
 */
export const softDeleteFields = { [TRASHED_AT]: v.optional(v.number()) };

/**
 * The fields of an index in which live rows stand together: what is looked up by, then `deletedAt`,
 * then what rows are ordered or narrowed by.
 *
 * Guarded queries and `platform.paginate` read only live rows of such an index. Without any field it
 * is an index of the whole table.
 *
 * @param by - the fields that a query names with `eq`
 * @param then - the fields behind `deletedAt`
 *
 * @example
 * .index("by_invoice", live(["invoiceId"]))            // invoiceId, deletedAt
 * .index("by_status_due", live(["status"], ["dueAt"])) // status, deletedAt, dueAt
 * .index("by_deletedAt", live([]))                     // deletedAt
 */
export function live<const By extends readonly string[], const Then extends readonly string[] = []>(
  by: By,
  then?: Then,
): Live<By, Then> {
  return [...by, TRASHED_AT, ...(then ?? [])] as readonly string[] as Live<By, Then>;
}

type Live<By extends readonly string[], Then extends readonly string[]> = By extends readonly [
  infer First extends string,
  ...infer Rest extends readonly string[],
]
  ? [First, ...Rest, typeof TRASHED_AT, ...Then]
  : [typeof TRASHED_AT, ...Then];
