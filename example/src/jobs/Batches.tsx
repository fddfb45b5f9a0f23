import { Link } from "@tanstack/react-router";
import type { Batch } from "convex-platform";
import { usePlatformMutation } from "convex-platform/react";
import { RotateCw, X } from "lucide-react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { Ago } from "../ui/Ago";
import { Progress } from "../ui/Progress";
import { AskFirst } from "./AskFirst";
import { countJobs } from "./words";

/** The latest batches, each with how far it is; nothing where there is none. */
export function Batches({ batches }: { batches: Batch[] }) {
  if (batches.length === 0) return null;
  return (
    <section aria-labelledby="batches" className="flex flex-col gap-3">
      <h2 id="batches" className="font-medium">
        Batches
      </h2>
      <ul className="overflow-hidden rounded-md border border-line bg-surface">
        {batches.map((batch) => (
          <BatchRow key={batch.id} batch={batch} />
        ))}
      </ul>
    </section>
  );
}

function BatchRow({ batch }: { batch: Batch }) {
  const { id, label, name, actor, createdAt, counts } = batch;
  const { total, open, completed, failed, cancelled } = counts;
  const rest = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
  ];
  return (
    <li className="grid items-center gap-x-6 gap-y-3 border-b border-line px-4 py-2.5 last:border-b-0 md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto]">
      <div className="min-w-0">
        <Link to="/jobs" search={{ batch: id }} className="underline-offset-2 hover:underline">
          {label ?? name}, {countJobs(total)}
        </Link>
        <p className="text-muted">
          {actor?.label ?? "The system"}, <Ago at={createdAt} />
        </p>
      </div>
      <Progress
        label={[`${completed} completed`, ...rest].join(", ")}
        value={total - open}
        most={Math.max(total, 1)}
        text={open === 0 ? "ended" : `${open} open`}
      />
      <div className="flex justify-end md:min-w-36">
        {open > 0 ? <CancelBatch batch={batch} /> : failed > 0 && <RetryBatch batch={batch} />}
      </div>
    </li>
  );
}

function CancelBatch({ batch: { id, counts } }: { batch: Batch }) {
  const { run } = usePlatformMutation(api.jobs.cancelBatch);
  const what = countJobs(counts.open, "open");
  return (
    <AskFirst
      permission="jobs.cancel"
      label="Cancel"
      icon={X}
      title={`Cancel ${what}?`}
      consequence="What runs is asked to stop, what waits does not begin. What has ended stays as it is."
      confirm={`Cancel ${what}`}
      keep="Let them run"
      act={async () => {
        const outcome = await run({ id });
        if (outcome.ok) toast.success(`${what} are being cancelled.`);
        else toast.error(outcome.error.message);
      }}
    />
  );
}

function RetryBatch({ batch: { id, counts } }: { batch: Batch }) {
  const { run } = usePlatformMutation(api.jobs.retryBatch);
  const what = countJobs(counts.failed, "failed");
  return (
    <AskFirst
      permission="jobs.retry"
      label="Retry failed"
      icon={RotateCw}
      title={`Try ${what} again?`}
      consequence="Each gets all its attempts once more. The end of the batch is told again."
      confirm={`Try ${what} again`}
      keep="Leave as is"
      act={async () => {
        const outcome = await run({ id });
        if (outcome.ok) toast.success(`${what} on the way again.`);
        else toast.error(outcome.error.message);
      }}
    />
  );
}
