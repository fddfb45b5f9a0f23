import type { PaginationResult } from "convex/server";

/**
 * What a list on the screen is made of: pages, each from where the one before ends. All of it is
 * pure; `usePage` runs it.
 */

/** What one page asks the server for. Without `endCursor` it is open: the last one, as a rule. */
export type Page = { numItems: number; cursor: string | null; endCursor?: string };

/** The pages on the screen, and those that take their place as soon as all of them are loaded. */
export type Chain = { shown: readonly Page[]; coming?: readonly Page[] };

export type PageResult<Row> = PaginationResult<Row> & { stoppedEarly?: boolean };
/** The pages that are there, or why one is not, by {@link nameOf}. */
export type Loaded<Row> = Record<string, PageResult<Row> | Error | undefined>;

/** Pages that ask for the same have the same name, so nothing is loaded twice. */
export const nameOf = (page: Page): string => JSON.stringify(page);

/** The last page there will be. While it is also the last one shown, the list may become longer. */
export function endOf({ shown, coming = shown }: Chain): Page | undefined {
  return coming.at(-1);
}

/**
 * The chain with a page more. The last one is pinned to where it ends now: what arrives before that
 * place will be in it, and what arrives after that in the new one.
 */
export function extend({ shown, coming = shown }: Chain, cursor: string, numItems: number): Chain {
  const pinned = { ...coming.at(-1)!, endCursor: cursor };
  return { shown, coming: [...coming.slice(0, -1), pinned, { numItems, cursor }] };
}

/** How the chain goes on after what was loaded; the very same chain where nothing has to change. */
export function settle(chain: Chain, loaded: Loaded<unknown>): Chain {
  const { shown, coming } = chain;
  // All at once: one alone would leave a gap, or show rows twice.
  if (coming) return coming.every((page) => loaded[nameOf(page)]) ? { shown: coming } : chain;
  const split = shown.flatMap((page) => {
    const result = loaded[nameOf(page)];
    if (!result || result instanceof Error || !result.pageStatus || !result.splitCursor)
      return page;
    const { splitCursor: cursor, continueCursor: endCursor } = result;
    return [
      { ...page, endCursor: cursor },
      { ...page, cursor, endCursor },
    ];
  });
  return split.length > shown.length ? { shown, coming: split } : chain;
}

/** The rows up to the first place where some are missing; `last`: none are, and how they end. */
export function gather<Row>(
  { shown }: Chain,
  loaded: Loaded<Row>,
): { results: Row[]; error?: Error; last?: PageResult<Row> | undefined } {
  const results: Row[] = [];
  let last: PageResult<Row> | undefined;
  for (const page of shown) {
    const result = loaded[nameOf(page)];
    if (result instanceof Error) return { results, error: result };
    if (!result) return { results };
    results.push(...result.page);
    // It was cut short, so what follows does not join on.
    if (result.pageStatus === "SplitRequired") return { results };
    last = result;
  }
  return { results, last };
}
