import { Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import type { AuditEntry } from "convex-platform";
import { Link2 } from "lucide-react";
import type { ReactNode } from "react";
import { Heading } from "react-aria-components";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { formatMoment } from "../format";
import { Button } from "../ui/Button";
import { buttonClass } from "../ui/buttonClass";
import { CloseButton } from "../ui/Drawer";
import { ActionName } from "./ActionName";
import { ChangeTable } from "./ChangeTable";
import { OutcomeMark } from "./OutcomeMark";
import { SealState } from "./SealState";
import { toMoment } from "./search";

/** The entries of one request commit within this of each other, as a rule. */
const REQUEST_MS = 60_000;

type Props = { id: string; onClose: () => void };

/** One entry with all it says. */
export function EntryDetails({ id, onClose }: Props) {
  const entry = useQuery(api.auditLogs.get, { id });
  return (
    <div className="flex flex-col gap-6 p-6">
      <div className="flex items-start justify-between gap-4">
        <Heading slot="title" className="flex flex-wrap items-center gap-2 pt-1.5 text-base">
          {entry ? <ActionName action={entry.action} /> : entry === null ? "Not found" : "Loading"}
          {entry && <OutcomeMark outcome={entry.outcome} />}
        </Heading>
        <CloseButton onPress={onClose} />
      </div>
      {entry === null && <p className="text-muted">The log has no entry at this address.</p>}
      {entry && <Entry entry={entry} />}
    </div>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { id, actor, target, at, changes, changesCut, reason, metadata, request } = entry;
  return (
    <>
      <p className="-mt-4 text-muted">
        {actor.label ?? actor.id} on {target.label ?? target.id}, {formatMoment(at)}
      </p>
      {reason && <p className="border-l-2 border-line pl-3 wrap-anywhere">“{reason}”</p>}
      {changes.length > 0 && (
        <section className="flex flex-col gap-2">
          <h3 className="font-medium">Changes</h3>
          <ChangeTable changes={changes} />
          {changesCut !== undefined && (
            <p className="text-xs text-muted">{changesCut} more found no room in the entry.</p>
          )}
        </section>
      )}
      <SealState key={id} entry={entry} />
      <dl className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-baseline gap-x-4 gap-y-2">
        <Detail name="Entry">{id}</Detail>
        <Detail name="Actor">{actor.id}</Detail>
        <Detail name="Target">
          {target.table} {target.id}
        </Detail>
        {request.functionName && <Detail name="Function">{request.functionName}</Detail>}
        <Detail name="Request">{request.id}</Detail>
        {request.ip && <Detail name="IP">{request.ip}</Detail>}
        {request.userAgent && <Detail name="Agent">{request.userAgent}</Detail>}
        {metadata && <Detail name="Metadata">{JSON.stringify(metadata)}</Detail>}
      </dl>
      <Onward entry={entry} />
    </>
  );
}

function Detail({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="mono break-words">{children}</dd>
    </>
  );
}

/** From one entry to those that share something with it. */
function Onward({ entry: { actor, target, request, at } }: { entry: AuditEntry }) {
  const copy = async () => {
    await navigator.clipboard.writeText(window.location.href);
    toast.success("The link is on the clipboard.");
  };
  const aroundIt = { from: toMoment(at - REQUEST_MS), to: toMoment(at + 2 * REQUEST_MS) };
  return (
    <div className="flex flex-wrap gap-2">
      <Link
        to="/audit-log"
        search={{ record: target.id, table: target.table }}
        className={buttonClass()}
      >
        Same record
      </Link>
      <Link to="/audit-log" search={{ actor: actor.id }} className={buttonClass()}>
        Same actor
      </Link>
      <Link to="/audit-log" search={{ request: request.id, ...aroundIt }} className={buttonClass()}>
        Same request
      </Link>
      <Button onPress={() => void copy()}>
        <Link2 aria-hidden className="size-4" />
        Copy link
      </Button>
    </div>
  );
}
