import { useQuery } from "convex/react";
import type { AuditEntry } from "convex-platform";
import { api } from "../../convex/_generated/api";
import { ActionName } from "../auditLog/ActionName";
import { ChangeTable } from "../auditLog/ChangeTable";
import { Ago } from "../ui/Ago";

/** What a provider or a sign-in does to a profile; everything else is done by people. */
const SYNCS = ["userProfiles.synced", "userProfiles.created", "userProfiles.deleted"];

/** The newest entry of the log that a sync has left about this profile, and what came after it. */
export function LastSync({ id }: { id: string }) {
  const entries = useQuery(api.userProfiles.history, { id });
  if (entries === undefined)
    return <div className="skeleton h-20" role="status" aria-label="Loading" />;
  const sync = entries?.find(({ action }) => SYNCS.includes(action));
  const others = entries?.filter(({ action }) => !SYNCS.includes(action)).slice(0, 5) ?? [];
  return (
    <div className="flex flex-col gap-4">
      {sync ? (
        <div className="rounded-md border border-line px-4 py-3">
          <EntryLine entry={sync} />
          <div className="mt-2">
            <ChangeTable changes={sync.changes} />
          </div>
        </div>
      ) : (
        <p className="text-muted">No sync has changed anything lately.</p>
      )}
      {others.length > 0 && (
        <>
          <h4 className="text-xs font-medium text-muted">Done by people</h4>
          <ol className="-mt-2 rounded-md border border-line">
            {others.map((entry) => (
              <li key={entry.id} className="border-b border-line px-4 py-2.5 last:border-b-0">
                <EntryLine entry={entry} />
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}

function EntryLine({ entry: { action, actor, at } }: { entry: AuditEntry }) {
  return (
    <p className="flex flex-wrap items-baseline gap-x-3">
      <ActionName action={action} />
      <span className="wrap-anywhere">{actor.label ?? actor.id}</span>
      <span className="ml-auto text-muted">
        <Ago at={at} />
      </span>
    </p>
  );
}
