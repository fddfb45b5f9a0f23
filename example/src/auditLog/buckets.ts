import { SPANS, type AuditFilter, type Within } from "./search";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What one bar of the histogram stands for; the log counts by hours and by days (UTC). */
const BARS = {
  day: { unit: "hour", barMs: HOUR_MS, word: "hour" },
  week: { unit: "hour", barMs: 6 * HOUR_MS, word: "six hours" },
  month: { unit: "day", barMs: DAY_MS, word: "day" },
  year: { unit: "day", barMs: 7 * DAY_MS, word: "week" },
} as const;

/** The time that the histogram covers: whole bars, the last of which has now in it. */
export type TimeWindow = {
  unit: "hour" | "day";
  barMs: number;
  word: string;
  from: number;
  to: number;
};

type Bucket = { start: number; count: number };
export type Bar = { from: number; to: number; count: number };

/** The span that was chosen; else the shortest with the picked time in it, a month as a rule. */
export function windowOf({ within, from, to }: AuditFilter, now: number): TimeWindow {
  const { unit, barMs, word } = BARS[within ?? spanFor(from, now)];
  const spanMs = SPANS[within ?? spanFor(from, now)];
  // What lies before the longest span is looked at from its own end.
  const isLongAgo = from !== undefined && Date.parse(from) < now - SPANS.year;
  const last = isLongAgo && to !== undefined ? Date.parse(to) : now;
  const end = (Math.floor(last / barMs) + 1) * barMs;
  return { unit, barMs, word, from: end - spanMs, to: end };
}

function spanFor(from: string | undefined, now: number): Within {
  if (from === undefined || Date.parse(from) >= now - SPANS.month) return "month";
  return "year";
}

/** @param tail - what is counted at the end: the newest, of which no more is known than how many */
export function toBars({ from, to, barMs }: TimeWindow, buckets: Bucket[], tail: number): Bar[] {
  const bars = Array.from({ length: Math.round((to - from) / barMs) }, (_, i) => ({
    from: from + i * barMs,
    to: from + (i + 1) * barMs,
    count: 0,
  }));
  for (const { start, count } of buckets) {
    const bar = bars[Math.floor((start - from) / barMs)];
    if (bar) bar.count += count;
  }
  const last = bars.at(-1);
  if (last) last.count += tail;
  return bars;
}

/** Which bars a picked time covers, as `[first, behind the last]`; `null` when it covers none. */
export function barsWithin(
  { from, to, barMs }: TimeWindow,
  picked: Pick<AuditFilter, "from" | "to">,
): [number, number] | null {
  if (picked.from === undefined && picked.to === undefined) return null;
  const count = Math.round((to - from) / barMs);
  const place = (ms: number) => Math.min(Math.max((ms - from) / barMs, 0), count);
  const first = picked.from === undefined ? 0 : place(Date.parse(picked.from));
  const end = picked.to === undefined ? count : place(Date.parse(picked.to));
  return end > first ? [first, end] : null;
}
