import type { Value } from "convex/values";
import { platformError } from "../../shared/errors.js";
import { applyRules, checkRules } from "../../shared/rules.js";
import type { RuleFields } from "../../shared/rules/structures.js";
import type { CanRunMutation } from "../contexts.js";
import type { RateLimits } from "../rateLimits.js";
import {
  assertAllowed,
  type CallerCtx,
  type CallerOptions,
  type GuardedCaller,
} from "./callers.js";

export type Args = Record<string, Value | undefined>;

/** The part of a guarded function's definition that decides who comes in. */
export type Gates = {
  permission: string;
  tenantId?: (args: Args) => string | undefined;
  rateLimit?: string | { name: string; key?: (args: Args) => string };
  rules?: RuleFields;
  access?: (ctx: object, args: Args) => unknown;
};

export type AdmissionOptions = CallerOptions & { rateLimits: RateLimits };

export type Admission = {
  /** Trimmed and checked. */
  args: Args;
  /** Of these arguments. */
  tenantId: string | undefined;
  /** What `access` found. */
  loaded: unknown;
};

/**
 * Permission, rate limit, validation, access: each only asked when the one before has said yes, so
 * that nobody learns from a later one what an earlier one keeps from them.
 *
 * @param accessCtx - what `access` may use: for reading only
 * @throws UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED, VALIDATION_FAILED, NOT_FOUND
 */
export async function admit(
  ctx: CallerCtx,
  caller: GuardedCaller,
  args: Args,
  gates: Gates,
  accessCtx: object,
  options: AdmissionOptions,
): Promise<Admission> {
  const { permission, tenantId: tenantOf, rateLimit, rules, access } = gates;
  const asked = tenantOf?.(args);
  assertAllowed(caller, permission, asked, options);
  if (rateLimit !== undefined) await takeToken(ctx, caller, args, gates, options);
  const ruled = rules ? (applyRules<Args, RuleFields>(args, rules as never).value as Args) : args;
  const tenantId = tenantOf?.(ruled);
  // Rules may make another tenant's id of it: by lower case, say.
  if (tenantId !== asked) assertAllowed(caller, permission, tenantId, options);
  if (!access) return { args: ruled, tenantId, loaded: undefined };
  const loaded = await access(accessCtx, ruled);
  if (loaded === undefined || loaded === null || loaded === false) throw notFound();
  return { args: ruled, tenantId, loaded };
}

async function takeToken(
  ctx: CallerCtx,
  caller: GuardedCaller,
  args: Args,
  { rateLimit, rules }: Gates,
  { rateLimits }: AdmissionOptions,
): Promise<void> {
  const { name, key } = typeof rateLimit === "object" ? rateLimit : { name: rateLimit! };
  const { actor, profile } = caller;
  // Queries have no limits: they cannot write.
  const limited = { ...(ctx as CallerCtx & CanRunMutation), actor, profile };
  // A space more must be no other key. Arguments that are bad have none, and count for the caller.
  const ruled = key && rules ? checkRules(args, rules as never).value : args;
  await rateLimits.limit(limited, name, key && ruled ? { key: key(ruled) } : {});
}

export function notFound() {
  return platformError({
    code: "NOT_FOUND",
    message: "This does not exist, or it is not yours to see.",
  });
}
