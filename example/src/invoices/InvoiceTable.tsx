import { useNavigate } from "@tanstack/react-router";
import { Cell, Column, Row, Table, TableBody, TableHeader } from "react-aria-components";
import type { Doc } from "../../convex/_generated/dataModel";
import { dayFromNow, formatDay, formatMoney } from "../format";
import { table, TableFrame } from "../ui/Table";
import { StatusMark } from "./StatusMark";

/** Invoices, one a row; a row opens its invoice. */
export function InvoiceTable({ invoices }: { invoices: Doc<"invoices">[] }) {
  const navigate = useNavigate();
  const open = (invoiceId: string) =>
    void navigate({ to: "/invoices/$invoiceId", params: { invoiceId } });
  return (
    <TableFrame rows={invoices.length}>
      <Table aria-label="Invoices" className={table.root} onRowAction={(key) => open(String(key))}>
        <TableHeader className={table.head}>
          <Column isRowHeader className={table.column}>
            Number
          </Column>
          {/* What is long has the room; the others take what they need. */}
          <Column isRowHeader className={`${table.column} md:w-full`}>
            Customer
          </Column>
          <Column className={table.column}>Status</Column>
          <Column className={table.column}>Due</Column>
          <Column className={`${table.column} text-right`}>Amount</Column>
        </TableHeader>
        <TableBody className={table.body} items={invoices}>
          {(invoice) => (
            <Row
              id={invoice._id}
              textValue={invoice.number}
              className={`${table.row} cursor-pointer max-md:grid-cols-[minmax(0,1fr)_auto]`}
            >
              <Cell
                className={`${table.cell} mono whitespace-nowrap max-md:order-4 max-md:text-muted`}
              >
                {invoice.number}
              </Cell>
              <Cell className={`${table.cell} max-md:order-1 max-md:row-span-2 wrap-anywhere`}>
                <span className="block">{invoice.customer}</span>
                <span className="block text-muted">{invoice.title}</span>
              </Cell>
              <Cell className={`${table.cell} whitespace-nowrap max-md:order-5 max-md:text-right`}>
                <StatusMark status={invoice.status} />
              </Cell>
              <Cell className={`${table.cell} whitespace-nowrap max-md:order-3 max-md:text-right`}>
                <Due {...invoice} />
              </Cell>
              <Cell className={`${table.cell} text-right whitespace-nowrap max-md:order-2`}>
                {formatMoney(invoice.amountCents, invoice.currency)}
              </Cell>
            </Row>
          )}
        </TableBody>
      </Table>
    </TableFrame>
  );
}

function Due({ dueOn, status }: Doc<"invoices">) {
  const isOverdue = status === "sent" && dueOn < dayFromNow(0);
  return (
    <>
      <span className="text-muted">
        <span className="md:hidden">Due </span>
        {formatDay(dueOn)}
      </span>
      {isOverdue && <span className="ml-2 font-medium max-lg:ml-0 max-lg:block">overdue</span>}
    </>
  );
}
