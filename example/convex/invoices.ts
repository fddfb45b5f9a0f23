import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { mutation, query, type MutationCtx, type QueryCtx } from "./_generated/server";
import type { Doc, Id } from "./_generated/dataModel";
import { canRead, EMPTY_PAGE, refusal, requireUser } from "./access";
import { changedFields } from "./changes";
import { assertValidInvoice, MAX_LINES, totalCents, trimInvoice } from "./invoiceRules";
import { platform } from "./platform";
import schema, { vInvoiceInput, vLine, vStatus, type InvoiceInput, type Status } from "./schema";

const vInvoice = schema.doc("invoices");

// --- Reads -----------------------------------------------------------------------------------

/** One page of invoices, the newest first. Strangers see none. */
export const list = query({
  args: { status: v.optional(vStatus), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vInvoice),
  handler: async (ctx, { status, paginationOpts }) => {
    if (!(await canRead(ctx))) return EMPTY_PAGE;
    const invoices = ctx.db.query("invoices");
    const chosen = status
      ? invoices.withIndex("by_status", (q) => q.eq("status", status))
      : invoices;
    return await chosen.order("desc").paginate(paginationOpts);
  },
});

/** An invoice with its line items, or `null`: there is none with this id, or nobody is signed in. */
export const get = query({
  args: { id: v.string() },
  returns: v.union(vInvoice.extend({ lines: v.array(vLine) }), v.null()),
  handler: async (ctx, { id }) => {
    if (!(await canRead(ctx))) return null;
    const invoiceId = ctx.db.normalizeId("invoices", id);
    const invoice = invoiceId && (await ctx.db.get("invoices", invoiceId));
    return invoice && { ...invoice, lines: await readLines(ctx, invoice._id) };
  },
});

/** The id of the invoice with this number, or `null`. */
export const findByNumber = query({
  args: { number: v.string() },
  returns: v.union(v.id("invoices"), v.null()),
  handler: async (ctx, { number }) => {
    if (!(await canRead(ctx))) return null;
    const invoice = await ctx.db
      .query("invoices")
      .withIndex("by_number", (q) => q.eq("number", number))
      .unique();
    return invoice && invoice._id;
  },
});

// --- Writes ----------------------------------------------------------------------------------

/** Writes a new draft. Its number comes by itself. */
export const create = mutation({
  args: { invoice: vInvoiceInput },
  returns: v.id("invoices"),
  handler: async (ctx, args) => {
    const user = await requireUser(ctx);
    const input = trimInvoice(args.invoice);
    assertValidInvoice(input);
    const { lines, ...fields } = input;
    const number = await nextNumber(ctx);
    const amountCents = totalCents(lines);
    const id = await ctx.db.insert("invoices", {
      ...fields,
      number,
      amountCents,
      status: "draft",
      ownerId: user.tokenIdentifier,
    });
    await writeLines(ctx, id, lines);
    await platform.audit(ctx, {
      action: "invoices.created",
      target: { table: "invoices", id, label: number },
      changes: changedFields({}, { ...input, amountCents }),
    });
    return id;
  },
});

/** Rewrites a draft. What stays the same is not recorded, and a call that changes nothing leaves no entry. */
export const update = mutation({
  args: { id: v.id("invoices"), invoice: vInvoiceInput },
  returns: v.null(),
  handler: async (ctx, { id, invoice }) => {
    await requireUser(ctx);
    const stored = await getInvoice(ctx, id);
    assertStatus(stored, ["draft"], "Only a draft can be edited.");
    const input = trimInvoice(invoice);
    assertValidInvoice(input);
    const { lines, ...fields } = input;
    const amountCents = totalCents(lines);
    const changes = changedFields(await snapshot(ctx, stored), { ...input, amountCents });
    if (changes.length === 0) return null;
    await ctx.db.patch("invoices", id, { ...fields, amountCents });
    await removeLines(ctx, id);
    await writeLines(ctx, id, lines);
    await platform.audit(ctx, {
      action: "invoices.updated",
      target: { table: "invoices", id, label: stored.number },
      changes,
    });
    return null;
  },
});

// #region audit
export const send = mutation({
  args: { id: v.id("invoices") },
  returns: v.null(),
  handler: async (ctx, { id }) => {
    await requireUser(ctx);
    const { number, status } = await getInvoice(ctx, id);
    if (status !== "draft") {
      throw refusal({ code: "INVALID_STATE", message: "Only a draft can be sent." });
    }
    // #region use
    await ctx.db.patch("invoices", id, { status: "sent" });
    await platform.audit(ctx, {
      action: "invoices.sent",
      target: { table: "invoices", id, label: number },
      changes: [{ path: "status", before: "draft", after: "sent" }],
    });
    // #endregion
    return null;
  },
});
// #endregion

