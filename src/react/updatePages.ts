import type { OptimisticLocalStore } from "convex/browser";
import type { PaginatedQueryArgs, PaginatedQueryItem, PaginatedQueryReference } from "convex/react";
import type { PaginationOptions, PaginationResult } from "convex/server";
import { compareValues, type Value } from "convex/values";

/** Where a page stands in its list. */
export type PagePlace = { isFirst: boolean; isLast: boolean };

/**
 * Optimistic update of every loaded page of a list that `usePage` shows: rows to patch, to remove,
 * to insert. What people did is on the screen at once, and taken back if the server refuses it.
 *
 * To insert amid a list that is sorted by something else than age, there is `insertAtPosition` of
 * `convex/react`.
 *
 * @param args - picks the lists: those whose arguments include these; `{}`: all lists of the query
 * @param update - gives the rows as they shall be; has to leave those it gets as they are
 * @example
 * const removeAtOnce = (store: OptimisticLocalStore, { id }: { id: Id<"invoices"> }) =>
 *   updatePages(store, api.invoices.list, {}, (rows) => rows.filter((row) => row._id !== id));
 * const addAtOnce = (store: OptimisticLocalStore, draft: Invoice) =>
 *   updatePages(store, api.invoices.list, { status: "draft" }, (rows, { isFirst }) =>
 *     isFirst ? [draft, ...rows] : rows);
 */
export function updatePages<Query extends PaginatedQueryReference>(
  store: OptimisticLocalStore,
  query: Query,
  args: Partial<PaginatedQueryArgs<Query>>,
  update: (rows: PaginatedQueryItem<Query>[], place: PagePlace) => PaginatedQueryItem<Query>[],
): void {
  const wanted = Object.entries(args as Record<string, Value | undefined>);
  for (const { args, value } of store.getAllQueries(query) as LoadedPage[]) {
    if (!value || wanted.some(([name, wish]) => compareValues(args[name], wish))) continue;
    const place = { isFirst: args.paginationOpts.cursor === null, isLast: value.isDone };
    const page = update(value.page, place);
    store.setQuery(query, args as never, { ...value, page } as never);
  }
}

type LoadedPage = {
  args: Record<string, Value | undefined> & { paginationOpts: PaginationOptions };
  /** Absent while it loads. */
  value: PaginationResult<never> | undefined;
};
