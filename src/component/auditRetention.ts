import { v } from "convex/values";
import {
  checkRules,
  isHeld,
  MAX_HOLDS,
  prunableAt,
  subjectKey,
  vHold,
  vRetentionRule,
  vSubject,
  type RetentionRule,
  type Subject,
} from "../shared/auditHolds.js";
import { vCaller, type Caller } from "../shared/auditLogs.js";
import { checkReason, toMilliseconds } from "../shared/auditRules.js";
import { PRUNED_ACTION, vVerifyPlace, type VerifyPlace } from "../shared/auditSealing.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import { placeOfPart, readEntries, readSealsFrom, type CommittedEntry } from "./auditChain.js";
import { partKey } from "./auditEvidence.js";
import { recordEntry } from "./auditRecording.js";
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
    throwIfInvalid(checkReason(reason), "The hold was not placed.");
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
      reason: reason.trim(),
      placedBy: caller.actor ?? { type: "system", id: caller.functionName ?? "system" },
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
 * Only whole sealed ranges go, from the oldest on, and none with an entry that is held. Seals and
 * leaves stay, and an entry tells what went.
 */
export const prune = mutation({
  args: { caller: vCaller, rules: v.array(vRetentionRule) },
  returns: v.object({ entries: v.number(), isDone: v.boolean() }),
  handler: async (ctx, { caller, rules }) => {
    throwIfInvalid(checkRules(rules), "Nothing was pruned.");
    return await pruneAndContinue(ctx, { caller, rules, place: FIRST });
  },
});

export const pruneBatch = internalMutation({
  args: { caller: vCaller, rules: v.array(vRetentionRule), place: vVerifyPlace },
  returns: v.null(),
  handler: async (ctx, run) => {
    await pruneAndContinue(ctx, run);
    return null;
  },
});

type PruneRun = { caller: Caller; rules: RetentionRule[]; place: VerifyPlace };
const FIRST: VerifyPlace = { seal: 0, part: 0 };

/** Kept ranges are passed by: the run goes on behind them, so they never hold it up. */
async function pruneAndContinue(ctx: MutationCtx, run: PruneRun) {
  const held = new Set((await readHolds(ctx)).map((held) => held.subjectKey));
  const pruned: Doc<"auditSealParts">[] = [];
  let entries = 0;
  let place: VerifyPlace | null = run.place;
  while (place !== null && (await hasRoom(ctx))) {
    const part = await findUnpruned(ctx, place);
    place = part && { seal: part.seal, part: part.part + 1 };
    const rows = part && (await findPrunable(ctx, part, run.rules, held));
    if (!rows) continue;
    for (const row of rows) await ctx.db.delete("auditLogs", row._id);
    entries += rows.length;
    pruned.push(part);
  }
  if (pruned.length > 0) await markPruned(ctx, run.caller, pruned, entries);
  if (place !== null) {
    await ctx.scheduler.runAfter(0, internal.auditRetention.pruneBatch, { ...run, place });
  }
  return { entries, isDone: place === null };
}

async function findUnpruned(
  ctx: MutationCtx,
  { seal, part }: VerifyPlace,
): Promise<Doc<"auditSealParts"> | null> {
  const unpruned = ctx.db.query("auditSealParts");
  const inSeal = await unpruned
    .withIndex("by_prunedBy", (q) => q.eq("prunedBy", undefined).eq("seal", seal).gte("part", part))
    .first();
  if (inSeal) return inSeal;
  return await ctx.db
    .query("auditSealParts")
    .withIndex("by_prunedBy", (q) => q.eq("prunedBy", undefined).gt("seal", seal))
    .first();
}

/** The entries of the part, if all of them may go. */
async function findPrunable(
  ctx: MutationCtx,
  part: Doc<"auditSealParts">,
  rules: RetentionRule[],
  held: ReadonlySet<string>,
): Promise<CommittedEntry[] | null> {
  const [seal] = await readSealsFrom(ctx, part.seal, 1);
  if (seal?.index !== part.seal) return null; // still in the making, or gone: not ours to touch
  const committedUntil = toMilliseconds(seal.through);
  const at = prunableAt(rules, { actions: part.actions, committedUntil });
  if (at === null || at > Date.now()) return null;
  const [start, end] = placeOfPart(seal, part);
  const { rows, isDone } = await readEntries(ctx, start, end);
  return isDone && !rows.some((row) => isHeld(held, row)) ? rows : null;
}

async function markPruned(
  ctx: MutationCtx,
  caller: Caller,
  parts: Doc<"auditSealParts">[],
  entries: number,
): Promise<void> {
  const prunedBy = await recordEntry(ctx, caller, {
    action: PRUNED_ACTION,
    outcome: "success",
    target: { table: "auditLogs", id: "retention" },
    related: [],
    changes: [],
    metadata: { entries, parts: parts.map(({ seal, part }) => partKey(seal, part)) },
  });
  for (const part of parts) await ctx.db.patch("auditSealParts", part._id, { prunedBy });
}

// --- Helpers ---------------------------------------------------------------------------------

export async function findHold(ctx: QueryCtx, key: string): Promise<Doc<"auditHolds"> | null> {
  return await ctx.db
    .query("auditHolds")
    .withIndex("by_subjectKey", (q) => q.eq("subjectKey", key))
    .unique();
}

async function readHolds(ctx: QueryCtx): Promise<Doc<"auditHolds">[]> {
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
  const target = "target" in subject ? subject.target : { table: "actors", id: subject.actorId };
  const outcome = "success" as const;
  await recordEntry(ctx, caller, { action, outcome, target, related: [], changes: [], reason });
}
