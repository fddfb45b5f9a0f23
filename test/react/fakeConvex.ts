import { act, configure } from "@testing-library/react";
import { ConvexProvider, type ConvexReactClient, type MutationOptions } from "convex/react";
import { getFunctionName, type FunctionReference, type PaginationOptions } from "convex/server";
import { convexToJson, type Value } from "convex/values";
import { createElement, type ReactNode } from "react";
import type { OptimisticLocalStore } from "convex/browser";
import type { Key } from "../../src/shared/cursors.js";
import { readPage, type List, type Order, type Segment } from "../../src/shared/pages.js";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
// As apps run in development: what a hook does at a render or in an effect, it does twice.
configure({ reactStrictMode: true });

type Args = Record<string, Value>;
type Handler = (args: never) => unknown;
type Query = FunctionReference<"query">;
type Result = { value: unknown } | { error: Error };
type Subscription = { name: string; args: Args; listeners: Set<() => void>; result?: Result };

/**
 * A Convex client without a server. What is subscribed to gets its results in one go, all from the
 * same moment, when {@link sync} is called: as a transition of the real one brings them.
 */
export class FakeConvex {
  private readonly subscriptions = new Map<string, Subscription>();
  /** What mutations that are still running show meanwhile. */
  private readonly layers = new Map<object, (store: OptimisticLocalStore) => void>();
  private view = new Map<string, unknown>();
  private failure: { name: string; error: Error } | undefined;
  private readonly handlers: Record<string, Handler>;

  constructor(handlers: Record<string, Handler>) {
    this.handlers = handlers;
  }

  readonly wrapper = ({ children }: { children: ReactNode }) =>
    createElement(ConvexProvider, { client: this as unknown as ConvexReactClient }, children);

  /** How often something is subscribed to. */
  get size(): number {
    return this.subscriptions.size;
  }

  /** @param isReady - which of the queries that have no result yet get one; all unless given */
  async sync(isReady: (index: number) => boolean = () => true): Promise<void> {
    let index = 0;
    const answers: [Subscription, Result][] = [];
    for (const subscription of this.subscriptions.values()) {
      if (!subscription.result && !isReady(index++)) continue;
      answers.push([subscription, await this.ask(subscription)]);
    }
    this.failure = undefined;
    for (const [subscription, result] of answers) subscription.result = result;
    this.show();
  }

  /** The next results of this function are this error, until the next {@link sync} is over. */
  failNext(name: string, error: Error): void {
    this.failure = { name, error };
  }

  /** Changes what a function gives from now on. */
  alter(name: string, change: (result: object) => unknown): void {
    const handler = this.handlers[name] ?? (() => ({}));
    this.handlers[name] = async (args) => change((await handler(args as never)) as object);
  }

  // --- What the hooks of convex/react call ---------------------------------------------------

  watchQuery(query: Query, args: Args) {
    const token = tokenOf(query, args);
    return {
      onUpdate: (listener: () => void) => {
        const name = getFunctionName(query);
        const subscription = this.subscriptions.get(token) ?? { name, args, listeners: new Set() };
        this.subscriptions.set(token, subscription);
        subscription.listeners.add(listener);
        return () => {
          subscription.listeners.delete(listener);
          if (subscription.listeners.size === 0) this.subscriptions.delete(token);
        };
      },
      localQueryResult: () => {
        const result = this.subscriptions.get(token)?.result;
        if (result && "error" in result) throw result.error;
        return this.view.get(token);
      },
      journal: () => undefined,
    };
  }

  async mutation(
    mutation: FunctionReference<"mutation">,
    args: Args,
    { optimisticUpdate }: MutationOptions<Args> = {},
  ): Promise<unknown> {
    const layer = {};
    if (optimisticUpdate) this.layers.set(layer, (store) => optimisticUpdate(store, args));
    this.show();
    try {
      return await this.handlers[getFunctionName(mutation)]!(args as never);
    } finally {
      this.layers.delete(layer);
      await this.sync();
    }
  }

  private async ask({ name, args }: Subscription): Promise<Result> {
    if (this.failure?.name === name) return { error: this.failure.error };
    try {
      return { value: await this.handlers[name]!(args as never) };
    } catch (error) {
      return { error: error as Error };
    }
  }

  private show(): void {
    this.view = new Map();
    for (const [token, { result }] of this.subscriptions) {
      if (result && "value" in result) this.view.set(token, result.value);
    }
    for (const update of this.layers.values()) update(this.localStore());
    act(() => {
      for (const { listeners } of [...this.subscriptions.values()]) {
        for (const listener of [...listeners]) listener();
      }
    });
  }

  private localStore(): OptimisticLocalStore {
    return {
      getQuery: (query: Query, args: Args) => this.view.get(tokenOf(query, args)),
      getAllQueries: (query: Query) =>
        [...this.subscriptions]
          .filter(([, { name }]) => name === getFunctionName(query))
          .map(([token, { args }]) => ({ args, value: this.view.get(token) })),
      setQuery: (query: Query, args: Args, value: unknown) => {
        this.view.set(tokenOf(query, args), value);
      },
    } as unknown as OptimisticLocalStore;
  }
}

function tokenOf(query: Query, args: Args): string {
  return JSON.stringify([getFunctionName(query), convexToJson(args)]);
}

// --- A table ----------------------------------------------------------------------------------

export type Row = { id: string; key: number; _creationTime: number };

/** Rows in an index, read with the pager of the package. */
export class FakeTable {
  private rows: Row[] = [];
  private made = 0;
  /** Goes into every cursor; another one makes those invalid that were given out. */
  binding = "rows";

  constructor(...keys: number[]) {
    for (const key of keys) this.insert(key);
  }

  insert(key: number): Row {
    const row = { id: `row${this.made}`, key, _creationTime: this.made++ };
    this.rows.push(row);
    return row;
  }

  removeAt(place: number): void {
    const row = this.all()[place];
    if (row) this.remove(row);
  }

  remove(row: Row): void {
    this.rows = this.rows.filter(({ id }) => id !== row.id);
  }

  /** Every row, newest key first. */
  all(): Row[] {
    return [...this.rows].sort((a, b) => b.key - a.key || b._creationTime - a._creationTime);
  }

  keys(): number[] {
    return this.all().map(({ key }) => key);
  }

  readonly list = async ({ paginationOpts }: { paginationOpts: PaginationOptions }) => {
    const rows = this.all();
    const list: List<Row> = {
      binding: this.binding,
      order: "desc" satisfies Order,
      range: {},
      key: (row): Key => row.key,
      open: (segment) => ({
        take: async (count) => rows.filter((row) => isWithin(row, segment)).slice(0, count),
      }),
    };
    return await readPage(paginationOpts, list);
  };
}

function isWithin(row: Row, segment: Segment): boolean {
  if (segment.kind === "ties" && row.key !== segment.key) return false;
  const value = segment.kind === "ties" ? row._creationTime : row.key;
  const { lower, upper } = segment as { lower?: Limit; upper?: Limit };
  if (lower && (lower.inclusive ? value < lower.value : value <= lower.value)) return false;
  return !upper || (upper.inclusive ? value <= upper.value : value < upper.value);
}
type Limit = { value: number; inclusive: boolean };
