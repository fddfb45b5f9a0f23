import { Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import type { AuditEntry } from "convex-platform";
import { ScrollText } from "lucide-react";
import { api } from "../../convex/_generated/api";
import { ActionName } from "../auditLog/ActionName";
import { Ago } from "../ui/Ago";
import { Notice } from "../ui/Notice";
import { TableSkeleton } from "../ui/Table";

const LATEST = { paginationOpts: { numItems: 8, cursor: null } };

/** The newest entries of the log, as they come. */
export function LatestEvents() {
  const latest = useQuery(api.auditLogs.list, LATEST);
  return (
    <section aria-labelledby="latest" className="flex min-w-0 flex-col gap-3">
      <div className="flex items-baseline justify-between gap-4">
        <h2 id="latest" className="font-medium">
          Latest events
        </h2>
        <Link
          to="/audit-log"
          className="text-muted underline-offset-2 hover:text-ink hover:underline"
        >
          All of them
        </Link>
      </div>
      {latest === undefined ? (
        <TableSkeleton rows={6} label="Loading events" />
      ) : latest.page.length === 0 ? (
        <Notice icon={ScrollText} title="Nothing has happened yet." />
      ) : (
        <ol className="rounded-md border border-line bg-surface">
          {latest.page.map((entry) => (
            <Event key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Event({ entry: { id, action, actor, target, at, outcome } }: { entry: AuditEntry }) {
  return (
    <li className="border-b border-line last:border-b-0">
      <Link
        to="/audit-log"
        search={{ entry: id }}
        className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 px-4 py-2.5 outline-offset-[-2px] transition-colors hover:bg-sunken/60 md:grid-cols-[minmax(0,1fr)_7.5rem_7.5rem_6.5rem]"
      >
        <span className="min-w-0">
          <ActionName action={action} />
          {outcome !== "success" && <span className="font-medium"> {OUTCOMES[outcome]}</span>}
        </span>
        <span className="truncate max-md:order-1">{actor.label ?? actor.id}</span>
        <span className="truncate text-muted max-md:order-2 max-md:text-right">
          {target.label ?? target.table}
        </span>
        <span className="text-right text-muted">
          <Ago at={at} />
        </span>
      </Link>
    </li>
  );
}

const OUTCOMES = { denied: "refused", failure: "failed" };
