import type { AuditInput } from "../auditInputs.js";
import type { CanRunMutation } from "../contexts.js";
import type { Scope } from "../tables.js";
import { admit, type Args } from "./admission.js";
import type { CallerCtx, GuardedCaller } from "./callers.js";
import type { Database } from "./database.js";
import { GuardedDb } from "./guardedDb.js";
import { loadFrom } from "./load.js";
import type { Definition, GuardOptions } from "./options.js";
import { isDenial, readEntry, recordDenial, recordEntries } from "./recording.js";
import { WriteLog } from "./writeLog.js";

export type MutationCtx = CallerCtx & CanRunMutation & { db: Database };

type RunMutation = CanRunMutation["runMutation"];

const unguarded = new WeakMap<RunMutation, RunMutation>();

/**
 * The host's own `ctx.runMutation` behind a guarded one, for calls that write no rows of the host's:
 * the guarded one cannot know that, and forgets the rows it has read.
 */
export function unguardedRunMutation(runMutation: RunMutation): RunMutation {
  return unguarded.get(runMutation) ?? runMutation;
}

/**
 * Runs a guarded mutation: its gates, its handler, and in the end one call that records what it
 * wrote. That call is out of the handler's reach: whatever a handler catches, no write is
 * committed without its entry.
 */
export async function runMutation(
  ctx: MutationCtx,
  caller: GuardedCaller,
  given: Args,
  definition: Definition,
  options: GuardOptions,
): Promise<unknown> {
  const { audit, mayChange = [], recordDenials } = definition;
  const { tables, trash } = options;
  const log = new WriteLog({ tables, action: audit });
  const guardedDb = new GuardedDb(ctx.db, log, {
    tables,
    trash,
    mayChange,
    actorId: caller.actor.id,
  });
  const guarded = guardContext(ctx, caller, guardedDb, log, options);
  let admission;
  try {
    admission = await admit(ctx, caller, given, definition, readingOnly(guarded), options);
  } catch (error) {
    if (!recordDenials || !isDenial(error)) throw error;
    return await recordDenial(ctx, caller, definition, given, error, options);
  }
  const value = await definition.handler(guarded, admission.args, admission.loaded);
  await guardedDb.close();
  await recordEntries(ctx, caller, log.entries(admission.tenantId), options);
  return recordDenials ? { ok: true, value: value ?? null } : value;
}

function guardContext(
  ctx: MutationCtx,
  { actor, profile }: GuardedCaller,
  guardedDb: GuardedDb,
  log: WriteLog,
  options: GuardOptions,
) {
  const scope = (scope: Scope) => guardedDb.reader(scope);
  const runMutation: RunMutation = async (...args) =>
    await guardedDb.yieldTo(() => ctx.runMutation(...args));
  unguarded.set(runMutation, ctx.runMutation);
  return {
    ...ctx,
    db: guardedDb.db,
    actor,
    profile,
    scope,
    load: loadFrom(scope),
    audit: async (input: AuditInput) => {
      guardedDb.assertOpen();
      log.addEntry(readEntry(input, options));
    },
    runMutation,
  };
}

/** What `access` gets: it may run before a refusal that is committed, so it must not write. */
function readingOnly(ctx: ReturnType<typeof guardContext> & { storage?: unknown }): object {
  const { auth, meta, runQuery, storage, actor, profile, scope, load } = ctx;
  return { auth, meta, runQuery, storage, actor, profile, scope, load, db: scope("live") };
}
