import type { AuditEntry } from "convex-platform";
import { Cell, Column, Row, Table, TableBody, TableHeader } from "react-aria-components";
import { Ago } from "../ui/Ago";
import { table } from "../ui/Table";
import { ActionName } from "./ActionName";

type Props = {
  entries: AuditEntry[];
  /** The id of the entry that is open. */
  openEntry: string | undefined;
  onOpen: (id: string) => void;
};

/** Entries, one a row; a row opens its entry. */
export function EntryTable({ entries, openEntry, onOpen }: Props) {
  return (
    <div className={table.frame}>
      <Table aria-label="Entries" className={table.root} onRowAction={(key) => onOpen(String(key))}>
        <TableHeader className={table.head}>
          {/* Together these name the row to a screen reader. */}
          <Column isRowHeader className={table.column}>
            Event
          </Column>
          <Column isRowHeader className={table.column}>
            Actor
          </Column>
          <Column isRowHeader className={table.column}>
            Target
          </Column>
          <Column className={table.column}>When</Column>
        </TableHeader>
        <TableBody className={table.body} items={entries} dependencies={[openEntry]}>
          {({ id, action, actor, target, at }) => (
            <Row
              id={id}
              textValue={action}
              className={`${table.row} cursor-pointer max-md:grid-cols-[minmax(0,1fr)_auto] ${id === openEntry ? "bg-sunken" : ""}`}
            >
              <Cell className={`${table.cell} max-md:order-1`}>
                <ActionName action={action} />
              </Cell>
              <Cell className={`${table.cell} max-md:order-3 wrap-anywhere`}>
                {actor.label ?? actor.id}
              </Cell>
              <Cell className={`${table.cell} text-muted max-md:order-4 max-md:text-right`}>
                {target.label ?? target.id}
              </Cell>
              <Cell className={`${table.cell} text-muted max-md:order-2 max-md:text-right`}>
                <Ago at={at} />
              </Cell>
            </Row>
          )}
        </TableBody>
      </Table>
    </div>
  );
}
