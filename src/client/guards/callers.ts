import type { Actor } from "../../shared/auditLogs.js";
import { platformError } from "../../shared/errors.js";
import type { Grant, RoleMatrix } from "../../shared/permissions.js";
import type { Profile } from "../../shared/userProfiles.js";
import { describeCaller, type CallOptions } from "../calls.js";
import type { CanDescribeCall, CanIdentify, CanRunQuery } from "../contexts.js";

/** Who calls a guarded function. */
export type GuardedCaller = {
  actor: Actor;
  /** `null`: nobody is signed in, or the person was never synced. */
  profile: Profile | null;
  /** `invoices:update` */
  functionName: string;
  /** The job that is at work. */
  jobId?: string;
};

export type CallerOptions = CallOptions & {
  roles: RoleMatrix | undefined;
  /** The profile of whoever is signed in. */
  findProfile: (ctx: CanRunQuery & CanIdentify) => Promise<Profile | null>;
};

export type CallerCtx = CanIdentify & CanDescribeCall & CanRunQuery;

/** The permission of functions for everybody. */
export const PUBLIC = "public";

/**
 * Finds out who calls; reads one profile, and none for strangers.
 *
 * @param isInternal - only the host's own code reaches the function: with nobody signed in, the
 *   system is at work
 */
export async function findCaller(
  ctx: CallerCtx,
  options: CallerOptions,
  isInternal: boolean,
): Promise<GuardedCaller> {
  const { actor, functionName = "" } = await describeCaller(ctx, options);
  if (actor) return { actor, profile: await options.findProfile(ctx), functionName };
  const nobody: Actor = isInternal
    ? { type: "system", id: functionName }
    : { type: "anonymous", id: "anonymous" };
  return { actor: nobody, profile: null, functionName };
}

/**
 * Authentication, then status, then permission.
 *
 * @throws UNAUTHENTICATED, FORBIDDEN
 */
export function assertAllowed(
  { actor, profile }: GuardedCaller,
  permission: string,
  tenantId: string | undefined,
  { roles }: CallerOptions,
): void {
  if (actor.type === "system") return;
  if (profile && profile.status !== "active") throw withdrawn(profile.status);
  if (permission === PUBLIC) return;
  if (actor.type === "anonymous") {
    throw platformError({ code: "UNAUTHENTICATED", message: "Sign in first." });
  }
  // Who was never synced has no role yet.
  const grants: readonly Grant[] = profile?.grants ?? [];
  // Only where it matters: Convex cannot cache a query that has read the clock.
  const now = grants.some(({ expiresAt }) => expiresAt !== undefined) ? Date.now() : undefined;
  if (!roles) throw notDeclared();
  roles.require(grants, permission, { tenantId, now });
}

function withdrawn(status: "suspended" | "deleted") {
  const message =
    status === "suspended"
      ? "Your access is suspended. Ask an administrator."
      : "This account was removed. Ask an administrator.";
  return platformError({ code: "FORBIDDEN", message });
}

function notDeclared() {
  return platformError({
    code: "NOT_CONFIGURED",
    message: "A function asks for a permission, but new Platform was given no roles.",
  });
}
