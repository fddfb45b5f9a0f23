import type { PaginationResult } from "convex/server";

/**
 * What a list on the screen is made of: pages, each from where the one before ends. All of it is
 * pure; `usePage` runs it.
 */

/** What one page asks the server for. Without `endCursor` it is open: the last one, as a rule. */
type PageOptions = { numItems: number; cursor: string | null; endCursor?: string };

/** A page on the screen, and the two that take its place as soon as both are loaded. */
type ChainPage = { options: PageOptions; heirs?: PageOptions[] };
export type Chain = readonly ChainPage[];

export type PageResult<Row> = PaginationResult<Row> & { stoppedEarly?: boolean };
/** The pages that are there, or why one is not, by {@link nameOf}. */
export type Loaded<Row> = Record<string, PageResult<Row> | Error | undefined>;

/** Pages that ask for the same have the same name, so nothing is loaded twice. */
export const nameOf = (options: PageOptions): string => JSON.stringify(options);

/** A chain of one page, from the beginning. */
export const begin = (numItems: number): Chain => [{ options: { numItems, cursor: null } }];

/** Everything to ask for: what is shown, and what is about to be. */
export function optionsOf(chain: Chain): PageOptions[] {
  return chain.flatMap(({ options, heirs = [] }) => [options, ...heirs]);
}

/**
 * The chain with a page more. The last one is pinned to where it ends now: what arrives before that
 * place will be in it, and what arrives after that in the new one.
 */
export function extend(chain: Chain, continueCursor: string, numItems: number): Chain {
  const { options } = chain.at(-1)!;
  const heirs = cut(options, continueCursor, { numItems, cursor: continueCursor });
  return [...chain.slice(0, -1), { options, heirs }];
}

/** How the chain goes on after what was loaded; the very same chain where nothing has to change. */
export function settle(chain: Chain, loaded: Loaded<unknown>): Chain {
  const settled = chain.flatMap((page) => {
    const { options, heirs } = page;
    // Both at once: one alone would leave a gap, or show rows twice.
    if (heirs?.every((heir) => loaded[nameOf(heir)])) return heirs.map((options) => ({ options }));
    const result = loaded[nameOf(options)];
    if (heirs || !result || result instanceof Error) return page;
    const { pageStatus, splitCursor, continueCursor } = result;
    if (!pageStatus || !splitCursor) return page;
    const rest = { ...options, cursor: splitCursor, endCursor: continueCursor };
    return { options, heirs: cut(options, splitCursor, rest) };
  });
  return settled.every((page, i) => page === chain[i]) ? chain : settled;
}

function cut(options: PageOptions, endCursor: string, rest: PageOptions): PageOptions[] {
  return [{ ...options, endCursor }, rest];
}
