import { convexTest } from "convex-test";
import {
  defineSchema,
  defineTable,
  internalMutationGeneric,
  makeFunctionReference,
  type DataModelFromSchemaDefinition,
  type MutationBuilder,
} from "convex/server";
import { ConvexError, v, type Value } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { UserProfiles } from "../../src/client/userProfiles.js";
import { clerkEvent } from "../../src/shared/providers/index.js";
import {
  vProfileChange,
  type ProfileChange,
  type ProfileEvent,
} from "../../src/shared/userProfiles.js";
import { register } from "../../src/test.js";
import { component, NOON } from "../factories.js";

/** A host that keeps a table of its own in step, and has a name it does not take. */
const schema = defineSchema({
  users: defineTable({ profileId: v.string(), name: v.string() }).index("by_profileId", [
    "profileId",
  ]),
});
const mutation = internalMutationGeneric as MutationBuilder<
  DataModelFromSchemaDefinition<typeof schema>,
  "internal"
>;

const keepUser = mutation({
  args: vProfileChange.fields,
  returns: v.null(),
  handler: async (ctx, { before, after }) => {
    const { id } = (after ?? before)!;
    const known = await ctx.db
      .query("users")
      .withIndex("by_profileId", (q) => q.eq("profileId", id))
      .unique();
    if (after?.name === "Nobody") throw new ConvexError("Nobody may not be here.");
    if (known) await ctx.db.delete("users", known._id);
    if (after) await ctx.db.insert("users", { profileId: id, name: after.name ?? "?" });
    return null;
  },
});

function aHost() {
  const t = convexTest({
    schema,
    modules: {
      "./_generated/api.js": async () => ({}),
      "./host.ts": async () => ({ keepUser }),
    },
    transactionLimits: true,
  });
  register(t);
  return t;
}

const profiles = new UserProfiles(component, {
  ip: "truncated",
  defaultRole: "viewer",
  administratorRole: "admin",
  roles: ["viewer", "editor", "admin"],
  onChange: makeFunctionReference<"mutation", ProfileChange, null>("host:keepUser"),
});

type Host = ReturnType<typeof aHost>;
type Caller = Pick<Host, "mutation" | "query">;

const ann = { subject: "ann", issuer: "https://id.example", name: "Ann" };

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function sync(t: Caller) {
  return await t.mutation(async (ctx) => await profiles.sync(ctx));
}

async function usersOf(t: Host) {
  const rows = await t.run(async (ctx) => await ctx.db.query("users").take(10));
  return rows.map(({ name }) => name);
}

describe("sync", () => {
  test("makes the profile of whoever is signed in", async () => {
    const t = aHost().withIdentity(ann);
    const { profile } = await sync(t);
    expect(profile).toMatchObject({ name: "Ann", grants: [{ role: "viewer" }] });
    expect(await t.query(async (ctx) => await profiles.current(ctx))).toEqual(profile);
    expect(await t.query(async (ctx) => await profiles.get(ctx, profile.id))).toEqual(profile);
  });

  test("refuses strangers", async () => {
    await expect(sync(aHost())).rejects.toMatchObject({ data: { code: "UNAUTHENTICATED" } });
  });

  test("takes a token whose claims have names that are none to Convex", async () => {
    const claims = { $ref: "x", _id: "y", "https://x.co/Größe": { deep: { $set: 1 } } };
    const { profile } = await sync(aHost().withIdentity({ ...ann, ...claims }));
    expect(profile).toMatchObject({ name: "Ann" });
  });

  test("is the same person in every session of Convex Auth", async () => {
    const convexAuth = new UserProfiles(component, { ip: "off", provider: "convexAuth" });
    const t = aHost();
    const session = (id: string) => t.withIdentity({ ...ann, subject: `ann|${id}` });
    const first = await session("1").mutation(async (ctx) => await convexAuth.sync(ctx));
    const second = session("2");
    expect(await second.query(async (ctx) => await convexAuth.current(ctx))).toEqual(first.profile);
  });
});

describe("upsert", () => {
  test("mends halves of character pairs, which could not be sent", async () => {
    const t = aHost();
    const account = { tokenIdentifier: "a|1", claims: { name: "A\ud800" } };
    const { profile } = await t.action(async (ctx) => await profiles.upsert(ctx, account));
    expect(profile).toMatchObject({ name: "A\ufffd", identities: [{ provider: "host" }] });
  });
});

describe("applyEvent", () => {
  const payload = {
    type: "user.created",
    data: { id: "ann", first_name: "Ann", updated_at: NOON - 1000 },
  };
  const event = clerkEvent(payload, { issuer: "https://id.example" });

  test("applies what a mapper gives, and the login finds it", async () => {
    const t = aHost();
    const result = await t.mutation(async (ctx) => await profiles.applyEvent(ctx, event));
    expect(result).toMatchObject({ change: "created", profile: { name: "Ann" } });
    expect(await sync(t.withIdentity(ann))).toEqual({ ...result, change: "none" });
  });

  test("changes nothing for an event of no concern", async () => {
    const t = aHost();
    expect(await t.mutation(async (ctx) => await profiles.applyEvent(ctx, null))).toBeNull();
    expect(await usersOf(t)).toEqual([]);
  });

  test("does not ask who is signed in, which throws on a webhook's own header", async () => {
    const t = aHost();
    const result = await t.action(async (ctx) => {
      const getUserIdentity = () => Promise.reject(new Error("Invalid token"));
      const webhook = { ...ctx, auth: { getUserIdentity } };
      return await profiles.applyEvent(webhook, event);
    });
    expect(result).toMatchObject({ change: "created" });
  });
});

