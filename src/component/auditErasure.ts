import { v, type Infer } from "convex/values";
import { isHeld, subjectKey, vSubject, type Subject } from "../shared/auditHolds.js";
import { vCaller, type Caller } from "../shared/auditLogs.js";
import { ERASED_ACTION } from "../shared/auditSealing.js";
import { platformError } from "../shared/errors.js";
import { withinSegment, type Segment } from "../shared/pages.js";
import { eraseBlock } from "../shared/sealedEntries.js";
import type { Block } from "../shared/sealFaults.js";
import { internal } from "./_generated/api.js";
import type { Id } from "./_generated/dataModel.js";
import { endOf, readStretch, type CommittedEntry } from "./auditChain.js";
import { recordEntry } from "./auditRecording.js";
import { ACTORS, findHold, readHolds } from "./auditRetention.js";
import { hasRoom, internalMutation, mutation, type MutationCtx } from "./functions.js";

/**
 * Taking a person's values out of the log without breaking its seals.
 *
 * What an actor did keeps its place under a pseudonym, without name, address and browser; what was
 * done to a target loses its id, label, reason and the values declared personal. Each step leaves
 * entries that list what it took, so that nobody else can take anything unnoticed. What is on hold
 * for another reason (an actor's deed to a held target) stays as it is.
 */

/** Where an erasure goes on: with this tenant, after this entry of it. */
const vErasurePlace = v.object({
  tenantId: v.optional(v.string()),
  after: v.union(v.null(), v.object({ key: v.int64(), creationTime: v.number() })),
});
type ErasurePlace = Infer<typeof vErasurePlace>;
/** Entries without a tenant come first. */
const FIRST: ErasurePlace = { after: null };

type ErasureRun = { caller: Caller; subject: Subject; place: ErasurePlace };

/**
 * Erases some at once, the rest in steps of its own.
 *
 * `isDone` says that all is erased that was recorded before; what the calling mutation itself
 * records goes right after its commit.
 */
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
    if ("actorId" in subject) await unnamePlacer(ctx, subject.actorId);
    const run = { caller: callerFor(caller, subject), subject, place: FIRST };
    const step = await eraseSome(ctx, run);
    await ctx.scheduler.runAfter(0, internal.auditErasure.eraseBatch, run);
    return { entries: step.entries, isDone: step.next === null };
  },
});

export const eraseBatch = internalMutation({
  args: { caller: vCaller, subject: vSubject, place: vErasurePlace },
  returns: v.null(),
  handler: async (ctx, run) => {
    const { next } = await eraseSome(ctx, run);
    if (next) await ctx.scheduler.runAfter(0, internal.auditErasure.eraseBatch, next);
    return null;
  },
});

/** An erasure tells what went, and not whose it was: who erases themselves is not named either. */
function callerFor(caller: Caller, subject: Subject): Caller {
  const subjectId = "actorId" in subject ? subject.actorId : subject.target.id;
  if (caller.actor?.id !== subjectId) return caller;
  return { actor: { type: caller.actor.type, id: "erased" }, ip: "off", isUnnamed: true };
}

/** Erases what fits into one transaction; `next` says where to go on, `null` that nothing is left. */
async function eraseSome(
  ctx: MutationCtx,
  run: ErasureRun,
): Promise<{ entries: number; next: ErasureRun | null }> {
  const holds = await readHolds(ctx);
  const held = new Set(holds.map((each) => each.subjectKey));
  let entries = 0;
  let next: ErasureRun | null = run;
  do {
    const { rows, place } = await findEntries(ctx, next);
    entries += await eraseEntries(
      ctx,
      next,
      rows.filter((row) => !isHeld(held, row)),
    );
    next = place ? { ...next, place } : followUp(next);
  } while (next !== null && (await hasRoom(ctx)));
  return { entries, next };
}

/** Entries about an actor, such as that of a hold, have the actor as their target. */
function followUp({ caller, subject }: ErasureRun): ErasureRun | null {
  if ("target" in subject) return null;
  return { caller, subject: { target: { table: ACTORS, id: subject.actorId } }, place: FIRST };
}

/** Entries of the subject in one tenant, as many as fit, and the place after them. */
async function findEntries(
  ctx: MutationCtx,
  { subject, place: { tenantId, after } }: ErasureRun,
): Promise<{ rows: CommittedEntry[]; place: ErasurePlace | null }> {
  const open = (segment: Segment) => entriesOf(ctx, subject, tenantId, segment);
  // What commits from now on is not read: nobody who writes meanwhile makes this run again.
  const { rows, next } = await readStretch(open, after, endOf(ctx.meta.getSnapshotTs()));
  const last = rows.at(-1);
  if (next !== null && last) {
    const tenant = tenantId === undefined ? {} : { tenantId };
    return {
      rows,
      place: { ...tenant, after: { key: last.commitTs, creationTime: last._creationTime } },
    };
  }
  const other = await ctx.db
    .query("auditLogs")
    .withIndex("by_tenant", (q) => q.gt("tenantId", tenantId))
    .first();
  const nextTenant = other?.tenantId;
  return { rows, place: nextTenant === undefined ? null : { tenantId: nextTenant, after: null } };
}

function entriesOf(
  ctx: MutationCtx,
  subject: Subject,
  tenantId: string | undefined,
  segment: Segment,
) {
  const entries = ctx.db.query("auditLogs");
  if ("actorId" in subject) {
    return entries.withIndex("by_actor", (q) =>
      withinSegment(
        q.eq("tenantId", tenantId).eq("actor.id", subject.actorId),
        "commitTs",
        segment,
      ),
    );
  }
  const { table, id } = subject.target;
  return entries.withIndex("by_target", (q) =>
    withinSegment(
      q.eq("tenantId", tenantId).eq("target.table", table).eq("target.id", id),
      "commitTs",
      segment,
    ),
  );
}

/**
 * How many entries one entry lists as erased. Verification reads that one with each of them, and a
 * thousand entries may have been erased by a thousand others: so it has to be small.
 */
const MAX_ERASED = 50;

async function eraseEntries(
  ctx: MutationCtx,
  { caller, subject }: ErasureRun,
  rows: CommittedEntry[],
): Promise<number> {
  const block: Block = "actorId" in subject ? "actor" : "subject";
  const open = rows.filter((row) => "salt" in row.commitments[block]);
  for (let i = 0; i < open.length; i += MAX_ERASED) {
    const some = open.slice(i, i + MAX_ERASED);
    const erasedBy = await recordErasure(
      ctx,
      caller,
      block,
      some.map(({ _id }) => _id),
    );
    for (const row of some) {
      const { _id, _creationTime, ...erased } = eraseBlock(row, block, erasedBy);
      await ctx.db.replace("auditLogs", _id, erased);
    }
  }
  return open.length;
}

async function recordErasure(
  ctx: MutationCtx,
  caller: Caller,
  block: Block,
  entries: Id<"auditLogs">[],
): Promise<Id<"auditLogs">> {
  return await recordEntry(ctx, caller, {
    action: ERASED_ACTION,
    outcome: "success",
    target: { table: "auditLogs", id: "erasure" },
    related: [],
    changes: [],
    metadata: { block, entries },
  });
}

/** A hold outlives the name of whoever placed it. */
async function unnamePlacer(ctx: MutationCtx, actorId: string): Promise<void> {
  for (const { _id, placedBy } of await readHolds(ctx)) {
    if (placedBy.id !== actorId) continue;
    await ctx.db.patch("auditHolds", _id, { placedBy: { type: placedBy.type, id: "erased" } });
  }
}
