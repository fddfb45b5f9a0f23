import {
  useQueries,
  type PaginatedQueryArgs,
  type PaginatedQueryItem,
  type PaginatedQueryReference,
} from "convex/react";
import { getFunctionName } from "convex/server";
import { ConvexError, convexToJson, type Value } from "convex/values";
import { useMemo, useState } from "react";
import {
  begin,
  extend,
  nameOf,
  optionsOf,
  settle,
  type Chain,
  type Loaded,
  type PageResult,
} from "./pageChain.js";

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
    const requests = optionsOf(chain).map((paginationOpts) => [
      nameOf(paginationOpts),
      { query, args: { ...(args as object), paginationOpts } },
    ]);
    return { key, chain, queries: Object.fromEntries(requests) };
  };
  const start = () => listOf(args === "skip" ? [] : begin(initialNumItems));

  const [stored, setList] = useState(start);
  const list = stored.key === key ? stored : start();
  const { chain } = list;
  const isExtended = optionsOf(chain).length > 1;
  const loaded = useQueries(list.queries) as Loaded<PaginatedQueryItem<Query>>;
  const { error, page } = useMemo(() => {
    const { results, error, last } = gather(chain, loaded);
    const loadMore = (numItems = initialNumItems) =>
      setList((current) => {
        // Not twice when pressed twice, and not in a list that has begun anew.
        const isSame = current.chain.at(-1) === chain.at(-1);
        if (!isSame || !last || last.isDone) return current;
        return listOf(extend(current.chain, last.continueCursor, numItems));
      });
    const loading = isExtended ? "LoadingMore" : "LoadingFirstPage";
    const status = !last ? loading : last.isDone ? "Exhausted" : "CanLoadMore";
    const stoppedEarly = last?.stoppedEarly === true;
    return { error, page: { results, status, isLoading: !last, stoppedEarly, loadMore } as const };
  }, [chain, loaded]);

  // Without further pages there is no cursor that could be wrong.
  if (error && !(isExtended && isInvalidCursor(error))) throw error;
  const next = error ? begin(initialNumItems) : settle(chain, loaded);
  // React renders again at once with what is set here, before anybody sees this.
  if (next !== chain) setList(listOf(next));
  else if (list !== stored) setList(list);
  return page;
}

/** The rows up to the first place where some are missing; `last`: how the list ends, if at rest. */
function gather<Row>(
  chain: Chain,
  loaded: Loaded<Row>,
): { results: Row[]; error?: Error; last?: PageResult<Row> } {
  const results: Row[] = [];
  for (const page of chain) {
    const result = loaded[nameOf(page.options)];
    if (result instanceof Error) return { results, error: result };
    if (!result) break;
    results.push(...result.page);
    // It was cut short, so what follows does not join on.
    if (result.pageStatus === "SplitRequired") break;
    if (page === chain.at(-1) && !page.heirs) return { results, last: result };
  }
  return { results };
}

/** One of ours, or one of Convex's own. */
function isInvalidCursor(error: Error): boolean {
  const { code, paginationError } = (error instanceof ConvexError && error.data) || {};
  return code === "INVALID_CURSOR" || paginationError === "InvalidCursor";
}