describe("reconcile", () => {
  test("applies what a provider lists", async () => {
    const t = aHost();
    const events = ["ann", "ben"].map((name): ProfileEvent => ({
      kind: "upserted",
      provider: "clerk",
      tokenIdentifier: `https://id.example|${name}`,
      claims: { name },
      version: 1000,
      eventId: "",
    }));
    const counts = await t.action(async (ctx) => await profiles.reconcile(ctx, events));
    expect(counts).toEqual({ created: 2, updated: 0, none: 0 });
    expect(await t.query(async (ctx) => await profiles.syncStatus(ctx))).toMatchObject([
      { provider: "clerk", at: NOON },
    ]);
  });
});

describe("onChange", () => {
  test("hears of every change, and of none where nothing changed", async () => {
    const t = aHost();
    const { profile } = await sync(t.withIdentity(ann));
    await sync(t.withIdentity(ann));
    expect(await usersOf(t)).toEqual(["Ann"]);
    await sync(t.withIdentity({ ...ann, name: "Ann Lee" }));
    expect(await usersOf(t)).toEqual(["Ann Lee"]);
    const other = await sync(t.withIdentity({ ...ann, subject: "work" }));
    const { tokenIdentifier } = other.profile.identities[0]!;
    await t.mutation(
      async (ctx) => await profiles.link(ctx, profile.id, tokenIdentifier, { takeOver: true }),
    );
    expect(await usersOf(t)).toEqual(["Ann Lee"]);
    await t.mutation(async (ctx) => await profiles.unlink(ctx, profile.id, tokenIdentifier));
    expect(await usersOf(t)).toEqual(["Ann Lee", "Ann"]);
  });

  test("undoes the change when it throws", async () => {
    const t = aHost();
    const nobody = t.withIdentity({ ...ann, name: "Nobody" });
    await expect(sync(nobody)).rejects.toThrow("Nobody may not be here.");
    expect(await nobody.query(async (ctx) => await profiles.current(ctx))).toBeNull();
  });
});

describe("current", () => {
  test("gives strangers null, and those who never synced", async () => {
    const t = aHost();
    expect(await t.query(async (ctx) => await profiles.current(ctx))).toBeNull();
    const unsynced = t.withIdentity(ann);
    expect(await unsynced.query(async (ctx) => await profiles.current(ctx))).toBeNull();
  });
});

describe("those who run the app", () => {
  test("change, suspend, remove and find people", async () => {
    const t = aHost();
    const { profile } = await sync(t.withIdentity(ann));
    const { id } = profile;
    const ada = t.withIdentity({ ...ann, subject: "ada", name: "Ada" });
    const done = await ada.mutation(async (ctx) => [
      await profiles.update(ctx, id, { label: "Boss" }),
      await profiles.setRoles(ctx, id, [{ role: "editor" }]),
      await profiles.suspend(ctx, id, { reason: "fraud?" }),
      await profiles.reactivate(ctx, id),
      await profiles.remove(ctx, id),
      await profiles.restore(ctx, id),
    ]);
    expect(done.map(({ status }) => status)).toEqual([
      "active",
      "active",
      "suspended",
      "active",
      "deleted",
      "active",
    ]);
    expect(done[1]).toMatchObject({ label: "Boss", grants: [{ role: "editor" }] });
    const found = await ada.query(async (ctx) => await profiles.search(ctx, "boss"));
    expect(found).toEqual([done[5]]);
    const unsaid = { limit: undefined, status: undefined } as object;
    expect(await ada.query(async (ctx) => await profiles.search(ctx, "boss", unsaid))).toEqual(
      found,
    );
    const { page } = await ada.query(async (ctx) => await profiles.list(ctx));
    expect(page).toEqual([done[5]]);
    const audit = await ada.query(async (ctx) => {
      const filter = { actorId: "https://id.example|ada" };
      const paginationOpts = { numItems: 10, cursor: null };
      return await ctx.runQuery(component.auditLogs.list, { filter, paginationOpts });
    });
    expect(audit.page.map(({ action, target }) => [action, target.id])).toEqual(
      ["restored", "removed", "reactivated", "suspended", "rolesSet", "updated"].map((verb) => [
        `userProfiles.${verb}`,
        id,
      ]),
    );
  });

  test.each<[what: string, value: unknown, path: string]>([
    ["a key of Convex's own", { $set: 1 }, "$set"],
    ["a key of JavaScript's own", JSON.parse('{ "__proto__": 1 }'), "__proto__"],
    ["a key that is not ASCII", { ä: 1 }, "\\u00e4"],
    ["a date", { since: new Date(0) }, "since"],
    ["a hole in a list", { days: [undefined] }, "days.0"],
    ["more than 64 bits", { id: 2n ** 63n }, "id"],
  ])("are told what preferences cannot hold, before Convex says it: %s", async (_, value, path) => {
    const t = aHost();
    const { profile } = await sync(t.withIdentity(ann));
    const patch = { preferences: value as Record<string, Value> };
    await expect(
      t.mutation(async (ctx) => await profiles.update(ctx, profile.id, patch)),
    ).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { [`preferences.${path}`]: {} } },
    });
  });

  test("give no role that is not declared", async () => {
    const t = aHost();
    const { profile } = await sync(t.withIdentity(ann));
    await expect(
      // @ts-expect-error It does not even compile.
      t.mutation(async (ctx) => await profiles.setRoles(ctx, profile.id, [{ role: "owner" }])),
    ).rejects.toMatchObject({ data: { fields: { "grants.0.role": { code: "unknown_role" } } } });
  });
});
