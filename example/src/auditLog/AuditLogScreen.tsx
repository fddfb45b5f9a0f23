import { getRouteApi, Link } from "@tanstack/react-router";
import { usePaginatedQuery } from "convex-helpers/react";
import { ArrowUp, ScrollText } from "lucide-react";
import { useMemo } from "react";
import { api } from "../../convex/_generated/api";
import { SignedIn } from "../session/SignedIn";
import { Button } from "../ui/Button";
import { buttonClass } from "../ui/buttonClass";
import { Notice } from "../ui/Notice";
import { PageHeader } from "../ui/PageHeader";
import { TableSkeleton } from "../ui/Table";
import { EntryDrawer } from "./EntryDrawer";
import { EntryTable } from "./EntryTable";
import { Filters } from "./Filters";
import { toFilter, type AuditSearch } from "./search";
import { useArrivals } from "./useArrivals";

const PAGE_SIZE = 25;
const MINUTE_MS = 60_000;
const route = getRouteApi("/audit-log");

export function AuditLogScreen() {
  return (
    <div className="flex flex-col gap-6">
      <PageHeader title="Audit log" subtitle="Who did what to what, the newest first." />
      <SignedIn skeleton={<TableSkeleton label="Loading the log" />}>
        <AuditLog />
      </SignedIn>
    </div>
  );
}

function AuditLog() {
  const search = route.useSearch({ select: withoutEntry, structuralSharing: true });
  const openEntry = route.useSearch({ select: ({ entry }) => entry });
  const navigate = route.useNavigate();
  const filter = useMemo(() => toFilter(search, startOfMinute()), [search]);
  const { results, status, loadMore } = usePaginatedQuery(api.auditLogs.list, filter, {
    initialNumItems: PAGE_SIZE,
  });
  const arrivals = useArrivals(results);
  return (
    <>
      <Filters
        search={search}
        recordLabel={results[0]?.target.label}
        onChange={(changed) => void navigate({ search: changed })}
      />
      {status === "LoadingFirstPage" && <TableSkeleton label="Loading the log" />}
      {results.length > 0 && (
        <EntryTable
          entries={results}
          openEntry={openEntry}
          onOpen={(entry) => void navigate({ search: { ...search, entry }, resetScroll: false })}
        />
      )}
      {status === "Exhausted" && results.length === 0 && <NothingFound search={search} />}
      {(status === "CanLoadMore" || status === "LoadingMore") && (
        <div className="flex justify-center">
          <Button isPending={status === "LoadingMore"} onPress={() => loadMore(PAGE_SIZE)}>
            Show older entries
          </Button>
        </div>
      )}
      {arrivals > 0 && <ArrivalsPill count={arrivals} />}
      <EntryDrawer id={openEntry} onClose={() => void navigate({ search, resetScroll: false })} />
    </>
  );
}

function NothingFound({ search }: { search: AuditSearch }) {
  const isFiltered = Object.keys(search).length > 0;
  return (
    <Notice
      icon={ScrollText}
      title={isFiltered ? "Nothing in the log matches." : "Nothing has happened yet."}
    >
      {isFiltered ? (
        <Link to="/audit-log" className={buttonClass()}>
          Show everything
        </Link>
      ) : (
        <p>Write an invoice, and its entry appears here.</p>
      )}
    </Notice>
  );
}

function ArrivalsPill({ count }: { count: number }) {
  return (
    <div role="status" className="fixed inset-x-0 top-16 z-10 flex justify-center md:left-[216px]">
      <Button variant="primary" onPress={() => window.scrollTo({ top: 0 })}>
        <ArrowUp aria-hidden className="size-4" />
        {count} new
      </Button>
    </div>
  );
}

function withoutEntry({ entry: _, ...search }: AuditSearch): AuditSearch {
  return search;
}

/** To the minute: the same query for everybody who asks within it. */
function startOfMinute(): number {
  return Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
}
