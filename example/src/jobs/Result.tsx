import type { Job } from "convex-platform";
import type { Report } from "../../convex/reports";
import { formatMoney } from "../format";

const FAULTS = {
  too_large: "The handler returned more than is kept.",
  not_a_value: "What the handler returned could not be kept.",
};

/** What a job has come to. */
export function Result({ job: { name, status, result, resultFault } }: { job: Job }) {
  if (status !== "completed") return null;
  if (resultFault) return <p className="text-muted">{FAULTS[resultFault]}</p>;
  if (result === undefined) return null;
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-medium">Result</h3>
      {name === "reports:build" ? (
        <ReportTable report={result as Report} />
      ) : (
        // Wrapped, so that nothing has to be scrolled sideways.
        <pre className="mono rounded-md border border-line bg-ground p-4 wrap-anywhere whitespace-pre-wrap">
          {JSON.stringify(result, null, 2)}
        </pre>
      )}
    </section>
  );
}

const cellClass = "py-1.5 pr-4 text-left font-normal last:pr-0";

function ReportTable({ report: { month, totals } }: { report: Report }) {
  if (totals.length === 0) return <p className="text-muted">No invoice is due in {month}.</p>;
  return (
    <table className="w-full border-collapse">
      <caption className="sr-only">Invoices that are due in {month}</caption>
      <thead>
        <tr className="border-b border-line text-xs text-muted">
          <th className={cellClass}>Status</th>
          <th className={`${cellClass} text-right`}>Invoices</th>
          <th className={`${cellClass} text-right`}>Amount</th>
        </tr>
      </thead>
      <tbody>
        {totals.map(({ status, currency, count, amountCents }) => (
          <tr key={`${status} ${currency}`} className="border-b border-line last:border-b-0">
            <th className={cellClass}>{status}</th>
            <td className={`${cellClass} text-right`}>{count}</td>
            <td className={`${cellClass} text-right`}>{formatMoney(amountCents, currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
