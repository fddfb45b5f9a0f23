import { useJob, usePlatformMutation } from "convex-platform/react";
import { useState } from "react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { Attempts } from "../jobs/Attempts";
import { PermittedButton } from "../ui/PermittedButton";
import { Finding, Leave, Plan } from "./parts";
import type { TrialProps } from "./TrialPanel";

/** The server is busy for as long as the queue tries. */
const HOPELESS = { to: "press@larkspur.example", subject: "Mail that fails", busyTimes: 4 };

export function Failing({ onLeave }: TrialProps) {
  const { run, isPending } = usePlatformMutation(api.mails.sendOne);
  const [id, setId] = useState("skip");
  const { job, isOver } = useJob(api.jobs.get, id);
  const press = async () => {
    const outcome = await run(HOPELESS);
    if (outcome.ok) setId(outcome.value);
    else toast.error(outcome.error.message);
  };
  return (
    <>
      <Plan>
        Sends a mail to a server that says it is busy, four times in a row. Nobody watches over the
        job: each attempt reports its own end, and schedules the next one in the same transaction.
      </Plan>
      <div>
        <PermittedButton
          variant="primary"
          permission="jobs.enqueue"
          isPending={isPending || (id !== "skip" && !isOver)}
          onPress={() => void press()}
        >
          Send the mail
        </PermittedButton>
      </div>
      {job && <Attempts job={job} />}
      {job?.error && isOver && (
        <Finding code="Failed" message={job.error.message}>
          <p>
            It waited longer before each attempt, then failed with the last error, in one line and
            without a stack. It is kept for thirty days, and can be tried again.
          </p>
          <Leave to="/jobs" search={{ state: "failed", job: id }} onLeave={onLeave}>
            Open the job
          </Leave>
        </Finding>
      )}
    </>
  );
}
