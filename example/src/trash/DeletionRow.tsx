import { ChevronRight, Undo2 } from "lucide-react";
import { Fragment, useId } from "react";
import { Button } from "react-aria-components";
import { formatMoney } from "../format";
import { Ago } from "../ui/Ago";
import { PermittedButton, RefusedButton } from "../ui/PermittedButton";
import { Conflicts } from "./Conflicts";
import { Details } from "./Details";
import { SelectBox } from "./SelectBox";
import { TimeLeft } from "./TimeLeft";
import { countLines, isLine, isRestorable, linesOf, nameOf, type Deletion } from "./words";

/** What, who and when, how long still, and what to do: the columns from the medium screen on. */
const COLUMNS =
  "grid-cols-[auto_minmax(0,1fr)_auto] md:grid-cols-[auto_minmax(0,1fr)_6.5rem_5.5rem_6.5rem] lg:grid-cols-[auto_minmax(0,1fr)_11rem_7.5rem_6.5rem]";

type Props = {
  deletion: Deletion;
  isOpen: boolean;
  onToggle: () => void;
  /** Absent where nothing is chosen from the list. */
  isSelected?: boolean;
  onSelect?: (isSelected: boolean) => void;
  onRestore: (ids: string[]) => Promise<void>;
  onPurged?: () => void;
  /** It was tried in vain. */
  isRefused: boolean;
};

export function DeletionRow({ deletion, isOpen, onToggle, ...props }: Props) {
  const { isSelected = false, onSelect, onRestore, onPurged, isRefused } = props;
  const panelId = useId();
  const { id, state, actor, deletedAt, reason } = deletion;
  const name = nameOf(deletion);
  return (
    <li
      data-deletion={id}
      className={`border-b border-line transition-colors last:border-b-0 ${isSelected ? "bg-sunken/60" : ""}`}
    >
      <div className={`grid items-start gap-x-4 gap-y-2 px-4 py-3.5 ${COLUMNS}`}>
        <div className="row-span-3 w-4 pt-0.5 md:row-span-1">
          {isRestorable(deletion) && onSelect && (
            <SelectBox label={`Select ${name}`} isSelected={isSelected} onChange={onSelect} />
          )}
        </div>
        <div className="col-span-2 min-w-0 md:col-span-1">
          <Button
            aria-expanded={isOpen}
            aria-controls={panelId}
            onPress={onToggle}
            className="-ml-1 flex max-w-full items-start gap-1 rounded-sm pr-1 text-left"
          >
            <ChevronRight
              aria-hidden
              className={`mt-0.5 size-4 shrink-0 text-muted transition-transform ${isOpen ? "rotate-90" : ""}`}
            />
            <Title deletion={deletion} />
          </Button>
          <Context deletion={deletion} />
          {reason && <p className="pl-4 wrap-anywhere text-muted">“{reason}”</p>}
        </div>
        <p className="text-muted max-md:col-span-2 max-md:flex max-md:gap-2 max-md:pl-4 md:block">
          <span className="wrap-anywhere text-ink md:block">{actor.label ?? actor.id}</span>
          <Ago at={deletedAt} />
        </p>
        <div className="max-md:pl-4">
          <TimeLeft deletion={deletion} />
        </div>
        <div className="flex justify-end">
          {state === "trashed" && (
            <RestoreButton deletion={deletion} onPress={() => void onRestore([id])} />
          )}
        </div>
      </div>
      {isRefused && !isOpen && (
        <div className="px-4 pb-4 pl-12">
          <Conflicts id={id} onRestore={onRestore} />
        </div>
      )}
      <div id={panelId} hidden={!isOpen}>
        {isOpen && (
          <Details deletion={deletion} onRestore={onRestore} {...(onPurged && { onPurged })} />
        )}
      </div>
    </li>
  );
}

function RestoreButton({ deletion, onPress }: { deletion: Deletion; onPress: () => void }) {
  const label = (
    <>
      <Undo2 aria-hidden className="size-4" />
      Restore<span className="sr-only"> {nameOf(deletion)}</span>
    </>
  );
  return deletion.hold ? (
    <RefusedButton reason="It is on hold. Release it first.">{label}</RefusedButton>
  ) : (
    <PermittedButton permission="trash.restore" onPress={onPress}>
      {label}
    </PermittedButton>
  );
}

function Title({ deletion }: { deletion: Deletion }) {
  const { invoice } = deletion;
  if (isLine(deletion)) return <span className="wrap-anywhere">{nameOf(deletion)}</span>;
  return (
    <span className="wrap-anywhere">
      <span className="mono mr-2 whitespace-nowrap">{nameOf(deletion)}</span>
      {invoice?.title}
    </span>
  );
}

const NO_BREAK = "\u00a0";

/** Whose it is, what it was worth, and what went along. */
function Context({ deletion }: { deletion: Deletion }) {
  const { invoice, amountCents } = deletion;
  const count = linesOf(deletion);
  const parts = [
    ...(isLine(deletion) ? [invoice ? `Line of ${invoice.number}` : "Line"] : []),
    ...(invoice && !isLine(deletion) ? [invoice.customer] : []),
    ...(invoice && amountCents !== undefined ? [formatMoney(amountCents, invoice.currency)] : []),
    ...(count > 0 ? [`with ${countLines(count)}`.replaceAll(" ", NO_BREAK)] : []),
  ];
  return (
    <p className="pl-4 wrap-anywhere text-muted">
      {parts.map((part, i) => (
        <Fragment key={i}>
          {i > 0 && " · "}
          <bdi>{part}</bdi>
        </Fragment>
      ))}
    </p>
  );
}
