import { getRouteApi, Link } from "@tanstack/react-router";
import { usePage } from "convex-platform/react";
import { FileText, Plus } from "lucide-react";
import { api } from "../../convex/_generated/api";
import { usePermission } from "../session/permission";
import { SignedIn } from "../session/SignedIn";
import { useSignIn } from "../session/session";
import { Button } from "../ui/Button";
import { buttonClass } from "../ui/buttonClass";
import { Notice } from "../ui/Notice";
import { RefusedButton } from "../ui/PermittedButton";
import { tabClass } from "../ui/tabClass";
import { PageHeader } from "../ui/PageHeader";
import { TableSkeleton } from "../ui/Table";
import { InvoiceTable } from "./InvoiceTable";
import { STATUSES } from "./search";
import { MARKS } from "./StatusMark";

const PAGE_SIZE = 20;
const route = getRouteApi("/invoices");

export function InvoicesScreen() {
  const isSignedIn = useSignIn() === "signedIn";
  return (
    <div className="flex flex-col gap-6">
      <PageHeader title="Invoices" subtitle="What the studio bills.">
        {isSignedIn && <NewInvoiceLink />}
      </PageHeader>
      <SignedIn skeleton={<TableSkeleton label="Loading invoices" />}>
        <StatusFilter />
        <Invoices />
      </SignedIn>
    </div>
  );
}

function NewInvoiceLink() {
  const allowance = usePermission("invoices.create");
  const label = (
    <>
      <Plus aria-hidden className="size-4" />
      New invoice
    </>
  );
  return allowance.isAllowed ? (
    <Link to="/invoices/new" className={buttonClass("primary")}>
      {label}
    </Link>
  ) : (
    <RefusedButton variant="primary" reason={allowance.reason}>
      {label}
    </RefusedButton>
  );
}

function Invoices() {
  const filter = route.useSearch();
  const {
    results,
    status: loading,
    loadMore,
  } = usePage(api.invoices.list, filter, { initialNumItems: PAGE_SIZE });
  if (loading === "LoadingFirstPage") return <TableSkeleton label="Loading invoices" />;
  if (results.length === 0) {
    return filter.status ? (
      <Notice icon={FileText} title={`No invoice is ${filter.status}.`} />
    ) : (
      <Notice icon={FileText} title="No invoices yet.">
        <NewInvoiceLink />
      </Notice>
    );
  }
  return (
    <>
      <InvoiceTable invoices={results} />
      {loading !== "Exhausted" && (
        <div className="flex justify-center">
          <Button isPending={loading === "LoadingMore"} onPress={() => loadMore()}>
            Show older invoices
          </Button>
        </div>
      )}
    </>
  );
}

function StatusFilter() {
  return (
    <nav aria-label="Status" className="flex gap-1 overflow-x-auto border-b border-line">
      {[undefined, ...STATUSES].map((status) => (
        <Link
          key={status ?? "all"}
          to="/invoices"
          search={status ? { status } : {}}
          activeOptions={{ exact: true, includeSearch: true }}
          className={tabClass}
        >
          {status ? MARKS[status].label : "All"}
        </Link>
      ))}
    </nav>
  );
}
