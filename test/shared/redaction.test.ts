import { fc, test } from "@fast-check/vitest";
import type { Value } from "convex/values";
import { describe, expect } from "vitest";
import { diffDocuments } from "../../src/shared/diff.js";
import { isSecret, redactChanges, redactSecrets } from "../../src/shared/redaction.js";
import { aDocument, aValue } from "./documents.js";

const SECRET_NAMES = [
  ["password"],
  ["pass", "word"],
  ["pass", "phrase"],
  ["pass", "code"],
  ["passwd"],
  ["secret"],
  ["token"],
  ["access", "token"],
  ["refresh", "token"],
  ["id", "token"],
  ["csrf", "token"],
  ["authorization"],
  ["proxy", "authorization"],
  ["cookie"],
  ["set", "cookie"],
  ["api", "key"],
  ["x", "api", "key"],
  ["private", "key"],
  ["client", "secret"],
  ["credential"],
  ["credentials"],
  ["cvc"],
  ["cvv"],
  ["cvv2"],
  ["card", "number"],
  ["pan"],
  ["pin"],
  ["pin", "code"],
  ["ssn"],
  ["otp"],
  ["new", "password", "2"],
  ["password", "hash"],
  ["oauth", "2", "tokens"],
];

const upperFirst = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
const SPELLINGS: Record<string, (words: string[]) => string> = {
  camelCase: ([first, ...rest]) => [first, ...rest.map(upperFirst)].join(""),
  PascalCase: (words) => words.map(upperFirst).join(""),
  snake_case: (words) => words.join("_"),
  "kebab-case": (words) => words.join("-"),
  UPPER_CASE: (words) => words.join("_").toUpperCase(),
  "Header-Case": (words) => words.map(upperFirst).join("-"),
  eVeRy_OtHeR: (words) =>
    [...words.join("_")].map((c, i) => (i % 2 ? c.toUpperCase() : c)).join(""),
};
const aSecretName = fc
  .tuple(fc.constantFrom(...SECRET_NAMES), fc.constantFrom(...Object.values(SPELLINGS)))
  .map(([words, spell]) => spell(words));

/** A value with `secret` somewhere in it, under `name`. */
const aHidingPlace = fc
  .tuple(aSecretName, fc.array(fc.constantFrom("list", "field", "secret list"), { maxLength: 8 }))
  .map(([name, levels]) => {
    const secret: Value = { [name]: levels.includes("secret list") ? [[SECRET]] : SECRET };
    const hidden = levels.reduce<Value>(
      (inner, level) => (level === "field" ? { user: "ann", inner } : [1, inner, null]),
      secret,
    );
    return { name, hidden };
  });
const SECRET = "s3cr3t-value";

const HARMLESS_NAMES = [
  "tokenizer",
  "passenger",
  "secretary",
  "pinned",
  "pinColor",
  "spin",
  "panel",
  "company",
  "compass",
  "authorId",
  "authorized",
  "keyboard",
  "publicKey",
  "idempotencyKey",
  "cardType",
  "tokenIdentifier",
  "tokenType",
  "tokenCount",
  "tokenExpiresAt",
  "access_token_expires_in",
  "passwordChangedAt",
  "passwordPolicy",
  "apiKeyId",
  "otpAttempts",
];

