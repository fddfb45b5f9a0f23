import type { JobFilter } from "convex-platform";
import { queueNames, type QueueName } from "../../convex/queues";

/** What the jobs screen shows, as its address says. Of the first four at most one counts. */
export type JobsSearch = {
  /** Absent: what is due, unless one of the next three says otherwise. */
  state?: State | undefined;
  queue?: QueueName | undefined;
  /** The id of whoever began them. */
  actor?: string | undefined;
  batch?: string | undefined;
  /** The job that is open. */
  job?: string;
  /** Failed jobs that are being tried again. */
  redrive?: string;
};

/** The tabs, in the order in which a job meets them. */
export const STATES = [
  "pending",
  "scheduled",
  "retrying",
  "failed",
  "completed",
  "cancelled",
] as const;
export type State = (typeof STATES)[number];

/** Takes anything: an address is written by anybody. */
export function parseJobsSearch(search: Record<string, unknown>): JobsSearch {
  const state = STATES.find((known) => known === search["state"]);
  const queue = queueNames.find((known) => known === search["queue"]);
  const [actor, batch, job, redrive] = ["actor", "batch", "job", "redrive"].map((name) => {
    const value = search[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  });
  const view = batch ? { batch } : actor ? { actor } : queue ? { queue } : state ? { state } : {};
  return { ...view, ...(job && { job }), ...(redrive && { redrive }) };
}

/** What the address asks the list for. */
export function filterOf({ state, queue, actor, batch }: JobsSearch): JobFilter {
  if (batch !== undefined) return { batchId: batch };
  if (actor !== undefined) return { actorId: actor };
  if (queue !== undefined) return { queue };
  const status = state ?? "pending";
  // Open ones in the order in which their turn comes, ended ones the latest first.
  return { status, order: isOpen(status) ? "asc" : "desc" };
}

/** The tab that is shown, if it is one. */
export function stateOf({ state, queue, actor, batch }: JobsSearch): State | null {
  return (queue ?? actor ?? batch) ? null : (state ?? "pending");
}

function isOpen(state: State): boolean {
  return state === "pending" || state === "scheduled" || state === "retrying";
}
