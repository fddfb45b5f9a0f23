import type { Job } from "convex-platform";
import { RotateCw, X } from "lucide-react";
import { PermittedButton, RefusedButton } from "../ui/PermittedButton";
import { useJobActs } from "./useJobActs";
import { isOver, nameOf } from "./words";

/** The one thing that can be done about a job: to end it, or to try it again. */
export function JobAct({ job }: { job: Job }) {
  const { cancel, retry, isPending } = useJobActs();
  const name = <span className="sr-only"> {nameOf(job)}</span>;
  if (job.status === "completed") return null;
  if (isOver(job)) {
    return (
      <PermittedButton
        permission="jobs.retry"
        isPending={isPending}
        onPress={() => void retry(job)}
      >
        <RotateCw aria-hidden className="size-4" />
        Retry{name}
      </PermittedButton>
    );
  }
  const label = (
    <>
      <X aria-hidden className="size-4" />
      Cancel{name}
    </>
  );
  return job.cancelRequestedAt === undefined ? (
    <PermittedButton
      permission="jobs.cancel"
      isPending={isPending}
      onPress={() => void cancel(job)}
    >
      {label}
    </PermittedButton>
  ) : (
    <RefusedButton reason="It was asked to stop, and does so when it next looks.">
      {label}
    </RefusedButton>
  );
}
