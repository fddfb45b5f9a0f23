import { mutationGeneric } from "convex/server";
import { describe, expect, test } from "vitest";
import { findUnauditedWrites } from "../src/test.js";
import { aPlatform } from "./factories.js";
import { aGuardedHost, aPerson, guards, host } from "./client/guardedHost.js";

const draft = { title: "Lamp", ownerId: "ann" };
const platform = aPlatform();

async function aHostThatWrites() {
  const t = aGuardedHost({
    guarded: guards.mutation({
      args: {},
      permission: "public",
      handler: async (ctx) => {
        await ctx.db.patch(id, { amount: 1 });
        await ctx.db.insert("invoices", draft);
        const note = await ctx.db.insert("notes", { text: "a" });
        await ctx.db.patch(note, { text: "b" });
      },
    }),
    bare: mutationGeneric(async (ctx) => {
      await ctx.db.patch(id, { amount: 2, status: "sent" });
      await ctx.db.insert("invoices", draft);
    }),
    byHand: mutationGeneric(async (ctx) => {
      await ctx.db.patch(id, { amount: 3 });
      const changes = [{ path: "amount", before: 1, after: 3 }];
      await platform.audit(ctx, { action: "a", target: { table: "invoices", id }, changes });
    }),
  });
  const id = await t.run((ctx) => ctx.db.insert("invoices", draft));
  const find = (names: string[], options: { ignore?: string[] } = {}) =>
    findUnauditedWrites(t, { tables: ["invoices", "notes"], ...options }, async () => {
      const ann = t.withIdentity(aPerson("ann"));
      for (const name of names) await ann.mutation(host("mutation", name), {});
    });
  return { t, id, find };
}

describe("findUnauditedWrites", () => {
  test("finds none where functions are guarded or record by hand", async () => {
    const { find } = await aHostThatWrites();
    expect(await find(["guarded", "byHand"])).toEqual([]);
  });

  test("finds what a bare function writes, next to what is recorded", async () => {
    const { id, find } = await aHostThatWrites();
    expect(await find(["bare", "byHand"])).toEqual([
      { table: "invoices", id, change: "updated", fields: ["status"] },
      { table: "invoices", id: expect.any(String), change: "created", fields: [] },
    ]);
  });

  test("does not miss fields that are not recorded", async () => {
    const { id, find } = await aHostThatWrites();
    const found = await find(["bare"], { ignore: ["status"] });
    expect(found[0]).toEqual({ table: "invoices", id, change: "updated", fields: ["amount"] });
  });

  test("finds a removal", async () => {
    const { t, id } = await aHostThatWrites();
    const remove = () => t.run((ctx) => ctx.db.delete("invoices", id));
    expect(await findUnauditedWrites(t, { tables: ["invoices"] }, remove)).toEqual([
      { table: "invoices", id, change: "deleted", fields: [] },
    ]);
  });
});
