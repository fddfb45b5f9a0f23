import { cleanClaims, joinNames, readTime } from "../identityClaims.js";
import { tokenIdentifierOf } from "../identityKeys.js";
import type { ProfileUpsert } from "../userProfiles.js";
import { readPayload, readText } from "./payloads.js";

/**
 * The account and its claims in what `ctx.auth.getUserIdentity()` gives.
 *
 * Convex renames the claims that OpenID Connect defines and leaves the others as the token has them,
 * as it does with all of them for a custom JWT: so each is looked for under both names.
 *
 * @param provider - `oidc` unless said otherwise
 */
export function readIdentity(identity: unknown, provider = "oidc"): ProfileUpsert {
  const claims = readPayload(identity);
  const keys = {
    tokenIdentifier: readText(claims.tokenIdentifier) ?? "",
    issuer: readText(claims.issuer) ?? "",
    subject: readText(claims.subject) ?? "",
  };
  const givenName = claims.givenName ?? claims.given_name;
  const familyName = claims.familyName ?? claims.family_name;
  const version = readTime(claims.updatedAt ?? claims.updated_at);
  return {
    tokenIdentifier: tokenIdentifierOf(keys, provider),
    provider,
    claims: cleanClaims({
      name: readText(claims.name) ?? joinNames(givenName, familyName),
      username: claims.preferredUsername ?? claims.preferred_username ?? claims.nickname,
      email: claims.email,
      emailVerified: claims.emailVerified ?? claims.email_verified,
      phone: claims.phoneNumber ?? claims.phone_number,
      pictureUrl: claims.pictureUrl ?? claims.picture,
      locale: claims.language ?? claims.locale,
    }),
    ...(version !== undefined && { version }),
  };
}
