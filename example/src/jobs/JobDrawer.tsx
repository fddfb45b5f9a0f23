import { Link } from "@tanstack/react-router";
import type { Job } from "convex-platform";
import { useJob } from "convex-platform/react";
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Heading } from "react-aria-components";
import { api } from "../../convex/_generated/api";
import { formatMoment } from "../format";
import { buttonClass } from "../ui/buttonClass";
import { CloseButton, Drawer } from "../ui/Drawer";
import { Attempts } from "./Attempts";
import { JobAct } from "./JobAct";
import { JobProgress } from "./JobProgress";
import { Result } from "./Result";
import { StandingMark } from "./Standing";
import { nameOf } from "./words";

type Props = { id: string | undefined; onClose: () => void };

/** One job with all there is to know of it, beside the list. */
export function JobDrawer({ id, onClose }: Props) {
  return (
    <Drawer label="Job" isOpen={id !== undefined} onClose={onClose}>
      {id !== undefined && <JobLoader key={id} id={id} onClose={onClose} />}
    </Drawer>
  );
}

function JobLoader({ id, onClose }: { id: string; onClose: () => void }) {
  const { job } = useJob(api.jobs.get, id);
  return (
    <div className="flex flex-col gap-6 p-6">
      <div className="flex items-start justify-between gap-4">
        <Heading slot="title" className="pt-1.5 text-base font-semibold wrap-anywhere">
          {job ? nameOf(job) : job === null ? "Not found" : "Loading"}
        </Heading>
        <CloseButton onPress={onClose} />
      </div>
      {job === null && <p className="text-muted">There is no such job, or none any more.</p>}
      {job && <Details job={job} />}
    </div>
  );
}

function Details({ job }: { job: Job }) {
  const { id, status, actor, error, enqueuedAt, runAt, finishedAt, expiresAt } = job;
  return (
    <>
      <p className="-mt-4 text-muted">
        {actor?.label ?? "The system"}, {formatMoment(enqueuedAt)}
      </p>
      <div className="flex flex-wrap items-center justify-between gap-4">
        <span className="font-medium" role="status">
          <StandingMark job={job} />
        </span>
        <JobAct job={job} />
      </div>
      {(status === "processing" || status === "pending") && <JobProgress id={id} />}
      {error && (
        <section className="rounded-md border border-line bg-ground p-4" aria-label="Error">
          <p className="flex items-start gap-2">
            <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
            <span className="min-w-0 wrap-anywhere">
              {error.code && <span className="mono block font-medium">{error.code}</span>}
              {error.message}
            </span>
          </p>
        </section>
      )}
      {job.cancelReason && (
        <p className="border-l-2 border-line pl-3 wrap-anywhere">“{job.cancelReason}”</p>
      )}
      <Result job={job} />
      <Attempts job={job} />
      <dl className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-baseline gap-x-4 gap-y-2">
        <Detail name="Handler">
          <span className="mono">{job.name}</span>
        </Detail>
        <Detail name="Queue">{job.queue}</Detail>
        <Detail name="Attempts">
          {job.attempt} of {job.maxAttempts} at most
        </Detail>
        {job.key && (
          <Detail name="Key">
            <span className="mono">{job.key}</span>
          </Detail>
        )}
        {finishedAt === undefined ? (
          <Detail name="Due">{formatMoment(runAt)}</Detail>
        ) : (
          <Detail name="Ended">{formatMoment(finishedAt)}</Detail>
        )}
        {expiresAt !== undefined && <Detail name="Kept until">{formatMoment(expiresAt)}</Detail>}
        <Detail name="Id">
          <span className="mono wrap-anywhere">{id}</span>
        </Detail>
      </dl>
      <Onward job={job} />
    </>
  );
}

function Detail({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

/** From one job to those that share something with it. */
function Onward({ job: { batchId, actor, queue } }: { job: Job }) {
  const known = queue === "mail" || queue === "reports" ? queue : "default";
  return (
    <div className="flex flex-wrap gap-2">
      {batchId !== undefined && (
        <Link to="/jobs" search={{ batch: batchId }} className={buttonClass()}>
          Its batch
        </Link>
      )}
      <Link to="/jobs" search={{ queue: known }} className={buttonClass()}>
        Same queue
      </Link>
      {actor && (
        <Link to="/jobs" search={{ actor: actor.id }} className={buttonClass()}>
          Same person
        </Link>
      )}
    </div>
  );
}
