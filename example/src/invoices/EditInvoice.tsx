import { usePlatformMutation } from "convex-platform/react";
import { useState } from "react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { useUndo } from "../trash/useUndo";
import { countLines } from "../trash/words";
import { Button } from "../ui/Button";
import { isSame, toDraft, toInput, type Draft } from "./draft";
import { InvoiceForm } from "./InvoiceForm";
import type { Invoice } from "./InvoiceScreen";

/** What somebody is typing, and what was stored when they began. */
type Editing = { draft: Draft; base: Invoice };

export function EditInvoice({ invoice }: { invoice: Invoice }) {
  // Until something is typed, the form shows what is stored, live.
  const [editing, setEditing] = useState<Editing | null>(null);
  const update = usePlatformMutation(api.invoices.update);
  const offerUndo = useUndo();
  const draft = editing?.draft ?? toDraft(invoice);
  const isOutdated = editing !== null && !isSame(editing.base, invoice);

  const discard = () => {
    setEditing(null);
    update.reset();
  };
  const save = async () => {
    const saved = await update.run({ id: invoice._id, ...toInput(draft) });
    if (!saved.ok) return;
    setEditing(null);
    const removed = saved.value;
    if (removed.length === 0) return void toast.success(`${invoice.number} was saved.`);
    const lines = countLines(removed.length);
    offerUndo(`Saved; ${lines} moved to trash`, removed, `Back on ${invoice.number}: ${lines}.`);
  };

  return (
    <InvoiceForm
      draft={draft}
      onChange={(changed) => setEditing({ draft: changed, base: editing?.base ?? invoice })}
      saving={update}
      onSubmit={() => void save()}
    >
      <Button
        type="submit"
        variant="primary"
        isDisabled={editing === null}
        isPending={update.isPending}
      >
        Save changes
      </Button>
      {editing !== null && (
        <Button variant="ghost" onPress={discard}>
          Discard
        </Button>
      )}
      {isOutdated && !update.isPending && (
        <p role="status">Somebody changed this invoice meanwhile. Saving replaces their version.</p>
      )}
    </InvoiceForm>
  );
}
