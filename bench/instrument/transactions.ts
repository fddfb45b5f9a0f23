import {
  TransactionMetricsTracker,
  type TransactionMetrics,
} from "convex-test/dist/transactionMetrics.js";
import { currentRecording, type RangeRead, type Transaction } from "./recording";

/** What convex-test keeps private: one layer of figures for each level of nesting. */
interface TrackerInside {
  _layers: { metrics: TransactionMetrics }[];
}

interface OpenTransaction {
  tracker: TrackerInside;
  transaction: Transaction;
  /** For each nested call under way, the number of writes made before it. */
  marks: number[];
  /** Ranges being read, by `component/queryId`: a component counts its queries by itself. */
  cursors: Map<string, RangeRead>;
}

let open: OpenTransaction | undefined;

/** The top-level transaction under way. convex-test runs one at a time, as if all were serialized. */
export function openTransaction(): OpenTransaction | undefined {
  return open;
}

/**
 * Runs the synchronous part of `read` without charging the transaction for it.
 *
 * convex-test charges reads before it first awaits, so the instrument can look at a document
 * and put the old figures back before anything else runs.
 */
export function uncharged<Result>(read: () => Promise<Result>): Promise<Result> {
  const layer = open?.tracker._layers.at(-1);
  if (!layer) return read();
  const charged = layer.metrics;
  layer.metrics = Object.fromEntries(
    Object.keys(charged).map((name) => [name, 0]),
  ) as TransactionMetrics;
  try {
    return read();
  } finally {
    layer.metrics = charged;
  }
}

let isHooked = false;

/** Makes convex-test report where each transaction begins and ends. */
export function hookTransactions(): void {
  if (isHooked) return;
  isHooked = true;
  const prototype = TransactionMetricsTracker.prototype;
  const { startTransaction, commit, rollback } = prototype;

  prototype.startTransaction = function (limits) {
    const inside = this as unknown as TrackerInside;
    if (inside._layers.length === 0) open = begin(inside);
    else open?.marks.push(open.transaction.writes.length);
    startTransaction.call(this, limits);
  };
  prototype.commit = function () {
    end(this as unknown as TrackerInside, { committed: true });
    commit.call(this);
  };
  prototype.rollback = function () {
    end(this as unknown as TrackerInside, { committed: false });
    rollback.call(this);
  };
}

function begin(tracker: TrackerInside): OpenTransaction {
  const transaction = {
    committed: false,
    metrics: {} as TransactionMetrics, // taken over at the end
    points: new Set<string>(),
    ranges: [],
    writes: [],
  };
  return { tracker, transaction, marks: [], cursors: new Map() };
}

function end(tracker: TrackerInside, { committed }: { committed: boolean }): void {
  if (!open) return;
  const { transaction } = open;
  if (tracker._layers.length > 1) {
    const mark = open.marks.pop();
    if (!committed && mark !== undefined) transaction.writes.length = mark;
    return;
  }
  transaction.committed = committed;
  transaction.metrics = { ...tracker._layers[0]!.metrics };
  currentRecording()?.transactions.push(transaction);
  open = undefined;
}
