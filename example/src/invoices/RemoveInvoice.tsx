import { useNavigate } from "@tanstack/react-router";
import { usePlatformMutation } from "convex-platform/react";
import { useQuery } from "convex/react";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { api } from "../../convex/_generated/api";
import { RETENTION_DAYS } from "../../convex/invoiceRules";
import { useUndo } from "../trash/useUndo";
import { countLines } from "../trash/words";
import { Button } from "../ui/Button";
import { Confirm } from "../ui/Confirm";
import { ErrorText } from "../ui/ErrorText";
import { TextField } from "../ui/fields";
import { PermittedButton } from "../ui/PermittedButton";
import type { Invoice } from "./InvoiceScreen";

/** Moves an invoice to the trash: says first what goes along, and afterwards how to undo it. */
export function RemoveInvoice({ invoice }: { invoice: Invoice }) {
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <PermittedButton permission="invoices.remove" onPress={() => setIsAsking(true)}>
        <Trash2 aria-hidden className="size-4" />
        Delete
      </PermittedButton>
      <Confirm title={`Delete ${invoice.number}?`} isOpen={isAsking} onOpenChange={setIsAsking}>
        <RemoveForm invoice={invoice} onClose={() => setIsAsking(false)} />
      </Confirm>
    </>
  );
}

function RemoveForm({ invoice, onClose }: { invoice: Invoice; onClose: () => void }) {
  const { _id: id, number } = invoice;
  const [reason, setReason] = useState("");
  const preview = useQuery(api.trash.preview, { id });
  const { run, isPending, error, fieldErrors } = usePlatformMutation(api.invoices.remove);
  const offerUndo = useUndo();
  const navigate = useNavigate();
  const submit = async () => {
    if (isPending) return;
    const removed = await run({ id, reason });
    if (!removed.ok) return;
    offerUndo(`${number} moved to trash`, [removed.value], `${number} is back.`);
    await navigate({ to: "/invoices" });
  };
  const lines = preview ? countLines(preview.lines) : "its lines";
  return (
    <Form
      validationBehavior="aria"
      validationErrors={fieldErrors}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      className="flex flex-col gap-4"
    >
      <p className="text-pretty text-muted">
        It goes to the trash with{" "}
        <span className="font-medium text-ink">
          {preview?.atLeast && "at least "}
          {lines}
        </span>
        , and can be restored for {RETENTION_DAYS} days.
      </p>
      <TextField
        label="Reason, if you like"
        name="reason"
        hint="Stands in the trash, and in the audit log."
        autoFocus
        value={reason}
        onChange={setReason}
      />
      {error && (
        <div role="alert">
          <ErrorText>{error.message}</ErrorText>
        </div>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onPress={onClose}>Keep it</Button>
        <Button type="submit" variant="primary">
          Delete {number}
        </Button>
      </div>
    </Form>
  );
}
