import { describe, expect, test } from "vitest";
import { cleanClaims, joinNames, readTime } from "../../src/shared/identityClaims.js";
import { tokenIdentifierOf } from "../../src/shared/identityKeys.js";
import { findTextFault } from "../../src/shared/texts.js";
import strings from "../vectors/strings.json";

describe("cleanClaims", () => {
  test("keeps what is in order", () => {
    const claims = {
      name: "Zoë O’Neil 👨‍👩‍👧‍👦",
      username: "zoe",
      email: "zoë+tag@müller.example",
      emailVerified: false,
      phone: "+49 (30) 123-45.6",
      pictureUrl: "https://x.co/a.png?size=2&v=%20",
      locale: "pt-BR",
    };
    expect(cleanClaims(claims)).toEqual(claims);
  });

  test.each(strings.cases.map(({ name, utf16 }) => [name, utf16] as const))(
    "makes a name of %s that our own rules take, or none",
    (_, utf16) => {
      const units = utf16
        .split(" ")
        .filter(Boolean)
        .map((unit) => parseInt(unit, 16));
      const { name } = cleanClaims({ name: String.fromCharCode(...units) });
      const limits = { min: 1, max: 200, isOneLine: true };
      expect(name === undefined ? undefined : findTextFault(name, limits)).toBeUndefined();
      expect(name?.trim()).toBe(name);
    },
  );

  test("cuts a name at 200 characters, never within a pair", () => {
    expect(cleanClaims({ name: "x".repeat(200) }).name).toHaveLength(200);
    expect(cleanClaims({ name: "x".repeat(201) }).name).toHaveLength(200);
    expect(cleanClaims({ name: `${"x".repeat(199)}😀` }).name).toBe("x".repeat(199));
  });

  test.each([
    ["no address", "ann"],
    ["two", "a@x.co,b@x.co"],
    ["a line break", "a@x.co\nBcc: b@x.co"],
    ["an invisible character", "a\u200b@x.co"],
    ["half a pair", "a\ud800@x.co"],
    ["321 characters", `${"a".repeat(316)}@x.co`],
  ])("leaves out an e-mail with %s, and that it is verified", (_, email) => {
    expect(cleanClaims({ email, emailVerified: true })).toEqual({});
  });

  test("keeps an e-mail of 320 characters", () => {
    const email = `${"a".repeat(315)}@x.co`;
    expect(cleanClaims({ email })).toEqual({ email });
  });

  test.each([
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "//x.co/a.png",
    'https://x.co/"onerror=',
    "https://x.co/a b",
    `https://x.co/${"a".repeat(2048)}`,
  ])("leaves out the picture %.40s", (pictureUrl) => {
    expect(cleanClaims({ pictureUrl })).toEqual({});
  });

  test.each([null, undefined, 0, 1, true, {}, [], "", "  ", "\u200b"])(
    "takes %j for not there in any field",
    (value) => {
      const raw = {
        name: value,
        username: value,
        email: value,
        phone: value,
        pictureUrl: value,
        locale: value,
      };
      expect(cleanClaims(raw)).toEqual({});
    },
  );

  test.each([
    ["true", true],
    ["false", false],
    ["yes", undefined],
    [1, undefined],
    [null, undefined],
  ])("reads %j as a flag", (emailVerified, expected) => {
    expect(cleanClaims({ email: "a@x.co", emailVerified }).emailVerified).toBe(expected);
  });

  test("drops fields that are no claims", () => {
    const raw = JSON.parse(
      '{"name":"Ann","role":"admin","__proto__":{"email":"a@x.co"}}',
    ) as object;
    expect(Object.entries(cleanClaims(raw))).toEqual([["name", "Ann"]]);
  });
});

describe("joinNames", () => {
  test.each([
    [["Ann", "Lee"], "Ann Lee"],
    [[null, "Lee"], "Lee"],
    [["", " "], undefined],
    [[], undefined],
  ])("makes of %j the name %j", (parts, name) => {
    expect(joinNames(...parts)).toBe(name);
  });
});

describe("readTime", () => {
  const ms = Date.UTC(2026, 0, 15, 12);

  test.each([ms, ms / 1000, String(ms), String(ms / 1000), new Date(ms), "2026-01-15T12:00:00Z"])(
    "reads %s",
    (time) => {
      expect(readTime(time)).toBe(ms);
    },
  );

  test.each([
    NaN,
    Infinity,
    -1,
    1e300,
    "-1",
    "soon",
    "2026-01-15",
    "",
    null,
    undefined,
    {},
    new Date(NaN),
  ])("takes %s for no time", (time) => {
    expect(readTime(time)).toBeUndefined();
  });

  test("is whole milliseconds", () => {
    expect(readTime(1_700_000_000.1234)).toBe(1_700_000_000_123);
  });
});

describe("tokenIdentifierOf", () => {
  const identity = {
    tokenIdentifier: "https://id.example|auth0|1",
    issuer: "https://id.example",
    subject: "auth0|1",
  };

  test("is what Convex says, with its bars", () => {
    expect(tokenIdentifierOf(identity)).toBe("https://id.example|auth0|1");
    expect(tokenIdentifierOf(identity, "oidc")).toBe("https://id.example|auth0|1");
  });

  test("is the user without the session for Convex Auth", () => {
    expect(tokenIdentifierOf(identity, "convexAuth")).toBe("https://id.example|auth0");
  });
});
