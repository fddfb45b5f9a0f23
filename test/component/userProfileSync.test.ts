import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../src/component/_generated/api.js";
import type { ProfileEvent } from "../../src/shared/userProfiles.js";
import { aComponent, ann, NOON } from "../factories.js";
import vectors from "../vectors/usersync.json";
import {
  actionsOf,
  anEvent,
  annsToken,
  apply,
  by,
  entriesOf,
  getAnn,
  login,
  type TestComponent,
} from "./userProfileEvents.js";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function allRows(t: ReturnType<typeof aComponent>) {
  return await t.run(async (ctx) => ({
    profiles: (await ctx.db.query("userProfiles").take(100)).map(
      ({ _id, _creationTime, ...row }) => row,
    ),
    aliases: await ctx.db.query("userProfileAliases").take(100),
    entries: (await ctx.db.query("auditLogs").take(1000)).length,
  }));
}

describe("sync", () => {
  test("makes a profile at the first login, with the default role", async () => {
    const t = aComponent();
    const { profile, change } = await login(t, {
      name: "Ann Lee",
      email: "ann@x.co",
      emailVerified: true,
      pictureUrl: "https://x.co/ann.png",
      role: "admin",
      roles: ["admin"],
    });
    expect(change).toBe("created");
    expect(profile).toEqual({
      id: expect.any(String),
      name: "Ann Lee",
      email: "ann@x.co",
      emailVerified: true,
      pictureUrl: "https://x.co/ann.png",
      grants: [{ role: "viewer" }],
      status: "active",
      identities: [{ tokenIdentifier: annsToken, provider: "oidc", syncedAt: NOON }],
      createdAt: NOON,
      updatedAt: NOON,
    });
    expect(await getAnn(t)).toEqual(profile);
  });

  test("writes once for fifty identical logins", async () => {
    const t = aComponent();
    for (let i = 0; i < 50; i++) {
      vi.setSystemTime(NOON + i * 1000);
      const { change } = await login(t, { name: "Ann", updatedAt: "2026-01-01T00:00:00Z" });
      expect(change).toBe(i === 0 ? "created" : "none");
    }
    expect((await getAnn(t))?.identities[0]?.syncedAt).toBe(NOON);
    expect(await actionsOf(t)).toEqual(["userProfiles.created"]);
  });

  test("leaves an entry that says who changed what", async () => {
    const t = aComponent();
    await login(t, { name: "Ann", email: "ann@x.co" });
    vi.setSystemTime(NOON + 1000);
    const { profile, change } = await login(t, { name: "Ann Lee", email: "ann@x.co" });
    expect(change).toBe("updated");
    expect(profile.updatedAt).toBe(NOON + 1000);
    expect((await entriesOf(t))[1]).toMatchObject({
      action: "userProfiles.synced",
      actor: ann,
      target: { table: "userProfiles", id: profile.id, label: "Ann Lee" },
      changes: [{ path: "name", before: "Ann", after: "Ann Lee" }],
      personal: ["changes.name"],
    });
  });

  test("takes no claim away for a token that has none", async () => {
    const t = aComponent();
    await login(t, { name: "Ann" });
    expect(await login(t)).toMatchObject({ change: "none", profile: { name: "Ann" } });
    const updatedAt = "2026-01-15T12:00:00Z";
    expect(await login(t, { updatedAt })).toMatchObject({
      change: "none",
      profile: { name: "Ann" },
    });
  });

  test("lets a token without a time say nothing against an event", async () => {
    const t = aComponent();
    await apply(t, { claims: { name: "Ann" } });
    expect(await login(t, { name: "Anne" })).toMatchObject({
      change: "none",
      profile: { name: "Ann" },
    });
  });

  test("takes a token that is newer than the last event, not an older one", async () => {
    const t = aComponent();
    await apply(t, { claims: { name: "event" }, version: NOON - 5000 });
    expect(await login(t, { name: "old", updatedAt: "2026-01-15T11:59:54Z" })).toMatchObject({
      change: "none",
      profile: { name: "event" },
    });
    expect(await login(t, { name: "new", updatedAt: "2026-01-15T11:59:56Z" })).toMatchObject({
      change: "updated",
      profile: { name: "new" },
    });
  });

  test("never fails for a time that cannot be, but lets it count for nothing", async () => {
    const t = aComponent();
    await apply(t, { claims: { name: "Ann" } });
    for (const updatedAt of ["2999-01-01T00:00:00Z", "-1", "soon", 1e300, null, {}]) {
      expect(await login(t, { name: "Eve", updatedAt })).toMatchObject({ change: "none" });
    }
  });

  test("keeps two accounts apart that share subject and e-mail", async () => {
    const t = aComponent();
    for (const { claim, and } of vectors.identity) {
      const ids = [claim, and].map(async ({ issuer, subject }) => {
        const identity = {
          issuer,
          subject,
          tokenIdentifier: `${issuer}|${subject}`,
          email: "a@x.co",
        };
        const args = { ...by, identity: JSON.stringify(identity) };
        return (await t.mutation(api.userProfileSync.sync, args)).profile.id;
      });
      expect(new Set(await Promise.all(ids)).size).toBe(2);
    }
  });

  test("knows a person of Convex Auth by every session", async () => {
    const t = aComponent();
    const args = { ...by, provider: "convexAuth" };
    const signIn = async (session: string) => {
      const issuer = "https://happy-animal-1.convex.site";
      const subject = `user1|${session}`;
      const identity = { issuer, subject, tokenIdentifier: `${issuer}|${subject}` };
      const json = JSON.stringify(identity);
      return await t.mutation(api.userProfileSync.sync, { ...args, identity: json });
    };
    const first = await signIn("session1");
    expect(first.profile.identities).toMatchObject([
      { tokenIdentifier: "https://happy-animal-1.convex.site|user1", provider: "convexAuth" },
    ]);
    expect(await signIn("session2")).toEqual({ profile: first.profile, change: "none" });
  });

  test("mends hostile claims instead of failing the login", async () => {
    const t = aComponent();
    const { profile } = await login(t, {
      name: `Ann\u0000\u202e Lee\n\ud800${"x".repeat(1_000_000)}`,
      email: `${"a".repeat(400)}@x.co`,
      emailVerified: true,
      pictureUrl: "javascript:alert(1)",
      phoneNumber: { toString: "1" },
      "https://x.co/ $weird": "x".repeat(100_000),
    });
    expect(profile.name).toMatch(/^Ann {2}Lee \ufffdx+$/);
    expect(profile.name).toHaveLength(200);
    expect(profile).not.toHaveProperty("email");
    expect(profile).not.toHaveProperty("emailVerified");
    expect(profile).not.toHaveProperty("pictureUrl");
    expect(profile).not.toHaveProperty("phone");
  });
});

