import { v, type GenericValidator } from "convex/values";
import type { ComponentApi } from "../../component/_generated/component.js";
import type { IpMode, NewEntry } from "../../shared/auditLogs.js";
import { checkTenant } from "../../shared/auditRules.js";
import { isPlatformError, throwIfInvalid, type ErrorCode } from "../../shared/errors.js";
import { describeFailure, type Attempt } from "../attempts.js";
import {
  checkInput,
  completeEntry,
  type ActionCatalogue,
  type AuditInput,
} from "../auditInputs.js";
import { fromComponent } from "../calls.js";
import type { CanRunMutation } from "../contexts.js";
import type { RegisteredTables } from "../tables.js";
import type { Args, Gates } from "./admission.js";
import { PUBLIC, type GuardedCaller } from "./callers.js";

export type RecordingOptions = {
  component: ComponentApi;
  ip: IpMode;
  tables: RegisteredTables;
  actions: ActionCatalogue | undefined;
};

/** An entry in a function's own words, as it can be recorded. */
export function readEntry(input: AuditInput, { tables, actions }: RecordingOptions): NewEntry {
  const entry = completeEntry(input, { tables, actions });
  throwIfInvalid(checkInput(entry, { tables, actions }), "The entry was not recorded.");
  return entry;
}

/** Records entries in one call, in this order. */
export async function recordEntries(
  ctx: CanRunMutation,
  { actor, functionName, jobId }: GuardedCaller,
  entries: NewEntry[],
  { component, ip, tables }: RecordingOptions,
): Promise<string[]> {
  if (entries.length === 0) return [];
  const faults = entries.map((entry, i) => {
    return checkInput(entry, { tables, actions: undefined }, `entries.${i}`);
  });
  throwIfInvalid(Object.assign({}, ...faults), "What was written could not be recorded.");
  const caller = { actor, functionName, ...(jobId !== undefined && { jobId }), ip };
  const args = { caller, entries };
  return await fromComponent(ctx.runMutation(component.auditLogs.recordMany, args));
}

/** Somebody was not let in, as opposed to gave bad arguments. */
const DENIALS: readonly ErrorCode[] = ["UNAUTHENTICATED", "FORBIDDEN", "RATE_LIMITED", "NOT_FOUND"];

export function isDenial(error: unknown): boolean {
  return DENIALS.some((code) => isPlatformError(error, code));
}

type Denying = Pick<Gates, "permission" | "tenantId"> & { audit?: string };

/** What the caller wanted, under the name of the permission where the function has no other. */
export async function recordDenial(
  ctx: CanRunMutation,
  caller: GuardedCaller,
  { audit, permission, tenantId: tenantOf }: Denying,
  args: Args,
  error: unknown,
  options: RecordingOptions,
): Promise<Attempt<never>> {
  const { reason, error: told } = describeFailure(error);
  const { functionName } = caller;
  const action = audit ?? (permission === PUBLIC ? functionName : permission);
  const target = { table: "functions", id: functionName };
  const tenantId = tenantOf?.(args);
  // As it came: one that no entry can have is none.
  const isTenant = tenantId !== undefined && Object.keys(checkTenant(tenantId)).length === 0;
  const within = isTenant ? { tenantId } : {};
  const entry = { ...within, action, target, outcome: "denied", reason } as const;
  const denial = completeEntry(entry, NO_CATALOGUE);
  const [entryId = ""] = await recordEntries(ctx, caller, [denial], options);
  return { ok: false, error: told, entryId };
}

const NO_CATALOGUE = { tables: {}, actions: undefined };

/** The validator of an `Attempt`. */
export function attemptOf(returns: GenericValidator): GenericValidator {
  const error = v.object({
    code: v.union(v.string(), v.null()),
    message: v.string(),
    fields: v.optional(v.any()),
    retryAfterMs: v.optional(v.number()),
  });
  return v.union(
    v.object({ ok: v.literal(true), value: returns }),
    v.object({ ok: v.literal(false), error, entryId: v.string() }),
  );
}
