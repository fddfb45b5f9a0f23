import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../src/component/_generated/api.js";
import type { Grant } from "../../src/shared/permissions.js";
import type { ProfileFilter, ProfilePatch } from "../../src/shared/userProfiles.js";
import { aComponent, ann, NOON } from "../factories.js";
import {
  actionsOf,
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

const profiles = api.userProfiles;

/** A component that knows Ann, and how to change her. */
async function withAnn(claims: { [claim: string]: unknown } = { name: "Ann" }) {
  const t = aComponent();
  const id = (await login(t, claims)).profile.id;
  return { t, id, ...actsOn(t, id) };
}

function actsOn(t: TestComponent, id: string) {
  const roles = ["viewer", "editor", "admin"];
  return {
    update: (patch: ProfilePatch) => t.mutation(profiles.update, { ...by, id, patch }),
    setRoles: (...grants: (string | Grant)[]) =>
      t.mutation(profiles.setRoles, {
        ...by,
        id,
        grants: grants.map((grant) => (typeof grant === "string" ? { role: grant } : grant)),
        roles,
      }),
    suspend: (reason?: string) => t.mutation(profiles.suspend, { ...by, id, ...given(reason) }),
    remove: (reason?: string) => t.mutation(profiles.remove, { ...by, id, ...given(reason) }),
    restore: () => t.mutation(profiles.restore, { ...by, id }),
    reactivate: () => t.mutation(profiles.reactivate, { ...by, id }),
  };
}

function given(reason: string | undefined) {
  return reason === undefined ? {} : { reason };
}

async function anAdministrator(t: TestComponent, subject: string) {
  const { profile } = await login(t, { subject });
  await actsOn(t, profile.id).setRoles("admin");
  return { id: profile.id, ...actsOn(t, profile.id) };
}

async function list(t: TestComponent, filter: ProfileFilter = {}, numItems = 200) {
  const paginationOpts = { numItems, cursor: null };
  const administratorRole = "admin";
  return await t.query(profiles.list, { filter, administratorRole, paginationOpts });
}

async function subjectsOf(t: TestComponent, filter: ProfileFilter) {
  const { page } = await list(t, filter);
  return page.map(({ identities }) => identities[0]!.tokenIdentifier.split("|")[1]);
}

describe("get", () => {
  test("gives null for ids that are none, or another table's", async () => {
    const { t } = await withAnn();
    const { page } = await t.query(api.auditLogs.list, {
      filter: {},
      paginationOpts: { numItems: 1, cursor: null },
    });
    for (const id of ["", "x", page[0]!.id]) {
      expect(await t.query(profiles.get, { id })).toBeNull();
    }
  });
});

describe("list", () => {
  test("shows administrators first, then the newest, of one status", async () => {
    const t = aComponent();
    for (const subject of ["a", "b", "c", "d"]) {
      vi.advanceTimersByTime(1000);
      await login(t, { subject });
    }
    await anAdministrator(t, "b");
    await actsOn(t, (await login(t, { subject: "c" })).profile.id).suspend();
    expect(await subjectsOf(t, {})).toEqual(["b", "d", "a"]);
    expect(await subjectsOf(t, { order: "asc" })).toEqual(["a", "d", "b"]);
    expect(await subjectsOf(t, { status: "suspended" })).toEqual(["c"]);
    expect(await subjectsOf(t, { administrators: true })).toEqual(["b"]);
  });

  test("pages without a gap or a repeat", async () => {
    const t = aComponent();
    for (let i = 0; i < 7; i++) await login(t, { subject: `p${i}` });
    await anAdministrator(t, "p3");
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let isDone = false; !isDone;) {
      const paginationOpts = { numItems: 2, cursor };
      const result: Awaited<ReturnType<typeof list>> = await t.query(profiles.list, {
        filter: {},
        paginationOpts,
      });
      seen.push(...result.page.map(({ id }) => id));
      ({ isDone, continueCursor: cursor } = result);
    }
    expect(seen).toEqual((await list(t)).page.map(({ id }) => id));
    expect(new Set(seen).size).toBe(7);
  });

  test("refuses the cursor of another status", async () => {
    const t = aComponent();
    for (const subject of ["a", "b"]) await login(t, { subject });
    const { continueCursor: cursor } = await list(t, {}, 1);
    const paginationOpts = { numItems: 1, cursor };
    await expect(
      t.query(profiles.list, { filter: { status: "deleted" }, paginationOpts }),
    ).rejects.toMatchObject({ data: { code: "INVALID_CURSOR" } });
  });

  test("asks which role administrates", async () => {
    const args = {
      filter: { administrators: true as const },
      paginationOpts: { numItems: 1, cursor: null },
    };
    await expect(aComponent().query(profiles.list, args)).rejects.toMatchObject({
      data: {
        code: "NOT_CONFIGURED",
        message: expect.stringContaining("in new Platform: administratorRole:"),
      },
    });
  });
});

