import { usePage } from "convex-platform/react";
import { api } from "../../convex/_generated/api";
import { formatMoney } from "../format";
import { Button } from "../ui/Button";
import { linesOf, nameOf, type Deletion } from "./words";

const PAGE_SIZE = 10;

/** The lines that went along with an invoice. */
export function Members({ deletion }: { deletion: Deletion }) {
  const { id, invoice } = deletion;
  const { results, status, loadMore } = usePage(
    api.trash.members,
    { id },
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") {
    return (
      <div
        role="status"
        aria-label="Loading the lines"
        className="skeleton"
        style={{ height: `${Math.min(linesOf(deletion), PAGE_SIZE) * 2.3}rem` }}
      />
    );
  }
  return (
    <div className="flex flex-col items-start gap-2">
      <table
        aria-label={`Lines that went along with ${nameOf(deletion)}`}
        className="w-full max-w-2xl border-collapse"
      >
        <thead className="sr-only">
          <tr>
            <th>Line</th>
            <th>Quantity</th>
            <th>Sum</th>
          </tr>
        </thead>
        <tbody>
          {results.map(({ id, line }) => (
            <tr key={id} className="border-b border-line align-baseline last:border-b-0">
              <td className="py-2 wrap-anywhere">{line?.description ?? "Removed meanwhile"}</td>
              <td className="py-2 pl-4 text-right whitespace-nowrap text-muted">
                {line && `× ${line.quantity}`}
              </td>
              <td className="py-2 pl-4 text-right whitespace-nowrap">
                {line && invoice && formatMoney(line.quantity * line.unitCents, invoice.currency)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {status !== "Exhausted" && (
        <Button variant="ghost" isPending={status === "LoadingMore"} onPress={() => loadMore()}>
          Show more lines
        </Button>
      )}
    </div>
  );
}
