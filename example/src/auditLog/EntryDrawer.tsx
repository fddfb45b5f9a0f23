import { Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import type { AuditEntry } from "convex-platform";
import { Link2, X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { toast } from "sonner";
import { api } from "../../convex/_generated/api";
import { formatMoment } from "../format";
import { Button } from "../ui/Button";
import { buttonClass } from "../ui/buttonClass";
import { ActionName } from "./ActionName";
import { ChangeTable } from "./ChangeTable";

type Props = { id: string | undefined; onClose: () => void };

/** One entry with all it says, beside the list. */
export function EntryDrawer({ id, onClose }: Props) {
  return (
    <ModalOverlay
      isOpen={id !== undefined}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      isDismissable
      className="fixed inset-0 z-20 bg-veil transition-opacity data-entering:opacity-0"
    >
      <Modal className="fixed inset-y-0 right-0 w-full max-w-lg border-l border-line bg-surface transition-transform data-entering:translate-x-4">
        <Dialog aria-label="Entry" className="h-full overflow-y-auto p-6">
          {id !== undefined && <EntryLoader id={id} onClose={onClose} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function EntryLoader({ id, onClose }: { id: string; onClose: () => void }) {
  const entry = useQuery(api.auditLogs.get, { id });
  return (
    <div className="flex flex-col gap-6">
      <div className="flex items-start justify-between gap-4">
        <Heading slot="title" className="pt-1.5 text-base">
          {entry ? <ActionName action={entry.action} /> : entry === null ? "Not found" : "Loading"}
        </Heading>
        <Button variant="icon" aria-label="Close" onPress={onClose}>
          <X aria-hidden className="size-4" />
        </Button>
      </div>
      {entry === null && <p className="text-muted">The log has no entry at this address.</p>}
      {entry && <Entry entry={entry} />}
    </div>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { actor, target, at, changes, reason, metadata, request, outcome } = entry;
  return (
    <>
      <p className="-mt-4 text-muted">
        {actor.label ?? actor.id} on {target.label ?? target.id}, {formatMoment(at)}
      </p>
      {reason && <p className="border-l-2 border-line pl-3">“{reason}”</p>}
      {changes.length > 0 && (
        <section className="flex flex-col gap-2">
          <h3 className="font-medium">Changes</h3>
          <ChangeTable changes={changes} />
        </section>
      )}
      <dl className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-baseline gap-x-4 gap-y-2">
        {outcome !== "success" && <Detail name="Outcome">{outcome}</Detail>}
        <Detail name="Entry">{entry.id}</Detail>
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
function Onward({ entry: { actor, action, target } }: { entry: AuditEntry }) {
  const copy = async () => {
    await navigator.clipboard.writeText(window.location.href);
    toast.success("The link is on the clipboard.");
  };
  return (
    <div className="flex flex-wrap gap-2">
      <Link to="/audit-log" search={{ record: target.id }} className={buttonClass()}>
        Same record
      </Link>
      <Link to="/audit-log" search={{ actor: actor.id }} className={buttonClass()}>
        Same person
      </Link>
      <Link to="/audit-log" search={{ action }} className={buttonClass()}>
        Same action
      </Link>
      <Button onPress={() => void copy()}>
        <Link2 aria-hidden className="size-4" />
        Copy link
      </Button>
    </div>
  );
}
