import { useJob } from "convex-platform/react";
import { api } from "../../convex/_generated/api";
import { Progress } from "../ui/Progress";

// #region followJob
/** How far a job is, live, from the id that enqueueing it gave. */
export function JobProgress({ id }: { id: string }) {
  const { job, isOver } = useJob(api.jobs.get, id);
  const { fraction = isOver ? 1 : 0, message = "Waiting for its turn" } = job?.progress ?? {};
  const text = `${Math.round(fraction * 100)}%`;
  return <Progress label={message} value={fraction} most={1} text={text} />;
}
// #endregion
