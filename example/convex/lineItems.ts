import type { PlatformErrorData } from "convex-platform";
import { ConvexError } from "convex/values";
import type { Doc, Id } from "./_generated/dataModel";
import type { MutationCtx, QueryCtx } from "./_generated/server";
import { MOST_LINES, totalCents } from "./invoiceRules";
import { platform } from "./platform";
import type { Line, LineInput } from "./schema";
import type { ScopedCtx } from "./trashSubjects";

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
 * that one. What is left over of the rows goes to the trash, each line on its own: so whoever removes
 * one by mistake gets back that line, and not the whole edit.
 *
 * @returns the deletions
 */
export async function writeLines(
  ctx: MutationCtx,
  invoiceId: Id<"invoices">,
  inputs: readonly LineInput[],
): Promise<string[]> {
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
  if (left.size === 0) return [];
  const removed = await platform.trash.softDeleteMany(ctx, "lineItems", [...left.values()]);
  return removed.flatMap(({ operationId }) => operationId ?? []);
}

// --- Coming back from the trash --------------------------------------------------------------

/** Why a line may not come back by our rules; those of the platform come after. */
export type Refusal = {
  reason: "INVOICE_SENT" | "INVOICE_FULL";
  message: string;
  invoice: Doc<"invoices">;
};

/** @param coming - lines of the same invoice that come back as well */
export async function refusalOfReturn(
  ctx: ScopedCtx,
  { invoiceId, deletedAt }: Doc<"lineItems">,
  coming = 0,
): Promise<Refusal | null> {
  const invoice = await ctx.scope("all").get("invoices", invoiceId);
  if (!invoice || deletedAt === undefined) return null;
  const { number, status } = invoice;
  if (status !== "draft") {
    const message = `${number} is no draft any more: what it says stays as it is.`;
    return { reason: "INVOICE_SENT", message, invoice };
  }
  const { length } = await linesOf(ctx, invoiceId);
  if (length + coming < MOST_LINES) return null;
  const message = `${number} has ${MOST_LINES} lines already.`;
  return { reason: "INVOICE_FULL", message, invoice };
}

/** @throws INVALID_STATE */
export async function assertMayReturn(ctx: ScopedCtx, line: Doc<"lineItems">): Promise<void> {
  const refusal = await refusalOfReturn(ctx, line);
  if (!refusal) return;
  const { message } = refusal;
  throw new ConvexError<PlatformErrorData>({ code: "INVALID_STATE", message });
}

/** Adds up what an invoice bills after lines have come back. */
export async function countAgain(ctx: MutationCtx, invoiceId: Id<"invoices">): Promise<void> {
  const amountCents = totalCents(await linesOf(ctx, invoiceId));
  await ctx.db.patch("invoices", invoiceId, { amountCents });
}

// --- Helpers ---------------------------------------------------------------------------------

function isSame(row: Doc<"lineItems">, line: Line & { position: number }): boolean {
  const names = ["description", "quantity", "unitCents", "position"] as const;
  return names.every((name) => row[name] === line[name]);
}
