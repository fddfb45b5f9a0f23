import type { Job } from "convex-platform";
import { ChevronRight } from "lucide-react";
import { Button } from "react-aria-components";
import { Ago } from "../ui/Ago";
import { JobAct } from "./JobAct";
import { Standing } from "./Standing";
import { nameOf } from "./words";

type Props = { job: Job; isOpen: boolean; onOpen: () => void };

/** What it is, whose it is, how it stands, and what to do: the columns from the medium screen on. */
export function JobRow({ job, isOpen, onOpen }: Props) {
  const { name, queue, attempt, actor, enqueuedAt, error } = job;
  return (
    <li
      data-job={job.id}
      className={`grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-4 gap-y-2 border-b border-line px-4 py-3.5 transition-colors last:border-b-0 md:grid-cols-[minmax(0,1fr)_7rem_9rem_6.5rem] lg:grid-cols-[minmax(0,1fr)_8rem_13rem_6.5rem] ${isOpen ? "bg-sunken/60" : ""}`}
    >
      <div className="min-w-0 max-md:col-span-2">
        <Button
          aria-haspopup="dialog"
          onPress={onOpen}
          className="-ml-1 flex max-w-full items-start gap-1 rounded-sm pr-1 text-left"
        >
          <ChevronRight aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
          <span className="wrap-anywhere">{nameOf(job)}</span>
        </Button>
        <p className="pl-4 wrap-anywhere text-muted">
          <span className="mono">{name}</span> in {queue}
          {attempt > 1 && `, attempt ${attempt}`}
        </p>
        {error && (
          <p className="mt-0.5 ml-4 line-clamp-2 border-l-2 border-line pl-2 wrap-anywhere">
            {error.message}
          </p>
        )}
      </div>
      <p className="text-muted max-md:col-span-2 max-md:flex max-md:gap-2 max-md:pl-4">
        <span className="wrap-anywhere text-ink md:block">{actor?.label ?? "The system"}</span>
        <Ago at={enqueuedAt} />
      </p>
      <div className="min-w-0 max-md:pl-4">
        <Standing job={job} />
      </div>
      <div className="flex justify-end">
        <JobAct job={job} />
      </div>
    </li>
  );
}
