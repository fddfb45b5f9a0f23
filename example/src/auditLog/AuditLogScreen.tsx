import { getRouteApi, Link } from "@tanstack/react-router";
import { ArrowUp, Download, ScrollText, ShieldCheck } from "lucide-react";
import { lazy, Suspense, useCallback } from "react";
import { SignedIn } from "../session/SignedIn";
import { Button } from "../ui/Button";
import { buttonClass } from "../ui/buttonClass";
import { Notice } from "../ui/Notice";
import { PageHeader } from "../ui/PageHeader";
import { patiently } from "../ui/patiently";
import { PermittedButton } from "../ui/PermittedButton";
import { TableSkeleton } from "../ui/Table";
import { EntryTable } from "./EntryTable";
import { ListEnd } from "./ListEnd";
import {
  filterOf,
  hasChips,
  leftOver,
  type AuditFilter,
  type AuditSearch,
  type Panel,
} from "./search";
import { useArrivals } from "./useArrivals";
import { useEntries } from "./useEntries";

// The list is what people come for; what stands above and beside it may take a moment longer.
const Filters = lazy(() => patiently(() => import("./Filters")));
const TimeChart = lazy(() => patiently(() => import("./TimeChart")));
const EntryDrawer = lazy(() => patiently(() => import("./EntryDrawer")));
const VerifyPanel = lazy(() => patiently(() => import("./VerifyPanel")));
const ExportPanel = lazy(() => patiently(() => import("./ExportPanel")));

const route = getRouteApi("/audit-log");

export function AuditLogScreen() {
  const navigate = route.useNavigate();
  const open = (panel: Panel) =>
    void navigate({ search: (search) => ({ ...search, panel }), resetScroll: false });
  return (
    <div className="flex flex-col gap-6">
      <PageHeader title="Audit log" subtitle="Who did what to what, the newest first.">
        <PermittedButton permission="auditLogs.verify" onPress={() => open("verify")}>
          <ShieldCheck aria-hidden className="size-4" />
          Verify
        </PermittedButton>
        <PermittedButton permission="auditLogs.export" onPress={() => open("export")}>
          <Download aria-hidden className="size-4" />
          Export
        </PermittedButton>
      </PageHeader>
      <SignedIn skeleton={<TableSkeleton label="Loading the log" />}>
        <AuditLog />
      </SignedIn>
    </div>
  );
}

function AuditLog() {
  const filter = route.useSearch({ select: filterOf, structuralSharing: true });
  const { entry, panel, file } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useEntries(filter);
  const { shown, arrivals, show } = useArrivals(list.entries, filter, entry !== undefined);
  const entries = filter.words === undefined ? shown : list.entries;
  const setFilter = useCallback(
    (changed: AuditFilter) => void navigate({ search: changed, replace: true, resetScroll: false }),
    [navigate],
  );
  const goTo = (search: AuditSearch) => void navigate({ search, resetScroll: false });
  const close = () => goTo(filter);
  return (
    <>
      <Suspense fallback={<div className="h-29.5" />}>
        <TimeChart filter={filter} onChange={setFilter} />
      </Suspense>
      <Suspense fallback={<FiltersSkeleton filter={filter} />}>
        <Filters filter={filter} onChange={setFilter} entries={entries} />
      </Suspense>
      {list.state === "loading" && <TableSkeleton label="Loading the log" />}
      {entries.length > 0 && (
        <EntryTable
          entries={entries}
          openEntry={entry}
          onOpen={(id) => goTo({ ...filter, entry: id })}
        />
      )}
      {list.state === "end" && entries.length === 0 && <NothingFound filter={filter} />}
      {list.state !== "loading" && <End filter={filter} list={{ ...list, entries }} />}
      {arrivals > 0 && filter.words === undefined && (
        <ArrivalsPill
          count={arrivals}
          onPress={() => {
            show();
            window.scrollTo({ top: 0 });
          }}
        />
      )}
      <Suspense>
        {entry !== undefined && <EntryDrawer id={entry} onClose={close} />}
        {panel === "verify" && <VerifyPanel onClose={close} />}
        {panel === "export" && (
          <ExportPanel
            filter={filter}
            id={file}
            onStart={(id) => goTo({ ...filter, panel, ...(id !== undefined && { file: id }) })}
            onClose={close}
          />
        )}
      </Suspense>
    </>
  );
}

/** As high as what comes: somebody may be reading the list by then. */
function FiltersSkeleton({ filter }: { filter: AuditFilter }) {
  const height = hasChips(filter) ? "h-19 md:h-53 lg:h-36" : "h-9 md:h-43 lg:h-26";
  return <div className={height} />;
}

function End({ filter, list }: { filter: AuditFilter; list: ReturnType<typeof useEntries> }) {
  if (filter.words === undefined) {
    return <ListEnd list={list} isNarrow={Object.keys(leftOver(filter)).length > 0} />;
  }
  return list.entries.length > 0 ? (
    <p className="text-center text-muted">
      The best fit first, and a hundred at most. Without words, the list has everything.
    </p>
  ) : null;
}

function NothingFound({ filter }: { filter: AuditFilter }) {
  const isFiltered = Object.keys(filter).length > 0;
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

function ArrivalsPill({ count, onPress }: { count: number; onPress: () => void }) {
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 top-16 z-10 flex justify-center md:left-[60px] lg:left-[216px]"
    >
      <div className="pointer-events-auto">
        <Button variant="primary" onPress={onPress}>
          <ArrowUp aria-hidden className="size-4" />
          {count} new
        </Button>
      </div>
    </div>
  );
}
