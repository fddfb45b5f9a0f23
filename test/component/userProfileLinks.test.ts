import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../src/component/_generated/api.js";
import { aComponent, NOON } from "../factories.js";
import {
  actionsOf,
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

const work = "https://work.example|7";

async function link(t: TestComponent, id: string, tokenIdentifier = work, takeOver?: boolean) {
  const options = takeOver === undefined ? {} : { takeOver };
  return await t.mutation(api.userProfileLinks.link, { ...by, id, tokenIdentifier, ...options });
}

async function unlink(t: TestComponent, id: string, tokenIdentifier = work) {
  return await t.mutation(api.userProfileLinks.unlink, { ...by, id, tokenIdentifier });
}

async function getBy(t: TestComponent, tokenIdentifier: string) {
  return await t.query(api.userProfiles.getByIdentity, { tokenIdentifier });
}

async function suspend(t: TestComponent, id: string) {
  return await t.mutation(api.userProfiles.suspend, { ...by, id });
}

async function aliasesOf(t: ReturnType<typeof aComponent>) {
  const rows = await t.run(async (ctx) => await ctx.db.query("userProfileAliases").take(100));
  return rows.map(({ tokenIdentifier }) => tokenIdentifier);
}

async function withAnn() {
  const t = aComponent();
  return { t, id: (await login(t, { name: "Ann" })).profile.id };
}

describe("link", () => {
  test("opens the profile to a further account, and says so", async () => {
    const { t, id } = await withAnn();
    const profile = await link(t, id);
    expect(profile.identities.map(({ tokenIdentifier }) => tokenIdentifier)).toEqual([
      annsToken,
      work,
    ]);
    expect(await getBy(t, work)).toEqual(profile);
    expect(await getAnn(t)).toEqual(profile);
    expect((await entriesOf(t))[1]).toMatchObject({
      action: "userProfiles.linked",
      target: { id },
      changes: [{ path: "identities.1", after: { tokenIdentifier: work } }],
    });
  });

  test("changes nothing the second time", async () => {
    const { t, id } = await withAnn();
    expect(await link(t, id)).toEqual(await link(t, id));
    expect(await actionsOf(t)).toHaveLength(2);
  });

  test("shows every change by every account", async () => {
    const { t, id } = await withAnn();
    await link(t, id);
    await suspend(t, id);
    await apply(t, { claims: { name: "Ann Lee" } });
    const profile = await getAnn(t);
    expect(profile).toMatchObject({ name: "Ann Lee", status: "suspended" });
    expect(await getBy(t, work)).toEqual(profile);
  });

  test("keeps the claims of each account apart, and shows those of the first", async () => {
    const { t, id } = await withAnn();
    await link(t, id);
    await apply(t, { tokenIdentifier: work, claims: { name: "A. Lee" } });
    expect(await getBy(t, work)).toMatchObject({ id, name: "Ann" });
    await apply(t, { kind: "deleted" });
    expect(await getBy(t, work)).toMatchObject({ id, name: "A. Lee", status: "active" });
  });

  test("shuts out one account that its provider deleted, and the person with the last", async () => {
    const { t, id } = await withAnn();
    await link(t, id);
    await apply(t, { tokenIdentifier: work, kind: "deleted" });
    expect(await getBy(t, work)).toMatchObject({ id, status: "deleted" });
    expect(await getAnn(t)).toMatchObject({ id, status: "active" });
    await apply(t, { kind: "deleted" });
    expect(await getAnn(t)).toMatchObject({ status: "deleted" });
    expect(await t.query(api.userProfiles.get, { id })).toMatchObject({ status: "deleted" });
  });

  test("never follows from an e-mail", async () => {
    const t = aComponent();
    const first = await apply(t, { claims: { email: "a@x.co", emailVerified: true } });
    const event = { tokenIdentifier: work, claims: { email: "a@x.co", emailVerified: true } };
    expect((await apply(t, event)).profile.id).not.toBe(first.profile.id);
  });

  test("refuses an account that has a profile, unless it may be taken over", async () => {
    const { t, id } = await withAnn();
    const other = await apply(t, { tokenIdentifier: work, claims: { email: "w@x.co" } });
    await expect(link(t, id)).rejects.toMatchObject({ data: { code: "CONFLICT" } });
    const profile = await link(t, id, work, true);
    expect(profile).toMatchObject({ id, name: "Ann", identities: [{}, { provider: "clerk" }] });
    expect(await getBy(t, work)).toEqual(profile);
    expect(await t.query(api.userProfiles.get, { id: other.profile.id })).toBeNull();
    expect((await entriesOf(t)).slice(2)).toMatchObject([
      { action: "userProfiles.dissolved", target: { id: other.profile.id } },
      { action: "userProfiles.linked", target: { id } },
    ]);
  });

  test("is no way in for whoever is kept out", async () => {
    const { t, id } = await withAnn();
    const other = await apply(t, { tokenIdentifier: work });
    await suspend(t, other.profile.id);
    await expect(link(t, id, work, true)).rejects.toMatchObject({ data: { code: "CONFLICT" } });
    await apply(t, { tokenIdentifier: "gone|1", kind: "deleted" });
    await expect(link(t, id, "gone|1", true)).rejects.toMatchObject({ data: { code: "CONFLICT" } });
  });

  test("does not take the last administrator over", async () => {
    const { t, id } = await withAnn();
    const other = await apply(t, { tokenIdentifier: work });
    const grants = [{ role: "admin" }];
    await t.mutation(api.userProfiles.setRoles, { ...by, id: other.profile.id, grants });
    await expect(link(t, id, work, true)).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
  });

  test("does not revive a deleted person", async () => {
    const { t, id } = await withAnn();
    await apply(t, { kind: "deleted" });
    await expect(link(t, id)).rejects.toMatchObject({ data: { code: "INVALID_STATE" } });
  });

  test("takes ten accounts and refuses the eleventh", async () => {
    const { t, id } = await withAnn();
    for (let i = 2; i <= 10; i++) await link(t, id, `work|${i}`);
    await expect(link(t, id, "work|11")).rejects.toMatchObject({
      data: { code: "LIMIT_EXCEEDED" },
    });
    expect(await aliasesOf(t)).toHaveLength(9);
  });

  test("refuses a key that is none", async () => {
    const { t, id } = await withAnn();
    await expect(link(t, id, "a\nb")).rejects.toMatchObject({
      data: { fields: { tokenIdentifier: { code: "bad_characters" } } },
    });
  });
});

describe("unlink", () => {
  test("gives the account a profile of its own, with the default role", async () => {
    const { t, id } = await withAnn();
    await t.mutation(api.userProfiles.setRoles, { ...by, id, grants: [{ role: "editor" }] });
    await link(t, id);
    expect(await unlink(t, id)).toMatchObject({ id, identities: [{ tokenIdentifier: annsToken }] });
    const own = await getBy(t, work);
    expect(own).toMatchObject({ grants: [{ role: "viewer" }], status: "active" });
    expect(own!.id).not.toBe(id);
    expect(await aliasesOf(t)).toEqual([]);
    expect((await actionsOf(t)).slice(3)).toEqual([
      "userProfiles.unlinked",
      "userProfiles.created",
    ]);
  });

  test("lets the first account go and keeps the profile", async () => {
    const { t, id } = await withAnn();
    await link(t, id);
    await unlink(t, id, annsToken);
    expect(await getBy(t, work)).toMatchObject({ id, identities: [{ tokenIdentifier: work }] });
    expect((await getAnn(t))!.id).not.toBe(id);
    expect(await aliasesOf(t)).toEqual([]);
  });

  test("is no way back in", async () => {
    const { t, id } = await withAnn();
    await link(t, id);
    await suspend(t, id);
    await unlink(t, id);
    expect(await getBy(t, work)).toMatchObject({ status: "suspended" });
    await link(t, id, "gone|1");
    await apply(t, { tokenIdentifier: "gone|1", kind: "deleted" });
    await unlink(t, id, "gone|1");
    expect(await getBy(t, "gone|1")).toMatchObject({ status: "deleted" });
  });

  test("refuses the only account, and one that is not linked", async () => {
    const { t, id } = await withAnn();
    await expect(unlink(t, id, annsToken)).rejects.toMatchObject({
      data: { code: "INVALID_STATE" },
    });
    await expect(unlink(t, id)).rejects.toMatchObject({ data: { code: "NOT_FOUND" } });
  });

  test("does not leave the last administrator without an account", async () => {
    const { t, id } = await withAnn();
    await t.mutation(api.userProfiles.setRoles, { ...by, id, grants: [{ role: "admin" }] });
    await link(t, id);
    await apply(t, { kind: "deleted" });
    await expect(unlink(t, id)).rejects.toMatchObject({ data: { code: "INVALID_STATE" } });
  });
});
