import type { FunctionHandle } from "convex/server";
import { v } from "convex/values";
import { ANY_ACTION, MAX_SEAL_ACTIONS, vSealHead, type SealHead } from "../shared/auditSealing.js";
import { platformError } from "../shared/errors.js";
import { packHashes } from "../shared/hashes.js";
import { append, EMPTY_FRONTIER, frontierRoot } from "../shared/merkle.js";
import { entryLeaf } from "../shared/sealedEntries.js";
import { nextSeal, type Seal } from "../shared/seals.js";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import {
  allEntries,
  countStretch,
  endOf,
  findLatestSeal,
  readEntries,
  type CommittedEntry,
} from "./auditChain.js";
import { countEntries } from "./auditStats.js";
import { internalMutation, mutation, query, type MutationCtx } from "./functions.js";

/**
 * Sealing closes what has been committed into ranges that cannot change unnoticed.
 *
 * It runs behind the writers and never meets them: it reads up to the snapshot of its own
 * transaction, and everything that commits later lies beyond. A range never ends amid one commit.
 */

// --- Reads -----------------------------------------------------------------------------------

/** The newest seal, to be kept where whoever can change this database cannot; `null` before the first. */
export const latestSeal = query({
  args: {},
  returns: v.union(vSealHead, v.null()),
  handler: async (ctx) => {
    const seal = await findLatestSeal(ctx);
    return seal && toHead(seal);
  },
});

/** How much stands open to change: entries behind the newest seal, counted up to 1,000, or 4 MiB. */
export const unsealed = query({
  args: {},
  returns: v.object({ count: v.number(), isCut: v.boolean() }),
  handler: async (ctx) => {
    const sealed = await findLatestSeal(ctx);
    return await countStretch(allEntries(ctx), endOf(sealed?.through ?? 0n), null);
  },
});

// --- Writes ----------------------------------------------------------------------------------

/**
 * Seals what has been committed: some of it at once, the rest in steps of its own.
 *
 * @param onSeal - handle of a function that gets each new head from now on; `null` forgets it
 */
export const seal = mutation({
  args: { onSeal: v.optional(v.union(v.string(), v.null())) },
  returns: v.object({ entries: v.number(), isDone: v.boolean() }),
  handler: async (ctx, { onSeal }) => {
    if (onSeal !== undefined) await setOnSeal(ctx, onSeal);
    return await sealAndContinue(ctx);
  },
});

// --- Chores ----------------------------------------------------------------------------------

export const sealBatch = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await sealAndContinue(ctx);
    return null;
  },
});

/** Fails where the host looks for functions that fail: each seal, until another function is named. */
export const tellOfMissing = internalMutation({
  args: { seal: v.number() },
  returns: v.null(),
  handler: async (_ctx, { seal: index }) => {
    throw platformError({
      code: "NOT_CONFIGURED",
      message:
        `Nobody heard of seal ${index}: the function that onSeal names does not exist any more. ` +
        "Name another one, or none: auditLogs.seal(ctx, { onSeal }).",
    });
  },
});

async function sealAndContinue(ctx: MutationCtx): Promise<{ entries: number; isDone: boolean }> {
  const step = await sealOneBatch(ctx);
  if (!step.isDone) await ctx.scheduler.runAfter(0, internal.auditSeals.sealBatch, {});
  return step;
}

/** Two runs at once meet at the newest seal: the later one starts over and finds its work done. */
async function sealOneBatch(ctx: MutationCtx): Promise<{ entries: number; isDone: boolean }> {
  const previous = await findLatestSeal(ctx);
  const draft = await ctx.db.query("auditSealDrafts").first();
  return draft ? await goOn(ctx, previous, draft) : await begin(ctx, previous);
}