describe("search", () => {
  test("finds by label, name, e-mail and phone, in one status if asked", async () => {
    const { t, id, update, suspend } = await withAnn({
      name: "Ann Lee",
      email: "ann@x.co",
      phoneNumber: "+49 30 1234",
    });
    await login(t, { subject: "ben", name: "Ben" });
    await update({ label: "Boss" });
    const find = async (query: string, status?: "active" | "suspended") => {
      const found = await t.query(profiles.search, { query, ...(status && { status }), limit: 10 });
      return found.map((profile) => profile.id);
    };
    for (const words of ["lee", "boss", "ann@x.co", "1234"])
      expect(await find(words)).toEqual([id]);
    expect(await find("nobody")).toEqual([]);
    await suspend();
    expect(await find("lee", "active")).toEqual([]);
    expect(await find("lee", "suspended")).toEqual([id]);
  });

  test("refuses an empty query and a limit that is none", async () => {
    await expect(
      aComponent().query(profiles.search, { query: " ", limit: 0 }),
    ).rejects.toMatchObject({
      data: { fields: { query: { code: "required" }, limit: { code: "out_of_range" } } },
    });
  });
});

describe("syncStatus", () => {
  test("gives the last news of each provider, by name, and none of logins", async () => {
    const t = aComponent();
    await login(t, { subject: "ann" });
    await apply(t, { provider: "workos", tokenIdentifier: "w|1" });
    vi.setSystemTime(NOON + 1000);
    await apply(t, { provider: "clerk", tokenIdentifier: "c|1" });
    const { profile } = await apply(t, { provider: "clerk", tokenIdentifier: "c|2" });
    vi.setSystemTime(NOON + 2000);
    await apply(t, { provider: "clerk", tokenIdentifier: "c|2" });
    expect(await t.query(profiles.syncStatus, {})).toEqual([
      { provider: "clerk", at: NOON + 1000, profileId: profile.id },
      { provider: "workos", at: NOON, profileId: expect.any(String) },
    ]);
  });

  test("knows no provider before its first event", async () => {
    expect(await aComponent().query(profiles.syncStatus, {})).toEqual([]);
  });
});

describe("update", () => {
  test("changes what is the app's, which no sync touches", async () => {
    const { t, update } = await withAnn();
    await update({ label: "  Boss ", preferences: { theme: "dark", sizes: [1, 2] } });
    await apply(t, { claims: { name: "Ann Lee" } });
    expect(await getAnn(t)).toMatchObject({
      name: "Ann Lee",
      label: "Boss",
      preferences: { theme: "dark", sizes: [1, 2] },
    });
  });

  test("takes a field away with null and leaves the one that is not named", async () => {
    const { t, update } = await withAnn();
    await update({ label: "Boss", preferences: { theme: "dark" } });
    await update({ preferences: null });
    const profile = await getAnn(t);
    expect(profile).toMatchObject({ label: "Boss" });
    expect(profile).not.toHaveProperty("preferences");
  });

  test("says in the log what changed, and nothing when nothing did", async () => {
    const { t, update } = await withAnn();
    await update({ preferences: { theme: "dark", apiToken: "s3cret" } });
    await update({ preferences: { theme: "dark", apiToken: "s3cret" } });
    const [, entry, ...more] = await entriesOf(t);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ action: "userProfiles.updated", actor: ann });
    expect(JSON.stringify(entry!.changes)).toContain("dark");
    expect(JSON.stringify(entry!.changes)).not.toContain("s3cret");
  });

  test("refuses bad values, all at once", async () => {
    const { update } = await withAnn();
    const deep = Array.from({ length: 12 }).reduce((inner: object) => ({ inner }), {});
    const bad = { label: "a\u202eb", preferences: { deep, half: "\ud800" } };
    await expect(update(bad as ProfilePatch)).rejects.toMatchObject({
      data: {
        code: "VALIDATION_FAILED",
        fields: {
          label: { code: "bad_characters" },
          "preferences.half": { code: "not_well_formed" },
        },
      },
    });
    const large = { preferences: { text: "x".repeat(16 * 1024) } };
    await expect(update(large)).rejects.toMatchObject({
      data: { fields: { preferences: { code: "too_large" } } },
    });
  });

  test("takes the deepest preferences there may be, also for an alias", async () => {
    const { t, id, update } = await withAnn();
    await t.mutation(api.userProfileLinks.link, { ...by, id, tokenIdentifier: "b|1" });
    const depth = (levels: number): object => (levels === 1 ? {} : { inner: depth(levels - 1) });
    await update({ preferences: depth(10) } as ProfilePatch);
    await expect(update({ preferences: depth(11) } as ProfilePatch)).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED" },
    });
  });

  test("knows no profile of that id", async () => {
    const args = { ...by, id: "x", patch: { label: "Boss" } };
    await expect(aComponent().mutation(profiles.update, args)).rejects.toMatchObject({
      data: { code: "NOT_FOUND" },
    });
  });
});

