import type { PlatformMutation } from "convex-platform/react";
import type { ReactNode } from "react";
import { Form } from "react-aria-components";
import { ErrorText } from "../ui/ErrorText";
import { TextField } from "../ui/fields";
import { Select } from "../ui/Select";
import type { Draft } from "./draft";
import { LineItems } from "./LineItems";

const CURRENCIES = [
  { id: "EUR", label: "EUR · Euro" },
  { id: "GBP", label: "GBP · Pound sterling" },
  { id: "USD", label: "USD · US dollar" },
] as const;

type Props = {
  draft: Draft;
  onChange: (draft: Draft) => void;
  /** The last try, and what the backend said about it. */
  saving: Pick<PlatformMutation<never>, "isPending" | "error" | "fieldErrors">;
  onSubmit: () => void;
  /** The buttons. */
  children: ReactNode;
};

/** Checks nothing by itself: the backend does, and names all bad fields at once. */
export function InvoiceForm({ draft, onChange, saving, onSubmit, children }: Props) {
  const { isPending, error, fieldErrors } = saving;
  const set = (fields: Partial<Draft>) => {
    // What is being saved stands still: it would be taken for saved with what came since.
    if (!isPending) onChange({ ...draft, ...fields });
  };
  return (
    <Form
      aria-label="Invoice"
      validationBehavior="aria"
      validationErrors={fieldErrors}
      onSubmit={(event) => {
        event.preventDefault();
        // A button that is pending cannot be pressed again, but Enter in a field can.
        if (!isPending) onSubmit();
      }}
      className="flex flex-col gap-6"
    >
      <div className="grid gap-4 md:grid-cols-2">
        <TextField
          label="Customer"
          name="customer"
          value={draft.customer}
          onChange={(customer) => set({ customer })}
        />
        <TextField
          label="Title"
          name="title"
          value={draft.title}
          onChange={(title) => set({ title })}
        />
        <Select
          label="Currency"
          name="currency"
          options={[...CURRENCIES]}
          value={draft.currency}
          onChange={(id) => set({ currency: CURRENCIES.find((c) => c.id === id)!.id })}
        />
        <TextField
          label="Due"
          name="dueOn"
          type="date"
          value={draft.dueOn}
          onChange={(dueOn) => set({ dueOn })}
        />
      </div>
      <LineItems
        lines={draft.lines}
        currency={draft.currency}
        onChange={(lines) => set({ lines })}
        error={fieldErrors["lines"]}
      />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line pt-6">
        {children}
        {error && (
          <div role="alert">
            <ErrorText>The invoice was not saved. {error.message}</ErrorText>
          </div>
        )}
      </div>
    </Form>
  );
}