describe("upsert", () => {
  const account = { tokenIdentifier: annsToken, claims: { name: "Ann" } };

  test("is a login of which the host knows the claims", async () => {
    const t = aComponent();
    const first = await t.mutation(api.userProfileSync.upsert, { ...by, account });
    expect(first).toMatchObject({ change: "created", profile: { name: "Ann" } });
    expect(first.profile.identities).toMatchObject([{ provider: "host" }]);
    expect(await login(t, { name: "Ann" })).toMatchObject({ change: "none" });
  });

  test("refuses a key that is none, naming it", async () => {
    const t = aComponent();
    const nameless = { ...account, tokenIdentifier: " " };
    await expect(
      t.mutation(api.userProfileSync.upsert, { ...by, account: nameless }),
    ).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { tokenIdentifier: { code: "required" } } },
    });
  });
});

describe("applyEvent", () => {
  type Name = keyof typeof vectors.events;
  const event = (name: Name): ProfileEvent => {
    const { version, eventId, ...rest } = vectors.events[name];
    const kind = "deleted" in rest ? "deleted" : "upserted";
    const claims = "claims" in rest ? rest.claims : {};
    return anEvent({ kind, version, eventId, claims });
  };

  async function stateAfter(events: ProfileEvent[]) {
    const t = aComponent();
    for (const each of events) await apply(t, each);
    const { profiles, entries } = await allRows(t);
    // Told again, all of it is known.
    for (const each of events) expect(await apply(t, each)).toMatchObject({ change: "none" });
    expect(await allRows(t)).toEqual({ profiles, aliases: [], entries });
    return profiles;
  }

  test.each(vectors.sets.map((set) => [set.use.join(" "), set] as const))(
    "ends in one state for every order of %s",
    async (_, { use, permutations, final }) => {
      const orders = permutationsOf((use as Name[]).map(event));
      expect(orders).toHaveLength(permutations);
      const [expected] = await stateAfter(orders[0]!);
      const { deleted, ...claims } = final;
      expect(expected).toMatchObject({
        status: deleted ? "deleted" : "active",
        identities: [{ claims }],
      });
      expect(expected!.identities[0]!.claims).toEqual(claims);
      for (const order of orders.slice(1)) expect(await stateAfter(order)).toEqual([expected]);
    },
  );

  test("makes the profile of a person never seen, with the host's role", async () => {
    const t = aComponent();
    await apply(t, { claims: { name: "Ann" } });
    expect(await getAnn(t)).toMatchObject({ name: "Ann", grants: [{ role: "viewer" }] });
  });

  test("keeps a person out who was deleted before anybody saw them", async () => {
    const t = aComponent();
    await apply(t, { kind: "deleted", version: 4000 });
    expect(await login(t, { name: "Ann", updatedAt: "2026-01-15T11:00:00Z" })).toMatchObject({
      profile: { status: "deleted", name: "Ann" },
    });
    expect((await getAnn(t))?.status).toBe("deleted");
  });

  test("keeps a deleted person out, whose token is still valid and newer", async () => {
    const t = aComponent();
    await login(t, { name: "Ann" });
    await apply(t, { kind: "deleted", version: NOON - 60_000, eventId: "d" });
    expect(await login(t, { name: "Ann" })).toMatchObject({ profile: { status: "deleted" } });
    await login(t, { name: "Ann", updatedAt: "2026-01-15T12:00:00Z" });
    await apply(t, { claims: { name: "Ann" }, version: NOON });
    expect(await getAnn(t)).toMatchObject({
      status: "deleted",
      identities: [{ deletedAt: NOON - 60_000 }],
    });
    expect(await actionsOf(t)).toEqual(["userProfiles.created", "userProfiles.deleted"]);
  });

  test("advances without an entry where only the time is new", async () => {
    const t = aComponent();
    await apply(t, { claims: { name: "Ann" }, version: 1000 });
    vi.setSystemTime(NOON + 1000);
    expect(await apply(t, { claims: { name: "Ann" }, version: 2000 })).toMatchObject({
      change: "none",
      profile: { updatedAt: NOON, identities: [{ version: 2000, syncedAt: NOON + 1000 }] },
    });
    expect(await actionsOf(t)).toEqual(["userProfiles.created"]);
  });

  test("says that the provider did it, whoever is signed in", async () => {
    const t = aComponent();
    await apply(t, { claims: { name: "Ann" } });
    expect((await entriesOf(t))[0]?.actor).toEqual({ type: "service", id: "clerk" });
  });

  test("takes an event five minutes ahead, and refuses a later one", async () => {
    const t = aComponent();
    await apply(t, { version: NOON + 5 * 60_000 });
    await expect(apply(t, { version: NOON + 5 * 60_000 + 1 })).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { version: { code: "in_the_future" } } },
    });
  });

  test.each([NaN, -1, 1.5, Infinity])("refuses the time %s", async (version) => {
    await expect(apply(aComponent(), { version })).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { version: { code: "bad_time" } } },
    });
  });

  test("names every bad field at once and writes nothing", async () => {
    const t = aComponent();
    const bad = { tokenIdentifier: "", provider: "x".repeat(51), eventId: "a\nb", version: -1 };
    await expect(apply(t, bad)).rejects.toMatchObject({
      data: {
        fields: {
          tokenIdentifier: { code: "required" },
          provider: { code: "too_long" },
          eventId: { code: "bad_characters" },
          version: { code: "bad_time" },
        },
      },
    });
    expect((await allRows(t)).profiles).toEqual([]);
  });
});

