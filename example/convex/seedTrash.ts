import type { Actor, Target, TrashItem } from "convex-platform";
import { components } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import type { MutationCtx } from "./_generated/server";
import { RETENTION_DAYS } from "./invoiceRules";
import type { Removal } from "./seedData";

const DAY_MS = 24 * 60 * 60 * 1000;

type Root = (Target & { table: "invoices"; id: Id<"invoices"> }) | LineRoot;
type LineRoot = Target & { table: "lineItems"; id: Id<"lineItems"> };

/** One act of deletion in the made-up past. */
export type PastDeletion = Removal & {
  root: Root;
  /** What the root cannot be without. */
  parents: Pick<TrashItem, "table" | "id">[];
  /** The lines that went along. */
  items: { table: "lineItems"; id: Id<"lineItems"> }[];
  by: Actor;
};

/**
 * Puts what was deleted in the past into the trash, the oldest first.
 *
 * `platform.trash` deletes now, and in the name of whoever is signed in. So this tells the component
 * what it would have been told then.
 */
export async function fillTrash(
  ctx: MutationCtx,
  deletions: PastDeletion[],
  today: number,
): Promise<void> {
  for (const deletion of deletions.toSorted((a, b) => b.daysAgo - a.daysAgo)) {
    const { items, by, held, ended } = deletion;
    const deletedAt = Math.round(today - deletion.daysAgo * DAY_MS);
    const operationId = await recordDeletion(ctx, deletion, deletedAt);
    const rows = items.length + 1;
    if (ended === undefined) await trashRows(ctx, deletion, deletedAt);
    const caller = { actor: by, ip: "off" as const };
    const { trash, trashRestores } = components.platform;
    if (held !== undefined) {
      await ctx.runMutation(trash.hold, { caller, operationId, reason: held });
    }
    if (ended === "restored") {
      const operationIds = [operationId];
      const args = { caller, operationIds, rows, uniqueTables: [] };
      await ctx.runMutation(trashRestores.restore, args);
    }
    if (ended === "purged") {
      await ctx.runMutation(trash.purge, { caller, operationId, rows });
      await deleteRows(ctx, deletion);
    }
  }
}

async function recordDeletion(
  ctx: MutationCtx,
  { root, parents, items, by, reason }: PastDeletion,
  deletedAt: number,
): Promise<string> {
  const purgeAt = deletedAt + RETENTION_DAYS * DAY_MS;
  const begun = await ctx.runMutation(components.platform.trash.remove, {
    caller: { actor: by, ip: "off" },
    deletedAt,
    removals: [{ root, rootParents: parents, items, scan: null, purgeAt }],
    ...(reason !== undefined && { reason }),
  });
  return begun[0]!.operationId;
}

async function trashRows(
  { db }: MutationCtx,
  { root, items }: PastDeletion,
  deletedAt: number,
): Promise<void> {
  for (const { id } of items) await db.patch("lineItems", id, { deletedAt });
  if (root.table === "invoices") await db.patch("invoices", root.id, { deletedAt });
  else await db.patch("lineItems", root.id, { deletedAt });
}

async function deleteRows({ db }: MutationCtx, { root, items }: PastDeletion): Promise<void> {
  for (const { id } of items) await db.delete("lineItems", id);
  if (root.table === "invoices") await db.delete("invoices", root.id);
  else await db.delete("lineItems", root.id);
}
