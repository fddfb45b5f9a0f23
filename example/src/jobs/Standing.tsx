import type { Job, JobStatus } from "convex-platform";
import {
  Ban,
  CalendarClock,
  CircleCheck,
  CircleX,
  Hourglass,
  LoaderCircle,
  RotateCw,
  type LucideIcon,
} from "lucide-react";
import type { ReactNode } from "react";
import { ProgressBar } from "react-aria-components";
import { In } from "./In";
import { formatDuration, standingOf } from "./words";

const ICONS: Record<JobStatus, LucideIcon> = {
  pending: Hourglass,
  scheduled: CalendarClock,
  processing: LoaderCircle,
  retrying: RotateCw,
  completed: CircleCheck,
  failed: CircleX,
  cancelled: Ban,
};

/** What goes on with a job, by sign and word. */
export function StandingMark({ job }: { job: Job }) {
  const Icon = ICONS[job.status];
  const weight = job.status === "failed" ? "font-medium" : "";
  return (
    <span className={`inline-flex items-center gap-1.5 ${weight}`}>
      <Icon aria-hidden className="size-3.5 shrink-0 text-muted" strokeWidth={1.75} />
      {standingOf(job)}
    </span>
  );
}

/** {@link StandingMark} and what there is to say about it: how far, until when, for how long. */
export function Standing({ job }: { job: Job }) {
  const { status, progress, runAt, finishedAt, isWaiting, batchId } = job;
  return (
    <div className="min-w-0">
      <p className="flex flex-wrap items-center gap-x-2">
        <StandingMark job={job} />
        {status === "scheduled" && (
          <Note>
            <In at={runAt} />
          </Note>
        )}
        {status === "retrying" && (
          <Note>
            <In at={runAt} />
          </Note>
        )}
        {status === "completed" && finishedAt !== undefined && (
          <Note>in {formatDuration(finishedAt - runAt)}</Note>
        )}
        {status === "processing" && progress?.fraction !== undefined && (
          <Note>{percentOf(progress.fraction)}</Note>
        )}
        {isWaiting && <Note>{batchId ? "for its turn" : "for a free place"}</Note>}
      </p>
      {status === "processing" && <Bar job={job} />}
    </div>
  );
}

function Note({ children }: { children: ReactNode }) {
  return <span className="text-muted">{children}</span>;
}

function Bar({ job: { label, name, progress } }: { job: Job }) {
  const { fraction, message } = progress ?? {};
  return (
    <ProgressBar
      aria-label={`Progress of ${label ?? name}`}
      value={fraction ?? 0}
      maxValue={1}
      isIndeterminate={fraction === undefined}
      {...(fraction !== undefined && { valueLabel: percentOf(fraction) })}
      className="mt-1 flex max-w-56 flex-col gap-1"
    >
      {({ percentage = 30, isIndeterminate }) => (
        <>
          <span className="block h-1 overflow-hidden rounded-sm bg-sunken">
            <span
              className={`block h-full rounded-sm bg-accent transition-[width] ${isIndeterminate ? "animate-pulse" : ""}`}
              style={{ width: `${percentage}%` }}
            />
          </span>
          {message && <span className="truncate text-xs text-muted">{message}</span>}
        </>
      )}
    </ProgressBar>
  );
}

export function percentOf(fraction: number): string {
  return `${Math.round(fraction * 100)}%`;
}
