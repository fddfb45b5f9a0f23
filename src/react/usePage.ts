import {
  useQueries,
  type PaginatedQueryArgs,
  type PaginatedQueryItem,
  type PaginatedQueryReference,
} from "convex/react";
import { getFunctionName } from "convex/server";
import { convexToJson, type Value } from "convex/values";
import { useMemo, useState } from "react";
import { dataOf } from "./codedErrors.js";
import { extend, gather, nameOf, settle, type Chain, type Loaded } from "./pageChain.js";

/** What {@link usePage} gives. */
export type PageList<Row> = {
  /** The rows of all loaded pages: live, without gaps, none twice. */
  results: Row[];
  /** While skipped it is `LoadingFirstPage`. */
  status: "LoadingFirstPage" | "CanLoadMore" | "LoadingMore" | "Exhausted";
  /** With both `Loading…`. */
  isLoading: boolean;
  /**
   * The last page is short because the server had read enough, not because there are no more rows.
   * Only lists with a filter do that; let people search on.
   */
  stoppedEarly: boolean;
  /** Loads `numItems` rows more, else as many as at first. Does nothing unless `CanLoadMore`. */
  loadMore: (numItems?: number) => void;
};

type List = Chain & { key: string; queries: Parameters<typeof useQueries>[0] };

/**
 * A list that loads page by page and stays live, without gaps between its pages.
 *
 * To load more pins the end of the page before; both appear at once. Pages that have grown are split
 * in the same way. Other arguments begin a new list, and so does a cursor that the server no longer
 * knows (a new version of the query, say). Other errors are thrown, as by `useQuery`.
 *
 * For all lists of this package, for `platform.paginate`, and for Convex's own `.paginate()`.
 *
 * @param args - of the query, without `paginationOpts`; `"skip"` asks for nothing
 * @example
 * const { results, status, loadMore } = usePage(api.invoices.list, { status: "sent" }, { initialNumItems: 20 });
 * return <>
 *   {results.map((invoice) => <Invoice key={invoice._id} {...invoice} />)}
 *   {status === "CanLoadMore" && <button onClick={() => loadMore()}>Show more</button>}
 * </>;
 */
export function usePage<Query extends PaginatedQueryReference>(
  query: Query,
  args: PaginatedQueryArgs<Query> | "skip",
  { initialNumItems }: { initialNumItems: number },
): PageList<PaginatedQueryItem<Query>> {
  // Whoever writes `{ status }` makes a new object at each render.
  const key = JSON.stringify([
    getFunctionName(query),
    convexToJson(args as Value),
    initialNumItems,
  ]);
  const listOf = ({ shown, coming }: Chain): List => {
    const queries = [...shown, ...coming].map((paginationOpts) => [
      nameOf(paginationOpts),
      { query, args: { ...(args as object), paginationOpts } },
    ]);
    return { key, shown, coming, queries: Object.fromEntries(queries) };
  };
  const start = () => {
    const shown = args === "skip" ? [] : [{ numItems: initialNumItems, cursor: null }];
    return listOf({ shown, coming: shown });
  };

  const [stored, setList] = useState(start);
  let list = stored.key === key ? stored : start();
  let loaded: Loaded<PaginatedQueryItem<Query>> = useQueries(list.queries);
  const error = Object.values(loaded).find((result) => result instanceof Error);
  if (error) {
    // A list of one page has no cursor that could be wrong.
    if (!list.coming[1] || !isInvalidCursor(error)) throw error;
    list = start();
    loaded = {};
  }
  const page = useMemo(() => {
    const { results, last } = gather(list, loaded);
    const end = list.shown.at(-1);
    // A split amid the list is no reason to wait.
    const isReady = last !== undefined && list.coming.at(-1) === end;
    const canLoadMore = isReady && !last.isDone;
    const loadMore = (numItems = initialNumItems) =>
      setList((current) =>
        // Not twice when pressed twice, and not in a list that has begun anew.
        canLoadMore && current.coming.at(-1) === end
          ? listOf(extend(current, last.continueCursor, numItems))
          : current,
      );
    const loading = list.coming[1] ? "LoadingMore" : "LoadingFirstPage";
    const status = canLoadMore ? "CanLoadMore" : isReady ? "Exhausted" : loading;
    const stoppedEarly = canLoadMore && !!last.stoppedEarly;
    return { results, status, isLoading: !isReady, stoppedEarly, loadMore } as const;
  }, [list, loaded]);

  const next = settle(list, loaded);
  if (next !== list) list = listOf(next);
  // React renders again at once with what is set here, before anybody sees this.
  if (list !== stored) setList(list);
  return page;
}

/** One of ours, or one of Convex's own. */
function isInvalidCursor(error: Error): boolean {
  const data: { code?: unknown; paginationError?: unknown } = dataOf(error);
  return data.code === "INVALID_CURSOR" || data.paginationError === "InvalidCursor";
}
