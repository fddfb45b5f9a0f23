import { describe, expect, test } from "vitest";
import { api, internal } from "../../example/convex/_generated/api";
import { tokenIdentifierOf } from "../../example/convex/people";
import { aDesk, anInvoice, invoicesOf } from "./world";

const PAGE = { numItems: 100, cursor: null };
const ACTIVE = { status: "active" as const, paginationOpts: PAGE };

describe("me", () => {
  test("is null to strangers, and the profile to whoever is signed in", async () => {
    const { t, ben } = await aDesk();
    expect(await t.query(api.userProfiles.me, {})).toBeNull();
    expect(await ben.query(api.userProfiles.me, {})).toMatchObject({
      name: "Ben",
      grants: [{ role: "editor" }],
      status: "active",
    });
  });
});

describe("sync", () => {
  test("makes whoever comes for the first time a viewer", async () => {
    const { t, ada } = await aDesk();
    await ada.mutation(api.invoices.create, anInvoice());
    const dora = t.withIdentity({
      subject: "dora",
      issuer: "https://ledgerline.demo",
      name: "Dora",
    });
    expect(await dora.query(api.userProfiles.me, {})).toBeNull();
    expect(await invoicesOf(dora)).toEqual([]);
    await dora.mutation(api.userProfiles.sync, {});
    expect(await dora.query(api.userProfiles.me, {})).toMatchObject({
      name: "Dora",
      grants: [{ role: "viewer" }],
    });
    await expect(dora.mutation(api.invoices.create, anInvoice())).rejects.toMatchObject({
      data: { code: "FORBIDDEN" },
    });
    expect(await invoicesOf(dora)).toHaveLength(1);
  });

  test("leaves everybody the role they have", async () => {
    const { ada } = await aDesk();
    await ada.mutation(api.userProfiles.sync, {});
    expect(await ada.query(api.userProfiles.me, {})).toMatchObject({ grants: [{ role: "admin" }] });
  });

  test("refuses strangers", async () => {
    const { t } = await aDesk();
    await expect(t.mutation(api.userProfiles.sync, {})).rejects.toMatchObject({
      data: { code: "UNAUTHENTICATED" },
    });
    expect(await t.query(api.userProfiles.me, {})).toBeNull();
  });
});

describe("list and search", () => {
  test("show viewers who works here, administrators first, and strangers nobody", async () => {
    const { t, chloe } = await aDesk();
    const { page } = await chloe.query(api.userProfiles.list, ACTIVE);
    expect(page.map(({ name }) => name)).toEqual(["Ada", "Chloé", "Ben"]);
    expect((await t.query(api.userProfiles.list, ACTIVE)).page).toEqual([]);
    const status = "active" as const;
    const found = await chloe.query(api.userProfiles.search, { words: "ben", status });
    expect(found?.map(({ name }) => name)).toEqual(["Ben"]);
    expect(await t.query(api.userProfiles.search, { words: "ben", status })).toBeNull();
  });
});

describe("setRoles", () => {
  test("lets a viewer write as soon as they are editor", async () => {
    const { ada, chloe, idOf } = await aDeskWithIds();
    await ada.mutation(api.userProfiles.setRoles, { id: await idOf("chloe"), roles: ["editor"] });
    await chloe.mutation(api.invoices.create, anInvoice());
    expect(await invoicesOf(chloe)).toHaveLength(1);
  });

  test("leaves the last administrator theirs, and says why", async () => {
    const { ada, idOf } = await aDeskWithIds();
    await expect(
      ada.mutation(api.userProfiles.setRoles, { id: await idOf("ada"), roles: ["editor"] }),
    ).rejects.toMatchObject({
      data: { code: "INVALID_STATE", message: expect.stringContaining("last administrator") },
    });
    expect(await ada.query(api.userProfiles.me, {})).toMatchObject({ grants: [{ role: "admin" }] });
  });

  test("is refused to editors", async () => {
    const { ben, idOf } = await aDeskWithIds();
    await expect(
      ben.mutation(api.userProfiles.setRoles, { id: await idOf("ben"), roles: ["admin"] }),
    ).rejects.toMatchObject({ data: { code: "FORBIDDEN" } });
  });
});

