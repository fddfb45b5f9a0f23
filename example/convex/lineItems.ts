import type { Doc, Id } from "./_generated/dataModel";
import type { MutationCtx, QueryCtx } from "./_generated/server";
import { MOST_LINES } from "./invoiceRules";
import type { Line, LineInput } from "./schema";

/** The lines of an invoice, in their order. */
export async function linesOf({ db }: QueryCtx, invoiceId: Id<"invoices">) {
  return await db
    .query("lineItems")
    .withIndex("by_invoice", (q) => q.eq("invoiceId", invoiceId))
    .take(MOST_LINES);
}

/**
 * Makes these the lines of an invoice, and writes only rows that change.
 *
 * A line with an id is that row; one without takes the row at its place, unless another line names
 * that one. What is left over of the rows is removed.
 */
export async function writeLines(
  ctx: MutationCtx,
  invoiceId: Id<"invoices">,
  inputs: readonly LineInput[],
): Promise<void> {
  const rows = await linesOf(ctx, invoiceId);
  const named = new Set(inputs.map(({ id }) => id));
  const left = new Map(rows.map((row) => [row._id, row]));
  let last = -1;
  for (const [place, { id, ...line }] of inputs.entries()) {
    const here = rows[place]?._id;
    const rowId = id ?? (here && !named.has(here) ? here : undefined);
    const row = rowId && left.get(rowId);
    // Places stay as they are as long as they are in order: so a restored line finds its own again.
    const position = row && row.position > last ? row.position : last + 1;
    if (!row) await ctx.db.insert("lineItems", { ...line, invoiceId, position });
    else if (!isSame(row, { ...line, position })) {
      await ctx.db.patch("lineItems", row._id, { ...line, position });
    }
    if (row) left.delete(row._id);
    last = position;
  }
  for (const id of left.keys()) await ctx.db.delete("lineItems", id);
}

function isSame(row: Doc<"lineItems">, line: Line & { position: number }): boolean {
  const names = ["description", "quantity", "unitCents", "position"] as const;
  return names.every((name) => row[name] === line[name]);
}