describe("reconcile", () => {
  const reconcile = async (t: TestComponent, events: ProfileEvent[]) =>
    await t.mutation(api.userProfileSync.reconcile, { ...by, events });

  test("counts what was new, and finds nothing the second time", async () => {
    const t = aComponent();
    await apply(t, { claims: { name: "Ann" } });
    const events = [
      anEvent({ claims: { name: "Ann Lee" }, version: 2000 }),
      anEvent({ tokenIdentifier: "https://id.example|ben" }),
    ];
    expect(await reconcile(t, events)).toEqual({ created: 1, updated: 1, none: 0 });
    expect(await reconcile(t, events)).toEqual({ created: 0, updated: 0, none: 2 });
  });

  test("takes 500 accounts and refuses 501", async () => {
    const t = aComponent();
    const events = Array.from({ length: 501 }, (_, i) => anEvent({ tokenIdentifier: `x|${i}` }));
    await expect(reconcile(t, events)).rejects.toMatchObject({ data: { code: "LIMIT_EXCEEDED" } });
    expect(await reconcile(t, events.slice(1))).toEqual({ created: 500, updated: 0, none: 0 });
  });

  test("applies nothing when one of them is bad", async () => {
    const t = aComponent();
    await expect(reconcile(t, [anEvent(), anEvent({ version: -1 })])).rejects.toMatchObject({
      data: { fields: { "events.1.version": { code: "bad_time" } } },
    });
    expect((await allRows(t)).profiles).toEqual([]);
  });
});

function permutationsOf<Item>(items: Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) =>
    permutationsOf(items.toSpliced(i, 1)).map((rest) => [item, ...rest]),
  );
}
