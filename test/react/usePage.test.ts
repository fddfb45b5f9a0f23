// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import type { OptimisticLocalStore } from "convex/browser";
import { fc, test as propertyTest } from "@fast-check/vitest";
import {
  makeFunctionReference,
  type PaginationOptions,
  type PaginationResult,
} from "convex/server";
import { ConvexError } from "convex/values";
import { afterEach, describe, expect, test, vi } from "vitest";
import { usePage } from "../../src/react/usePage.js";
import { platformError } from "../../src/shared/errors.js";
import { MAX_PAGE_SIZE } from "../../src/shared/pages.js";
import { FakeConvex, FakeTable, type Row } from "./fakeConvex.js";

type ListArgs = { paginationOpts: PaginationOptions; status?: string };
const list = makeFunctionReference<"query", ListArgs, PaginationResult<Row>>("rows:list");

afterEach(cleanup);

type Args = { status?: string } | "skip";

/** `usePage` on the screen, over a table with these keys; nothing is loaded yet. */
function aScreen(table: FakeTable, initialNumItems = 2, args: Args = {}) {
  const convex = new FakeConvex({ "rows:list": table.list });
  const { result, rerender } = renderHook(
    (props: { args: Args; initialNumItems: number }) =>
      usePage(list, props.args, { initialNumItems: props.initialNumItems }),
    { wrapper: convex.wrapper, initialProps: { args, initialNumItems } },
  );
  return {
    convex,
    result,
    rerender,
    keys: () => result.current.results.map(({ key }) => key),
    status: () => result.current.status,
    loadMore: (numItems?: number) => act(() => result.current.loadMore(numItems)),
  };
}

/** The same with all pages loaded. */
async function aLoadedScreen(table: FakeTable, initialNumItems = 2) {
  const screen = aScreen(table, initialNumItems);
  await screen.convex.sync();
  while (screen.status() === "CanLoadMore") {
    screen.loadMore();
    await screen.convex.sync();
  }
  return screen;
}

