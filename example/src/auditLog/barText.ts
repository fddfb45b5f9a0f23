import { LOCALE } from "../format";
import type { Bar } from "./buckets";

const DAY_MS = 86_400_000;
// The log counts by hours and days in UTC, so that is what the bars are called by.
const DAY = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", timeZone: "UTC" });
const TIME = new Intl.DateTimeFormat(LOCALE, { timeStyle: "short", timeZone: "UTC" });
const NUMBER = new Intl.NumberFormat(LOCALE);

/** "20 Nov" at midnight, else "20 Nov, 14:00"; UTC. */
export function formatTick(ms: number): string {
  return ms % DAY_MS === 0 ? DAY.format(ms) : `${DAY.format(ms)}, ${TIME.format(ms)}`;
}

/** "20 Nov, 14:00 to 15:00 UTC: 42 entries" */
export function formatBar({ from, to, count }: Bar): string {
  return `${formatRange(from, to)}: ${NUMBER.format(count)} ${count === 1 ? "entry" : "entries"}`;
}

/** "20 Nov", "20 Nov to 22 Nov" (both included), "20 Nov, 14:00 to 16:00 UTC". */
export function formatRange(from: number, to: number): string {
  if (from % DAY_MS === 0 && to % DAY_MS === 0) {
    const last = DAY.format(to - DAY_MS);
    return to - from === DAY_MS ? last : `${DAY.format(from)} to ${last}`;
  }
  const isOneDay = Math.floor(from / DAY_MS) === Math.floor((to - 1) / DAY_MS);
  const end = isOneDay ? TIME.format(to) : `${DAY.format(to)}, ${TIME.format(to)}`;
  return `${DAY.format(from)}, ${TIME.format(from)} to ${end} UTC`;
}
