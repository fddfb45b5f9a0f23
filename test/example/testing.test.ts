import { asUser, expectAudit, register } from "convex-platform/test";
import { convexTest } from "convex-test";
import { describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { platform } from "../../example/convex/platform";
import schema from "../../example/convex/schema";
import { anInvoice } from "./world";

// #region test
const modules = import.meta.glob("../../example/convex/**/*.*s");

test("sending an invoice is remembered", async () => {
  const t = convexTest({ schema, modules });
  register(t);
  const ada = await asUser(t, platform, { subject: "ada", name: "Ada", roles: ["admin"] });
  const id = await ada.mutation(api.invoices.create, anInvoice());
  await ada.mutation(api.invoices.send, { id });
  await expectAudit(t, { action: "invoices.sent", target: { id }, actor: { label: "Ada" } });
});
// #endregion

describe("asUser", () => {
  test("gives the default role where none is named", async () => {
    const t = convexTest({ schema, modules });
    register(t);
    const guest = await asUser(t, platform, { subject: "guest" });
    await expect(guest.mutation(api.invoices.create, anInvoice())).rejects.toMatchObject({
      data: { code: "FORBIDDEN" },
    });
  });
});
