import type { RestoreConflict } from "convex-platform";
import { text } from "convex-platform/rules";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "./_generated/dataModel";
import * as generated from "./_generated/server";
import { mutation, query } from "./functions";
import { assertMayReturn, countAgain, refusalOfReturn } from "./lineItems";
import { platform } from "./platform";
import { asDeletion, asMember, findRow, vDeletion, vMember, type ScopedCtx } from "./trashSubjects";

// --- Reads -----------------------------------------------------------------------------------

/** One page of what was deleted, the latest first; with `inTrash: false`, of what has left the trash. */
export const list = query({
  args: {
    table: v.optional(v.union(v.literal("invoices"), v.literal("lineItems"))),
    inTrash: v.optional(v.boolean()),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(vDeletion),
  permission: "trash.read",
  handler: async (ctx, args) => {
    const found = await platform.trash.list(ctx, args);
    return { ...found, page: await Promise.all(found.page.map((one) => asDeletion(ctx, one))) };
  },
});

/** One deletion, for its permalink; `null` to strangers, and when there is none. */
export const get = query({
  args: { id: v.string() },
  returns: v.union(vDeletion, v.null()),
  permission: "trash.read",
  handler: async (ctx, { id }) => {
    const operation = await platform.trash.get(ctx, id);
    return operation && (await asDeletion(ctx, operation));
  },
});

/** The deletion by which an invoice is in the trash; `null` when it is not. */
export const ofInvoice = query({
  args: { invoiceId: v.string() },
  returns: v.union(vDeletion, v.null()),
  permission: "trash.read",
  handler: async (ctx, { invoiceId }) => {
    const invoice = await findRow(ctx, "invoices", { table: "invoices", id: invoiceId });
    const operation = invoice && (await platform.trash.find(ctx, "invoices", invoice._id));
    return operation && (await asDeletion(ctx, operation));
  },
});

/** One page of the rows that went along. */
export const members = query({
  args: { id: v.string(), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vMember),
  permission: "trash.read",
  handler: async (ctx, { id, paginationOpts }) => {
    const found = await platform.trash.listOperation(ctx, id, paginationOpts);
    return { ...found, page: await Promise.all(found.page.map((item) => asMember(ctx, item))) };
  },
});

// #region preview
/** How many lines would go to the trash with an invoice. */
export const preview = query({
  args: { id: v.id("invoices") },
  returns: v.object({ lines: v.number(), atLeast: v.boolean() }),
  permission: "invoices.read",
  access: async (ctx, { id }) => await ctx.load("invoices", id),
  handler: async (ctx, _args, invoice) => {
    const found = await platform.trash.preview(ctx, "invoices", invoice);
    return { lines: found?.taken["lineItems"] ?? 0, atLeast: found?.atLeast ?? false };
  },
});
// #endregion

const vConflict = v.object({
  reason: v.union(
    v.literal("PARENT_DELETED"),
    v.literal("UNIQUE_TAKEN"),
    v.literal("EXPIRED"),
    v.literal("HELD"),
    v.literal("INVOICE_SENT"),
    v.literal("INVOICE_FULL"),
  ),
  /** The invoice that stands in the way. */
  holder: v.optional(
    v.object({
      id: v.id("invoices"),
      number: v.string(),
      /** By which deletion it is in the trash itself. */
      deletionId: v.optional(v.string()),
    }),
  ),
});

/** What keeps a deletion from being undone, in the desk's own words; nothing when it can be. */
export const conflicts = query({
  args: { id: v.string() },
  returns: v.array(vConflict),
  permission: "trash.read",
  empty: [],
  handler: async (ctx, { id }) => {
    const line = await lineOf(ctx, id);
    const own = line && (await refusalOfReturn(ctx, line));
    if (own) {
      const { _id: id, number } = own.invoice;
      return [{ reason: own.reason, holder: { id, number } }];
    }
    const check = await platform.trash.checkRestore(ctx, id);
    return check === null || check.ok
      ? []
      : await Promise.all(check.conflicts.map((conflict) => described(ctx, conflict)));
  },
});

async function described(
  ctx: ScopedCtx,
  { reason, holder }: RestoreConflict,
): Promise<Infer<typeof vConflict>> {
  const invoice = holder && (await findRow(ctx, "invoices", holder));
  if (!invoice) return { reason };
  const { _id: id, number } = invoice;
  const deletion = await platform.trash.find(ctx, "invoices", id);
  return { reason, holder: { id, number, ...(deletion && { deletionId: deletion.id }) } };
}

// --- Writes ----------------------------------------------------------------------------------

// #region restore
/** Brings back exactly what this deletion took. */
export const restore = mutation({
  args: { id: v.string() },
  returns: v.null(),
  permission: "trash.restore",
  handler: async (ctx, { id }) => {
    const line = await lineOf(ctx, id);
    // Our own rule: what was sent does not change any more.
    if (line) await assertMayReturn(ctx, line);
    await platform.trash.restore(ctx, id);
    if (line) await countAgain(ctx, line.invoiceId);
    return null;
  },
});
// #endregion

/** {@link restore} for many: what cannot come back stays, and is told with the reason. */
export const restoreMany = mutation({
  args: { ids: v.array(v.string()) },
  returns: v.array(
    v.object({
      id: v.string(),
      status: v.union(
        v.literal("restored"),
        v.literal("already"),
        v.literal("notFound"),
        v.literal("refused"),
      ),
      message: v.optional(v.string()),
    }),
  ),
  permission: "trash.restore",
  handler: async (ctx, { ids }) => {
    const { refused, invoiceOf } = await judgeLines(ctx, ids);
    const allowed = ids.filter((id) => !refused.has(id));
    const restored = await platform.trash.restoreMany(ctx, allowed);
    const back = restored.filter(({ status }) => status === "restored");
    for (const invoiceId of new Set(back.map(({ id }) => invoiceOf.get(id)))) {
      if (invoiceId) await countAgain(ctx, invoiceId);
    }
    return ids.map((id) => {
      const message = refused.get(id);
      if (message !== undefined) return { id, status: "refused" as const, message };
      const { status, error } = restored.find((one) => one.id === id)!;
      return { id, status, ...(error && { message: error.message }) };
    });
  },
});

/** Which of these deletions our own rule for lines keeps in the trash, and whose lines the others are. */
async function judgeLines(ctx: ScopedCtx, ids: string[]) {
  const refused = new Map<string, string>();
  const invoiceOf = new Map<string, Id<"invoices">>();
  const coming = new Map<Id<"invoices">, number>();
  for (const id of new Set(ids)) {
    const line = await lineOf(ctx, id);
    if (!line) continue;
    const { invoiceId } = line;
    const before = coming.get(invoiceId) ?? 0;
    const refusal = await refusalOfReturn(ctx, line, before);
    if (refusal) refused.set(id, refusal.message);
    else invoiceOf.set(id, invoiceId);
    coming.set(invoiceId, before + 1);
  }
  return { refused, invoiceOf };
}

const reasonRule = { reason: text({ max: 1_000, oneLine: false }) };

// #region hold
/** Keeps a deletion as it is: nobody purges or restores it until it is released. */
export const hold = mutation({
  args: { id: v.string(), reason: v.string() },
  permission: "trash.hold",
  rules: reasonRule,
  handler: async (ctx, { id, reason }) => await platform.trash.hold(ctx, id, { reason }),
});

export const release = mutation({
  args: { id: v.string(), reason: v.string() },
  permission: "trash.hold",
  rules: reasonRule,
  handler: async (ctx, { id, reason }) => await platform.trash.release(ctx, id, { reason }),
});
// #endregion

/** Purges a deletion before its time is over. Nobody can bring it back. */
export const purgeNow = mutation({
  args: { id: v.string() },
  permission: "trash.purge",
  handler: async (ctx, { id }) => await platform.trash.purge(ctx, id),
});

// --- Chores ----------------------------------------------------------------------------------

// #region chores
/** In these the platform goes on by itself: with what takes long, and with what is due. */
export const { proceed, purge } = platform.trash.chores(generated);
// #endregion

// --- Helpers ---------------------------------------------------------------------------------

/** The line that a deletion began with, if it was one. */
async function lineOf(ctx: ScopedCtx, id: string): Promise<Doc<"lineItems"> | null> {
  const operation = await platform.trash.get(ctx, id);
  return operation && (await findRow(ctx, "lineItems", operation.root));
}
