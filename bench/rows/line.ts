import type { Cost } from "../instrument";

/** Whose code was measured: ours, or a peer's that does the same. */
export type Impl =
  | "convex-platform"
  | "convex-audit-log"
  | "convex-ents"
  | "workpool"
  | "action-retrier"
  // Several packages together: see package.ts.
  | "what it replaces"
  // Functions that are scheduled and not kept track of.
  | "bare scheduler";

/** What can be measured about an operation, by the names that `--json` prints. */
export type Figures = Partial<Cost & OtherFigures>;
export type FigureName = keyof Figures;

interface OtherFigures {
  /** Rows a page gave back. */
  rows: number;
  bytes: number;
  /** Timed, so different in every run: printed, never judged. */
  milliseconds: number;
  instantiations: number;
}

/** What a figure has to be for the row to be done. */
export interface Target {
  exactly?: Figures;
  atMost?: Figures;
  /** The operation must not make itself run again when two of it happen at once. */
  noConflict?: true;
}

/** What one measurement found. */
export interface Finding {
  figures: Figures;
  /** Why one of two at once has to be retried; `null` when none has to; absent when not looked at. */
  conflict?: string | null;
  /** The cheapest anything could do this on Convex. */
  floor?: Figures;
  target?: Target;
}

/** One measured operation: a line of the report. */
export interface Line extends Finding {
  /** Its number in the cost table of PERFORMANCE.md. */
  row: number;
  op: string;
  /** Entries in the log before the operation; `null` where there is no log. */
  size: number | null;
  impl: Impl;
  /** It could not be measured, and why. */
  error?: string;
}

/** Why a line misses its target; `[]` when it does not, or has none. */
export function missesOf({ figures, conflict, target, error, impl }: Line): string[] {
  if (impl !== "convex-platform") return [];
  if (error !== undefined) return [error];
  const exactly = entriesOf(target?.exactly).filter(([name, value]) => figures[name] !== value);
  const atMost = entriesOf(target?.atMost).filter(([name, value]) => !(figures[name]! <= value));
  return [
    ...exactly.map(([name, value]) => `${name} is ${figures[name]} instead of ${value}`),
    ...atMost.map(([name, value]) => `${name} is ${figures[name]}, above ${value}`),
    ...(target?.noConflict && conflict !== null ? [`conflict: ${conflict}`] : []),
  ];
}

export function entriesOf(figures: Figures = {}): [FigureName, number][] {
  return Object.entries(figures) as [FigureName, number][];
}
