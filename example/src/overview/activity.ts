import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useSyncExternalStore } from "react";
import { api } from "../../convex/_generated/api";

export const DAYS = 14;
const DAY_MS = 24 * 60 * 60 * 1000;

export type Activity = NonNullable<FunctionReturnType<typeof api.overview.activity>>;

/** The log of the last two weeks. The days are UTC days, as the log counts them. */
export function useActivity(): Activity | null | undefined {
  const today = useSyncExternalStore(onNewDay, startOfToday);
  return useQuery(api.overview.activity, { days: DAYS, to: today + DAY_MS });
}

export function totalOf({ days, unsealed }: Activity): number {
  return days.reduce((sum, { count }) => sum + count, unsealed.count);
}

/** A number that stops being counted at some point. */
export function countOf(count: number, isCut: boolean): string {
  return isCut ? `${count} or more` : String(count);
}

function startOfToday(): number {
  return Math.floor(Date.now() / DAY_MS) * DAY_MS;
}

function onNewDay(callback: () => void): () => void {
  const timer = setInterval(callback, 60_000);
  return () => clearInterval(timer);
}
