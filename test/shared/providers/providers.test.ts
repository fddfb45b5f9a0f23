import { describe, expect, test } from "vitest";
import {
  betterAuthEvent,
  clerkEvent,
  convexAuthEvent,
  readIdentity,
  workosEvent,
} from "../../../src/shared/providers/index.js";

/** Payloads as the providers send them, with values of our own. */

const NOON = Date.UTC(2026, 0, 15, 12);

describe("clerkEvent", () => {
  const issuer = "https://clerk.example.com";
  const user = {
    birthday: "",
    created_at: 1_654_012_591_514,
    email_addresses: [
      {
        email_address: "old@example.org",
        id: "idn_old",
        linked_to: [],
        object: "email_address",
        verification: { status: "verified", strategy: "ticket" },
      },
      {
        email_address: "ann@example.org",
        id: "idn_new",
        linked_to: [],
        object: "email_address",
        verification: { status: "unverified", strategy: "email_code" },
      },
    ],
    external_accounts: [],
    external_id: "567772",
    first_name: "Ann",
    gender: "",
    id: "user_29w83sxmDNGwOuEthce5gg56FcC",
    image_url: "https://img.clerk.com/xxxxxx",
    last_name: "Lee",
    last_sign_in_at: 1_654_012_591_514,
    object: "user",
    password_enabled: true,
    phone_numbers: [],
    primary_email_address_id: "idn_new",
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    private_metadata: { role: "admin" },
    profile_image_url: "https://www.gravatar.com/avatar?d=mp",
    public_metadata: { role: "admin" },
    two_factor_enabled: false,
    unsafe_metadata: { role: "admin" },
    updated_at: 1_654_012_591_835,
    username: null,
    web3_wallets: [],
  };
  const headersOf = (id: string) =>
    new Headers({ "svix-id": id, "svix-timestamp": "1654012592", "svix-signature": "v1,x" });
  const event = { data: user, object: "event", timestamp: 1_654_012_591_900, type: "user.updated" };

  test("reads a user, with the address they call their own and no role", () => {
    expect(clerkEvent(event, { issuer, headers: headersOf("msg_1") })).toEqual({
      kind: "upserted",
      provider: "clerk",
      tokenIdentifier: "https://clerk.example.com|user_29w83sxmDNGwOuEthce5gg56FcC",
      claims: {
        name: "Ann Lee",
        email: "ann@example.org",
        emailVerified: false,
        pictureUrl: "https://img.clerk.com/xxxxxx",
      },
      version: 1_654_012_591_835,
      eventId: "msg_1",
    });
  });

  test("reads a deletion at the time of its event", () => {
    const data = { deleted: true, id: "user_1", object: "user" };
    const payload = { ...event, type: "user.deleted", data };
    expect(clerkEvent(payload, { issuer, headers: headersOf("msg_2") })).toEqual({
      kind: "deleted",
      provider: "clerk",
      tokenIdentifier: "https://clerk.example.com|user_1",
      claims: {},
      version: 1_654_012_591_900,
      eventId: "msg_2",
    });
  });

  test("takes the time it was sent for a deletion that verifyWebhook has stripped of its own", () => {
    const stripped = {
      type: "user.deleted",
      object: "event",
      data: { deleted: true, id: "user_1", object: "user" },
      event_attributes: { http_request: { client_ip: "203.0.113.1", user_agent: "x" } },
    };
    expect(clerkEvent(stripped, { issuer, headers: headersOf("msg_3") })).toMatchObject({
      kind: "deleted",
      version: 1_654_012_592_000,
    });
    expect(() => clerkEvent(stripped, { issuer })).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ code: "VALIDATION_FAILED" }) }),
    );
  });

  test("takes no other address for the missing primary one", () => {
    const data = { ...user, primary_email_address_id: null };
    expect(clerkEvent({ ...event, data }, { issuer })?.claims).not.toHaveProperty("email");
  });

  test("is not concerned with other events, or without an account", () => {
    const { id, ...nameless } = user;
    expect(id).toBeDefined();
    for (const payload of [
      { ...event, type: "session.created" },
      { ...event, data: nameless },
    ]) {
      expect(clerkEvent(payload, { issuer })).toBeNull();
    }
  });
});