describe("usePage", () => {
  test("loads a page at a time, until there are no more", async () => {
    const { convex, result, keys, status, loadMore } = aScreen(new FakeTable(50, 40, 30, 20, 10));
    expect(result.current).toMatchObject({
      results: [],
      status: "LoadingFirstPage",
      isLoading: true,
    });
    await convex.sync();
    expect(keys()).toEqual([50, 40]);
    expect(result.current).toMatchObject({ status: "CanLoadMore", isLoading: false });
    loadMore();
    expect(keys()).toEqual([50, 40]);
    expect(result.current).toMatchObject({ status: "LoadingMore", isLoading: true });
    await convex.sync();
    expect(keys()).toEqual([50, 40, 30, 20]);
    loadMore(1);
    await convex.sync();
    expect(keys()).toEqual([50, 40, 30, 20, 10]);
    expect(status()).toBe("Exhausted");
  });

  test("asks for one page more when pressed twice", async () => {
    const { convex, result, keys } = aScreen(new FakeTable(50, 40, 30, 20, 10));
    await convex.sync();
    act(() => {
      result.current.loadMore();
      result.current.loadMore();
    });
    await convex.sync();
    expect(keys()).toEqual([50, 40, 30, 20]);
    expect(convex.size).toBe(2);
  });

  test("shows what was inserted before, between and after the loaded pages", async () => {
    const table = new FakeTable(60, 50, 40, 30);
    const { convex, keys, status, loadMore } = await aLoadedScreen(table);
    for (const key of [70, 55, 45, 35, 10]) table.insert(key);
    await convex.sync();
    // The last page stays as long as it was asked to be.
    expect(keys()).toEqual([70, 60, 55, 50, 45, 40]);
    expect(status()).toBe("CanLoadMore");
    loadMore(5);
    await convex.sync();
    expect(keys()).toEqual(table.keys());
  });

  test("shows a row that comes while the next page loads, once", async () => {
    const table = new FakeTable(40, 30, 20, 10);
    const { convex, keys, loadMore } = aScreen(table);
    await convex.sync();
    loadMore();
    table.insert(35);
    table.insert(25);
    await convex.sync();
    expect(keys()).toEqual([40, 35, 30, 25, 20]);
  });

  test("keeps the other rows when some are removed, a whole page too", async () => {
    const table = new FakeTable(60, 50, 40, 30, 20, 10);
    const { convex, keys } = await aLoadedScreen(table);
    for (const row of table.all().slice(1, 4)) table.remove(row);
    await convex.sync();
    expect(keys()).toEqual([60, 20, 10]);
  });

  test("waits for both pages before it shows the second", async () => {
    const { convex, keys, status, loadMore } = aScreen(new FakeTable(40, 30, 20, 10));
    await convex.sync();
    loadMore();
    for (const ready of [1, 0]) {
      expect(keys()).toEqual([40, 30]);
      expect(status()).toBe("LoadingMore");
      await convex.sync((index) => index === ready);
    }
    expect(keys()).toEqual([40, 30, 20, 10]);
  });

  test("splits a page that has grown, without a moment of loading", async () => {
    const table = new FakeTable(60, 50, 10, 9);
    const { convex, keys, status } = await aLoadedScreen(table);
    for (const key of [59, 58, 57]) table.insert(key);
    await convex.sync();
    expect(convex.size).toBe(4);
    expect(keys()).toEqual([60, 59, 58, 57, 50, 10, 9]);
    await convex.sync();
    expect(convex.size).toBe(3);
    expect(keys()).toEqual([60, 59, 58, 57, 50, 10, 9]);
    expect(status()).toBe("Exhausted");
  });

  test("stops before the gap where a page had to be cut short, and closes it", async () => {
    const table = new FakeTable(2_000, 1_000, 10, 9);
    const { convex, keys, status } = await aLoadedScreen(table);
    const count = 2 * MAX_PAGE_SIZE + 1;
    for (let i = 0; i < count; i++) table.insert(1_001 + i);
    await convex.sync();
    expect(keys()).toEqual(table.keys().slice(0, 2 * MAX_PAGE_SIZE));
    expect(status()).toBe("LoadingMore");
    while (status() === "LoadingMore") await convex.sync();
    expect(keys()).toEqual(table.keys());
  });

  test("splits an open page that has grown, as Convex's own do, and keeps its end", async () => {
    const table = new FakeTable(50, 40, 30, 20, 10);
    const { convex, keys } = aScreen(table, 4);
    await convex.sync();
    const { continueCursor: splitCursor } = await table.list(aPageOf(2));
    convex.alter("rows:list", (page: Partial<PaginationResult<Row>>) =>
      page.page?.length === 4 ? { ...page, splitCursor, pageStatus: "SplitRecommended" } : page,
    );
    await convex.sync();
    await convex.sync();
    table.insert(25);
    table.insert(15);
    await convex.sync();
    expect(convex.size).toBe(2);
    expect(keys()).toEqual([50, 40, 30, 25, 20]);
  });

  test("shows nothing behind a page that an optimistic update took away", async () => {
    const { convex, keys, status } = await aLoadedScreen(new FakeTable(60, 50, 40, 30, 20, 10));
    const mutation = makeFunctionReference<"mutation">("rows:clear");
    convex.alter("rows:clear", () => ({}));
    const cleared = convex.mutation(mutation, {}, { optimisticUpdate: takeAwaySecondPage });
    expect(keys()).toEqual([60, 50]);
    expect(status()).toBe("LoadingMore");
    await cleared;
    expect(keys()).toEqual([60, 50, 40, 30, 20, 10]);
  });

  test("begins anew with other arguments, and not with equal ones", async () => {
    const { convex, keys, status, rerender, loadMore } = aScreen(new FakeTable(40, 30, 20, 10));
    await convex.sync();
    loadMore();
    await convex.sync();
    rerender({ args: {}, initialNumItems: 2 });
    expect(keys()).toEqual([40, 30, 20, 10]);
    rerender({ args: { status: "sent" }, initialNumItems: 2 });
    expect(keys()).toEqual([]);
    expect(status()).toBe("LoadingFirstPage");
    await convex.sync();
    expect(keys()).toEqual([40, 30]);
    expect(convex.size).toBe(1);
  });

  test("asks for nothing while skipped", async () => {
    const { convex, result, keys, rerender } = aScreen(new FakeTable(20, 10), 2, "skip");
    expect(convex.size).toBe(0);
    expect(result.current).toMatchObject({ results: [], status: "LoadingFirstPage" });
    rerender({ args: {}, initialNumItems: 2 });
    await convex.sync();
    expect(keys()).toEqual([20, 10]);
  });

  test("begins anew when a new version of the query does not know its cursors", async () => {
    const table = new FakeTable(40, 30, 20, 10);
    const { convex, keys, status } = await aLoadedScreen(table);
    table.binding = "rows by another index";
    await convex.sync();
    expect(status()).toBe("LoadingFirstPage");
    await convex.sync();
    expect(keys()).toEqual([40, 30]);
    expect(status()).toBe("CanLoadMore");
  });

  test("begins anew at an invalid cursor of Convex's own pages", async () => {
    const { convex, keys } = await aLoadedScreen(new FakeTable(40, 30, 20, 10));
    const error = new ConvexError({ isConvexSystemError: true, paginationError: "InvalidCursor" });
    convex.failNext("rows:list", error);
    await convex.sync();
    await convex.sync();
    expect(keys()).toEqual([40, 30]);
  });

  test("throws other errors, as useQuery does", async () => {
    const { convex } = await aLoadedScreen(new FakeTable(40, 30, 20, 10));
    convex.failNext("rows:list", platformError({ code: "FORBIDDEN", message: "No." }));
    await expect(quietly(() => convex.sync())).rejects.toThrow("FORBIDDEN");
  });

  test("throws INVALID_CURSOR where it has sent none, instead of beginning for ever", async () => {
    const { convex } = aScreen(new FakeTable(40));
    convex.failNext("rows:list", platformError({ code: "INVALID_CURSOR", message: "No." }));
    await expect(quietly(() => convex.sync())).rejects.toThrow("INVALID_CURSOR");
  });

  test("passes on that a filtered page stopped early, until more is loaded", async () => {
    const { convex, result, loadMore } = aScreen(new FakeTable(20, 10), 1);
    convex.alter("rows:list", (page) => ({ ...page, page: [], stoppedEarly: true }));
    await convex.sync();
    expect(result.current).toMatchObject({ status: "CanLoadMore", stoppedEarly: true });
    loadMore();
    expect(result.current).toMatchObject({ status: "LoadingMore", stoppedEarly: false });
  });

  test("ignores loadMore of a list that has begun anew", async () => {
    const { convex, result, rerender } = aScreen(new FakeTable(40, 30, 20, 10));
    await convex.sync();
    const { loadMore } = result.current;
    rerender({ args: { status: "sent" }, initialNumItems: 2 });
    await convex.sync();
    act(() => loadMore());
    expect(result.current.status).toBe("CanLoadMore");
  });

  test("keeps the rows and the callback the same while nothing changes", async () => {
    const { convex, result, rerender } = aScreen(new FakeTable(20, 10), 1);
    await convex.sync();
    const before = result.current;
    rerender({ args: {}, initialNumItems: 1 });
    expect(result.current.results).toBe(before.results);
    expect(result.current.loadMore).toBe(before.loadMore);
  });

  const aStep = fc.oneof(
    fc.record({ do: fc.constant("insert" as const), key: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ do: fc.constant("remove" as const), place: fc.nat({ max: 30 }) }),
    fc.record({ do: fc.constant("loadMore" as const), count: fc.integer({ min: 1, max: 4 }) }),
    // Some of the queries that load are answered, others not yet.
    fc.record({
      do: fc.constant("sync" as const),
      ready: fc.array(fc.boolean(), { maxLength: 4 }),
    }),
  );

  propertyTest.prop([fc.array(aStep, { maxLength: 60 }), fc.integer({ min: 1, max: 4 })], {
    seed: 11,
    numRuns: 150,
  })("shows a list without gaps and doubles, whatever happens meanwhile", async (steps, size) => {
    const table = new FakeTable(18, 14, 14, 10, 6, 6, 6, 2);
    const { convex, result, status, loadMore } = aScreen(table, size);
    for (const step of steps) {
      if (step.do === "insert") table.insert(step.key);
      if (step.do === "remove") table.removeAt(step.place);
      if (step.do === "loadMore") loadMore(step.count);
      if (step.do !== "sync") continue;
      await convex.sync((index) => step.ready[index] ?? false);
      const shown = result.current.results;
      expect(shown).toEqual(table.all().slice(0, shown.length));
      if (status() === "Exhausted") expect(shown).toEqual(table.all());
    }
    while (status() !== "Exhausted") {
      await convex.sync();
      loadMore();
    }
    expect(result.current.results).toEqual(table.all());
    cleanup();
  });
});

function aPageOf(numItems: number) {
  return { paginationOpts: { numItems, cursor: null } };
}

function takeAwaySecondPage(store: OptimisticLocalStore): void {
  const second = store.getAllQueries(list).find(({ value }) => value?.page[0]?.key === 40);
  store.setQuery(list, second!.args, undefined);
}

/** Without what React writes to the console about an error it was given. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
  try {
    return await work();
  } finally {
    error.mockRestore();
  }
}
