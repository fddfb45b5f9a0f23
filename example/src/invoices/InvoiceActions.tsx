import { usePlatformMutation, type Outcome } from "convex-platform/react";
import { CircleCheck, Send } from "lucide-react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { PermittedButton } from "../ui/PermittedButton";
import type { Invoice } from "./InvoiceScreen";
import { RemoveInvoice } from "./RemoveInvoice";
import { VoidInvoice } from "./VoidInvoice";

/** What one can do with an invoice, as its status allows. */
export function InvoiceActions({ invoice }: { invoice: Invoice }) {
  switch (invoice.status) {
    case "draft":
      return (
        <>
          <RemoveInvoice invoice={invoice} />
          <SendInvoice invoice={invoice} />
        </>
      );
    case "sent":
      return (
        <>
          <VoidInvoice invoice={invoice} />
          <PayInvoice invoice={invoice} />
        </>
      );
    case "void":
      return <RemoveInvoice invoice={invoice} />;
    case "paid":
      return null;
  }
}

function SendInvoice({ invoice: { _id: id, number } }: { invoice: Invoice }) {
  const { run, isPending } = usePlatformMutation(api.invoices.send);
  const press = async () => tell(await run({ id }), `${number} was sent.`);
  return (
    <PermittedButton permission="invoices.send" isPending={isPending} onPress={() => void press()}>
      <Send aria-hidden className="size-4" />
      Send
    </PermittedButton>
  );
}

function PayInvoice({ invoice: { _id: id, number } }: { invoice: Invoice }) {
  const { run, isPending } = usePlatformMutation(api.invoices.markPaid);
  const press = async () => tell(await run({ id }), `${number} is paid.`);
  return (
    <PermittedButton permission="invoices.pay" isPending={isPending} onPress={() => void press()}>
      <CircleCheck aria-hidden className="size-4" />
      Mark as paid
    </PermittedButton>
  );
}

/** How the mutation of a button ended. */
function tell(outcome: Outcome<unknown>, done: string) {
  if (outcome.ok) toast.success(done);
  else toast.error(outcome.error.message);
}
