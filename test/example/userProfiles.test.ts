import { describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { aDesk, anInvoice, invoicesOf } from "./world";

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
