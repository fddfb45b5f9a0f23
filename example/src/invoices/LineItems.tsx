import { Plus, Trash2 } from "lucide-react";
import { totalCents } from "../../convex/invoiceRules";
import { formatMoney } from "../format";
import { Button } from "../ui/Button";
import { ErrorText } from "../ui/ErrorText";
import { TextField } from "../ui/fields";
import { NumberField } from "../ui/NumberField";
import { labelClass } from "../ui/fieldClasses";
import { emptyLine, type Draft, type DraftLine } from "./draft";

/** Description, quantity, price and sum: the columns from the medium screen on. */
const COLUMNS = "md:grid-cols-[minmax(0,1fr)_5.5rem_9rem_8rem_2.25rem]";

type Props = {
  lines: DraftLine[];
  currency: Draft["currency"];
  onChange: (lines: DraftLine[]) => void;
  error: string | undefined;
};

export function LineItems({ lines, currency, onChange, error }: Props) {
  const change = (key: string, fields: Partial<DraftLine>) =>
    onChange(lines.map((line) => (line.key === key ? { ...line, ...fields } : line)));
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-3 font-medium">Line items</legend>
      <div aria-hidden className={`${labelClass} grid gap-2 max-md:hidden ${COLUMNS}`}>
        <span>Description</span>
        <span className="text-right">Quantity</span>
        <span className="text-right">Price of one</span>
        <span className="text-right">Sum</span>
      </div>
      {lines.map((line, i) => (
        <LineItem
          key={line.key}
          line={line}
          path={`lines.${i}`}
          place={i + 1}
          currency={currency}
          onChange={(fields) => change(line.key, fields)}
          onRemove={() => onChange(lines.filter(({ key }) => key !== line.key))}
        />
      ))}
      {error && <ErrorText>{error}</ErrorText>}
      <div className="flex items-center justify-between gap-4">
        <Button onPress={() => onChange([...lines, emptyLine()])}>
          <Plus aria-hidden className="size-4" />
          Add line
        </Button>
        <p className="font-medium md:pr-11">
          <span className="mr-3 text-muted">Total</span>
          {formatSum(totalCents(lines), currency)}
        </p>
      </div>
    </fieldset>
  );
}

type LineItemProps = {
  line: DraftLine;
  path: string;
  /** From 1. */
  place: number;
  currency: Draft["currency"];
  onChange: (fields: Partial<DraftLine>) => void;
  onRemove: () => void;
};

function LineItem({ line, path, place, currency, onChange, onRemove }: LineItemProps) {
  return (
    <div
      role="group"
      aria-label={`Line ${place}`}
      className={`grid grid-cols-[4.5rem_minmax(0,1fr)_auto] items-start gap-2 ${COLUMNS}`}
    >
      <div className="max-md:col-span-3">
        <TextField
          label="Description"
          isLabelHidden
          placeholder="What it is for"
          name={`${path}.description`}
          value={line.description}
          onChange={(description) => onChange({ description })}
        />
      </div>
      <NumberField
        label="Quantity"
        isLabelHidden
        name={`${path}.quantity`}
        value={line.quantity}
        onChange={(quantity) => onChange({ quantity })}
      />
      <NumberField
        label="Price of one"
        isLabelHidden
        name={`${path}.unitCents`}
        formatOptions={{ style: "currency", currency }}
        value={line.unitCents / 100}
        onChange={(price) => onChange({ unitCents: Math.round(price * 100) })}
      />
      <p className="py-2 text-right whitespace-nowrap max-md:hidden">
        {formatSum(totalCents([line]), currency)}
      </p>
      <div className="max-md:pt-5">
        <Button variant="icon" aria-label={`Remove line ${place}`} onPress={onRemove}>
          <Trash2 aria-hidden className="size-4" />
        </Button>
      </div>
    </div>
  );
}

/** An empty field has no number yet. */
function formatSum(cents: number, currency: Draft["currency"]): string {
  return Number.isNaN(cents) ? "–" : formatMoney(cents, currency);
}