/** Seals whole commits, as many as fit; of one that does not fit it begins a draft. */
async function begin(ctx: MutationCtx, previous: Seal | null) {
  const snapshot = ctx.meta.getSnapshotTs();
  const start = endOf(previous?.through ?? 0n);
  const { rows, next } = await readEntries(ctx, start, endOf(snapshot));
  if (rows.length === 0) return { entries: 0, isDone: true };
  const whole = rows.filter(({ commitTs }) => commitTs !== next?.commitTs);
  const taken = whole.length > 0 ? whole : rows;
  const through = next === null ? snapshot : taken.at(-1)!.commitTs;
  await sealRows(ctx, previous, null, { rows: taken, through, isWhole: whole.length > 0 });
  return { entries: taken.length, isDone: next === null };
}

async function goOn(ctx: MutationCtx, previous: Seal | null, draft: Doc<"auditSealDrafts">) {
  const { commitTs: through, from } = draft;
  const start = { key: through, creationTime: from };
  const { rows, next } = await readEntries(ctx, start, endOf(through));
  await sealRows(ctx, previous, draft, { rows, through, isWhole: next === null });
  return { entries: rows.length, isDone: false };
}

/** Entries to be sealed up to a commit time; `isWhole`: none of that commit follows. */
type Batch = { rows: CommittedEntry[]; through: bigint; isWhole: boolean };

/** Puts the rows under a seal, together with what the draft has already. */
async function sealRows(
  ctx: MutationCtx,
  previous: Seal | null,
  draft: Doc<"auditSealDrafts"> | null,
  { rows, through, isWhole }: Batch,
): Promise<void> {
  const leaves = rows.map(entryLeaf);
  const frontier = append(draft?.frontier ?? EMPTY_FRONTIER, ...leaves);
  const actions = distinct([...(draft?.actions ?? []), ...rows.map(({ action }) => action)]);
  const part = draft?.parts ?? 0;
  const until = isWhole ? undefined : rows.at(-1)!._creationTime;
  await ctx.db.insert("auditSealParts", {
    seal: previous === null ? 0 : previous.index + 1,
    part,
    leaves: packHashes(leaves),
    ...(until !== undefined && { until }),
  });
  await countEntries(ctx, rows);
  if (draft) await ctx.db.delete("auditSealDrafts", draft._id);
  if (until === undefined) {
    const root = frontierRoot(frontier);
    const closing = { through, count: frontier.size, root, actions, sealedAt: Date.now() };
    await insertSeal(ctx, nextSeal(previous, closing));
  } else {
    const next = { commitTs: through, from: until, parts: part + 1, frontier, actions };
    await ctx.db.insert("auditSealDrafts", next);
  }
}

async function insertSeal(ctx: MutationCtx, seal: Seal): Promise<void> {
  await ctx.db.insert("auditSeals", seal);
  const settings = await ctx.db.query("auditSettings").first();
  if (!settings) return;
  // In a transaction of its own: a host's function that fails must not keep the log unsealed.
  const onSeal = settings.onSeal as FunctionHandle<"mutation" | "action", { head: SealHead }>;
  try {
    await ctx.scheduler.runAfter(0, onSeal, { head: toHead(seal) });
  } catch {
    // Nor one that a deploy has removed: a deployment does not even schedule it.
    await ctx.scheduler.runAfter(0, internal.auditSeals.tellOfMissing, { seal: seal.index });
  }
}

async function setOnSeal(ctx: MutationCtx, onSeal: string | null): Promise<void> {
  const settings = await ctx.db.query("auditSettings").first();
  if (settings?.onSeal === onSeal) return;
  if (settings) await ctx.db.delete("auditSettings", settings._id);
  if (onSeal !== null) await ctx.db.insert("auditSettings", { onSeal });
}

// --- Helpers ---------------------------------------------------------------------------------

function toHead({ index, hash, through, sealedAt }: Seal): SealHead {
  return { index, hash, through, sealedAt };
}

function distinct(actions: string[]): string[] {
  const once = [...new Set(actions)];
  return once.length > MAX_SEAL_ACTIONS ? [ANY_ACTION] : once;
}
