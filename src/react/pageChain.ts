import type { PaginationResult } from "convex/server";

/**
 * What a list on the screen is made of: pages, each from where the one before ends. All of it is
 * pure; `usePage` runs it.
 */

/** What one page asks the server for. Without `endCursor` it is open: the last one, as a rule. */
export type Page = { numItems: number; cursor: string | null; endCursor?: string };

/** The pages on the screen, and those that take their place once all of them are loaded, if others. */
export type Chain = { shown: readonly Page[]; coming: readonly Page[] };

export type PageResult<Row> = PaginationResult<Row> & { stoppedEarly?: boolean };
/** The pages that are there, by {@link nameOf}. */
export type Loaded<Row> = Record<string, PageResult<Row> | undefined>;

/** Pages that ask for the same have the same name, so nothing is loaded twice. */
export const nameOf = (page: Page): string => JSON.stringify(page);

/**
 * The chain with a page more. The last one is pinned to where it ends now: what arrives before that
 * place will be in it, and what arrives after that in the new one.
 */
export function extend({ shown, coming }: Chain, cursor: string, numItems: number): Chain {
  const pinned = { ...coming.at(-1)!, endCursor: cursor };
  return { shown, coming: [...coming.slice(0, -1), pinned, { numItems, cursor }] };
}

/** How the chain goes on after what was loaded; the very same chain where nothing has to change. */
export function settle<Same extends Chain>(chain: Same, loaded: Loaded<unknown>): Same | Chain {
  const { shown, coming } = chain;
  if (coming !== shown) {
    // All at once: one alone would leave a gap, or show rows twice.
    return coming.every((page) => loaded[nameOf(page)]) ? { shown: coming, coming } : chain;
  }
  const split = shown.flatMap((page) => {
    const result = loaded[nameOf(page)];
    if (!result?.pageStatus || !result.splitCursor) return page;
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
): { results: Row[]; last?: PageResult<Row> | undefined } {
  const results: Row[] = [];
  let last: PageResult<Row> | undefined;
  for (const page of shown) {
    last = loaded[nameOf(page)];
    if (!last) break;
    results.push(...last.page);
    // It was cut short, so what follows does not join on.
    if (last.pageStatus === "SplitRequired") return { results };
  }
  return { results, last };
}
