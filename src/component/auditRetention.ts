import { v } from "convex/values";
import {
  checkRules,
  isHeld,
  MAX_HOLDS,
  prunableAt,
  shortestMs,
  subjectKey,
  vHold,
  vRetentionRule,
  vSubject,
  type RetentionRule,
  type Subject,
} from "../shared/auditHolds.js";
import { vCaller, type Caller } from "../shared/auditLogs.js";
import { checkReason, checkSubject, toMilliseconds } from "../shared/auditRules.js";
import { isEvidence, PRUNED_ACTION, vPartPlace, type PartPlace } from "../shared/auditSealing.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { HASH_BYTES, unpackHashes } from "../shared/hashes.js";
import { redactSecrets } from "../shared/redaction.js";
import { entryLeaf } from "../shared/sealedEntries.js";
import type { Seal } from "../shared/seals.js";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import { readPartEntries, readSealsFrom, type Stretch } from "./auditChain.js";
import { writePrunedPart } from "./auditEvidence.js";
import { findActor, recordEntry } from "./auditRecording.js";
import {
  hasRoom,
  internalMutation,
  mutation,
  query,
  type MutationCtx,
  type QueryCtx,
} from "./functions.js";

/** What may leave the log, and what has to stay. */

// --- Holds -----------------------------------------------------------------------------------

/** Every hold in force, at most 1,000. */
export const listHolds = query({
  args: {},
  returns: v.array(vHold),
  handler: async (ctx) =>
    (await readHolds(ctx)).map(({ subject, reason, placedBy, placedAt }) => ({
      subject,
      reason,
      placedBy,
      placedAt,
    })),
});

/** Keeps the entries about a subject. A subject that is held already stays held as it is. */
export const hold = mutation({
  args: { caller: vCaller, subject: vSubject, reason: v.string() },
  returns: v.null(),
  handler: async (ctx, { caller, subject, reason }) => {
    const faults = { ...checkSubject(subject), ...checkReason(reason) };
    throwIfInvalid(faults, "The hold was not placed.");
    if (await findHold(ctx, subjectKey(subject))) return null;
    const holds = await readHolds(ctx);
    if (holds.length >= MAX_HOLDS) {
      throw platformError({
        code: "LIMIT_EXCEEDED",
        message: `There are ${MAX_HOLDS} holds already. Release those that are no longer needed.`,
      });
    }
    await ctx.db.insert("auditHolds", {
      subject,
      subjectKey: subjectKey(subject),
      reason: redactSecrets(reason.trim()) as string,
      placedBy: await findActor(ctx, caller),
      placedAt: Date.now(),
    });
    await recordHoldEntry(ctx, caller, "auditLogs.held", subject, reason);
    return null;
  },
});

/** Ends a hold; `false` when there is none. */
export const release = mutation({
  args: { caller: vCaller, subject: vSubject, reason: v.string() },
  returns: v.boolean(),
  handler: async (ctx, { caller, subject, reason }) => {
    throwIfInvalid(checkReason(reason), "The hold was not released.");
    const held = await findHold(ctx, subjectKey(subject));
    if (!held) return false;
    await ctx.db.delete("auditHolds", held._id);
    await recordHoldEntry(ctx, caller, "auditLogs.released", subject, reason);
    return true;
  },
});

// --- Pruning ---------------------------------------------------------------------------------

/**
 * Removes what is past its retention: some of it at once, the rest in steps of its own.
 *
 * Only whole sealed ranges go, from the oldest on, and none with an entry that is held. (A commit
 * of more than 1,000 entries goes in several ranges.) Seals and leaves stay, and so do entries that
 * account for what is gone; another one of them tells what went now.
 */
export const prune = mutation({
  args: { caller: vCaller, rules: v.array(vRetentionRule) },
  returns: v.object({ entries: v.number(), isDone: v.boolean() }),
  handler: async (ctx, { caller, rules }) => {
    throwIfInvalid(checkRules(rules), "Nothing was pruned.");
    return await pruneAndContinue(ctx, { caller, rules, place: { seal: 0, part: 0 } });
  },
});

export const pruneBatch = internalMutation({
  args: { caller: vCaller, rules: v.array(vRetentionRule), place: vPartPlace },
  returns: v.null(),
  handler: async (ctx, run) => {
    await pruneAndContinue(ctx, run);
    return null;
  },
});

type PruneRun = { caller: Caller; rules: RetentionRule[]; place: PartPlace };
/** A part, how many entries went, and which leaves of it kept theirs. */
type Pruned = { part: Doc<"auditSealParts">; entries: number; kept: number[] };

