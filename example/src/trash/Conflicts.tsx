import { Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import { CircleAlert, Undo2 } from "lucide-react";
import { api } from "../../convex/_generated/api";
import { buttonClass } from "../ui/buttonClass";
import { PermittedButton } from "../ui/PermittedButton";
import { explain, type Conflict } from "./words";

type Props = { id: string; onRestore: (ids: string[]) => Promise<void> };

/** What stands in the way of a restore at this moment, and the way round it. */
export function Conflicts({ id, onRestore }: Props) {
  const conflicts = useQuery(api.trash.conflicts, { id }) ?? [];
  if (conflicts.length === 0) return null;
  return (
    <div role="status">
      <ul aria-label="Why it cannot come back" className="flex flex-col gap-2">
        {conflicts.map((conflict) => (
          <li
            key={`${conflict.reason} ${conflict.holder?.id}`}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-md border border-line bg-ground px-3 py-2"
          >
            <p className="flex min-w-0 items-start gap-2 text-pretty">
              <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
              {explain(conflict)}
            </p>
            <WayOut id={id} conflict={conflict} onRestore={onRestore} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function WayOut({ id, conflict: { reason, holder }, onRestore }: Props & { conflict: Conflict }) {
  if (reason === "PARENT_DELETED" && holder?.deletionId !== undefined) {
    const { deletionId } = holder;
    return (
      <PermittedButton permission="trash.restore" onPress={() => void onRestore([deletionId, id])}>
        <Undo2 aria-hidden className="size-4" />
        Restore both
      </PermittedButton>
    );
  }
  if (!holder) return null;
  return (
    <Link to="/invoices/$invoiceId" params={{ invoiceId: holder.id }} className={buttonClass()}>
      Open {holder.number}
    </Link>
  );
}
