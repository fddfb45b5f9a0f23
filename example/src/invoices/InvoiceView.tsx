import { formatMoney } from "../format";
import type { Invoice } from "./InvoiceScreen";

/** An invoice that has left the desk: to read, not to write. */
export function InvoiceView({ invoice }: { invoice: Invoice }) {
  const { title, lines, currency, amountCents } = invoice;
  return (
    <section aria-label="Line items" className="flex flex-col gap-4">
      <h2 className="font-medium wrap-anywhere">{title}</h2>
      <div className="rounded-md border border-line bg-surface px-4 py-1">
        <table className="w-full border-collapse">
          <thead className="text-xs text-muted">
            <tr className="border-b border-line">
              <th className="py-2.5 text-left font-medium">Description</th>
              <th className="py-2.5 pl-4 text-right font-medium">Quantity</th>
              <th className="py-2.5 pl-4 text-right font-medium max-md:hidden">Price of one</th>
              <th className="py-2.5 pl-4 text-right font-medium">Sum</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ description, quantity, unitCents }, i) => (
              <tr key={i} className="border-b border-line align-baseline">
                <td className="py-3 wrap-anywhere">{description}</td>
                <td className="py-3 pl-4 text-right">{quantity}</td>
                <td className="py-3 pl-4 text-right max-md:hidden">
                  {formatMoney(unitCents, currency)}
                </td>
                <td className="py-3 pl-4 text-right">
                  {formatMoney(quantity * unitCents, currency)}
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot className="font-medium">
            <tr>
              <th className="py-3 text-left font-medium text-muted">Total</th>
              <td />
              <td className="max-md:hidden" />
              <td className="py-3 pl-4 text-right">{formatMoney(amountCents, currency)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
    </section>
  );
}
