import { useMutation } from "convex/react";
import { useState } from "react";
import { toast } from "sonner";
import { api } from "../../convex/_generated/api";
import { attempt, type FormErrors } from "../errors";
import { Button } from "../ui/Button";
import { isSame, toDraft, toInput, type Draft } from "./draft";
import { InvoiceForm } from "./InvoiceForm";
import type { Invoice } from "./InvoiceScreen";

/** What somebody is typing, and what was stored when they began. */
type Editing = { draft: Draft; base: Invoice };

export function EditInvoice({ invoice }: { invoice: Invoice }) {
  // Until something is typed, the form shows what is stored, live.
  const [editing, setEditing] = useState<Editing | null>(null);
  const [errors, setErrors] = useState<FormErrors | null>(null);
  const [isSaving, setIsSaving] = useState(false);
  const update = useMutation(api.invoices.update);
  const draft = editing?.draft ?? toDraft(invoice);
  const isOutdated = editing !== null && !isSame(editing.base, invoice);

  const discard = () => {
    setEditing(null);
    setErrors(null);
  };
  const save = async () => {
    setIsSaving(true);
    try {
      const refused = await attempt(async () => {
        await update({ id: invoice._id, ...toInput(draft) });
        toast.success(`${invoice.number} was saved.`);
        setEditing(null);
      });
      setErrors(refused);
    } finally {
      setIsSaving(false);
    }
  };

  return (
    <InvoiceForm
      draft={draft}
      onChange={(changed) => setEditing({ draft: changed, base: editing?.base ?? invoice })}
      errors={errors}
      onSubmit={() => void save()}
    >
      <Button type="submit" variant="primary" isDisabled={editing === null} isPending={isSaving}>
        Save changes
      </Button>
      {editing !== null && (
        <Button variant="ghost" onPress={discard}>
          Discard
        </Button>
      )}
      {isOutdated && !isSaving && (
        <p role="status">Somebody changed this invoice meanwhile. Saving replaces their version.</p>
      )}
    </InvoiceForm>
  );
}
