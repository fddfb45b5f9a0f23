import { Link } from "@tanstack/react-router";
import { useMutation } from "convex/react";
import { Lock, LockOpen } from "lucide-react";
import { api } from "../../convex/_generated/api";
import { formatMoment } from "../format";
import { WithReason } from "../people/WithReason";
import { Ago } from "../ui/Ago";
import { buttonClass } from "../ui/buttonClass";
import { Conflicts } from "./Conflicts";
import { Members } from "./Members";
import { PurgeNow } from "./PurgeNow";
import { isRestorable, linesOf, nameOf, type Deletion } from "./words";

type Props = {
  deletion: Deletion;
  onRestore: (ids: string[]) => Promise<void>;
  onPurged?: () => void;
};

/** What went along, what stands in the way, and what else can be done. */
export function Details({ deletion, onRestore, onPurged }: Props) {
  const { id, state, hold, purgeAt, invoice, missing } = deletion;
  return (
    <div className="flex flex-col gap-4 px-4 pb-4 md:pl-[3.25rem]">
      {linesOf(deletion) > 0 && state !== "purged" && <Members deletion={deletion} />}
      {missing > 0 && (
        <p className="text-muted">
          {missing} of its rows had been removed by something else before.
        </p>
      )}
      {hold && (
        <p className="text-pretty">
          On hold: “{hold.reason}”{" "}
          <span className="text-muted">
            {hold.placedBy.label ?? hold.placedBy.id}, <Ago at={hold.placedAt} />
          </span>
        </p>
      )}
      {isRestorable(deletion) && <Conflicts id={id} onRestore={onRestore} />}
      {state === "trashed" && !hold && purgeAt !== undefined && (
        <p className="text-muted">Can come back until {formatMoment(purgeAt)}.</p>
      )}
      <div className="flex flex-wrap gap-2">
        {state === "trashed" &&
          (hold ? <Release deletion={deletion} /> : <Hold deletion={deletion} />)}
        {state === "trashed" && !hold && (
          <PurgeNow deletion={deletion} {...(onPurged && { onPurged })} />
        )}
        {invoice && (
          <Link
            to="/audit-log"
            search={{ record: invoice.id, table: "invoices" }}
            className={buttonClass("ghost")}
          >
            History of {invoice.number}
          </Link>
        )}
      </div>
    </div>
  );
}

const HINT = "Stands here, and in the audit log.";

function Hold({ deletion }: { deletion: Deletion }) {
  const hold = useMutation(api.trash.hold);
  const name = nameOf(deletion);
  return (
    <WithReason
      permission="trash.hold"
      label="Hold"
      icon={Lock}
      title={`Put ${name} on hold?`}
      consequence="It is neither purged nor restored until somebody releases it."
      confirm="Put on hold"
      hint={HINT}
      act={(reason) => hold({ id: deletion.id, reason })}
      done={`${name} is on hold.`}
    />
  );
}

function Release({ deletion }: { deletion: Deletion }) {
  const release = useMutation(api.trash.release);
  const name = nameOf(deletion);
  return (
    <WithReason
      permission="trash.hold"
      label="Release"
      icon={LockOpen}
      title={`Release ${name}?`}
      consequence="It can be restored again, and is purged when its time is over."
      confirm="Release"
      hint={HINT}
      act={(reason) => release({ id: deletion.id, reason })}
      done={`${name} is released.`}
    />
  );
}
