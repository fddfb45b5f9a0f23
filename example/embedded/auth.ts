/** Checks tokens against the app's auth.config.ts, like a deployment. Keys must be inline: no network. */
import type { AuthProvider, UserIdentity } from "convex/server";
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from "jose";

const RENAMED = { birthdate: "birthday", zoneinfo: "timezone", locale: "language" };
const CAMEL_CASED = /^(given|family|preferred|email|phone|updated)_/;

/** @throws when no provider vouches for the token, or no longer */
export async function verifyToken(token: string, providers: AuthProvider[]) {
  const { iss } = decodeJwt(token);
  const provider = providers.find((one) => "type" in one && one.issuer === iss);
  if (!provider || !("type" in provider))
    throw new Error(`No auth provider for the issuer ${iss}.`);
  const { issuer, algorithm, applicationID, jwks } = provider;
  if (!jwks.startsWith("data:")) throw new Error(`The keys of ${issuer} are not inline.`);
  const keys = createLocalJWKSet((await (await fetch(jwks)).json()) as JSONWebKeySet);
  const audience = applicationID === undefined ? {} : { audience: applicationID };
  const rules = { issuer, algorithms: [algorithm], requiredClaims: ["sub", "exp"], ...audience };
  const { payload, protectedHeader } = await jwtVerify(token, keys, rules);
  if (!protectedHeader.kid) throw new Error("The token does not name its key.");
  const { iss: _iss, sub: subject, aud: _aud, iat: _iat, exp, ...claims } = payload;
  const attributes = Object.entries(claims).map(([claim, value]) => [attributeOf(claim), value]);
  const names = { issuer, subject, tokenIdentifier: `${issuer}|${subject}` };
  const identity = { ...Object.fromEntries(attributes), ...names } as UserIdentity;
  return { identity, expiresAt: exp! * 1000 };
}

function attributeOf(claim: string): string {
  if (/^(profile|picture)$/.test(claim)) return `${claim}Url`;
  if (!CAMEL_CASED.test(claim)) return RENAMED[claim as keyof typeof RENAMED] ?? claim;
  return claim.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
