import type { AuditEntry } from "convex-platform";
import {
  Cell,
  Column,
  Row,
  Table,
  TableBody,
  TableHeader,
  TableLayout,
  Virtualizer,
} from "react-aria-components";
import { Ago } from "../ui/Ago";
import { useIsWide } from "../ui/useIsWide";
import { ActionName } from "./ActionName";
import { OutcomeMark } from "./OutcomeMark";

type Props = {
  entries: AuditEntry[];
  /** The id of the entry that is open. */
  openEntry: string | undefined;
  onOpen: (id: string) => void;
};

const WIDE = { rowHeight: 49, headingHeight: 38 };
const NARROW = { rowHeight: 67, headingHeight: 1 };

/**
 * Entries, one a row; a row opens its entry. Only the rows on the screen are in the document,
 * however long the list: the page scrolls, and the layout follows.
 */
export function EntryTable({ entries, openEntry, onOpen }: Props) {
  const isWide = useIsWide();
  return (
    <div className="overflow-clip rounded-md border border-line bg-surface">
      {/* The layout measures its columns once, so another set of columns is another table. */}
      <Virtualizer key={String(isWide)} layout={TableLayout} layoutOptions={isWide ? WIDE : NARROW}>
        <Table
          aria-label="Entries"
          className="outline-none"
          onRowAction={(key) => onOpen(String(key))}
        >
          <TableHeader className={isWide ? "" : "sr-only"}>
            {/* What names a row to a screen reader. */}
            <Column isRowHeader width={isWide ? "5fr" : "3fr"} className={columnClass}>
              Event
            </Column>
            {isWide && (
              <Column isRowHeader width="3fr" className={columnClass}>
                Actor
              </Column>
            )}
            {isWide && (
              <Column isRowHeader width="4fr" className={columnClass}>
                Target
              </Column>
            )}
            <Column isRowHeader={!isWide} width={isWide ? "3fr" : "2fr"} className={columnClass}>
              When
            </Column>
          </TableHeader>
          <TableBody items={entries} dependencies={[openEntry, isWide]}>
            {(entry) => (
              <Row
                id={entry.id}
                textValue={entry.action}
                className={`h-full cursor-pointer border-b border-line outline-offset-[-2px] transition-colors data-hovered:bg-sunken/60 ${entry.id === openEntry ? "bg-sunken" : ""}`}
              >
                {isWide ? wideCells(entry) : narrowCells(entry)}
              </Row>
            )}
          </TableBody>
        </Table>
      </Virtualizer>
    </div>
  );
}

const columnClass =
  "flex h-full items-center border-b border-line px-4 text-xs font-medium text-muted outline-offset-[-2px]";
const cellClass = "flex h-full min-w-0 items-center gap-2 px-4 outline-offset-[-2px]";
const narrowCellClass =
  "flex h-full min-w-0 flex-col justify-center gap-0.5 px-4 outline-offset-[-2px]";

function wideCells({ action, outcome, actor, target, at }: AuditEntry) {
  return (
    <>
      <Cell className={cellClass}>
        <span className="truncate">
          <ActionName action={action} />
        </span>
        <OutcomeMark outcome={outcome} />
      </Cell>
      <Cell className={cellClass}>
        <span className="truncate">{actor.label ?? actor.id}</span>
      </Cell>
      <Cell className={`${cellClass} text-muted`}>
        <span className="truncate">{target.label ?? target.id}</span>
      </Cell>
      <Cell className={`${cellClass} text-muted`}>
        <Ago at={at} />
      </Cell>
    </>
  );
}

function narrowCells({ action, outcome, actor, target, at }: AuditEntry) {
  return (
    <>
      <Cell className={narrowCellClass}>
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate">
            <ActionName action={action} />
          </span>
          <OutcomeMark outcome={outcome} />
        </span>
        <span className="truncate">{actor.label ?? actor.id}</span>
      </Cell>
      <Cell className={`${narrowCellClass} text-right text-muted`}>
        <Ago at={at} />
        <span className="truncate">{target.label ?? target.id}</span>
      </Cell>
    </>
  );
}
