/** Checks tokens against auth.config.ts, like a deployment, if its keys are inline: there is no network. */
import type { AuthProvider, UserIdentity } from "convex/server";
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from "jose";
import type { Engine } from "./engine";

type JwtProvider = Extract<AuthProvider, { type: "customJwt" }>;
const RENAMED = { birthdate: "birthday", zoneinfo: "timezone", locale: "language" };

/** @throws when no provider vouches for the token, or no longer */
export async function verifyToken(token: string, engine: Engine) {
  const { iss } = decodeJwt(token);
  const config = engine.find("", "auth.config") as { providers: JwtProvider[] } | undefined;
  const provider = config?.providers.find((one) => one.issuer === iss);
  if (!provider?.jwks.startsWith("data:")) throw new Error(`No auth provider for ${iss}.`);
  const { issuer, algorithm, applicationID, jwks } = provider;
  const keys = createLocalJWKSet((await (await fetch(jwks)).json()) as JSONWebKeySet);
  const rules = { issuer, algorithms: [algorithm], requiredClaims: ["sub", "exp"] };
  const audience = applicationID === undefined ? {} : { audience: applicationID };
  const { payload, protectedHeader } = await jwtVerify(token, keys, { ...rules, ...audience });
  if (!protectedHeader.kid) throw new Error("The token does not name its key.");
  const { iss: _iss, sub: subject, aud: _aud, iat: _iat, exp, ...claims } = payload;
  const attributes = Object.entries(claims).map(([claim, value]) => [attributeOf(claim), value]);
  const names = { issuer, subject, tokenIdentifier: `${issuer}|${subject}` };
  const identity = { ...Object.fromEntries(attributes), ...names } as UserIdentity;
  return { identity, expiresAt: exp! * 1000 };
}

function attributeOf(claim: string): string {
  if (/^(profile|picture)$/.test(claim)) return `${claim}Url`;
  const isCustom = !/^(given|family|preferred|email|phone|updated)_/.test(claim);
  if (isCustom) return RENAMED[claim as keyof typeof RENAMED] ?? claim;
  return claim.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