export const markPaid = mutation({
  args: { id: v.id("invoices") },
  returns: v.null(),
  handler: async (ctx, { id }) => {
    await requireUser(ctx);
    const invoice = await getInvoice(ctx, id);
    assertStatus(invoice, ["sent"], "Only a sent invoice can be paid.");
    await ctx.db.patch("invoices", id, { status: "paid" });
    await platform.audit(ctx, {
      action: "invoices.paid",
      target: { table: "invoices", id, label: invoice.number },
      changes: [{ path: "status", before: "sent", after: "paid" }],
      metadata: { amountCents: invoice.amountCents, currency: invoice.currency },
    });
    return null;
  },
});

/** Takes back an invoice that was sent by mistake. It keeps its number and stays in the list. */
export const markVoid = mutation({
  args: {
    id: v.id("invoices"),
    /** At most 1,000 characters; goes into the audit log. */
    reason: v.string(),
  },
  returns: v.null(),
  handler: async (ctx, { id, reason }) => {
    await requireUser(ctx);
    const invoice = await getInvoice(ctx, id);
    assertStatus(invoice, ["sent"], "Only a sent invoice can be voided.");
    await ctx.db.patch("invoices", id, { status: "void" });
    await platform.audit(ctx, {
      action: "invoices.voided",
      target: { table: "invoices", id, label: invoice.number },
      changes: [{ path: "status", before: "sent", after: "void" }],
      reason,
    });
    return null;
  },
});

/** Removes a draft or a void invoice with its line items. The audit log keeps what it said. */
export const remove = mutation({
  args: { id: v.id("invoices") },
  returns: v.null(),
  handler: async (ctx, { id }) => {
    await requireUser(ctx);
    const invoice = await getInvoice(ctx, id);
    assertStatus(invoice, ["draft", "void"], "A sent invoice stays. Void it first.");
    const changes = changedFields(await snapshot(ctx, invoice), {});
    await removeLines(ctx, id);
    await ctx.db.delete("invoices", id);
    await platform.audit(ctx, {
      action: "invoices.removed",
      target: { table: "invoices", id, label: invoice.number },
      changes,
    });
    return null;
  },
});

// --- Helpers ---------------------------------------------------------------------------------

/** @throws NOT_FOUND */
async function getInvoice(ctx: QueryCtx, id: Id<"invoices">): Promise<Doc<"invoices">> {
  const invoice = await ctx.db.get("invoices", id);
  if (!invoice) throw refusal({ code: "NOT_FOUND", message: "This invoice is gone." });
  return invoice;
}

/** @throws INVALID_STATE */
function assertStatus({ status }: Doc<"invoices">, allowed: Status[], message: string): void {
  if (!allowed.includes(status)) throw refusal({ code: "INVALID_STATE", message });
}

/** What people wrote on the invoice, and the sum: what a change is compared with. */
async function snapshot(
  ctx: QueryCtx,
  { _id, customer, title, currency, dueOn, amountCents }: Doc<"invoices">,
): Promise<InvoiceInput & { amountCents: number }> {
  return { customer, title, currency, dueOn, lines: await readLines(ctx, _id), amountCents };
}

/** Two people who create at once wait for each other here: no number is given out twice. */
async function nextNumber(ctx: MutationCtx): Promise<string> {
  const counter = await ctx.db
    .query("counters")
    .withIndex("by_name", (q) => q.eq("name", "invoices"))
    .unique();
  const last = (counter?.last ?? 1000) + 1;
  if (counter) await ctx.db.patch("counters", counter._id, { last });
  else await ctx.db.insert("counters", { name: "invoices", last });
  return `INV-${last}`;
}

function linesOf(ctx: QueryCtx, invoiceId: Id<"invoices">) {
  return ctx.db
    .query("lineItems")
    .withIndex("by_invoice", (q) => q.eq("invoiceId", invoiceId))
    .take(MAX_LINES);
}

async function readLines(ctx: QueryCtx, invoiceId: Id<"invoices">) {
  const rows = await linesOf(ctx, invoiceId);
  return rows.map(({ description, quantity, unitCents }) => ({ description, quantity, unitCents }));
}

async function writeLines(
  ctx: MutationCtx,
  invoiceId: Id<"invoices">,
  lines: InvoiceInput["lines"],
): Promise<void> {
  for (const [position, line] of lines.entries()) {
    await ctx.db.insert("lineItems", { ...line, invoiceId, position });
  }
}

async function removeLines(ctx: MutationCtx, invoiceId: Id<"invoices">): Promise<void> {
  for (const { _id } of await linesOf(ctx, invoiceId)) await ctx.db.delete("lineItems", _id);
}