describe("isSecret", () => {
  describe.each(Object.entries(SPELLINGS))("in %s", (_, spell) => {
    test.each(SECRET_NAMES.map((words) => spell(words)))("takes %s", (name) => {
      expect(isSecret(name, "x")).toBe(true);
    });
  });

  test.each([
    "accesstoken",
    "APIKey",
    "APIkey",
    "pAsSwOrD",
    "myAPIKey",
    "userIDToken",
    "dbpassword",
    "auth.token",
    "PIN",
  ])("takes %s", (name) => {
    expect(isSecret(name, "x")).toBe(true);
  });

  test.each(HARMLESS_NAMES)("does not take %s", (name) => {
    expect(isSecret(name, "x")).toBe(false);
  });

  test("takes numbers, but not numbers of tokens", () => {
    expect(isSecret("pin", 1234)).toBe(true);
    expect(isSecret("token", 123456n)).toBe(true);
    expect(isSecret("totalTokens", 1234)).toBe(false);
    expect(isSecret("max_tokens", 1234n)).toBe(false);
    expect(isSecret("tokens", ["a"])).toBe(true);
  });

  test("does not take a yes, a no or a nothing", () => {
    expect([true, false, null, undefined].map((value) => isSecret("password", value))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("redactSecrets", () => {
  test("puts a marker in the place of what is secret and keeps its name", () => {
    const metadata = {
      user: "ann",
      password: "x",
      headers: [{ Authorization: "Basic x", accept: "*" }],
      credentials: { user: "ann", key: "x" },
    };
    expect(redactSecrets(metadata)).toEqual({
      user: "ann",
      password: "[redacted]",
      headers: [{ Authorization: "[redacted]", accept: "*" }],
      credentials: "[redacted]",
    });
  });

  test("hides declared paths besides, nested and in lists", () => {
    const metadata = { iban: "DE1", lines: [{ iban: "DE2", amount: 1 }], notes: ["DE3"] };
    expect(redactSecrets(metadata, ["lines.iban", "notes"])).toEqual({
      iban: "DE1",
      lines: [{ iban: "[redacted]", amount: 1 }],
      notes: "[redacted]",
    });
  });

  test.prop([aHidingPlace], { seed: 1, numRuns: 1000 })(
    "lets no secret through, at any depth",
    ({ name, hidden }) => {
      expect(JSON.stringify(hidden)).toContain(SECRET);
      const redacted = JSON.stringify(redactSecrets(hidden));
      expect(redacted).not.toContain(SECRET);
      expect(redacted).toContain(JSON.stringify(name));
    },
  );

  test.prop([aHidingPlace], { seed: 2 })("changes nothing the second time", ({ hidden }) => {
    const redacted = redactSecrets(hidden);
    expect(redactSecrets(redacted)).toBe(redacted);
  });

  test.prop([aValue, fc.constantFrom(...HARMLESS_NAMES)], { seed: 3 })(
    "gives back the very same value when nothing is secret",
    (value, name) => {
      const metadata = { [name]: [value], nothing: undefined };
      expect(redactSecrets(metadata)).toBe(metadata);
    },
  );

  test("leaves the value it was given as it is", () => {
    const metadata = { inner: [{ token: "x" }] };
    redactSecrets(metadata);
    expect(metadata).toEqual({ inner: [{ token: "x" }] });
  });
});

describe("redactSecrets in texts", () => {
  test.each([
    ["paid with 4111111111111111.", "paid with [redacted]."],
    ["4111 1111 1111 1111", "[redacted]"],
    ["4111-1111-1111-1111 12/27 123", "[redacted] 12/27 123"],
    ["card:5555555555554444,378282246310005", "card:[redacted],[redacted]"],
    ["3782 822463 10005", "[redacted]"],
    ["no 17 4111111111111111", "no 17 [redacted]"],
    ["13 digits 4222222222222", "13 digits [redacted]"],
    ["19 digits 6304000000000000000", "19 digits [redacted]"],
    ["the longest of 6304 0000 0000 0000 000", "the longest of [redacted]"],
    ["Authorization: Bearer abc.DEF-123", "Authorization: Bearer [redacted]"],
    ["bearer sk_live_1", "bearer [redacted]"],
    ["jwt=eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl;", "jwt=[redacted];"],
    ["unsigned eyJhbGciOi.eyJzdWIiOi.", "unsigned [redacted]"],
  ])("hides the secret of %j", (text, redacted) => {
    expect(redactSecrets({ note: [text] })).toEqual({ note: [redacted] });
  });

  test.each([
    ["a wrong check digit", "4111111111111112"],
    ["12 digits", "422222222222"],
    ["20 digits", "41111111111111111111"],
    ["a time in milliseconds", "1700000000006"],
    ["the end of a word", "k4111111111111111"],
    ["the start of a word", "4111111111111111k"],
    ["a fraction", "0.4111111111111111"],
    ["a phone number", "+4111111111111111"],
    ["a bearer of news", "the bearer of bad news"],
    ["half a JWT", "eyJhbGciOi.x"],
  ])("leaves %s", (_, text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  test("takes no longer than the text for a text of digits", () => {
    const texts = ["4 ".repeat(500_000), "4".repeat(1_000_000), `${"4 ".repeat(500_000)}a`];
    expect(texts.map((text) => typeof redactSecrets(text))).toEqual(["string", "string", "string"]);
  });
});

describe("redactChanges", () => {
  test("hides a change whose path has a secret name, and shows its sides", () => {
    const changes = [
      { path: "login.apiKey", before: null, after: "k-1" },
      { path: "credentials.0.note", before: "x" },
      { path: "title", before: "a", after: "b" },
    ];
    expect(redactChanges(changes)).toEqual([
      { path: "login.apiKey", before: null, after: "[redacted]" },
      { path: "credentials.0.note", before: "[redacted]" },
      { path: "title", before: "a", after: "b" },
    ]);
  });

  test("hides secrets and declared paths within values", () => {
    const changes = [{ path: "lines.0", after: { iban: "DE1", token: "x", amount: 1 } }];
    expect(redactChanges(changes, ["lines.iban"])).toEqual([
      { path: "lines.0", after: { iban: "[redacted]", token: "[redacted]", amount: 1 } },
    ]);
    expect(redactChanges([{ path: "lines.0.iban", after: "DE1" }], ["lines"])).toEqual([
      { path: "lines.0.iban", after: "[redacted]" },
    ]);
  });

  test.prop([aHidingPlace], { seed: 4 })("lets no secret through", ({ hidden }) => {
    const changes = [{ path: "data", before: hidden, after: null }];
    expect(JSON.stringify(redactChanges(changes))).not.toContain(SECRET);
  });

  test.prop([aDocument, aDocument], { seed: 5 })("has nothing to do after a diff", (a, b) => {
    const { changes } = diffDocuments({ ...a, token: "x", note: "Bearer 123456" }, b);
    expect(redactChanges(changes)).toBe(changes);
  });
});
