import { usePlatformMutation } from "convex-platform/react";
import { Ban } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { Button } from "../ui/Button";
import { Confirm } from "../ui/Confirm";
import { ErrorText } from "../ui/ErrorText";
import { TextField } from "../ui/fields";
import { PermittedButton } from "../ui/PermittedButton";
import type { Invoice } from "./InvoiceScreen";

export function VoidInvoice({ invoice: { _id: id, number } }: { invoice: Invoice }) {
  const [isAsking, setIsAsking] = useState(false);
  const [reason, setReason] = useState("");
  const { run, isPending, error, fieldErrors } = usePlatformMutation(api.invoices.markVoid);
  const submit = async () => {
    const voided = await run({ id, reason });
    if (voided.ok) toast.success(`${number} is void.`);
  };
  return (
    <>
      <PermittedButton permission="invoices.void" onPress={() => setIsAsking(true)}>
        <Ban aria-hidden className="size-4" />
        Void
      </PermittedButton>
      <Confirm title={`Void ${number}?`} isOpen={isAsking} onOpenChange={setIsAsking}>
        <Form
          validationBehavior="aria"
          validationErrors={fieldErrors}
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
          className="flex flex-col gap-4"
        >
          <TextField
            label="Reason"
            name="reason"
            hint="Goes into the audit log."
            isMultiline
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
            <Button onPress={() => setIsAsking(false)}>Keep it</Button>
            <Button
              type="submit"
              variant="primary"
              isPending={isPending}
              isDisabled={reason.trim() === ""}
            >
              Void {number}
            </Button>
          </div>
        </Form>
      </Confirm>
    </>
  );
}
