import type { Job } from "convex-platform";
import { LOCALE } from "../format";
import type { State } from "./search";

const NUMBER = new Intl.NumberFormat(LOCALE);
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const IN = new Intl.RelativeTimeFormat(LOCALE);

export const STATE_NAMES: Record<State, string> = {
  pending: "Due",
  scheduled: "Scheduled",
  retrying: "Retrying",
  failed: "Failed",
  completed: "Completed",
  cancelled: "Cancelled",
};

/** "Proofs of the summer label", or the handler where nobody gave it a name. */
export function nameOf({ label, name }: Pick<Job, "label" | "name">): string {
  return label ?? name;
}

/** What goes on with it, in a word. */
export function standingOf({ status, isWaiting, cancelRequestedAt }: Job): string {
  if (cancelRequestedAt !== undefined && status !== "cancelled") return "Stopping";
  switch (status) {
    case "pending":
      return isWaiting ? "Waiting" : "Starting";
    case "processing":
      return "Running";
    default:
      return STATE_NAMES[status];
  }
}

export function isOver({ status }: Pick<Job, "status">): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/** "7 failed jobs", "1 failed job" */
export function countJobs(count: number, kind = ""): string {
  const what = count === 1 ? "job" : "jobs";
  return [NUMBER.format(count), kind, what].filter(Boolean).join(" ");
}

/** "99+" where counting stopped. */
export function countOf({ count, isCut }: { count: number; isCut: boolean }): string {
  return isCut ? `${NUMBER.format(count)}+` : NUMBER.format(count);
}

/** "0.7 s", "12 s", "3 min", "2 h" */
export function formatDuration(ms: number): string {
  if (ms < 10 * SECOND_MS) return `${(Math.max(ms, 0) / SECOND_MS).toFixed(1)} s`;
  if (ms < 2 * MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`;
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  return ms < 2 * DAY_MS ? `${Math.round(ms / HOUR_MS)} h` : `${Math.round(ms / DAY_MS)} days`;
}

/** "in 4 seconds", "in 20 minutes"; "now" when the moment has come. */
export function formatIn(at: number, now: number): string {
  const ms = at - now;
  if (ms <= 0) return "now";
  if (ms < 2 * MINUTE_MS) return IN.format(Math.ceil(ms / SECOND_MS), "second");
  if (ms < 2 * HOUR_MS) return IN.format(Math.round(ms / MINUTE_MS), "minute");
  if (ms < 2 * DAY_MS) return IN.format(Math.round(ms / HOUR_MS), "hour");
  return IN.format(Math.round(ms / DAY_MS), "day");
}
