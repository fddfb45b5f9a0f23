// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import type { OptimisticLocalStore } from "convex/browser";
import {
  makeFunctionReference,
  type PaginationOptions,
  type PaginationResult,
} from "convex/server";
import { afterEach, describe, expect, test } from "vitest";
import { updatePages, type PagePlace } from "../../src/react/updatePages.js";
import { usePage } from "../../src/react/usePage.js";
import { usePlatformMutation } from "../../src/react/usePlatformMutation.js";
import { platformError } from "../../src/shared/errors.js";
import { FakeConvex, FakeTable, type Row } from "./fakeConvex.js";

type ListArgs = { paginationOpts: PaginationOptions; owner?: string };
const list = makeFunctionReference<"query", ListArgs, PaginationResult<Row>>("rows:list");
const change = makeFunctionReference<"mutation", { id: string }, null>("rows:change");

afterEach(cleanup);

type Update = (store: OptimisticLocalStore, args: { id: string }) => void;

/** A list with two pages loaded, and a mutation that is refused when the test lets it. */
async function aScreen(optimistic: Update) {
  let refuse!: () => void;
  const refusal = new Promise<void>((resolve) => (refuse = resolve));
  const convex = new FakeConvex({
    "rows:list": new FakeTable(40, 30, 20, 10).list,
    "rows:change": async () => {
      await refusal;
      throw platformError({ code: "CONFLICT", message: "No." });
    },
  });
  const { result } = renderHook(
    () => ({
      page: usePage(list, { owner: "ann" }, { initialNumItems: 2 }),
      change: usePlatformMutation(change, { optimistic }),
    }),
    { wrapper: convex.wrapper },
  );
  await convex.sync();
  act(() => result.current.page.loadMore());
  await convex.sync();
  const keys = () => result.current.page.results.map(({ key }) => key);
  let outcome: Promise<unknown>;
  act(() => {
    outcome = result.current.change.run({ id: "row1" });
  });
  return {
    keys,
    end: async () => {
      refuse();
      await act(() => outcome);
      return keys();
    },
  };
}

describe("updatePages", () => {
  test("removes a row at once, and brings it back when the server refuses", async () => {
    const { keys, end } = await aScreen((store, { id }) =>
      updatePages(store, list, {}, (rows) => rows.filter((row) => row.id !== id)),
    );
    expect(keys()).toEqual([40, 20, 10]);
    expect(await end()).toEqual([40, 30, 20, 10]);
  });

  test("patches rows of every page", async () => {
    const { keys } = await aScreen((store) =>
      updatePages(store, list, {}, (rows) => rows.map((row) => ({ ...row, key: row.key + 1 }))),
    );
    expect(keys()).toEqual([41, 31, 21, 11]);
  });

  test("tells the first page and the last one, to insert there", async () => {
    const row = { id: "new", key: 99, _creationTime: 9 };
    const { keys } = await aScreen((store) =>
      updatePages(store, list, {}, (rows, { isFirst, isLast }: PagePlace) => [
        ...(isFirst ? [row] : []),
        ...rows,
        ...(isLast ? [row] : []),
      ]),
    );
    expect(keys()).toEqual([99, 40, 30, 20, 10, 99]);
  });

  test.each([
    ["those that are named", { owner: "ann" }, []],
    ["others", { owner: "ben" }, [40, 30, 20, 10]],
  ])("takes lists with the given arguments: %s", async (_, args, expected) => {
    const { keys } = await aScreen((store) => updatePages(store, list, args, () => []));
    expect(keys()).toEqual(expected);
  });
});
