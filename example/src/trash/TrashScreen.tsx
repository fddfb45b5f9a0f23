import { getRouteApi, Link } from "@tanstack/react-router";
import { usePage } from "convex-platform/react";
import { Clock, Trash2 } from "lucide-react";
import { api } from "../../convex/_generated/api";
import { RETENTION_DAYS } from "../../convex/invoiceRules";
import { SignedIn } from "../session/SignedIn";
import { Button } from "../ui/Button";
import { buttonClass } from "../ui/buttonClass";
import { Notice } from "../ui/Notice";
import { PageHeader } from "../ui/PageHeader";
import { Select } from "../ui/Select";
import { TableSkeleton } from "../ui/Table";
import { tabClass } from "../ui/tabClass";
import { DeletionList } from "./DeletionList";
import { LinkedDeletion } from "./LinkedDeletion";
import { TABLES, type TrashSearch } from "./search";

const PAGE_SIZE = 25;
const route = getRouteApi("/trash");

export function TrashScreen() {
  return (
    <div className="flex flex-col gap-6">
      <PageHeader
        title="Trash"
        subtitle="What was deleted, by whom, and how long it can come back."
      />
      <SignedIn skeleton={<TableSkeleton label="Loading the trash" />}>
        <TheRule />
        <Filters />
        <Trash />
      </SignedIn>
    </div>
  );
}

function TheRule() {
  return (
    <p
      role="note"
      className="flex items-start gap-2.5 rounded-md border border-line bg-surface px-4 py-3 text-pretty text-muted"
    >
      <Clock aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
      <span>
        What is deleted stays here for{" "}
        <span className="font-medium text-ink">{RETENTION_DAYS} days</span>, and comes back exactly
        as it was. Then it is purged for good, unless somebody puts it on hold.
      </span>
    </p>
  );
}

function Trash() {
  const { show, table, open } = route.useSearch();
  const navigate = route.useNavigate();
  const { results, status, loadMore } = usePage(
    api.trash.list,
    { inTrash: show !== "ended", ...(table && { table }) },
    { initialNumItems: PAGE_SIZE },
  );
  const toggle = (id: string) =>
    void navigate({
      search: ({ open, ...search }) => ({ ...search, ...(open !== id && { open: id }) }),
      resetScroll: false,
    });
  const close = (ids: string[]) => {
    if (open !== undefined && ids.includes(open)) toggle(open);
  };
  if (status === "LoadingFirstPage") return <TableSkeleton label="Loading the trash" />;
  const isElsewhere = open !== undefined && !results.some(({ id }) => id === open);
  return (
    <>
      {isElsewhere && <LinkedDeletion id={open} onToggle={toggle} />}
      {results.length > 0 ? (
        <DeletionList deletions={results} openId={open} onToggle={toggle} onLeave={close} />
      ) : (
        <Nothing />
      )}
      {status !== "Exhausted" && (
        <div className="flex justify-center">
          <Button isPending={status === "LoadingMore"} onPress={() => loadMore()}>
            Show older deletions
          </Button>
        </div>
      )}
    </>
  );
}

function Nothing() {
  const { show, table } = route.useSearch();
  const what = table === undefined ? "Nothing" : `No ${NAMES[table].one}`;
  const title =
    show === "ended"
      ? `${what} has left the trash yet.`
      : table === undefined
        ? "The trash is empty."
        : `${what} is in the trash.`;
  return (
    <Notice icon={Trash2} title={title}>
      {table !== undefined && (
        <Link to="/trash" search={show ? { show } : {}} className={buttonClass()}>
          Show everything
        </Link>
      )}
    </Notice>
  );
}

const NAMES = {
  invoices: { one: "invoice", many: "Invoices" },
  lineItems: { one: "line", many: "Lines" },
};

const EVERYTHING = "everything";

function Filters() {
  const { show, table } = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (id: string) => {
    const chosen = TABLES.find((known) => known === id);
    void navigate({ search: { ...(show && { show }), ...(chosen && { table: chosen }) } });
  };
  return (
    <div className="flex items-end justify-between gap-x-6 gap-y-4 border-b border-line max-md:flex-col-reverse max-md:items-stretch">
      <nav aria-label="Which deletions" className="flex gap-1">
        <Tab>In the trash</Tab>
        <Tab show="ended">Restored or purged</Tab>
      </nav>
      <div className="md:w-48 md:pb-2">
        <Select
          label="Show"
          value={table ?? EVERYTHING}
          onChange={choose}
          options={[
            { id: EVERYTHING, label: "Everything" },
            ...TABLES.map((id) => ({ id, label: NAMES[id].many })),
          ]}
        />
      </div>
    </div>
  );
}

function Tab({ show, children }: Pick<TrashSearch, "show"> & { children: string }) {
  const { table } = route.useSearch();
  return (
    <Link
      to="/trash"
      // Named although absent, so that it counts; what is open does not.
      search={{ show, ...(table && { table }) } as TrashSearch}
      activeOptions={{ includeSearch: true, explicitUndefined: true }}
      className={tabClass}
    >
      {children}
    </Link>
  );
}
