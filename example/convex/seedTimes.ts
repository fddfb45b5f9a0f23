import type { Seed, Step } from "./seedData";

const MINUTE_MS = 60 * 1000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** When people come to the desk, UTC, and how long they stay. */
const FIRST_HOUR = 8;
const WORKING_HOURS = 9.5;

/** Days that go by before something is done; each story takes somewhat more or less. */
const DAYS_BEFORE = { updated: 0.9, sent: 0.6, paid: 9, voided: 2, removed: 1 };

/** Something of the past, to be told of at its time. @param at - milliseconds since 1970 */
export type Happening<Ctx> = { at: number; happen: (ctx: Ctx) => Promise<void> };

/** Where in the season a story stands. */
export type Place = {
  number: string;
  today: number;
  /** Among all stories, the oldest first; one at another place works at other hours. */
  place: number;
  /** When the invoice of the number before was created. */
  after: number;
};

/**
 * When an invoice was created, when each step of its story was taken and, at the end, when it left
 * the trash, if it did: each after the one before, and none later than today.
 */
export function timesOf(
  { story }: Seed,
  createdDaysAgo: number,
  { today, place, after }: Pick<Place, "today" | "place" | "after">,
): number[] {
  const pace = 0.6 + 0.8 * fraction(place);
  const moments = [createdDaysAgo];
  for (const step of story) {
    moments.push(daysAgoOf(step) ?? moments.at(-1)! - DAYS_BEFORE[step[1]] * pace);
    if (step[1] === "removed" && step[2].ended) moments.push(step[2].ended.daysAgo);
  }
  const times: number[] = [];
  for (const [i, daysAgo] of moments.entries()) {
    const time = workingTime(today, daysAgo, place + i * 3);
    times.push(Math.max(time, (times[i - 1] ?? after) + 11 * MINUTE_MS));
  }
  for (let i = times.length - 1; i >= 0; i--) {
    times[i] = Math.min(times[i]!, (times[i + 1] ?? today) - MINUTE_MS);
  }
  return times;
}

/** A moment of a weekday at which people work; what is of the last 24 hours stays where it is. */
export function workingTime(today: number, daysAgo: number, salt: number): number {
  if (daysAgo < 1) return Math.round(today - daysAgo * DAY_MS);
  const day = Math.floor(today / DAY_MS - Math.floor(daysAgo)) * DAY_MS;
  const weekday = new Date(day).getUTCDay();
  const daysSinceFriday = weekday === 0 ? 2 : weekday === 6 ? 1 : 0;
  const hours = FIRST_HOUR + WORKING_HOURS * fraction(salt);
  return Math.round(day - daysSinceFriday * DAY_MS + hours * HOUR_MS);
}

function daysAgoOf(step: Step): number | undefined {
  if (step[1] === "removed") return step[2].daysAgo;
  return step[1] === "updated" ? step[3] : undefined;
}

/** Spreads whole numbers between 0 and 1, neighbours far apart. */
function fraction(place: number): number {
  return (place * 0.618034) % 1;
}
