/**
 * Where a job waits that has no place in its capped queue yet.
 *
 * The place is a text under which the row is indexed in place of the time at which the sweep would
 * have to look: nobody has to look after a job that only waits. Texts sort behind all numbers, so
 * the sweep does not meet them, and the first one of a line is one index range of one row.
 */

/** Ready for the next slot of its queue, or behind others of its own key. */
type Line = "key" | "ready";

/** Sorts before every character that a queue's or a key's name can have. */
const SEPARATOR = "\u0001";
const AFTER_SEPARATOR = "\u0002";
const PRIORITY_LIMIT = 1000;
const TIME_DIGITS = 14;

/** Those who can take the next slot: the higher priority first, then who has been ready for longer. */
export function readyPlace(
  job: { queue: string; priority: number; id: string },
  readyAt: number,
): string {
  return place("ready", job.queue, byPriority(job.priority), byTime(readyAt), job.id);
}

/** Those behind others of their key: the higher priority first, then the earlier id. */
export function keyPlace(job: { queue: string; priority: number; id: string }, key: string) {
  return place("key", job.queue, key, byPriority(job.priority), job.id);
}

/** The places of a line: from (inclusive) to (exclusive). */
export type LineRange = { from: string; to: string };

export function readyLine(queue: string): LineRange {
  return rangeOf("ready", queue);
}

export function keyLine(queue: string, key: string): LineRange {
  return rangeOf("key", queue, key);
}

function rangeOf(...parts: [Line, ...string[]]): LineRange {
  const start = parts.join(SEPARATOR);
  return { from: start + SEPARATOR, to: start + AFTER_SEPARATOR };
}

function place(...parts: [Line, ...string[]]): string {
  return parts.join(SEPARATOR);
}

function byPriority(priority: number): string {
  return String(PRIORITY_LIMIT - priority).padStart(4, "0");
}

function byTime(ms: number): string {
  return String(Math.floor(ms)).padStart(TIME_DIGITS, "0");
}
