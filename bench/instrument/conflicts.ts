import { compareValues, CommitTsPlaceholder } from "convex/values";
import { fieldAt, keyOf } from "./ranges";
import type { Document, RangeRead, Recording, Transaction } from "./recording";

/**
 * Says what makes `second` run again when `first` commits between the start and the commit of
 * `second`, or `null` when both can go on at once.
 *
 * This is the backend's rule (`crates/database/src/reads.rs`): a transaction is retried when
 * somebody wrote a document whose old or new index key lies in a range it read, or which it
 * read by id. convex-test runs one transaction at a time and has no conflicts, so the rule is
 * applied afterwards, to what two recordings read and wrote.
 */
export function conflictBetween(first: Recording, second: Recording): string | null {
  for (const reader of second.transactions.filter(isValidatedAtCommit)) {
    for (const writer of first.transactions.filter(({ committed }) => committed)) {
      const place = overlap(reader, writer);
      if (place) return `${reader.name} is retried after ${writer.name}: ${place}`;
    }
  }
  return null;
}

/** Queries and mutations that wrote nothing have nothing to commit, so nobody checks what they read. */
function isValidatedAtCommit({ name, committed, writes, metrics }: Transaction): boolean {
  return name !== undefined && committed && writes.length + metrics.functionsScheduled > 0;
}

function overlap(reader: Transaction, writer: Transaction): string | null {
  for (const { component, table, id, before, after } of writer.writes) {
    const place = [component, table].filter(Boolean).join("/");
    if (before && reader.points.has(`${component}/${id}`)) return `${place} (a document)`;
    const range = reader.ranges.find(
      (candidate) =>
        candidate.component === component &&
        candidate.table === table &&
        !candidate.isSnapshot &&
        [before, after].some((document) => document && covers(candidate, document)),
    );
    if (range) return `${place}.${range.index}`;
  }
  return null;
}

/** Whether the transaction that read `range` depends on a document with this content. */
function covers(range: RangeRead, document: Document): boolean {
  return isInRange(range, document) && isBeforeEnd(range, document);
}

function isInRange(range: RangeRead, document: Document): boolean {
  for (const [field, value] of range.equals) {
    // "Committed with me" holds for the reader's own rows and nobody else's.
    if (value instanceof CommitTsPlaceholder) return false;
    if (compareValues(fieldAt(document, field), value) !== 0) return false;
  }
  if (range.boundField === undefined) return true;
  const value = fieldAt(document, range.boundField);
  const { lower, upper } = range;
  const overLower = lower ? compareValues(value, lower.value) : 1;
  const underUpper = upper ? compareValues(upper.value, value) : 1;
  return isInside(overLower, lower?.inclusive) && isInside(underUpper, upper?.inclusive);
}

function isInside(distance: number, inclusive = false): boolean {
  return distance > 0 || (inclusive && distance === 0);
}

/** A read that stopped at its limit depends on nothing behind the last row it returned. */
function isBeforeEnd({ limit, rows, lastKey, fields, order }: RangeRead, document: Document) {
  const stoppedAtLimit = limit !== null && rows >= limit;
  if (!stoppedAtLimit) return true;
  if (!lastKey) return false; // it asked for no row at all
  const key = keyOf(fields, document);
  for (const [i, value] of key.entries()) {
    const difference = compareValues(value, lastKey[i]) * (order === "asc" ? 1 : -1);
    if (difference !== 0) return difference < 0;
  }
  return true;
}
