import { Link } from "@tanstack/react-router";
import { usePlatformMutation } from "convex-platform/react";
import { useQuery } from "convex/react";
import { FileX, Undo2 } from "lucide-react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { countLines, linesOf, nameOf, type Deletion } from "../trash/words";
import { Ago } from "../ui/Ago";
import { buttonClass } from "../ui/buttonClass";
import { Notice } from "../ui/Notice";
import { PageHeader } from "../ui/PageHeader";
import { PermittedButton } from "../ui/PermittedButton";
import { TableSkeleton } from "../ui/Table";
import History from "./History";

/** What is left of an invoice that is not on the desk: its way back, and what the log says of it. */
export default function GoneInvoice({ id }: { id: string }) {
  const deletion = useQuery(api.trash.ofInvoice, { invoiceId: id });
  if (deletion === undefined) return <TableSkeleton rows={3} label="Loading" />;
  if (deletion === null) return <NoInvoice id={id} />;
  return (
    <>
      <InTrash deletion={deletion} />
      <History id={id} />
    </>
  );
}

/** It was purged, or it never was: the log knows which. */
function NoInvoice({ id }: { id: string }) {
  return (
    <History
      id={id}
      head={
        <PageHeader
          title="This invoice is gone"
          subtitle="What happened to it, the log still knows."
        />
      }
      empty={
        <>
          <PageHeader title="No such invoice" subtitle="The log knows of none, either." />
          <Notice icon={FileX} title="There never was an invoice at this address." />
        </>
      }
    />
  );
}

function InTrash({ deletion }: { deletion: Deletion }) {
  const { id, actor, deletedAt } = deletion;
  const { run, isPending } = usePlatformMutation(api.trash.restore);
  const name = nameOf(deletion);
  const count = linesOf(deletion);
  const restore = async () => {
    if (isPending) return;
    const restored = await run({ id });
    if (restored.ok) toast.success(`${name} is back.`);
    else toast.error(restored.error.message);
  };
  return (
    <PageHeader
      title={`${name} is in the trash`}
      subtitle={
        <>
          {actor.label ?? actor.id} deleted it{count > 0 && ` with ${countLines(count)}`},{" "}
          <Ago at={deletedAt} />.
        </>
      }
    >
      <Link to="/trash" search={{ open: id }} className={buttonClass()}>
        Show in trash
      </Link>
      <PermittedButton permission="trash.restore" variant="primary" onPress={() => void restore()}>
        <Undo2 aria-hidden className="size-4" />
        Restore
      </PermittedButton>
    </PageHeader>
  );
}
