import { describe, expect, test } from "vitest";
import { expectAudit } from "../src/test.js";
import { aGuardedHost, aPerson, guards, host } from "./client/guardedHost.js";

async function aHostWithOneEntry() {
  const t = aGuardedHost({
    create: guards.mutation({
      args: {},
      permission: "public",
      handler: async (ctx) => {
        await ctx.db.insert("invoices", { title: "Lamp", ownerId: "ann", amount: 3 });
      },
    }),
  });
  await t.withIdentity(aPerson("ann")).mutation(host("mutation", "create"), {});
  return t;
}

describe("expectAudit", () => {
  test("gives the entry that has at least what is expected", async () => {
    const t = await aHostWithOneEntry();
    const entry = await expectAudit(t, {
      action: "invoices.created",
      actor: { label: "ann" },
      target: { label: "Lamp" },
    });
    expect(entry.changes).toContainEqual({ path: "amount", after: 3 });
  });

  test.for([
    { action: "invoices.updated" },
    { action: "invoices.created", actor: { label: "ben" } },
    { action: "invoices.created", changes: [] },
    { action: "invoices.created", reason: "typo" },
  ])("fails for %j, and lists what the log has", async (expected) => {
    const t = await aHostWithOneEntry();
    await expect(expectAudit(t, expected)).rejects.toThrow(
      /- invoices\.created \(success\) by ann on invoices Lamp: .*amount/,
    );
  });

  test("says that the log is empty", async () => {
    const t = aGuardedHost({});
    await expect(expectAudit(t, { action: "a" })).rejects.toThrow("The log is empty.");
  });
});
