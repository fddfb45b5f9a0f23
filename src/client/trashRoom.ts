import type { TransactionMetrics } from "convex/server";
import { getConvexSize, type Value } from "convex/values";
import type { TrashRoom } from "../shared/trash.js";
import { MAX_ROWS_PER_STEP } from "../shared/trashRules.js";
import type { Row } from "./guards/writeLog.js";

export function sizeOf(row: Row): number {
  return getConvexSize(row as Value);
}

/** Says how much of a transaction is used. */
export type CanMeasure = { meta: { getTransactionMetrics(): Promise<TransactionMetrics> } };

/** Of what Convex lets a transaction read and write, a step of ours leaves most alone. */
const MAX_BYTES_PER_STEP = 4 * 1024 * 1024;
/** A row is read twice (found, and patched) and written once. */
const READS_PER_ROW = 2;

/**
 * How much of the transaction a step may use: at most half of what is left, for the other half is
 * the host's.
 */
export class Room {
  rows: number;
  private ranges: number;
  private bytes: number;

  private constructor(rows: number, ranges: number, bytes: number) {
    this.rows = rows;
    this.ranges = ranges;
    this.bytes = bytes;
  }

  static async in(ctx: CanMeasure): Promise<Room> {
    const metrics = await ctx.meta.getTransactionMetrics();
    const half = (
      name: "documentsRead" | "documentsWritten" | "databaseQueries" | "bytesRead" | "bytesWritten",
    ) => Math.floor(metrics[name].remaining / 2);
    // The backend counts a row that is changed by its id as a range, too.
    const ranges = Math.floor(half("databaseQueries") / 2);
    return new Room(
      Math.min(
        MAX_ROWS_PER_STEP,
        Math.floor(half("documentsRead") / READS_PER_ROW),
        half("documentsWritten"),
        ranges,
      ),
      Math.min(MAX_ROWS_PER_STEP, ranges),
      Math.min(
        MAX_BYTES_PER_STEP,
        Math.floor(half("bytesRead") / READS_PER_ROW),
        half("bytesWritten"),
      ),
    );
  }

  /** What the component may put into one slice. */
  get limits(): TrashRoom {
    return { rows: this.rows, bytes: this.bytes };
  }

  get isOut(): boolean {
    return this.rows <= 0 || this.ranges <= 0 || this.bytes <= 0;
  }

  /** @returns the size of the row */
  useRow(row: Row): number {
    const bytes = sizeOf(row);
    this.rows--;
    this.bytes -= bytes;
    return bytes;
  }

  useRanges(count: number): void {
    this.ranges -= count;
  }
}
