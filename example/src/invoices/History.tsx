import { Link } from "@tanstack/react-router";
import type { AuditEntry } from "convex-platform";
import { usePage } from "convex-platform/react";
import type { ReactNode } from "react";
import { api } from "../../convex/_generated/api";
import { ActionName } from "../auditLog/ActionName";
import { ChangeTable } from "../auditLog/ChangeTable";
import { Ago } from "../ui/Ago";
import { Button } from "../ui/Button";
import { TableSkeleton } from "../ui/Table";

const PAGE_SIZE = 10;

type Props = {
  id: string;
  /** Stands above what the log says. */
  head?: ReactNode;
  /** What to show where the log knows nothing. */
  empty?: ReactNode;
};

/** Everything the audit log says about one invoice. */
export default function History({ id, head, empty }: Props) {
  const { results, status, loadMore } = usePage(
    api.auditLogs.list,
    { target: { table: "invoices", id } },
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") return <TableSkeleton rows={3} label="Loading the history" />;
  if (results.length === 0) return empty;
  return (
    <div className="flex flex-col gap-4">
      {head}
      <ol aria-label="History" className="flex flex-col gap-4">
        {results.map((entry) => (
          <HistoryEntry key={entry.id} entry={entry} />
        ))}
      </ol>
      {status !== "Exhausted" && (
        <div className="flex justify-center">
          <Button isPending={status === "LoadingMore"} onPress={() => loadMore()}>
            Show older entries
          </Button>
        </div>
      )}
    </div>
  );
}

function HistoryEntry({ entry }: { entry: AuditEntry }) {
  const { action, actor, at, reason, changes, metadata, operationId } = entry;
  // Of a line: what it was called.
  const part = metadata?.["label"];
  return (
    <li className="rounded-md border border-line bg-surface px-4 py-3">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <ActionName action={action} />
        {typeof part === "string" && <span className="wrap-anywhere">{part}</span>}
        <span className={part === undefined ? "" : "text-muted"}>{actor.label ?? actor.id}</span>
        <span className="ml-auto text-muted">
          <Ago at={at} />
        </span>
      </p>
      {reason && <p className="mt-2 wrap-anywhere text-muted">“{reason}”</p>}
      {operationId !== undefined && (
        <Link
          to="/trash"
          search={{ open: operationId }}
          className="mt-2 inline-block rounded-sm text-muted underline underline-offset-4 hover:text-ink"
        >
          Show this deletion
        </Link>
      )}
      {changes.length > 0 && (
        <div className="mt-2">
          <ChangeTable changes={changes} />
        </div>
      )}
    </li>
  );
}
