import {
  vNewEntry,
  type Actor,
  type Caller,
  type NewEntry,
  type RequestOrigin,
} from "../shared/auditLogs.js";
import {
  checkEntry,
  checkIdempotencyKey,
  MAX_USER_AGENT_LENGTH,
  searchTextOf,
  trimEntry,
} from "../shared/auditRules.js";
import { canonicalJson } from "../shared/canonical.js";
import { SALT_BYTES } from "../shared/commitments.js";
import { diffDocuments } from "../shared/diff.js";
import { echo, platformError, throwIfInvalid } from "../shared/errors.js";
import { maskIp } from "../shared/ipAddresses.js";
import { omit, pick } from "../shared/fields.js";
import { redactChanges, redactSecrets } from "../shared/redaction.js";
import { commitBlocks } from "../shared/sealedEntries.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import type { MutationCtx } from "./functions.js";

/** How entries come into the log: for every area of the component. */

/**
 * Leaves an entry in the same transaction as what it tells of.
 *
 * Reads nothing, so two writers never wait for each other.
 *
 * @throws VALIDATION_FAILED naming the fields; the caller's transaction fails with it
 */
export async function recordEntry(
  ctx: MutationCtx,
  caller: Caller,
  entry: NewEntry,
): Promise<Id<"auditLogs">> {
  const trimmed = trimEntry(entry);
  throwIfInvalid(checkEntry(trimmed), "The entry was not recorded.");
  const [id] = await insertEntries(ctx, caller, [trimmed]);
  return id!;
}

/**
 * The same key gives the same entry.
 *
 * @throws CONFLICT when the key has made an entry that says something else
 */
export async function recordOnce(
  ctx: MutationCtx,
  caller: Caller,
  entry: NewEntry,
  key: string,
): Promise<Id<"auditLogs">> {
  const trimmed = trimEntry(entry);
  const faults = { ...checkIdempotencyKey(key), ...checkEntry(trimmed) };
  throwIfInvalid(faults, "The entry was not recorded.");
  const known = await ctx.db
    .query("auditKeys")
    .withIndex("by_key", (q) => q.eq("key", key))
    .unique();
  const earlier = known && (await ctx.db.get("auditLogs", known.entryId));
  if (!earlier) {
    if (known) await ctx.db.delete("auditKeys", known._id); // its entry was pruned meanwhile
    const entryId = await recordEntry(ctx, caller, entry);
    await ctx.db.insert("auditKeys", { key, entryId });
    return entryId;
  }
  if (isRepeat(caller, trimmed, earlier)) return earlier._id;
  throw platformError({
    code: "CONFLICT",
    message: "This idempotency key has recorded another entry. Use a key for one entry only.",
    details: { idempotencyKey: echo(key) },
  });
}

/** Whether the same actor says the same; where from, and for which job, may differ from one try to the next. */
function isRepeat(caller: Caller, entry: NewEntry, earlier: Doc<"auditLogs">): boolean {
  const { actor = caller.actor, ...told } = entry;
  const known = pick(earlier, Object.keys(vNewEntry.fields) as (keyof typeof earlier)[]);
  return (
    (actor === undefined || actor.id === earlier.actor.id) &&
    canonicalJson(recordable(told)) ===
      canonicalJson(omit(known, told.jobId === undefined ? ["actor", "jobId"] : ["actor"]))
  );
}

/** Entries that are trimmed and checked, in this order. */
export async function insertEntries(
  ctx: MutationCtx,
  caller: Caller,
  entries: NewEntry[],
): Promise<Id<"auditLogs">[]> {
  const request = await captureRequest(ctx, caller);
  const actor = actorOf(caller, request);
  const { jobId } = caller;
  const ids: Id<"auditLogs">[] = [];
  // One after the other: within a transaction the order of inserts is the order of the log.
  for (const entry of entries) {
    const fields = { actor, ...(jobId !== undefined && { jobId }), ...recordable(entry), request };
    const salts = { actor: aSalt(), subject: aSalt() };
    const row = {
      ...fields,
      commitments: commitBlocks(fields, salts),
      searchText: searchTextOf(fields),
      commitTs: ctx.db.vars.commitTs,
    };
    ids.push(await ctx.db.insert("auditLogs", row));
  }
  return ids;
}

/** The entry with the changes of its documents, and without secrets, whoever forgot to name them. */
function recordable({ diff, changes, metadata, reason, redact, ...entry }: NewEntry) {
  const { before = null, after = null, ...options } = diff ?? {};
  const worked = diffDocuments(before, after, options);
  const personal = [...(entry.personal ?? []), ...(worked.personal ?? [])];
  return {
    ...entry,
    changes: diff ? worked.changes : redactChanges(changes, redact),
    ...(worked.changesCut !== undefined && { changesCut: worked.changesCut }),
    ...(metadata && {
      metadata: redactSecrets(metadata, diff?.redact ?? redact) as typeof metadata,
    }),
    ...(reason !== undefined && { reason: redactSecrets(reason) as string }),
    ...(personal.length > 0 && { personal }),
  };
}

function aSalt(): ArrayBuffer {
  return crypto.getRandomValues(new Uint8Array(SALT_BYTES)).buffer;
}

/** Where the call came from. The request's auth token is left where it is. */
async function captureRequest(ctx: MutationCtx, caller: Caller): Promise<RequestOrigin> {
  const metadata = await ctx.meta.getRequestMetadata();
  const { requestId, scheduledFunctionId, userAgent } = metadata;
  if (caller.isUnnamed) return { id: requestId };
  const ip = metadata.ip === null ? undefined : maskIp(metadata.ip, caller.ip);
  return {
    id: requestId,
    ...(caller.functionName !== undefined && { functionName: caller.functionName }),
    ...(scheduledFunctionId !== null && { scheduledFunctionId }),
    ...(ip !== undefined && { ip }),
    ...(userAgent !== null && { userAgent: userAgent.slice(0, MAX_USER_AGENT_LENGTH) }),
  };
}

/** Who acts, as an entry of theirs would say. */
export async function findActor(ctx: MutationCtx, caller: Caller): Promise<Actor> {
  return actorOf(caller, await captureRequest(ctx, caller));
}

function actorOf({ actor }: Caller, request: RequestOrigin): Actor {
  return actor ?? nobody(request);
}

/** Nobody is signed in: a scheduled function is the system at work, anything else a stranger. */
function nobody(request: RequestOrigin): Actor {
  return request.scheduledFunctionId === undefined
    ? { type: "anonymous", id: "anonymous" }
    : { type: "system", id: request.functionName ?? "scheduler" };
}
