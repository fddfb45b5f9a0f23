import {
  useQueries,
  type PaginatedQueryArgs,
  type PaginatedQueryItem,
  type PaginatedQueryReference,
} from "convex/react";
import { getFunctionName } from "convex/server";
import { ConvexError, convexToJson, type Value } from "convex/values";
import { useMemo, useState } from "react";
import { endOf, extend, gather, nameOf, settle, type Chain, type Loaded } from "./pageChain.js";

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

type List = { key: string; chain: Chain; queries: Parameters<typeof useQueries>[0] };

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
  const listOf = (chain: Chain): List => {
    const { shown, coming = [] } = chain;
    const queries = [...shown, ...coming].map((paginationOpts) => [
      nameOf(paginationOpts),
      { query, args: { ...(args as object), paginationOpts } },
    ]);
    return { key, chain, queries: Object.fromEntries(queries) };
  };
  const start = () =>
    listOf({ shown: args === "skip" ? [] : [{ numItems: initialNumItems, cursor: null }] });

  const [stored, setList] = useState(start);
  const list = stored.key === key ? stored : start();
  const { chain, queries } = list;
  const loaded = useQueries(queries) as Loaded<PaginatedQueryItem<Query>>;
  const hasCursors = Object.keys(queries).length > 1;
  const { error, page } = useMemo(() => {
    const { results, error, last } = gather(chain, loaded);
    const end = chain.shown.at(-1);
    const isReady = last !== undefined && endOf(chain) === end;
    const canLoadMore = isReady && !last.isDone;
    const loadMore = (numItems = initialNumItems) =>
      setList((current) =>
        // Not twice when pressed twice, and not in a list that has begun anew.
        canLoadMore && endOf(current.chain) === end
          ? listOf(extend(current.chain, last.continueCursor, numItems))
          : current,
      );
    const loading = hasCursors ? "LoadingMore" : "LoadingFirstPage";
    const status = canLoadMore ? "CanLoadMore" : isReady ? "Exhausted" : loading;
    const stoppedEarly = canLoadMore && last.stoppedEarly === true;
    return {
      error,
      page: { results, status, isLoading: !isReady, stoppedEarly, loadMore } as const,
    };
  }, [chain, loaded]);

  if (error && !(hasCursors && isInvalidCursor(error))) throw error;
  const settled = settle(chain, loaded);
  const next = error ? start() : settled === chain ? list : listOf(settled);
  // React renders again at once with what is set here, before anybody sees this.
  if (next !== stored) setList(next);
  return page;
}

/** One of ours, or one of Convex's own. */
function isInvalidCursor(error: Error): boolean {
  const { code, paginationError } = (error instanceof ConvexError && error.data) || {};
  return code === "INVALID_CURSOR" || paginationError === "InvalidCursor";
}
