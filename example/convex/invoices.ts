import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { ConvexError, v } from "convex/values";
import type { PlatformErrorData } from "convex-platform";
import { email, optional, text } from "convex-platform/rules";
import type { MutationCtx } from "./_generated/server";
import type { Doc } from "./_generated/dataModel";
import { mutation, query } from "./functions";
import { invoiceRules, totalCents } from "./invoiceRules";
import { linesOf, writeLines } from "./lineItems";
import { platform } from "./platform";
import schema, { vInvoiceInput, vStatus, type Status } from "./schema";

const vInvoice = schema.doc("invoices");
const vInvoiceWithLines = vInvoice.extend({ lines: v.array(schema.doc("lineItems")) });

// --- Reads -----------------------------------------------------------------------------------

/** One page of invoices, the newest first. Strangers see none. */
export const list = query({
  args: { status: v.optional(vStatus), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vInvoice),
  permission: "invoices.read",
  handler: async (ctx, { status, paginationOpts }) => {
    const invoices = ctx.db.query("invoices");
    const chosen = status
      ? invoices.withIndex("by_status", (q) => q.eq("status", status))
      : invoices;
    return await chosen.order("desc").paginate(paginationOpts);
  },
});

/** An invoice with its lines, or `null`: there is none with this id, or whoever asks may not see it. */
export const get = query({
  args: { id: v.string() },
  returns: vInvoiceWithLines,
  permission: "invoices.read",
  access: async (ctx, { id }) => await ctx.load("invoices", id),
  handler: async (ctx, _args, invoice) => ({
    ...invoice,
    lines: await linesOf(ctx, invoice._id),
  }),
});

/** The id of the invoice with this number, or `null`. */
export const findByNumber = query({
  args: { number: v.string() },
  returns: v.union(v.id("invoices"), v.null()),
  permission: "invoices.read",
  handler: async (ctx, { number }) => {
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
  args: vInvoiceInput.fields,
  returns: v.id("invoices"),
  permission: "invoices.create",
  rules: invoiceRules,
  handler: async (ctx, { lines, ...fields }) => {
    const id = await ctx.db.insert("invoices", {
      ...fields,
      number: await nextNumber(ctx),
      amountCents: totalCents(lines),
      status: "draft",
      ownerId: ctx.actor.id,
    });
    await writeLines(ctx, id, lines);
    return id;
  },
});

/**
 * Rewrites a draft. What stays the same is not recorded, and a call that changes nothing leaves no
 * entry. Lines that are left out go to the trash; it gives the deletions, for an undo.
 */
export const update = mutation({
  args: vInvoiceInput.extend({ id: v.id("invoices") }).fields,
  returns: v.array(v.string()),
  permission: "invoices.update",
  rules: invoiceRules,
  access: async (ctx, { id }) => await ctx.load("invoices", id),
  handler: async (ctx, { id, lines, ...fields }, invoice) => {
    assertStatus(invoice, ["draft"], "Only a draft can be edited.");
    await ctx.db.patch("invoices", id, { ...fields, amountCents: totalCents(lines) });
    return await writeLines(ctx, id, lines);
  },
});

// #region use
export const send = mutation({
  args: { id: v.id("invoices") },
  permission: "invoices.send",
  access: async (ctx, { id }) => await ctx.load("invoices", id),
  audit: "invoices.sent",
  handler: async (ctx, { id }, invoice) => {
    assertStatus(invoice, ["draft"], "Only a draft can be sent.");
    await ctx.db.patch("invoices", id, { status: "sent" });
  },
});
// #endregion

export const markPaid = mutation({
  args: { id: v.id("invoices") },
  permission: "invoices.pay",
  access: async (ctx, { id }) => await ctx.load("invoices", id),
  audit: "invoices.paid",
  handler: async (ctx, { id }, invoice) => {
    assertStatus(invoice, ["sent"], "Only a sent invoice can be paid.");
    await ctx.db.patch("invoices", id, { status: "paid" });
  },
});

/** Takes back an invoice that was sent by mistake. It keeps its number and stays in the list. */
export const markVoid = mutation({
  args: { id: v.id("invoices"), reason: v.string() },
  permission: "invoices.void",
  rules: { reason: text({ max: 1_000, oneLine: false }) },
  access: async (ctx, { id }) => await ctx.load("invoices", id),
  audit: "invoices.voided",
  handler: async (ctx, { id, reason }, invoice) => {
    assertStatus(invoice, ["sent"], "Only a sent invoice can be voided.");
    await ctx.db.patch("invoices", id, { status: "void", voidReason: reason });
  },
});

// #region audit
/** Notes that the customer was reminded. No row changes here, so the entry is recorded by hand. */
export const noteReminder = mutation({
  args: { id: v.id("invoices"), to: v.string() },
  permission: "invoices.send",
  rules: { to: email() },
  access: async (ctx, { id }) => await ctx.load("invoices", id),
  handler: async (ctx, { id, to }, invoice) => {
    assertStatus(invoice, ["sent"], "Nobody waits for the money of this invoice.");
    await platform.audit(ctx, {
      action: "invoices.reminded",
      target: { table: "invoices", id, label: invoice.number },
      metadata: { to },
    });
  },
});
// #endregion

// #region softDelete
/** Puts a draft or a void invoice into the trash, with its lines; gives the id by which that is undone. */
export const remove = mutation({
  args: { id: v.id("invoices"), reason: v.optional(v.string()) },
  returns: v.string(),
  permission: "invoices.remove",
  rules: { reason: optional(text({ max: 1_000, oneLine: false })) },
  access: async (ctx, { id }) => await ctx.load("invoices", id),
  handler: async (ctx, { reason }, invoice) => {
    assertStatus(invoice, ["draft", "void"], "A sent invoice stays. Void it first.");
    const why = reason === undefined ? {} : { reason };
    const { operationId } = await platform.trash.softDelete(ctx, "invoices", invoice, why);
    return operationId!;
  },
});
// #endregion

// --- Helpers ---------------------------------------------------------------------------------

/** @throws INVALID_STATE */
function assertStatus({ status }: Doc<"invoices">, allowed: Status[], message: string): void {
  if (allowed.includes(status)) return;
  // In the shape of the platform's own refusals, so that one `isPlatformError` tells all of them.
  throw new ConvexError<PlatformErrorData>({ code: "INVALID_STATE", message });
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