describe("update", () => {
  test("gives a name of ours, trimmed, and takes it away again", async () => {
    const { ada, ben, idOf } = await aDeskWithIds();
    const id = await idOf("ben");
    await ada.mutation(api.userProfiles.update, { id, label: " Benjamin " });
    expect(await ben.query(api.userProfiles.me, {})).toMatchObject({ label: "Benjamin" });
    await ada.mutation(api.userProfiles.update, { id, label: null });
    expect(await ben.query(api.userProfiles.me, {})).not.toHaveProperty("label");
  });

  test("names the field that is too long", async () => {
    const { ada, idOf } = await aDeskWithIds();
    const id = await idOf("ben");
    await ada.mutation(api.userProfiles.update, { id, label: "x".repeat(200) });
    await expect(
      ada.mutation(api.userProfiles.update, { id, label: "x".repeat(201) }),
    ).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { label: { code: "too_long" } } },
    });
  });
});

describe("suspend and reactivate", () => {
  test("keep somebody out at once, with a reason, and let them in again", async () => {
    const { ada, ben, idOf } = await aDeskWithIds();
    const id = await idOf("ben");
    await ada.mutation(api.userProfiles.suspend, { id, reason: " On leave. " });
    expect(await ben.query(api.userProfiles.me, {})).toBeNull();
    await expect(ben.mutation(api.invoices.create, anInvoice())).rejects.toMatchObject({
      data: { code: "FORBIDDEN", message: expect.stringContaining("suspended") },
    });
    expect(await ada.query(api.userProfiles.get, { id })).toMatchObject({
      suspension: { reason: "On leave." },
    });
    await ada.mutation(api.userProfiles.reactivate, { id });
    await ben.mutation(api.invoices.create, anInvoice());
  });

  test("want a reason", async () => {
    const { ada, idOf } = await aDeskWithIds();
    await expect(
      ada.mutation(api.userProfiles.suspend, { id: await idOf("ben"), reason: "  " }),
    ).rejects.toMatchObject({ data: { fields: { reason: { code: "required" } } } });
  });
});

describe("remove and restore", () => {
  test("take somebody off the list of those who work here, and back", async () => {
    const { ada, idOf } = await aDeskWithIds();
    const id = await idOf("ben");
    await ada.mutation(api.userProfiles.remove, { id, reason: "Moved on." });
    const names = async () =>
      (await ada.query(api.userProfiles.list, ACTIVE)).page.map(({ name }) => name);
    expect(await names()).not.toContain("Ben");
    await ada.mutation(api.userProfiles.restore, { id });
    expect(await names()).toContain("Ben");
  });
});

describe("history", () => {
  test("tells what the last sync changed", async () => {
    const { t, ada } = await aDesk();
    await t.mutation(internal.peopleSeed.run, {});
    const { page } = await ada.query(api.userProfiles.list, ACTIVE);
    const { id } = page.find(({ name }) => name === "Elif Kaya")!;
    const log = await ada.query(api.userProfiles.history, { id });
    expect(log?.map(({ action }) => action)).toEqual([
      "userProfiles.synced",
      "userProfiles.created",
    ]);
    expect(log?.[0]?.changes.map(({ path }) => path)).toEqual(["email", "locale"]);
  });
});

/** The desk, and the profile's id of each of its people. */
async function aDeskWithIds() {
  const desk = await aDesk();
  const idOf = async (subject: "ada" | "ben" | "chloe") => {
    const { page } = await desk.ada.query(api.userProfiles.list, ACTIVE);
    const tokenIdentifier = tokenIdentifierOf({ subject });
    return page.find(({ identities }) => identities[0]?.tokenIdentifier === tokenIdentifier)!.id;
  };
  return { ...desk, idOf };
}