describe("setRoles", () => {
  test("gives these roles and no others, and says so", async () => {
    const { t, setRoles } = await withAnn();
    const grants = [{ role: "editor", tenantId: "acme", expiresAt: NOON }, { role: "viewer" }];
    expect(await setRoles(...grants)).toMatchObject({ grants });
    expect((await entriesOf(t))[1]).toMatchObject({
      action: "userProfiles.rolesSet",
      actor: ann,
    });
    expect(await setRoles()).toMatchObject({ grants: [] });
  });

  test.each(["__proto__", "constructor", "Admin", "", "nobody"])(
    "refuses %j, which is not declared",
    async (role) => {
      const { t, setRoles } = await withAnn();
      await expect(setRoles("viewer", role)).rejects.toMatchObject({
        data: { code: "VALIDATION_FAILED", fields: { "grants.1.role": { code: "unknown_role" } } },
      });
      expect((await getAnn(t))?.grants).toEqual([{ role: "viewer" }]);
    },
  );

  test("refuses repeats, bad tenants and bad times, all at once", async () => {
    const { setRoles } = await withAnn();
    const bad = [
      { role: "viewer", tenantId: "" },
      { role: "editor", expiresAt: NaN },
    ];
    await expect(setRoles("viewer", "viewer", ...bad)).rejects.toMatchObject({
      data: {
        fields: {
          "grants.1": { code: "repeated" },
          "grants.2.tenantId": { code: "required" },
          "grants.3.expiresAt": { code: "bad_time" },
        },
      },
    });
  });

  test("takes 50 grants and refuses 51", async () => {
    const { setRoles } = await withAnn();
    const grants = Array.from({ length: 51 }, (_, i) => ({ role: "viewer", tenantId: `t${i}` }));
    await setRoles(...grants.slice(1));
    await expect(setRoles(...grants)).rejects.toMatchObject({
      data: { fields: { grants: { code: "too_many" } } },
    });
  });

  test("is never overruled by what a provider sends", async () => {
    const { t, setRoles } = await withAnn();
    await setRoles("editor");
    const claims = { name: "Ann Lee", role: "admin", grants: [{ role: "admin" }] };
    await login(t, claims);
    expect(await getAnn(t)).toMatchObject({ name: "Ann Lee", grants: [{ role: "editor" }] });
  });
});

describe("the last administrator", () => {
  const refused = { data: { code: "INVALID_STATE", message: expect.stringMatching(/last admin/) } };

  test("keeps the role and their place", async () => {
    const t = aComponent();
    const ada = await anAdministrator(t, "ada");
    await expect(ada.setRoles("viewer")).rejects.toMatchObject(refused);
    await expect(ada.suspend()).rejects.toMatchObject(refused);
    await expect(ada.remove()).rejects.toMatchObject(refused);
    expect(await t.query(profiles.get, { id: ada.id })).toMatchObject({
      status: "active",
      grants: [{ role: "admin" }],
    });
  });

  test("may go once there is another", async () => {
    const t = aComponent();
    const ada = await anAdministrator(t, "ada");
    await anAdministrator(t, "ben");
    await ada.setRoles("viewer");
    expect((await list(t, { administrators: true })).page).toHaveLength(1);
  });

  test.each([
    ["suspended", { role: "admin" }],
    ["for one tenant", { role: "admin", tenantId: "acme" }],
    ["for a time", { role: "admin", expiresAt: NOON + 1 }],
  ])("is not replaced by one who is %s", async (why, grant) => {
    const t = aComponent();
    const ada = await anAdministrator(t, "ada");
    const ben = actsOn(t, (await login(t, { subject: "ben" })).profile.id);
    await ben.setRoles(grant);
    if (why === "suspended") await ben.suspend();
    await expect(ada.setRoles("viewer")).rejects.toMatchObject(refused);
  });

  test("may get further roles", async () => {
    const ada = await anAdministrator(aComponent(), "ada");
    expect(await ada.setRoles("admin", "viewer")).toMatchObject({ status: "active" });
  });

  test("goes when the provider deletes them: nobody else decides that", async () => {
    const t = aComponent();
    await anAdministrator(t, "ann");
    expect(await apply(t, { kind: "deleted" })).toMatchObject({ profile: { status: "deleted" } });
  });
});

