import type { PlatformErrorData } from "convex-platform";
import type { Auth, UserIdentity } from "convex/server";
import { ConvexError } from "convex/values";

/**
 * Whoever calls a mutation.
 *
 * @throws UNAUTHENTICATED when nobody is signed in
 */
export async function requireUser(ctx: { auth: Auth }): Promise<UserIdentity> {
  const identity = await ctx.auth.getUserIdentity();
  if (!identity) throw refusal({ code: "UNAUTHENTICATED", message: "Sign in to do this." });
  return identity;
}

/** Whether a query shows anything to whoever calls it. Strangers get nothing, and no error. */
export async function canRead(ctx: { auth: Auth }): Promise<boolean> {
  return (await ctx.auth.getUserIdentity()) !== null;
}

/** The page that strangers get. */
export const EMPTY_PAGE = { page: [], isDone: true, continueCursor: "" };

/** An error in the shape of the platform's own, so that one `isPlatformError` tells all of them. */
export function refusal(data: PlatformErrorData): ConvexError<PlatformErrorData> {
  return new ConvexError(data);
}