describe("workosEvent", () => {
  const issuer = "https://api.workos.com/user_management/client_1";
  const payload = {
    id: "event_01H",
    event: "user.updated",
    created_at: "2024-01-01T00:00:05.000Z",
    data: {
      object: "user",
      id: "user_01H5JQDV7R7ATEYZDEG0W5PRYS",
      email: "ann@example.com",
      first_name: "Ann",
      last_name: null,
      created_at: "2023-07-18T02:07:19.911Z",
      updated_at: "2024-01-01T00:00:00.123Z",
      email_verified: true,
      profile_picture_url: null,
      external_id: null,
      last_sign_in_at: null,
      locale: "en-US",
      metadata: { role: "admin" },
    },
  };
  const expected = {
    kind: "upserted",
    provider: "workos",
    tokenIdentifier: `${issuer}|user_01H5JQDV7R7ATEYZDEG0W5PRYS`,
    claims: { name: "Ann", email: "ann@example.com", emailVerified: true, locale: "en-US" },
    version: Date.UTC(2024, 0, 1) + 123,
    eventId: "event_01H",
  };

  test("reads a user as sent", () => {
    expect(workosEvent(payload, { issuer })).toEqual(expected);
  });

  test("reads a user as the SDK gives it", () => {
    const { first_name, email_verified, updated_at, id, email, locale } = payload.data;
    const data = {
      id,
      email,
      locale,
      firstName: first_name,
      lastName: null,
      emailVerified: email_verified,
      profilePictureUrl: null,
      updatedAt: updated_at,
    };
    const { created_at: createdAt, id: eventId, event } = payload;
    expect(workosEvent({ id: eventId, event, createdAt, data }, { issuer })).toEqual(expected);
  });

  test("reads a deletion at its own time, not that of the user's last change", () => {
    expect(workosEvent({ ...payload, event: "user.deleted" }, { issuer })).toMatchObject({
      kind: "deleted",
      claims: {},
      version: Date.UTC(2024, 0, 1) + 5000,
    });
  });

  test("is not concerned with other events", () => {
    expect(workosEvent({ ...payload, event: "session.created" }, { issuer })).toBeNull();
  });
});

describe("betterAuthEvent", () => {
  const issuer = "https://happy-animal-1.convex.site";
  const user = {
    _id: "k57abc",
    _creationTime: 1_700_000_000_000.5,
    name: "Ann Lee",
    email: "ann@example.com",
    emailVerified: true,
    image: null,
    createdAt: 1_700_000_000_000,
    updatedAt: 1_700_000_000_000,
    twoFactorEnabled: null,
    isAnonymous: null,
    username: "ann",
    displayUsername: "Ann",
    phoneNumber: null,
    userId: "legacy",
    role: "admin",
    banned: null,
  };

  test.each(["created", "updated"] as const)("reads a user that was %s, now", (change) => {
    expect(betterAuthEvent(change, user, { issuer, now: NOON })).toEqual({
      kind: "upserted",
      provider: "betterAuth",
      tokenIdentifier: "https://happy-animal-1.convex.site|k57abc",
      claims: {
        name: "Ann Lee",
        username: "Ann",
        email: "ann@example.com",
        emailVerified: true,
      },
      version: NOON,
      eventId: "",
    });
  });

  test("reads a deletion", () => {
    expect(betterAuthEvent("deleted", user, { issuer, now: NOON })).toMatchObject({
      kind: "deleted",
      claims: {},
      version: NOON,
    });
  });

  test("knows the user by the id that Better Auth itself uses", () => {
    const { _id, ...own } = user;
    const event = betterAuthEvent("created", { ...own, id: _id }, { issuer, now: NOON });
    expect(event?.tokenIdentifier).toBe("https://happy-animal-1.convex.site|k57abc");
  });
});

