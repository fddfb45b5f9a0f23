import { describe, expect, test } from "vitest";
import { Platform } from "../../src/client/index.js";
import type { Grant } from "../../src/shared/permissions.js";
import type { Profile } from "../../src/shared/userProfiles.js";
import { component } from "../factories.js";
import { aGuardedHost, generated, host } from "./guardedHost.js";

const platform = new Platform(component, {
  roles: {
    member: { can: [] },
    auditor: { can: ["audit.read"] },
    admin: { can: ["*"] },
  },
  permissions: ["audit.read", "people.read", "people.update", "people.setRoles"],
  defaultRole: "member",
  administratorRole: "admin",
});
const { auditLogs, userProfiles } = platform;
const functions = platform.api(generated, {
  readAudit: "audit.read",
  readProfiles: "people.read",
  updateProfiles: "people.update",
  setRoles: "people.setRoles",
});

const paginationOpts = { numItems: 50, cursor: null };
const EMPTY = { page: [], isDone: true, continueCursor: "" };
const FORBIDDEN = { data: { code: "FORBIDDEN" } };

/** A host with these functions; people sign in and get their roles past the guards. */
async function anApp() {
  const t = aGuardedHost(functions);
  const signIn = async (name: string, grants?: Grant[]) => {
    const person = t.withIdentity({ subject: name, issuer: "https://id.example", name });
    const { profile } = (await person.mutation(host("mutation", "sync"), {})) as {
      profile: Profile;
    };
    if (grants) await t.action((ctx) => userProfiles.setRoles(ctx, profile.id, grants as never));
    return { person, id: profile.id };
  };
  const audit = (tenantId?: string) =>
    t.action((ctx) =>
      auditLogs.record(ctx, {
        action: "invoices.sent",
        target: { table: "invoices", id: "1" },
        ...(tenantId !== undefined && { tenantId }),
      }),
    );
  return { t, signIn, audit };
}

describe("me and sync", () => {
  test("make a profile at the first login and show it, to its owner only", async () => {
    const { t, signIn } = await anApp();
    expect(await t.query(host("query", "me"), {})).toBeNull();
    const { person, id } = await signIn("ann");
    expect(await person.query(host("query", "me"), {})).toMatchObject({ id, name: "ann" });
    await expect(t.mutation(host("mutation", "sync"), {})).rejects.toMatchObject({
      data: { code: "UNAUTHENTICATED" },
    });
  });

  test("tell somebody who is suspended that they are", async () => {
    const { t, signIn } = await anApp();
    const { person, id } = await signIn("ann");
    await t.action((ctx) => userProfiles.suspend(ctx, id));
    expect(await person.query(host("query", "me"), {})).toMatchObject({ status: "suspended" });
  });
});

describe("auditLog and auditEntry", () => {
  const auditLog = host("query", "auditLog");
  const auditEntry = host("query", "auditEntry");
  const pageOf = async (call: Promise<unknown>) => ((await call) as typeof EMPTY).page;

  test("are for those whom the host lets read them", async () => {
    const { t, signIn, audit } = await anApp();
    const id = await audit();
    const filter = { action: "invoices.sent" };
    const auditor = await signIn("ann", [{ role: "auditor" }]);
    expect(await pageOf(auditor.person.query(auditLog, { filter, paginationOpts }))).toHaveLength(
      1,
    );
    expect(await auditor.person.query(auditEntry, { id })).toMatchObject({ id });
    const member = await signIn("ben");
    for (const stranger of [t, member.person]) {
      expect(await stranger.query(auditLog, { filter, paginationOpts })).toEqual(EMPTY);
      expect(await stranger.query(auditEntry, { id })).toBeNull();
    }
  });

  test("show who may read one tenant's entries those of that tenant", async () => {
    const { signIn, audit } = await anApp();
    const [none, acme, other] = [await audit(), await audit("acme"), await audit("other")];
    const { person } = await signIn("ann", [{ role: "auditor", tenantId: "acme" }]);
    const list = (filter: Record<string, string | true>) =>
      pageOf(person.query(auditLog, { filter, paginationOpts }));
    expect(await list({ tenantId: "acme" })).toMatchObject([{ id: acme }]);
    expect(await list({ tenantId: "other" })).toEqual([]);
    expect(await list({ allTenants: true })).toEqual([]);
    expect(await list({ action: "invoices.sent" })).toEqual([]);
    const get = (id: string, tenantId?: string) =>
      person.query(auditEntry, { id, ...(tenantId !== undefined && { tenantId }) });
    expect(await get(acme, "acme")).toMatchObject({ id: acme });
    for (const id of [none, other, "", "__proto__"]) expect(await get(id, "acme")).toBeNull();
    expect(await get(acme)).toBeNull();
    expect(await get(other, "other")).toBeNull();
  });
});

describe("profiles, updateProfile and setRoles", () => {
  test("are for those whom the host lets do so", async () => {
    const { signIn } = await anApp();
    const admin = await signIn("ann", [{ role: "admin" }]);
    const { person: member, id } = await signIn("ben");
    const grants = [{ role: "auditor" }];
    const patch = { label: "Benny" };
    await expect(
      member.mutation(host("mutation", "setRoles"), { id, grants: [{ role: "admin" }] }),
    ).rejects.toMatchObject(FORBIDDEN);
    await expect(
      member.mutation(host("mutation", "updateProfile"), { id, patch }),
    ).rejects.toMatchObject(FORBIDDEN);
    expect(await member.query(host("query", "profiles"), { paginationOpts })).toEqual(EMPTY);

    await admin.person.mutation(host("mutation", "setRoles"), { id, grants });
    await admin.person.mutation(host("mutation", "updateProfile"), { id, patch });
    expect(await admin.person.query(host("query", "profiles"), { paginationOpts })).toMatchObject({
      page: [{ name: "ann" }, { label: "Benny", grants }],
    });
  });

  test("take no role that is not declared", async () => {
    const { signIn } = await anApp();
    const { person, id } = await signIn("ann", [{ role: "admin" }]);
    for (const role of ["owner", "__proto__", "constructor"]) {
      const call = person.mutation(host("mutation", "setRoles"), { id, grants: [{ role }] });
      await expect(call).rejects.toMatchObject({ data: { code: "VALIDATION_FAILED" } });
    }
  });
});
