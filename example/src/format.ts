import type { Doc } from "../convex/_generated/dataModel";

/** The screens are in English, so their figures and dates are too. */
export const LOCALE = "en-GB";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const DAY = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium" });
const MOMENT = new Intl.DateTimeFormat(LOCALE, {
  dateStyle: "medium",
  timeStyle: "long",
  timeZone: "UTC",
});
const AGO = new Intl.RelativeTimeFormat(LOCALE);

export function formatMoney(cents: number, currency: Doc<"invoices">["currency"]): string {
  return new Intl.NumberFormat(LOCALE, { style: "currency", currency }).format(cents / 100);
}

/** @param day - `2026-11-30`; a day has no time zone */
export function formatDay(day: string): string {
  return DAY.format(new Date(`${day}T00:00`));
}

/** "30 Nov 2026, 06:29:38 UTC": the same for everybody who talks about it. */
export function formatMoment(ms: number): string {
  return MOMENT.format(ms);
}

/** "2 minutes ago" in the largest unit that fits; from a week on, the day. */
export function formatAgo(ms: number, now: number): string {
  const ageMs = now - ms;
  if (ageMs < MINUTE_MS) return "just now";
  if (ageMs < HOUR_MS) return AGO.format(-Math.floor(ageMs / MINUTE_MS), "minute");
  if (ageMs < DAY_MS) return AGO.format(-Math.floor(ageMs / HOUR_MS), "hour");
  if (ageMs < 7 * DAY_MS) return AGO.format(-Math.floor(ageMs / DAY_MS), "day");
  return DAY.format(ms);
}

/** The day `inDays` from now where the reader sits: `2026-11-30`. */
export function dayFromNow(inDays: number): string {
  const day = new Date();
  day.setDate(day.getDate() + inDays);
  const parts = [day.getFullYear(), day.getMonth() + 1, day.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}
