import { v } from "convex/values";
import { subjectKey, vSubject, type Subject } from "../shared/auditHolds.js";
import { vCaller, type Caller } from "../shared/auditLogs.js";
import { ERASED_ACTION } from "../shared/auditSealing.js";
import { platformError } from "../shared/errors.js";
import { eraseBlock } from "../shared/sealedEntries.js";
import type { Block } from "../shared/sealFaults.js";
import { internal } from "./_generated/api.js";
import type { Id } from "./_generated/dataModel.js";
import type { CommittedEntry } from "./auditChain.js";
import { recordEntry } from "./auditRecording.js";
import { ACTORS, findHold } from "./auditRetention.js";
import { hasRoom, internalMutation, mutation, type MutationCtx } from "./functions.js";

/**
 * Taking a person's values out of the log without breaking its seals.
 *
 * What an actor did keeps its place under a pseudonym, without name, address and browser; what was
 * done to a target loses its id, label, reason and the values declared personal. Each step leaves
 * an entry that lists what it took, so that nobody else can take anything unnoticed.
 */

/** Erases some at once, the rest in steps of its own. */
export const pseudonymize = mutation({
  args: { caller: vCaller, subject: vSubject },
  returns: v.object({ entries: v.number(), isDone: v.boolean() }),
  handler: async (ctx, { caller, subject }) => {
    if (await findHold(ctx, subjectKey(subject))) {
      throw platformError({
        code: "HELD",
        message: "These entries are on hold. Release the hold first.",
      });
    }
    return await eraseAndContinue(ctx, { caller, subject });
  },
});

export const eraseBatch = internalMutation({
  args: { caller: vCaller, subject: vSubject },
  returns: v.null(),
  handler: async (ctx, run) => {
    await eraseAndContinue(ctx, run);
    return null;
  },
});

/** Entries whose ids fit into the metadata of the entry that tells of their erasure. */
const MAX_ERASED = 1000;

/** Erased entries are no longer found under the subject, so each step starts where the last one ended. */
async function eraseAndContinue(
  ctx: MutationCtx,
  run: { caller: Caller; subject: Subject },
): Promise<{ entries: number; isDone: boolean }> {
  const { subject } = run;
  const rows = await findEntries(ctx, subject);
  if (rows.length === 0 && "actorId" in subject) {
    // Holds on an actor have it as their target.
    const asTarget = { target: { table: ACTORS, id: subject.actorId } };
    return await eraseAndContinue(ctx, { ...run, subject: asTarget });
  }
  if (rows.length === 0) return { entries: 0, isDone: true };
  const block: Block = "actorId" in subject ? "actor" : "subject";
  const erasedBy = await recordErasure(
    ctx,
    run,
    block,
    rows.map(({ _id }) => _id),
  );
  for (const row of rows) {
    const { _id, _creationTime, ...erased } = eraseBlock(row, block, erasedBy);
    await ctx.db.replace("auditLogs", _id, erased);
  }
  await ctx.scheduler.runAfter(0, internal.auditErasure.eraseBatch, run);
  return { entries: rows.length, isDone: false };
}

/** Committed entries of the subject in any tenant, as many as one step may read. */
async function findEntries(ctx: MutationCtx, subject: Subject): Promise<CommittedEntry[]> {
  const rows: CommittedEntry[] = [];
  let tenantId: string | undefined;
  let isDone = false;
  while (!isDone) {
    for await (const row of entriesOf(ctx, subject, tenantId)) {
      if (typeof row.commitTs !== "bigint") continue; // written by this very mutation
      rows.push(row as CommittedEntry);
      if (rows.length === MAX_ERASED || !(await hasRoom(ctx))) return rows;
    }
    const next = await ctx.db
      .query("auditLogs")
      .withIndex("by_tenant", (q) => q.gt("tenantId", tenantId))
      .first();
    tenantId = next?.tenantId;
    isDone = tenantId === undefined;
  }
  return rows;
}

function entriesOf(ctx: MutationCtx, subject: Subject, tenantId: string | undefined) {
  const entries = ctx.db.query("auditLogs");
  return "actorId" in subject
    ? entries.withIndex("by_actor", (q) =>
        q.eq("tenantId", tenantId).eq("actor.id", subject.actorId),
      )
    : entries.withIndex("by_target", (q) =>
        q
          .eq("tenantId", tenantId)
          .eq("target.table", subject.target.table)
          .eq("target.id", subject.target.id),
      );
}

/** Tells what goes, and not whose it was: somebody who erases themselves is not named either. */
async function recordErasure(
  ctx: MutationCtx,
  { caller, subject }: { caller: Caller; subject: Subject },
  block: Block,
  entries: Id<"auditLogs">[],
): Promise<Id<"auditLogs">> {
  const subjectId = "actorId" in subject ? subject.actorId : subject.target.id;
  const unnamed = { actor: { type: "user", id: "erased" }, ip: "off", isUnnamed: true } as const;
  return await recordEntry(ctx, caller.actor?.id === subjectId ? unnamed : caller, {
    action: ERASED_ACTION,
    outcome: "success",
    target: { table: "auditLogs", id: "erasure" },
    related: [],
    changes: [],
    metadata: { block, entries },
  });
}
