import type { Actor, Caller, IpMode } from "../shared/auditLogs.js";
import { platformError } from "../shared/errors.js";
import { readLine } from "../shared/identityClaims.js";
import { tokenIdentifierOf } from "../shared/identityKeys.js";
import type { CanDescribeCall, CanIdentify } from "./contexts.js";

/** What the host says once about who calls. */
export type CallOptions = {
  /** What to keep of ip addresses. */
  ip: IpMode;
  /** Who issues the host's tokens; see {@link tokenIdentifierOf}. */
  provider?: string | undefined;
};

/** Who is at work, where it is not simply who is signed in: the system, or a job for somebody. */
export type Acting = {
  /** Absent: nobody who is known. */
  actor?: Actor | undefined;
  jobId?: string;
};

/** A symbol, so that it stays with a ctx that is spread into another, and is no name of the host's. */
const ACTING = Symbol("acting");

/** A ctx through which everything is done in somebody's name. */
export function actFor<Ctx extends object>(ctx: Ctx, acting: Acting): Ctx {
  return { ...ctx, [ACTING]: acting };
}

/** Who calls the component, and from where, as the component cannot find out itself. */
export async function describeCaller(
  ctx: CanIdentify & CanDescribeCall & { [ACTING]?: Acting },
  { ip, provider }: CallOptions,
): Promise<Caller> {
  const acting = ctx[ACTING];
  const [actor, { name }] = await Promise.all([
    acting ? acting.actor : findSignedInActor(ctx, provider),
    ctx.meta.getFunctionMetadata(),
  ]);
  const jobId = acting?.jobId;
  return { ...(actor && { actor }), functionName: name, ...(jobId !== undefined && { jobId }), ip };
}

async function findSignedInActor(
  ctx: CanIdentify,
  provider: string | undefined,
): Promise<Actor | null> {
  const identity = await ctx.auth.getUserIdentity();
  if (!identity) return null;
  // Whatever the token says: a custom one need not have text there.
  const label = readLine(identity.name) ?? readLine(identity.email);
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