describe("convexAuthEvent", () => {
  const issuer = "https://happy-animal-1.convex.site";

  test("reads a row of its users, under the key its tokens have without the session", () => {
    const user = {
      _id: "jd7abc",
      _creationTime: 1,
      name: "Ann",
      email: "ann@example.com",
      emailVerificationTime: 1_700_000_000_000,
      image: "https://x.co/a.png",
      isAnonymous: false,
    };
    const event = convexAuthEvent("updated", user, { issuer, now: NOON });
    expect(event).toEqual({
      kind: "upserted",
      provider: "convexAuth",
      tokenIdentifier: `${issuer}|jd7abc`,
      claims: {
        name: "Ann",
        email: "ann@example.com",
        emailVerified: true,
        pictureUrl: "https://x.co/a.png",
      },
      version: NOON,
      eventId: "",
    });
    const subject = "jd7abc|kh9session";
    const identity = { issuer, subject, tokenIdentifier: `${issuer}|${subject}` };
    expect(readIdentity(identity, "convexAuth").tokenIdentifier).toBe(event?.tokenIdentifier);
  });

  test("gives nothing for a user that is not there any more", () => {
    expect(convexAuthEvent("updated", null, { issuer, now: NOON })).toBeNull();
  });
});

describe("readIdentity", () => {
  const keys = {
    tokenIdentifier: "https://id.example|ann",
    issuer: "https://id.example",
    subject: "ann",
  };

  test("reads the claims that OpenID Connect defines, as Convex names them", () => {
    const identity = {
      ...keys,
      givenName: "Ann",
      familyName: "Lee",
      nickname: "annie",
      email: "ann@x.co",
      emailVerified: true,
      phoneNumber: "+49301234",
      pictureUrl: "https://x.co/a.png",
      language: "de",
      updatedAt: "2026-01-15T12:00:00+00:00",
    };
    expect(readIdentity(identity)).toEqual({
      tokenIdentifier: "https://id.example|ann",
      provider: "oidc",
      claims: {
        name: "Ann Lee",
        username: "annie",
        email: "ann@x.co",
        emailVerified: true,
        phone: "+49301234",
        pictureUrl: "https://x.co/a.png",
        locale: "de",
      },
      version: NOON,
    });
  });

  test("reads them as a custom JWT has them", () => {
    const identity = {
      ...keys,
      name: "Ann Lee",
      preferred_username: "ann",
      email_verified: "true",
      email: "ann@x.co",
      picture: "https://x.co/a.png",
      updated_at: NOON / 1000,
    };
    expect(readIdentity(identity)).toMatchObject({
      claims: {
        name: "Ann Lee",
        username: "ann",
        emailVerified: true,
        pictureUrl: "https://x.co/a.png",
      },
      version: NOON,
    });
  });

  test("has no version where the token has no time", () => {
    expect(readIdentity({ ...keys, updatedAt: "recently" })).not.toHaveProperty("version");
  });
});

describe("every mapper", () => {
  const hostile: unknown[] = [
    null,
    undefined,
    0,
    "user",
    [],
    {},
    { type: "user.updated", event: "user.updated", data: null },
    { type: "user.updated", event: "user.updated", data: { id: 7, updated_at: "x" } },
    { type: "user.deleted", event: "user.deleted", data: { id: null }, timestamp: 1 },
    { _id: {}, name: [], email: { a: 1 }, email_addresses: "x", phone_numbers: [null, 1, "x"] },
  ];

  test.each(hostile.map((payload) => [JSON.stringify(payload), payload]))(
    "gives nothing for %s",
    (_, payload) => {
      const options = { issuer: "https://id.example", now: NOON };
      expect(clerkEvent(payload, options)).toBeNull();
      expect(workosEvent(payload, options)).toBeNull();
      expect(betterAuthEvent("updated", payload, options)).toBeNull();
      expect(convexAuthEvent("updated", payload, options)).toBeNull();
      expect(readIdentity(payload)).toMatchObject({ tokenIdentifier: "", claims: {} });
    },
  );

  test("mends the text it carries", () => {
    const data = {
      id: "user_1",
      updated_at: NOON,
      first_name: `\u202eAnn\u0000 ${"x".repeat(300)}`,
      last_name: "\ud800",
      image_url: "javascript:alert(1)",
      email_addresses: [null, { id: "e", email_address: "no address" }],
      primary_email_address_id: "e",
    };
    const options = { issuer: "https://id.example" };
    const event = clerkEvent({ type: "user.created", data }, options);
    expect(Object.keys(event!.claims)).toEqual(["name"]);
    expect(event!.claims.name).toMatch(/^Ann {2}x+$/);
    expect(event!.claims.name).toHaveLength(200);
  });
});
