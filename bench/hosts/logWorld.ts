import type { PaginationOptions } from "convex/server";
import type { Clock } from "../clock";
import type { GrowingWorld } from "../rows/study";
import { ENTRY_INTERVAL_MS, type LogQuery } from "./entries";

/** A host app with an audit log, whichever package keeps it. */
export interface LogWorld extends GrowingWorld {
  /** When the first entry was recorded. */
  readonly startedAt: number;
  auditOne(): Promise<void>;
  /** Records `count` entries in one call. */
  auditMany(count: number): Promise<void>;
  /** `null` where the implementation has no such list. */
  page(query: LogQuery, paginationOpts: PaginationOptions): Promise<LogPage | null>;
  /** Largest pages to walk in on the way to a page of `numItems`; some cursors hold for one size only. */
  stepTowards(numItems: number): number;
}

export interface LogPage {
  rows: number;
  isDone: boolean;
  continueCursor: string;
}

/** How to call the host functions of one implementation; `index` is that of `entryAt`. */
export interface LogCalls {
  auditOne(index: number): Promise<unknown>;
  auditMany(index: number, count: number): Promise<unknown>;
  page: LogWorld["page"];
  stepTowards: LogWorld["stepTowards"];
}

/** A log without entries. One second passes with each entry. */
export function anEmptyLog(clock: Clock, calls: LogCalls): LogWorld {
  const startedAt = Date.now();
  let size = 0;
  const add = (count: number) => {
    size += count;
    clock.advance(ENTRY_INTERVAL_MS * count);
  };
  const world: LogWorld = {
    startedAt,
    get size() {
      return size;
    },
    auditOne: async () => {
      await calls.auditOne(size);
      add(1);
    },
    auditMany: async (count) => {
      await calls.auditMany(size, count);
      add(count);
    },
    // One by one: entries that share a mutation share their place in time.
    fill: async (wanted) => {
      while (size < wanted) await world.auditOne();
    },
    page: calls.page,
    stepTowards: calls.stepTowards,
  };
  return world;
}
