import type { Actor, Target, TrashItem } from "convex-platform";
import { components } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import type { MutationCtx } from "./_generated/server";
import { RETENTION_DAYS } from "./invoiceRules";

const DAY_MS = 24 * 60 * 60 * 1000;
/** About the size of an invoice, or of a line. */
const ROW_BYTES = 300;

type Root = (Target & { table: "invoices"; id: Id<"invoices"> }) | LineRoot;
type LineRoot = Target & { table: "lineItems"; id: Id<"lineItems"> };

/** What one act of deletion takes, and who did it. */
export type PastDeletion = {
  root: Root;
  /** What the root cannot be without. */
  parents: Pick<TrashItem, "table" | "id">[];
  /** The lines that went along. */
  items: { table: "lineItems"; id: Id<"lineItems"> }[];
  by: Actor;
  reason?: string;
  /** Why it is held. */
  held?: string;
};

// `platform.trash` deletes now, and in the name of whoever is signed in. So these tell the component
// what it would have been told then.

/** Puts rows into the trash, as of a moment of the past. */
export async function trash(
  ctx: MutationCtx,
  { root, parents, items, by, reason, held }: PastDeletion,
  deletedAt: number,
): Promise<void> {
  const caller = { actor: by, ip: "off" as const };
  const purgeAt = deletedAt + RETENTION_DAYS * DAY_MS;
  const [begun] = await ctx.runMutation(components.platform.trash.remove, {
    caller,
    deletedAt,
    removals: [
      {
        root,
        rootParents: parents,
        rootBytes: ROW_BYTES,
        items: items.map((item) => ({ ...item, bytes: ROW_BYTES })),
        scan: null,
        purgeAt,
      },
    ],
    ...(reason !== undefined && { reason }),
  });
  await markDeleted(ctx, { root, items }, deletedAt);
  if (held === undefined) return;
  const { operationId } = begun!;
  await ctx.runMutation(components.platform.trash.hold, { caller, operationId, reason: held });
}

/** Gives back what {@link trash} took, or deletes it for good. */
export async function endTrash(
  ctx: MutationCtx,
  { root, items, by }: PastDeletion,
  as: "restored" | "purged",
): Promise<void> {
  const { trash, trashRestores } = components.platform;
  const roots = [{ table: root.table, id: root.id }];
  const [found] = await ctx.runQuery(trash.getByRoots, { roots });
  const operationId = found!.id;
  const caller = { actor: by, ip: "off" as const };
  const rows = items.length + 1;
  const room = { rows, bytes: rows * ROW_BYTES };
  if (as === "purged") {
    await ctx.runMutation(trash.purge, { caller, operationId, room });
    for (const { id } of items) await ctx.db.delete("lineItems", id);
    if (root.table === "invoices") await ctx.db.delete("invoices", root.id);
    else await ctx.db.delete("lineItems", root.id);
    return;
  }
  const args = { caller, operationIds: [operationId], room, uniqueTables: [] };
  await ctx.runMutation(trashRestores.restore, args);
  await markDeleted(ctx, { root, items }, undefined);
}

async function markDeleted(
  { db }: MutationCtx,
  { root, items }: Pick<PastDeletion, "root" | "items">,
  deletedAt: number | undefined,
): Promise<void> {
  for (const { id } of items) await db.patch("lineItems", id, { deletedAt });
  if (root.table === "invoices") await db.patch("invoices", root.id, { deletedAt });
  else await db.patch("lineItems", root.id, { deletedAt });
}
