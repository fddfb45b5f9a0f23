import type { RequestMetadata } from "convex/server";
import type { ComponentApi } from "../../component/_generated/component.js";
import type { Actor } from "../../shared/auditLogs.js";
import { platformError } from "../../shared/errors.js";
import type { Grant, RoleMatrix } from "../../shared/permissions.js";
import type { Profile } from "../../shared/userProfiles.js";
import { describeCaller, fromComponent, type CallOptions } from "../calls.js";
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
  /** Only the host's own code gets here: it is asked for no permission, for whomever it is at work. */
  isTrusted?: true;
};

export type CallerOptions = CallOptions & {
  component: ComponentApi;
  roles: RoleMatrix | undefined;
  /** The profile of whoever is signed in. */
  findProfile: (ctx: CanRunQuery & CanIdentify) => Promise<Profile | null>;
};

export type CallerCtx = CanIdentify &
  CanDescribeCall &
  CanRunQuery & { meta: { getRequestMetadata?(): Promise<RequestMetadata> } };

/** The permission of functions for everybody. */
export const PUBLIC = "public";

/**
 * Finds out who calls; reads one profile, and none for strangers.
 *
 * @param isInternal - only the host's own code reaches the function: with nobody signed in, the
 *   system is at work, or a job's handler for whoever enqueued the job
 */
export async function findCaller(
  ctx: CallerCtx,
  options: CallerOptions,
  isInternal: boolean,
): Promise<GuardedCaller> {
  const { actor, functionName = "" } = await describeCaller(ctx, options);
  if (actor) return { actor, profile: await options.findProfile(ctx), functionName };
  if (!isInternal) return { actor: STRANGER, profile: null, functionName };
  const job = await findJob(ctx, options);
  const system: Actor = { type: "system", id: functionName };
  return { ...job, actor: job?.actor ?? system, profile: null, functionName, isTrusted: true };
}

const STRANGER: Actor = { type: "anonymous", id: "anonymous" };

/** Whose job has called a function, where a scheduled one is at work: one call and one read. */
async function findJob(ctx: CallerCtx, { component }: CallerOptions) {
  const scheduledFunctionId = await findScheduledFunction(ctx);
  if (scheduledFunctionId === null) return null;
  const args = { scheduledFunctionId };
  return await fromComponent(ctx.runQuery(component.jobActors.find, args));
}

/** Queries do not know. */
async function findScheduledFunction({ meta }: CallerCtx): Promise<string | null> {
  if (!meta.getRequestMetadata) return null;
  return (await meta.getRequestMetadata()).scheduledFunctionId;
}

/**
 * Authentication, then status, then permission.
 *
 * @throws UNAUTHENTICATED, FORBIDDEN
 */
export function assertAllowed(
  { actor, profile, isTrusted }: Omit<GuardedCaller, "functionName">,
  permission: string,
  tenantId: string | undefined,
  { roles }: Pick<CallerOptions, "roles">,
): void {
  if (isTrusted || actor.type === "system") return;
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
