import type { Actor, Caller, IpMode } from "../shared/auditLogs.js";
import { MAX_LABEL_LENGTH } from "../shared/auditRules.js";
import { platformError } from "../shared/errors.js";
import { tokenIdentifierOf } from "../shared/identityKeys.js";
import type { CanDescribeCall, CanIdentify } from "./contexts.js";

/** What the host says once about who calls. */
export type CallOptions = {
  /** What to keep of ip addresses. */
  ip: IpMode;
  /** Who issues the host's tokens; see {@link tokenIdentifierOf}. */
  provider?: string | undefined;
};

/** Who calls the component, and from where, as the component cannot find out itself. */
export async function describeCaller(
  ctx: CanIdentify & CanDescribeCall,
  { ip, provider }: CallOptions,
): Promise<Caller> {
  const [actor, { name }] = await Promise.all([
    findSignedInActor(ctx, provider),
    ctx.meta.getFunctionMetadata(),
  ]);
  return { ...(actor && { actor }), functionName: name, ip };
}

async function findSignedInActor(
  ctx: CanIdentify,
  provider: string | undefined,
): Promise<Actor | null> {
  const identity = await ctx.auth.getUserIdentity();
  if (!identity) return null;
  const label = (identity.name ?? identity.email)?.slice(0, MAX_LABEL_LENGTH);
  const id = tokenIdentifierOf(identity, provider);
  return { type: "user", id, ...(label !== undefined && { label }) };
}

/**
 * The result of a call into the component.
 *
 * @throws NOT_CONFIGURED when the component is not mounted, where Convex only says that it found nothing
 */
export async function fromComponent<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && NOT_MOUNTED.test(error.message)) throw notMounted();
    throw error;
  }
}

/** A deployment's words, and those of convex-test. */
const NOT_MOUNTED = /child component .* not found|component .* is not registered/i;

export function notMounted() {
  return platformError({
    code: "NOT_CONFIGURED",
    message:
      "The platform component is not mounted. Add `app.use(platform);` to convex/convex.config.ts " +
      '(with `import platform from "convex-platform/convex.config";`), or in a test ' +
      '`register(t);` from "convex-platform/test".',
  });
}
