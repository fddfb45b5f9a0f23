import { useNavigate } from "@tanstack/react-router";
import { usePlatformMutation, type Outcome } from "convex-platform/react";
import { CircleCheck, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { api } from "../../convex/_generated/api";
import { Button } from "../ui/Button";
import { Confirm } from "../ui/Confirm";
import { PermittedButton } from "../ui/PermittedButton";
import type { Invoice } from "./InvoiceScreen";
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

function RemoveInvoice({ invoice: { _id: id, number, lines } }: { invoice: Invoice }) {
  const [isAsking, setIsAsking] = useState(false);
  const { run, isPending } = usePlatformMutation(api.invoices.remove);
  const navigate = useNavigate();
  const press = async () => {
    const removed = await run({ id });
    tell(removed, `${number} was deleted.`);
    if (removed.ok) await navigate({ to: "/invoices" });
  };
  return (
    <>
      <PermittedButton permission="invoices.remove" onPress={() => setIsAsking(true)}>
        <Trash2 aria-hidden className="size-4" />
        Delete
      </PermittedButton>
      <Confirm title={`Delete ${number}?`} isOpen={isAsking} onOpenChange={setIsAsking}>
        <p className="text-muted">
          The invoice and its {lines.length === 1 ? "line item" : `${lines.length} line items`} are
          gone then. The audit log keeps what it said.
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onPress={() => setIsAsking(false)}>Keep it</Button>
          <Button variant="primary" isPending={isPending} onPress={() => void press()}>
            Delete {number}
          </Button>
        </div>
      </Confirm>
    </>
  );
}

/** How the mutation of a button ended. */
function tell(outcome: Outcome<unknown>, done: string) {
  if (outcome.ok) toast.success(done);
  else toast.error(outcome.error.message);
}
