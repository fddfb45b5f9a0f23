import { useConvex } from "convex/react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { api } from "../../convex/_generated/api";
import { TextField } from "../ui/fields";

/** Finds an invoice by its number; `1004` will do. */
export function RecordField({ onFound }: { onFound: (id: string) => void }) {
  const convex = useConvex();
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);

  const find = async () => {
    const number = toNumber(text);
    if (number === null) return setError("Type a number such as 1004.");
    const id = await convex.query(api.invoices.findByNumber, { number });
    if (id === null) return setError(`There is no ${number} on the desk.`);
    setText("");
    onFound(id);
  };

  return (
    <Form
      role="search"
      aria-label="Find the entries of an invoice"
      validationBehavior="aria"
      validationErrors={error === null ? {} : { number: error }}
      onSubmit={(event) => {
        event.preventDefault();
        void find();
      }}
      className="max-md:col-span-2"
    >
      <TextField
        label="Invoice"
        name="number"
        type="search"
        placeholder="Number, then Enter"
        value={text}
        onChange={(typed) => {
          setText(typed);
          setError(null);
        }}
      />
    </Form>
  );
}

function toNumber(text: string): string | null {
  const digits = /^\s*(?:INV-?)?(\d+)\s*$/i.exec(text)?.[1];
  return digits === undefined ? null : `INV-${digits}`;
}
