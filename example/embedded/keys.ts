/**
 * Signs people in to the demo, with real tokens. auth.config.ts finds the public key in DEMO_JWKS.
 * The dev server sets it for the embedded backend; tell a deployment, once the demo has run:
 *
 *     node -p "require('./example/.demo-keys.json').jwks" | npx convex env set DEMO_JWKS
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from "jose";
import { APPLICATION_ID, ISSUER, PEOPLE } from "../convex/people";

/** `jwks` is the public key, the way a `customJwt` provider takes it. */
export type DemoKeys = { privateKey: JWK; jwks: string };

/** The keys in this file. The first run makes them, readable for their owner only. */
export async function loadKeys(file: string): Promise<DemoKeys> {
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(await createKeys()), { mode: 0o600 });
  return JSON.parse(readFileSync(file, "utf8")) as DemoKeys;
}

export async function createKeys(): Promise<DemoKeys> {
  const pair = await generateKeyPair("ES256", { extractable: true });
  const use = { kid: randomUUID(), alg: "ES256", use: "sig" };
  const publicKey = { ...(await exportJWK(pair.publicKey)), ...use };
  const keys = Buffer.from(JSON.stringify({ keys: [publicKey] })).toString("base64");
  const jwks = `data:text/plain;charset=utf-8;base64,${keys}`;
  return { privateKey: { ...(await exportJWK(pair.privateKey)), ...use }, jwks };
}

/** @returns a token for one hour, or `null` when the demo does not know this person */
export async function demoToken({ privateKey }: DemoKeys, sub = ""): Promise<string | null> {
  const person = PEOPLE.find(({ subject }) => subject === sub);
  if (!person) return null;
  const { name, email } = person;
  return await new SignJWT({ iss: ISSUER, aud: APPLICATION_ID, sub, name, email })
    .setProtectedHeader({ alg: "ES256", kid: privateKey.kid!, typ: "JWT" })
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(await importJWK(privateKey, "ES256"));
}
