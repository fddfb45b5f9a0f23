import type { TransactionMetrics } from "convex-test/dist/transactionMetrics.js";
import type { Value } from "convex/values";

/** Everything that ran between the start and the end of one {@link record}. */
export interface Recording {
  /** In order of their end; rolled back ones (all queries are) included. */
  transactions: Transaction[];
  /** Executions a user pays for as calls, by kind. */
  calls: Record<FunctionKind, number>;
  /** Executions inside somebody else's transaction: they cost no call of their own. */
  nested: number;
}

export type FunctionKind = "query" | "mutation" | "action";

/** One top-level transaction, with everything its nested calls did. */
export interface Transaction {
  /** The function it was opened for, `platform/auditLogs:record`; absent for a test's own `t.run`. */
  name?: string;
  committed: boolean;
  /** As convex-test counts them, which is as the backend does. */
  metrics: TransactionMetrics;
  /** Documents read or changed by id: `component/id`. */
  points: Set<string>;
  ranges: RangeRead[];
  /** Writes of nested mutations that failed are not among them. */
  writes: DocumentWrite[];
}

export type Document = Record<string, Value | undefined>;
export type FieldValue = Value | undefined;
export type Bound = { value: FieldValue; inclusive: boolean };

/** One index range a transaction read, and how far it got. */
export interface RangeRead {
  component: string;
  table: string;
  index: string;
  /** The index key, with the `_creationTime` and `_id` that end every key. Empty for searches. */
  fields: string[];
  equals: [field: string, value: FieldValue][];
  /** The field that `lower` and `upper` limit. */
  boundField?: string;
  lower?: Bound;
  upper?: Bound;
  order: "asc" | "desc";
  /** Rows asked for at most; `null`: to the end of the range. */
  limit: number | null;
  rows: number;
  /** The index key of the last row returned. */
  lastKey?: FieldValue[];
  /** Bytes of the index keys that were read. */
  keyBytes: number;
  /** Rows are dropped after they were read: convex-test does not count those, the backend does. */
  isFiltered: boolean;
  /** Read from a stale snapshot: the transaction does not depend on it. */
  isSnapshot: boolean;
}

export interface DocumentWrite {
  component: string;
  table: string;
  id: string;
  /** `null`: inserted. */
  before: Document | null;
  /** `null`: deleted. */
  after: Document | null;
  /** The fields of each index the table declares. */
  indexes: string[][];
}

let current: Recording | undefined;

/** The recording that is on, if any. convex-test runs one transaction at a time, so one is enough. */
export function currentRecording(): Recording | undefined {
  return current;
}

/**
 * Records everything that `run` does, until it settles.
 *
 * Scheduled functions belong to it only as far as `run` waits for them.
 *
 * @throws what `run` throws
 */
export async function record<Result>(
  run: () => Promise<Result>,
): Promise<Recording & { result: Result }> {
  if (current) throw new Error("A recording is on already: their figures would mix.");
  const recording: Recording = {
    transactions: [],
    calls: { query: 0, mutation: 0, action: 0 },
    nested: 0,
  };
  current = recording;
  try {
    return Object.assign(recording, { result: await run() });
  } finally {
    current = undefined;
  }
}
