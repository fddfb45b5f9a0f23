// @vitest-environment node
import { ConvexHttpClient } from "convex/browser";
import { importJWK, SignJWT, UnsecuredJWT, type JWK, type JWTPayload } from "jose";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createKeys, demoToken, type DemoKeys } from "../../example/embedded/keys";
import { api } from "./app/api";
import { aBackend, aClient, untilQuery } from "./clients";

const HOUR_S = 3600;
const ADA = {
  subject: "ada",
  issuer: "https://ledgerline.demo",
  tokenIdentifier: "https://ledgerline.demo|ada",
  name: "Ada",
  email: "ada@ledgerline.demo",
};

function claimsOfAda(): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return { iss: ADA.issuer, aud: "ledgerline", sub: "ada", iat: now, exp: now + HOUR_S };
}

async function sign(key: JWK, claims: JWTPayload, header: object = {}): Promise<string> {
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", kid: key.kid!, typ: "JWT", ...header })
    .sign(await importJWK(key, "ES256"));
}

describe("a token of the demo", () => {
  test("signs in over HTTP", async () => {
    const { http, tokenFor } = await aBackend();
    expect(await http.query(api.notes.whoAmI)).toBeNull();
    http.setAuth(await tokenFor("ada"));
    expect(await http.query(api.notes.whoAmI)).toEqual(ADA);
  });

  test("signs in, changes the person and signs out over the WebSocket, live", async () => {
    const { url, tokenFor } = await aBackend();
    const [ada, ben] = [await tokenFor("ada"), await tokenFor("ben")];
    const client = aClient(url);
    await untilQuery(client, api.notes.whoAmI, {}, (identity) => identity === null);
    client.setAuth(async () => ada);
    expect(await untilQuery(client, api.notes.whoAmI, {}, Boolean)).toEqual(ADA);
    client.setAuth(async () => ben);
    await untilQuery(client, api.notes.whoAmI, {}, (identity) => identity?.subject === "ben");
    client.client.clearAuth();
    await untilQuery(client, api.notes.whoAmI, {}, (identity) => identity === null);
  });

  test("is replaced when it expires during a connection", async () => {
    const { url, http, tokenFor } = await aBackend();
    let token = await tokenFor("ada");
    const fetchToken = vi.fn(async () => token);
    const client = aClient(url);
    await new Promise((resolve) => client.setAuth(fetchToken, resolve));
    await untilQuery(client, api.notes.list, {}, () => true);
    await vi.waitFor(() => expect(fetchToken).toHaveBeenCalledTimes(2));

    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * HOUR_S * 1000 });
    onTestFinished(() => void vi.useRealTimers());
    token = await tokenFor("ada");
    await http.mutation(api.notes.add, { text: "two hours later" });
    // The client waits about a second before it connects again.
    const isAskedAgain = () => expect(fetchToken.mock.calls.length).toBeGreaterThan(2);
    await vi.waitFor(isAskedAgain, { timeout: 4000 });
    expect(await client.query(api.notes.whoAmI, {})).toEqual(ADA);
  });

  test("is given to the people of the demo only", async () => {
    expect(await demoToken(await createKeys(), "mallory")).toBeNull();
  });
});

describe("claims", () => {
  test("become attributes as on a deployment", async () => {
    const { http, keys } = await aBackend();
    const claims = { given_name: "Ada", picture: "/ada.png", birthdate: "1815", team_id: "x" };
    http.setAuth(
      await sign(keys.privateKey, { ...claimsOfAda(), ...claims, email_verified: true }),
    );
    expect(await http.query(api.notes.whoAmI)).toEqual({
      subject: ADA.subject,
      issuer: ADA.issuer,
      tokenIdentifier: ADA.tokenIdentifier,
      givenName: "Ada",
      pictureUrl: "/ada.png",
      birthday: "1815",
      team_id: "x",
      emailVerified: true,
    });
  });
});

describe("a forged token", () => {
  const stranger = createKeys();
  const forgeries: Record<string, (keys: DemoKeys) => string | Promise<string>> = {
    "of another key": async () => await sign((await stranger).privateKey, claimsOfAda()),
    "of another key under the name of ours": async ({ privateKey: { kid } }) =>
      await sign({ ...(await stranger).privateKey, kid: kid! }, claimsOfAda()),
    "with other claims than were signed": async ({ privateKey }) => {
      const [header, , signature] = (await sign(privateKey, claimsOfAda())).split(".");
      const claims = JSON.stringify({ ...claimsOfAda(), sub: "ben" });
      return [header, Buffer.from(claims).toString("base64url"), signature].join(".");
    },
    "of another issuer": ({ privateKey }) =>
      sign(privateKey, { ...claimsOfAda(), iss: "https://elsewhere.demo" }),
    "for another audience": ({ privateKey }) => sign(privateKey, { ...claimsOfAda(), aud: "shop" }),
    "that has expired": ({ privateKey }) =>
      sign(privateKey, { ...claimsOfAda(), exp: Math.floor(Date.now() / 1000) - 1 }),
    "that never expires": ({ privateKey }) => {
      const { exp: _exp, ...claims } = claimsOfAda();
      return sign(privateKey, claims);
    },
    "of nobody": ({ privateKey }) => {
      const { sub: _sub, ...claims } = claimsOfAda();
      return sign(privateKey, claims);
    },
    "that does not name its key": ({ privateKey }) =>
      sign(privateKey, claimsOfAda(), { kid: undefined }),
    "without a signature": () => new UnsecuredJWT(claimsOfAda()).encode(),
    "with the public key as a shared secret": async ({ jwks, privateKey: { kid } }) =>
      await new SignJWT(claimsOfAda())
        .setProtectedHeader({ alg: "HS256", kid: kid! })
        .sign(new TextEncoder().encode(jwks)),
    "that is no token": () => "ada",
  };

  test.each(Object.keys(forgeries))("%s is refused over HTTP", async (name) => {
    const { url, keys } = await aBackend();
    const auth = await forgeries[name]!(keys);
    const http = new ConvexHttpClient(url, { auth, logger: false });
    await expect(http.query(api.notes.whoAmI)).rejects.toThrow("Unauthenticated");
    await expect(http.mutation(api.notes.add, { text: "x" })).rejects.toThrow("Unauthenticated");
  });

  test.each(Object.keys(forgeries))("%s is refused over the WebSocket", async (name) => {
    const { url, keys } = await aBackend();
    const forgery = await forgeries[name]!(keys);
    const client = aClient(url);
    expect(await new Promise((done) => client.setAuth(async () => forgery, done))).toBe(false);
    expect(await client.query(api.notes.whoAmI, {})).toBeNull();
  });

  test("ends the sign-in before it", async () => {
    const { url, keys, tokenFor } = await aBackend();
    const client = aClient(url);
    await new Promise((done) => client.setAuth(() => tokenFor("ada"), done));
    const forgery = await forgeries["without a signature"]!(keys);
    expect(await new Promise((done) => client.setAuth(async () => forgery, done))).toBe(false);
    expect(await client.query(api.notes.whoAmI, {})).toBeNull();
  });
});
