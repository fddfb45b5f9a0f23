import { getRouteApi } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import { usePlatformMutation } from "convex-platform/react";
import { RotateCw, X } from "lucide-react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { Button } from "../ui/Button";
import { Progress } from "../ui/Progress";
import { AskFirst } from "./AskFirst";
import { countJobs, countOf } from "./words";

const route = getRouteApi("/jobs");

/** Tries everything that has failed again; names first how much that is. */
export function RedriveAll({ failed }: { failed: { count: number; isCut: boolean } }) {
  const navigate = route.useNavigate();
  const { run } = usePlatformMutation(api.jobs.redrive);
  const what = failed.isCut
    ? `more than ${failed.count} failed jobs`
    : countJobs(failed.count, "failed");
  return (
    <AskFirst
      permission="jobs.redrive"
      label={`Retry all ${countOf(failed)}`}
      icon={RotateCw}
      title={`Try ${what} again?`}
      consequence="Each gets all its attempts once more, the oldest first. What fails while this goes on is left for the next time."
      confirm={`Try ${what} again`}
      keep="Leave them"
      act={async () => {
        const outcome = await run({});
        if (!outcome.ok) return void toast.error(outcome.error.message);
        await navigate({
          search: (search) => ({ ...search, redrive: outcome.value }),
          resetScroll: false,
        });
      }}
    />
  );
}

/** How far the redrive is that the address names. */
export function RedriveState({ id }: { id: string }) {
  const found = useQuery(api.jobs.redriveStatus, { id });
  const navigate = route.useNavigate();
  const dismiss = () =>
    void navigate({ search: ({ redrive: _, ...search }) => search, resetScroll: false });
  if (!found) return null;
  const { status, examined, redriven, skipped } = found;
  const isDone = status === "completed";
  const left = skipped > 0 ? `, ${skipped} left because their key is taken` : "";
  return (
    <div
      role="status"
      className="flex items-center gap-4 rounded-md border border-line bg-surface py-2 pr-2 pl-4"
    >
      <div className="min-w-0 flex-1">
        <Progress
          label={isDone ? "Tried again" : "Trying again"}
          value={isDone ? 1 : 0}
          {...(isDone && { most: 1 })}
          text={`${countJobs(redriven)} of ${examined} looked at${left}`}
        />
      </div>
      <Button variant="icon" aria-label="Dismiss" onPress={dismiss}>
        <X aria-hidden className="size-4" />
      </Button>
    </div>
  );
}
