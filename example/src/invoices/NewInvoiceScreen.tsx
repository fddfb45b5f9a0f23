import { useNavigate } from "@tanstack/react-router";
import { usePlatformMutation } from "convex-platform/react";
import { useState } from "react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { usePermission } from "../session/permission";
import { SignedIn } from "../session/SignedIn";
import { Button } from "../ui/Button";
import { PageHeader } from "../ui/PageHeader";
import { RefusedButton } from "../ui/PermittedButton";
import { TableSkeleton } from "../ui/Table";
import { BackLink } from "./BackLink";
import { emptyDraft, toInput } from "./draft";
import { InvoiceForm } from "./InvoiceForm";

export function NewInvoiceScreen() {
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <BackLink />
      <PageHeader title="New invoice" subtitle="It stays a draft until it is sent." />
      <SignedIn skeleton={<TableSkeleton rows={4} label="Loading" />}>
        <NewInvoice />
      </SignedIn>
    </div>
  );
}

function NewInvoice() {
  const [draft, setDraft] = useState(emptyDraft);
  const create = usePlatformMutation(api.invoices.create);
  const navigate = useNavigate();
  const allowance = usePermission("invoices.create");

  const save = async () => {
    const saved = await create.run(toInput(draft));
    if (!saved.ok) return;
    toast.success("The draft was saved.");
    await navigate({ to: "/invoices/$invoiceId", params: { invoiceId: saved.value } });
  };

  return (
    <InvoiceForm draft={draft} onChange={setDraft} saving={create} onSubmit={() => void save()}>
      {allowance.isAllowed ? (
        <Button type="submit" variant="primary" isPending={create.isPending}>
          Save draft
        </Button>
      ) : (
        <RefusedButton variant="primary" reason={allowance.reason}>
          Save draft
        </RefusedButton>
      )}
    </InvoiceForm>
  );
}
