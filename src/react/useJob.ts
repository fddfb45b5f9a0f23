import { useQuery } from "convex/react";
import type { FunctionReference, FunctionReturnType } from "convex/server";
import type { Job } from "../shared/jobs.js";

/** The `job` of `platform.api`; a query of the host's own that takes and gives the same will do, too. */
export type JobQuery = FunctionReference<"query", "public", { id: string }, Job | null>;

/** What {@link useJob} gives. */
export type CurrentJob<Found = Job | null> = {
  /** `undefined` while it loads; `null`: there is none, or it is not theirs to see. */
  job: Found | undefined;
  /** It was completed, has failed for good, or was cancelled: it will not change by itself. */
  isOver: boolean;
};

/**
 * One job, live: how far it has come, and how it ended.
 *
 * @param id - what `enqueue` gave; `"skip"`: there is no job yet
 * @example
 * const [id, setId] = useState("skip");
 * const { job, isOver } = useJob(api.platform.job, id);
 */
export function useJob<Query extends JobQuery>(
  query: Query,
  id: string,
): CurrentJob<FunctionReturnType<Query>> {
  const job: Job | null | undefined = useQuery(query as JobQuery, id === "skip" ? id : { id });
  return { job, isOver: job?.finishedAt !== undefined };
}
