import { getRouteApi, Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import { useJobs } from "convex-platform/react";
import { Workflow, X } from "lucide-react";
import type { ReactNode } from "react";
import { api } from "../../convex/_generated/api";
import { usePermission } from "../session/permission";
import { SignedIn } from "../session/SignedIn";
import { Button } from "../ui/Button";
import { buttonClass } from "../ui/buttonClass";
import { Notice } from "../ui/Notice";
import { PageHeader } from "../ui/PageHeader";
import { table, TableSkeleton } from "../ui/Table";
import { useLatest } from "../ui/useLatest";
import { Batches } from "./Batches";
import { JobDrawer } from "./JobDrawer";
import { JobRow } from "./JobRow";
import { JobTabs } from "./JobTabs";
import { QueueCard } from "./QueueCard";
import { RedriveAll, RedriveState } from "./Redrive";
import { filterOf, stateOf, type JobsSearch } from "./search";
import { StartButtons } from "./StartButtons";
import { Throughput } from "./Throughput";
import { STATE_NAMES } from "./words";

const route = getRouteApi("/jobs");

export function JobsScreen() {
  return (
    <div className="flex flex-col gap-6">
      <PageHeader
        title="Jobs"
        subtitle="What runs in the background, what waits, and what went wrong."
      >
        <StartButtons />
      </PageHeader>
      <SignedIn skeleton={<TableSkeleton label="Loading the jobs" />}>
        <div className="grid gap-4 md:grid-cols-[minmax(0,1fr)_16rem] lg:grid-cols-[minmax(0,1fr)_20rem]">
          <Throughput />
          <QueueCard />
        </div>
        <BatchesAndJobs />
      </SignedIn>
    </div>
  );
}

/** The jobs are asked for at once, and shown once it is known what stands above them. */
function BatchesAndJobs() {
  const batches = useQuery(api.jobs.batches, {});
  return (
    <>
      {batches ? <Batches batches={batches} /> : <TableSkeleton label="Loading the jobs" />}
      {/* Out of sight, but laid out: its tabs measure where the one that is shown stands. */}
      <div className={batches ? "" : "invisible h-0 overflow-hidden"}>
        <Jobs />
      </div>
    </>
  );
}

function Jobs() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const counts = useLatest(useQuery(api.jobs.counts, {}) ?? undefined);
  const { job: openId, redrive, ...view } = search;
  const failed = counts?.failed;
  const open = (id: string | undefined) =>
    void navigate({
      search: ({ job: _, ...search }) => ({ ...search, ...(id !== undefined && { job: id }) }),
      resetScroll: false,
    });
  return (
    <section aria-labelledby="all-jobs" className="flex flex-col gap-4">
      <h2 id="all-jobs" className="sr-only">
        All jobs
      </h2>
      <JobTabs counts={counts} />
      {redrive !== undefined && <RedriveState id={redrive} />}
      <Scope view={view}>
        {view.state === "failed" && failed && failed.count > 0 && (
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
            <p className="text-muted">
              These have used up their attempts, or were refused for good.
            </p>
            <RedriveAll failed={failed} />
          </div>
        )}
      </Scope>
      <JobList openId={openId} onOpen={open} failed={failed?.count ?? 0} />
      <JobDrawer id={openId} onClose={() => open(undefined)} />
    </section>
  );
}

type ListProps = {
  openId: string | undefined;
  onOpen: (id: string) => void;
  /** How many there are in that state. */
  failed: number;
};

function JobList({ openId, onOpen, failed }: ListProps) {
  const search = route.useSearch();
  const { results, status, loadMore } = useJobs(api.jobs.list, filterOf(search));
  if (status === "LoadingFirstPage") return <TableSkeleton label="Loading the jobs" rows={4} />;
  if (results.length === 0) return <Nothing search={search} failed={failed} />;
  return (
    <>
      <ul aria-label={titleOf(search)} className={table.frame}>
        {results.map((job) => (
          <JobRow key={job.id} job={job} isOpen={job.id === openId} onOpen={() => onOpen(job.id)} />
        ))}
      </ul>
      {status !== "Exhausted" && (
        <div className="flex justify-center">
          <Button isPending={status === "LoadingMore"} onPress={() => loadMore()}>
            Show more jobs
          </Button>
        </div>
      )}
    </>
  );
}

type ScopeProps = { view: JobsSearch; children: ReactNode };

/** What the list is narrowed to besides its state, and what can be done with all of it. */
function Scope({ view, children }: ScopeProps) {
  if (stateOf(view) !== null) {
    return <>{children}</>;
  }
  return (
    <div className="flex flex-wrap items-center justify-between gap-2">
      <p className="font-medium">{titleOf(view)}</p>
      <Link to="/jobs" search={{}} resetScroll={false} className={buttonClass("ghost")}>
        <X aria-hidden className="size-4" />
        Show by state
      </Link>
    </div>
  );
}

function Nothing({ search, failed }: { search: JobsSearch; failed: number }) {
  const state = stateOf(search);
  const mayStart = usePermission("jobs.enqueue").isAllowed;
  const title = state === null ? "There are no jobs here." : NOTHING[state];
  return (
    <Notice icon={Workflow} title={title}>
      {state === "pending" && (
        <>
          {mayStart && <p>Start a report, and watch it here.</p>}
          {failed > 0 && (
            <Link
              to="/jobs"
              search={{ state: "failed" }}
              resetScroll={false}
              className={buttonClass()}
            >
              See what has failed
            </Link>
          )}
        </>
      )}
    </Notice>
  );
}

const NOTHING = {
  pending: "Nothing runs, and nothing waits.",
  scheduled: "Nothing is planned for later.",
  retrying: "Nothing waits for another attempt.",
  failed: "Nothing has failed.",
  completed: "Nothing is done yet.",
  cancelled: "Nothing was cancelled.",
};

function titleOf(search: JobsSearch): string {
  const { queue, actor, batch } = search;
  if (batch !== undefined) return "Jobs of one batch";
  if (actor !== undefined) return "Jobs of one person";
  if (queue !== undefined) return `Jobs of the queue ${queue}`;
  return `${STATE_NAMES[stateOf(search)!]} jobs`;
}