describe("suspend and reactivate", () => {
  test("keep out and let in, with the reason and an entry for each", async () => {
    const { t, suspend, reactivate } = await withAnn();
    expect(await suspend(" fraud? ")).toMatchObject({
      status: "suspended",
      suspension: { at: NOON, reason: "fraud?" },
    });
    expect(await login(t, { name: "Ann" })).toMatchObject({ profile: { status: "suspended" } });
    const profile = await reactivate();
    expect(profile.status).toBe("active");
    expect(profile).not.toHaveProperty("suspension");
    expect(await entriesOf(t)).toMatchObject([
      { action: "userProfiles.created" },
      { action: "userProfiles.suspended", reason: "fraud?", actor: ann },
      { action: "userProfiles.reactivated" },
    ]);
  });

  test("change nothing the second time", async () => {
    const { t, suspend, reactivate } = await withAnn();
    await suspend("first");
    expect(await suspend("second")).toMatchObject({ suspension: { reason: "first" } });
    await reactivate();
    await reactivate();
    expect(await actionsOf(t)).toHaveLength(3);
  });

  test("refuse a reason that is too long, and take the longest", async () => {
    const { suspend } = await withAnn();
    await expect(suspend("x".repeat(1001))).rejects.toMatchObject({
      data: { fields: { reason: { code: "too_long" } } },
    });
    await suspend("x".repeat(1000));
  });

  test("revive whom the provider deleted, against that deletion and any before it", async () => {
    const { t, reactivate } = await withAnn();
    await apply(t, { kind: "deleted", version: 4000, eventId: "d4" });
    expect(await reactivate()).toMatchObject({ status: "active" });
    await apply(t, { kind: "deleted", version: 4000, eventId: "d4" });
    await apply(t, { kind: "deleted", version: 3000, eventId: "d9" });
    expect((await getAnn(t))?.status).toBe("active");
    await apply(t, { kind: "deleted", version: 4000, eventId: "d5" });
    expect((await getAnn(t))?.status).toBe("deleted");
  });
});

describe("remove and restore", () => {
  test("keep a person out, with a token however valid, and give everything back", async () => {
    const { t, id, update, remove, restore } = await withAnn();
    await update({ label: "Boss" });
    const before = await t.query(profiles.get, { id });
    expect(await remove("left")).toMatchObject({ status: "deleted", removal: { reason: "left" } });
    expect(await login(t, { name: "Ann" })).toMatchObject({ profile: { status: "deleted" } });
    expect(await restore()).toEqual(before);
    expect(await actionsOf(t)).toEqual([
      "userProfiles.created",
      "userProfiles.updated",
      "userProfiles.removed",
      "userProfiles.restored",
    ]);
  });

  test("take the claims of syncs in between", async () => {
    const { t, remove, restore } = await withAnn();
    await remove();
    await apply(t, { claims: { name: "Ann Lee" } });
    expect(await restore()).toMatchObject({ status: "active", name: "Ann Lee" });
  });

  test("leave a suspension as it was", async () => {
    const { suspend, remove, restore } = await withAnn();
    await suspend();
    await remove();
    expect(await restore()).toMatchObject({ status: "suspended" });
  });

  test("do not undo what the provider deleted", async () => {
    const { t, remove, restore, reactivate } = await withAnn();
    await remove();
    await apply(t, { kind: "deleted" });
    await expect(restore()).rejects.toMatchObject({ data: { code: "INVALID_STATE" } });
    expect(await reactivate()).toMatchObject({ status: "active" });
  });
});
