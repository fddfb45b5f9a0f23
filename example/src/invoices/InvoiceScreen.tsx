import { getRouteApi } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { Lock } from "lucide-react";
import { lazy, Suspense } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { api } from "../../convex/_generated/api";
import { formatDay, formatMoney } from "../format";
import { usePermission } from "../session/permission";
import { SignedIn } from "../session/SignedIn";
import { PageHeader } from "../ui/PageHeader";
import { patiently } from "../ui/patiently";
import { TableSkeleton } from "../ui/Table";
import { tabClass } from "../ui/tabClass";
import { BackLink } from "./BackLink";
import { EditInvoice } from "./EditInvoice";
import { InvoiceActions } from "./InvoiceActions";
import { InvoiceView } from "./InvoiceView";
import { StatusMark } from "./StatusMark";

// What most visits do not come to.
const GoneInvoice = lazy(() => patiently(() => import("./GoneInvoice")));
const History = lazy(() => patiently(() => import("./History")));

const route = getRouteApi("/invoices/$invoiceId");

export type Invoice = NonNullable<FunctionReturnType<typeof api.invoices.get>>;

export function InvoiceScreen() {
  const skeleton = <TableSkeleton rows={4} label="Loading the invoice" />;
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <BackLink />
      <SignedIn skeleton={skeleton}>
        <InvoiceLoader skeleton={skeleton} />
      </SignedIn>
    </div>
  );
}

function InvoiceLoader({ skeleton }: { skeleton: React.ReactNode }) {
  const { invoiceId } = route.useParams();
  const invoice = useQuery(api.invoices.get, { id: invoiceId });
  if (invoice === undefined) return skeleton;
  if (invoice !== null) return <InvoiceDetails invoice={invoice} />;
  return (
    <Suspense fallback={skeleton}>
      <GoneInvoice id={invoiceId} />
    </Suspense>
  );
}

function InvoiceDetails({ invoice }: { invoice: Invoice }) {
  const { tab = "invoice" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageHeader
        title={invoice.number}
        mark={<StatusMark status={invoice.status} />}
        subtitle={
          <>
            <bdi>{invoice.customer}</bdi> · {formatMoney(invoice.amountCents, invoice.currency)} ·
            due {formatDay(invoice.dueOn)}
          </>
        }
      >
        <InvoiceActions invoice={invoice} />
      </PageHeader>
      <Tabs
        selectedKey={tab}
        onSelectionChange={(key) =>
          void navigate({ search: key === "history" ? { tab: "history" } : {}, replace: true })
        }
        className="flex flex-col gap-6"
      >
        <TabList aria-label="About this invoice" className="flex gap-1 border-b border-line">
          <Tab id="invoice" className={tabClass}>
            Invoice
          </Tab>
          <Tab id="history" className={tabClass}>
            History
          </Tab>
        </TabList>
        <TabPanel id="invoice">
          <InvoiceBody invoice={invoice} />
        </TabPanel>
        <TabPanel id="history">
          <Suspense>
            <History id={invoice._id} />
          </Suspense>
        </TabPanel>
      </Tabs>
    </>
  );
}

/** A draft to write in, for those who may; otherwise to read. */
function InvoiceBody({ invoice }: { invoice: Invoice }) {
  const allowance = usePermission("invoices.update");
  if (invoice.status !== "draft") return <InvoiceView invoice={invoice} />;
  if (allowance.isAllowed) return <EditInvoice key={invoice._id} invoice={invoice} />;
  return (
    <div className="flex flex-col gap-4">
      <p className="flex items-center gap-2 text-muted">
        <Lock aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
        {allowance.reason}
      </p>
      <InvoiceView invoice={invoice} />
    </div>
  );
}
