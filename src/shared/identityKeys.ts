/** What of `ctx.auth.getUserIdentity()` names an account. */
export type KnownIdentity = { tokenIdentifier: string; issuer: string; subject: string };

/**
 * The one key of an account: issuer and subject, as Convex joins them.
 *
 * With Convex Auth the subject also names the session, `user|session`, so that every login would be
 * somebody new: there it is cut. Other providers have `|` in their subjects too (`auth0|123`), so
 * the host has to say that it uses Convex Auth.
 */
export function tokenIdentifierOf(identity: KnownIdentity, provider?: string): string {
  if (provider !== "convexAuth") return identity.tokenIdentifier;
  return `${identity.issuer}|${identity.subject.split("|", 1)[0]}`;
}
