import type { Job } from "convex-platform";
import { usePlatformMutation } from "convex-platform/react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { nameOf } from "./words";

/** Cancels a job, or tries it again, and says what came of it. */
export function useJobActs() {
  const cancelling = usePlatformMutation(api.jobs.cancel);
  const retrying = usePlatformMutation(api.jobs.retry);
  const cancel = async (job: Job) => {
    const outcome = await cancelling.run({ id: job.id });
    if (!outcome.ok) return void toast.error(outcome.error.message);
    // What is at work stops by itself, when it next looks.
    const isOver = outcome.value.status === "cancelled";
    toast.success(
      isOver ? `“${nameOf(job)}” is cancelled.` : `“${nameOf(job)}” was asked to stop.`,
    );
  };
  const retry = async (job: Job) => {
    const outcome = await retrying.run({ id: job.id });
    if (outcome.ok) toast.success(`“${nameOf(job)}” is tried again.`);
    else toast.error(outcome.error.message);
  };
  return { cancel, retry, isPending: cancelling.isPending || retrying.isPending };
}
