import { makeFunctionReference } from "convex/server";
import { v, type Value } from "convex/values";
import { describe, expect, test } from "vitest";
import { Platform } from "../../src/client/index.js";
import type { Builders } from "../../src/client/guards/index.js";
import type { TrashOperation } from "../../src/shared/trash.js";
import { component } from "../factories.js";
import { aGuardedHost, generated, host, schema, type DataModel } from "./guardedHost.js";

const platform = new Platform(component, {
  schema,
  roles: {
    member: { can: [] },
    reader: { can: ["trash.read"] },
    keeper: { can: ["*"] },
  },
  permissions: ["audit.read", "people.all", "trash.read", "trash.restore", "trash.purge"],
  defaultRole: "member",
  tables: { invoices: { label: "title", softDelete: {} } },
});
const builders = generated as unknown as Builders<DataModel>;
const functions = platform.api(builders, {
  readAudit: "audit.read",
  readProfiles: "people.all",
  updateProfiles: "people.all",
  setRoles: "people.all",
  readTrash: "trash.read",
  restoreTrash: "trash.restore",
  // Nobody may hold anything.
  purgeTrash: "trash.purge",
});
const remove = builders.mutation({
  args: { tenantId: v.optional(v.string()) },
  handler: async (ctx, why) => {
    const id = await ctx.db.insert("invoices", { title: "Lamp", ownerId: "ann" });
    return await platform.trash.softDelete(ctx, "invoices", id, why);
  },
});

async function anApp() {
  const t = aGuardedHost({ ...functions, remove });
  const signIn = async (name: string, role: "member" | "reader" | "keeper") => {
    const person = t.withIdentity({ subject: name, issuer: "https://id.example", name });
    const { profile } = (await person.mutation(host("mutation", "sync"), {})) as {
      profile: { id: string };
    };
    await t.action((ctx) => platform.userProfiles.setRoles(ctx as never, profile.id, [{ role }]));
    return {
      ask: (name: string, args: Record<string, Value>) => person.query(host("query", name), args),
      tell: (name: string, args: Record<string, Value>) =>
        person.mutation(host("mutation", name), args),
    };
  };
  const reference = makeFunctionReference<"mutation">("host:remove");
  const bin = async (tenantId?: string) => {
    const why = tenantId === undefined ? {} : { tenantId };
    return ((await t.mutation(reference, why)) as { operationId: string }).operationId;
  };
  return { signIn, bin };
}

const paginationOpts = { numItems: 10, cursor: null };
const FORBIDDEN = { data: { code: "FORBIDDEN" } };
const NOT_FOUND = { data: { code: "NOT_FOUND" } };

describe("platform.api", () => {
  test("shows the trash to who may read it, and nothing to others", async () => {
    const { signIn, bin } = await anApp();
    const operationId = await bin();
    const reader = await signIn("ben", "reader");
    const member = await signIn("eve", "member");
    const page = (await reader.ask("trash", { paginationOpts })) as { page: TrashOperation[] };
    expect(page.page.map(({ id }) => id)).toEqual([operationId]);
    expect(await reader.ask("trashOperation", { operationId })).toMatchObject({ state: "trashed" });
    expect(await reader.ask("checkRestore", { operationId })).toEqual({ ok: true });
    expect(await reader.ask("trashItems", { operationId, paginationOpts })).toMatchObject({
      page: [],
    });
    expect(await member.ask("trash", { paginationOpts })).toMatchObject({ page: [] });
    expect(await member.ask("trashOperation", { operationId })).toBeNull();
    expect(await member.ask("checkRestore", { operationId })).toBeNull();
  });

  test("restores and purges for who may do that", async () => {
    const { signIn, bin } = await anApp();
    const [a, b, c] = [await bin(), await bin(), await bin()];
    const reader = await signIn("ben", "reader");
    const keeper = await signIn("ann", "keeper");
    for (const name of ["restore", "purgeTrash"]) {
      await expect(reader.tell(name, { operationId: a })).rejects.toMatchObject(FORBIDDEN);
    }
    expect(await keeper.tell("restore", { operationId: a })).toMatchObject({ status: "restored" });
    expect(await keeper.tell("restoreMany", { operationIds: [a, b] })).toMatchObject([
      { id: a, status: "already" },
      { id: b, status: "restored" },
    ]);
    expect(await keeper.tell("purgeTrash", { operationId: c })).toMatchObject({ status: "purged" });
  });

  test("treats the operations of another tenant as if they were not there", async () => {
    const { signIn, bin } = await anApp();
    const operationId = await bin("acme");
    const keeper = await signIn("ann", "keeper");
    expect(await keeper.ask("trashOperation", { operationId })).toBeNull();
    for (const tenantId of [undefined, "other"]) {
      const of = tenantId === undefined ? {} : { tenantId };
      await expect(keeper.tell("restore", { operationId, ...of })).rejects.toMatchObject(NOT_FOUND);
      expect(
        await keeper.tell("restoreMany", { operationIds: [operationId], ...of }),
      ).toMatchObject([{ status: "notFound" }]);
    }
    expect(await keeper.tell("restore", { operationId, tenantId: "acme" })).toMatchObject({
      status: "restored",
    });
  });

  test("refuses everybody where the host has named no permission", async () => {
    const { signIn, bin } = await anApp();
    const operationId = await bin();
    const keeper = await signIn("ann", "keeper");
    for (const name of ["holdTrash", "releaseTrash"]) {
      await expect(keeper.tell(name, { operationId, reason: "a lawsuit" })).rejects.toMatchObject({
        data: { code: "NOT_CONFIGURED", message: expect.stringContaining("holdTrash") as string },
      });
    }
  });
});