/** Kept ranges are passed by: the run goes on behind them, so they never hold it up. */
async function pruneAndContinue(
  ctx: MutationCtx,
  run: PruneRun,
): Promise<{ entries: number; isDone: boolean }> {
  const holds = await readHolds(ctx);
  const held = new Set(holds.map((each) => each.subjectKey));
  const pruned: Pruned[] = [];
  let place: PartPlace | null = run.place;
  do {
    const found: UnprunedPart | null = await findUnpruned(ctx, place, run.rules);
    place = found && { seal: found.part.seal, part: found.part.part + 1 };
    const gone = found && (await pruneIfOver(ctx, found, run.rules, held));
    if (gone) pruned.push(gone);
  } while (place !== null && (await hasRoom(ctx)));
  if (pruned.length > 0) await markPruned(ctx, run.caller, pruned);
  if (place !== null) {
    await ctx.scheduler.runAfter(0, internal.auditRetention.pruneBatch, { ...run, place });
  }
  return { entries: total(pruned), isDone: place === null };
}

type UnprunedPart = { part: Doc<"auditSealParts">; seal: Seal };

/** The next part that may be over; nothing when all that follow are too young for any rule. */
async function findUnpruned(
  ctx: MutationCtx,
  { seal: index, part: number }: PartPlace,
  rules: RetentionRule[],
): Promise<UnprunedPart | null> {
  const part =
    (await ctx.db
      .query("auditSealParts")
      .withIndex("by_prunedBy", (q) =>
        q.eq("prunedBy", undefined).eq("seal", index).gte("part", number),
      )
      .first()) ??
    (await ctx.db
      .query("auditSealParts")
      .withIndex("by_prunedBy", (q) => q.eq("prunedBy", undefined).gt("seal", index))
      .first());
  const [seal] = part ? await readSealsFrom(ctx, part.seal, 1) : [];
  // A part without its seal is still in the making: all that follows is younger.
  if (!part || !seal || committedUntil(seal) + shortestMs(rules) > Date.now()) return null;
  return { part, seal };
}

/** Removes the entries of a part, if all of them may go. */
async function pruneIfOver(
  ctx: MutationCtx,
  { part, seal }: UnprunedPart,
  rules: RetentionRule[],
  held: ReadonlySet<string>,
): Promise<Pruned | null> {
  if (seal.index !== part.seal) return null; // its own seal was removed: not ours to touch
  const range = { actions: seal.actions, committedUntil: committedUntil(seal) };
  const at = prunableAt(rules, range);
  if (at === null || at > Date.now()) return null;
  const { rows, next } = await readRowsOf(ctx, { part, seal });
  if (next !== null || rows.some((row) => isHeld(held, row))) return null;
  const gone = rows.filter(({ action }) => !isEvidence(action));
  if (gone.length === 0) return null;
  for (const row of gone) await ctx.db.delete("auditLogs", row._id);
  const kept = rows.filter(({ action }) => isEvidence(action)).map(entryLeaf);
  const leaves = kept.length === 0 ? [] : unpackHashes(part.leaves);
  return { part, entries: gone.length, kept: kept.map((leaf) => leaves.indexOf(leaf)) };
}

async function readRowsOf(ctx: MutationCtx, { part, seal }: UnprunedPart): Promise<Stretch> {
  const before = await ctx.db
    .query("auditSealParts")
    .withIndex("by_seal", (q) => q.eq("seal", part.seal).eq("part", part.part - 1))
    .first();
  const count = part.leaves.byteLength / HASH_BYTES;
  return await readPartEntries(ctx, seal, { after: before?.until, until: part.until, count });
}

async function markPruned(ctx: MutationCtx, caller: Caller, pruned: Pruned[]): Promise<void> {
  const parts = pruned.map(({ part, kept }) => writePrunedPart(part.seal, part.part, kept));
  const prunedBy = await recordEntry(ctx, caller, {
    action: PRUNED_ACTION,
    outcome: "success",
    target: { table: "auditLogs", id: "retention" },
    related: [],
    changes: [],
    metadata: { entries: total(pruned), parts },
  });
  for (const { part } of pruned) await ctx.db.patch("auditSealParts", part._id, { prunedBy });
}

function total(pruned: Pruned[]): number {
  return pruned.reduce((sum, { entries }) => sum + entries, 0);
}

function committedUntil(seal: Seal): number {
  return toMilliseconds(seal.through);
}

// --- Helpers ---------------------------------------------------------------------------------

export async function findHold(ctx: QueryCtx, key: string): Promise<Doc<"auditHolds"> | null> {
  return await ctx.db
    .query("auditHolds")
    .withIndex("by_subjectKey", (q) => q.eq("subjectKey", key))
    .unique();
}

export async function readHolds(ctx: QueryCtx): Promise<Doc<"auditHolds">[]> {
  return await ctx.db.query("auditHolds").take(MAX_HOLDS);
}

/** Under which table an actor is the target of an entry. */
export const ACTORS = "actors";

async function recordHoldEntry(
  ctx: MutationCtx,
  caller: Caller,
  action: string,
  subject: Subject,
  reason: string,
): Promise<void> {
  const target = "target" in subject ? subject.target : { table: ACTORS, id: subject.actorId };
  const outcome = "success" as const;
  await recordEntry(ctx, caller, { action, outcome, target, related: [], changes: [], reason });
}
