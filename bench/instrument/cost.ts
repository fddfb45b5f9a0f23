import { convexToJson, type Value } from "convex/values";
import { keyBytes } from "./ranges";
import type { Bound, FieldValue, RangeRead, Recording, Transaction } from "./recording";

/** What a recording costs. Everything is counted, nothing sampled: a run gives the same figures each time. */
export interface Cost {
  /** Function executions of their own, which are billed; a component call in a mutation is none. */
  calls: number;
  mutations: number;
  queries: number;
  actions: number;
  /** Calls inside a transaction. */
  nested: number;
  docsRead: number;
  docsWritten: number;
  bytesRead: number;
  bytesWritten: number;
  /** Calls of `db.get` and of queries. */
  ranges: number;
  /** Distinct index intervals, documents changed by id included: what the backend limits to 4,096. */
  intervals: number;
  /** Ranges with a `.filter()`: `docsRead` leaves out what it dropped, the bill does not. */
  filtered: number;
  /** Index keys written, and their bytes. Documents are counted apart. */
  indexEntries: number;
  indexBytesWritten: number;
  indexBytesRead: number;
  scheduled: number;
  scheduledArgBytes: number;
  transactions: number;
  /** The largest single transaction: limits count by transaction. */
  maxDocsRead: number;
  maxDocsWritten: number;
  maxIntervals: number;
}

export function costOf({ transactions, calls, nested }: Recording): Cost {
  const metrics = transactions.map((transaction) => transaction.metrics);
  const ranges = transactions.flatMap((transaction) => transaction.ranges);
  const intervals = transactions.map(countIntervals);
  const indexKeys = transactions.flatMap(keysWritten);
  return {
    calls: calls.mutation + calls.query + calls.action,
    mutations: calls.mutation,
    queries: calls.query,
    actions: calls.action,
    nested,
    docsRead: sum(metrics.map((m) => m.documentsRead)),
    docsWritten: sum(metrics.map((m) => m.documentsWritten)),
    bytesRead: sum(metrics.map((m) => m.bytesRead)),
    bytesWritten: sum(metrics.map((m) => m.bytesWritten)),
    ranges: sum(metrics.map((m) => m.databaseQueries)),
    intervals: sum(intervals),
    filtered: ranges.filter((range) => range.isFiltered).length,
    indexEntries: indexKeys.length,
    indexBytesWritten: sum(indexKeys),
    indexBytesRead: sum(ranges.map((range) => range.keyBytes)),
    scheduled: sum(metrics.map((m) => m.functionsScheduled)),
    scheduledArgBytes: sum(metrics.map((m) => m.scheduledFunctionArgsBytes)),
    transactions: transactions.length,
    maxDocsRead: max(metrics.map((m) => m.documentsRead)),
    maxDocsWritten: max(metrics.map((m) => m.documentsWritten)),
    maxIntervals: max(intervals),
  };
}

/**
 * What an operation adds to the host's function it runs in.
 *
 * The host's own mutation or query would have been called without us, so its call is not ours.
 */
export function withinHostCall(cost: Cost, host: "mutation" | "query"): Cost {
  const { calls, mutations, queries } = cost;
  const own = host === "mutation" ? { mutations: mutations - 1 } : { queries: queries - 1 };
  return { ...cost, ...own, calls: calls - 1 };
}

/** What one operation costs more than another. */
export function difference(more: Cost, less: Cost): Cost {
  const names = Object.keys(more) as (keyof Cost)[];
  return Object.fromEntries(
    names.map((name) => [name, more[name] - less[name]]),
  ) as unknown as Cost;
}

/** The size of each index key the transaction wrote. */
function keysWritten({ writes }: Transaction): number[] {
  return writes.flatMap(({ after, indexes }) =>
    after ? indexes.map((fields) => keyBytes(fields, after)) : [],
  );
}

function countIntervals({ points, ranges }: Transaction): number {
  return points.size + new Set(ranges.map(intervalOf)).size;
}

function intervalOf(range: RangeRead): string {
  const equals = range.equals.map(([field, value]) => [field, show(value)]);
  const bounds = [range.lower, range.upper].map(showBound);
  const { component, table, index, order, limit } = range;
  return JSON.stringify([component, table, index, equals, bounds, order, limit]);
}

function showBound(bound: Bound | undefined): string {
  return bound ? `${show(bound.value)} ${bound.inclusive}` : "";
}

function show(value: FieldValue): string {
  return value === undefined ? "undefined" : JSON.stringify(convexToJson(value as Value));
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function max(values: number[]): number {
  return values.reduce((largest, value) => Math.max(largest, value), 0);
}
