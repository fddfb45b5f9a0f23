import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { defineRule, email, text } from "../../src/shared/rules.js";
import { NOON } from "../factories.js";
import {
  aGuardedHost,
  aPerson,
  entriesOf,
  guards,
  host,
  MINUTE,
  storyOf,
  type Host,
} from "./guardedHost.js";

const { query, mutation, action, internalMutation, internalQuery } = guards;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ["Date"] });
});

/** Says which gates were passed. */
const passed: string[] = [];

const functions = {
  read: query({
    args: { id: v.string() },
    returns: v.string(),
    permission: "invoices.read",
    access: (ctx, { id }) => ctx.load("invoices", id, ({ ownerId }) => ownerId === ctx.actor.id),
    handler: async (_ctx, _args, { title }) => title,
  }),
  list: query({
    args: { paginationOpts: paginationOptsValidator },
    permission: "invoices.read",
    handler: async (ctx, { paginationOpts }) =>
      await ctx.db.query("invoices").paginate(paginationOpts),
  }),
  filtered: query({
    args: { paginationOpts: paginationOptsValidator },
    returns: paginationResultValidator(v.any()).extend({ stoppedEarly: v.boolean() }),
    permission: "invoices.read",
    handler: async () => ({ page: [1], isDone: true, continueCursor: "", stoppedEarly: false }),
  }),
  count: query({
    args: {},
    returns: v.number(),
    permission: "invoices.read",
    empty: 0,
    handler: async (ctx) => (await ctx.db.query("invoices").take(100)).length,
  }),
  update: mutation({
    args: { id: v.string(), title: v.string() },
    permission: "invoices.update",
    rateLimit: "save",
    rules: {
      title: defineRule<string>((value) => {
        passed.push("rules");
        return text({ max: 10 })["~standard"].validate(value);
      }),
    },
    access: (ctx, { id }) => {
      passed.push("access");
      return ctx.load("invoices", id, ({ ownerId }) => ownerId === ctx.actor.id);
    },
    handler: async (ctx, { title }, invoice) => {
      await ctx.db.patch(invoice._id, { title });
      return title;
    },
  }),
  tryUpdate: mutation({
    args: { id: v.string() },
    returns: v.string(),
    permission: "invoices.update",
    audit: "invoices.updated",
    recordDenials: true,
    access: (ctx, { id }) => ctx.load("invoices", id, ({ ownerId }) => ownerId === ctx.actor.id),
    handler: async (ctx, _args, invoice) => {
      await ctx.db.patch(invoice._id, { title: "Desk" });
      return "done";
    },
  }),
  writeInAccess: mutation({
    args: {},
    permission: "public",
    recordDenials: true,
    access: async (ctx) => {
      await (ctx.db as unknown as { insert(...args: unknown[]): unknown }).insert("scratch", {});
      return false;
    },
    handler: async () => null,
  }),
  send: action({
    args: { role: v.optional(v.string()) },
    permission: "invoices.update",
    recordDenials: true,
    handler: async (ctx) => {
      await ctx.audit({ action: "invoices.sent", target: { table: "invoices", id: "1" } });
      return ctx.actor.id;
    },
  }),
  who: query({
    args: {},
    permission: "public",
    handler: async (ctx) => [ctx.actor.type, ctx.actor.id, ctx.profile?.id ?? null],
  }),
  purge: internalMutation({
    args: {},
    permission: "invoices.delete",
    handler: async (ctx) => {
      await ctx.db.insert("notes", { text: "purged" });
      return ctx.actor;
    },
  }),
  peek: internalQuery({ args: {}, permission: "invoices.delete", handler: async () => "seen" }),
};

async function anOwnedInvoice() {
  const t = aGuardedHost(functions);
  const ann = aPerson("ann", { role: "editor" });
  const id = await t.run((ctx) =>
    ctx.db.insert("invoices", { title: "Lamp", ownerId: ann.tokenIdentifier }),
  );
  return { t, id, ann };
}

const code = (expected: string) => ({ data: { code: expected } });

describe("a guarded mutation", () => {
  const update = host("mutation", "update");
  const good = { title: " Desk " };

  test("runs for those who may, with arguments as the rules leave them and what access found", async () => {
    const { t, id, ann } = await anOwnedInvoice();
    expect(await t.withIdentity(ann).mutation(update, { id, ...good })).toBe("Desk");
    expect(await storyOf(t)).toEqual(["invoices.updated title"]);
  });

  test.for([
    ["nobody", null, "UNAUTHENTICATED"],
    ["somebody never synced", "unknown", "FORBIDDEN"],
    ["somebody suspended", "suspended", "FORBIDDEN"],
    ["somebody deleted, whose token is valid still", "deleted", "FORBIDDEN"],
    ["somebody without the permission", "viewer", "FORBIDDEN"],
    ["somebody with a role that is not declared", "constructor", "FORBIDDEN"],
    ["somebody with a role that objects inherit", "__proto__", "FORBIDDEN"],
  ] as const)("refuses %s before anything else", async ([, name, expected]) => {
    const { t, id } = await anOwnedInvoice();
    aPerson("suspended", { role: "admin", status: "suspended" });
    aPerson("deleted", { role: "admin", status: "deleted" });
    for (const role of ["viewer", "constructor", "__proto__"]) aPerson(role, { role });
    passed.length = 0;
    const caller = name ? t.withIdentity({ tokenIdentifier: `https://id.example|${name}` }) : t;
    await expect(caller.mutation(update, { id, ...good })).rejects.toMatchObject(code(expected));
    expect(passed).toEqual([]);
    expect(await entriesOf(t)).toEqual([]);
  });

  test("counts before it validates, and validates before it looks at the row", async () => {
    const { t, ann } = await anOwnedInvoice();
    const call = (args: object) => t.withIdentity(ann).mutation(update, args as never);
    passed.length = 0;
    await expect(call({ id: "no id", title: "" })).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { title: {} } },
    });
    await expect(call({ id: "no id", ...good })).rejects.toMatchObject(code("NOT_FOUND"));
    expect(passed).toEqual(["rules", "rules", "access"]);
  });

  test("refuses what is done too often, and says how long to wait", async () => {
    const { t, id, ann } = await anOwnedInvoice();
    const call = () => t.withIdentity(ann).mutation(update, { id, ...good });
    await call();
    await call();
    passed.length = 0;
    await expect(call()).rejects.toMatchObject({
      data: { code: "RATE_LIMITED", retryAfterMs: 10_000 },
    });
    expect(passed).toEqual([]);
    const ben = aPerson("ben", { role: "editor" });
    await expect(t.withIdentity(ben).mutation(update, { id, ...good })).rejects.toMatchObject(
      code("NOT_FOUND"),
    );
    vi.setSystemTime(NOON + MINUTE);
    await call();
  });

  test("says the same about rows that are missing, foreign, trashed, and ids that are none", async () => {
    const { t, id, ann } = await anOwnedInvoice();
    const [foreign, trashed, scratch, gone] = await t.run(async (ctx) => {
      const row = { title: "Lamp", ownerId: "ben" };
      const gone = await ctx.db.insert("invoices", row);
      await ctx.db.delete(gone);
      const mine = { ...row, ownerId: ann.tokenIdentifier };
      return [
        await ctx.db.insert("invoices", row),
        await ctx.db.insert("invoices", { ...mine, deletedAt: 1 }),
        await ctx.db.insert("scratch", { text: "" }),
        gone,
      ];
    });
    const errors = [];
    for (const bad of [foreign, trashed, scratch, gone, "", "__proto__", `${id}x`]) {
      vi.setSystemTime(Date.now() + MINUTE);
      const call = t.withIdentity(ann).mutation(update, { id: bad!, ...good });
      errors.push(await call.catch((error: { data: unknown }) => error.data));
    }
    expect(new Set(errors.map((error) => JSON.stringify(error))).size).toBe(1);
    expect(errors[0]).toMatchObject({ code: "NOT_FOUND" });
  });

  test("takes no role from arguments", async () => {
    const { t } = await anOwnedInvoice();
    const eve = t.withIdentity({ ...aPerson("eve"), role: "admin", roles: ["admin"] } as never);
    await expect(eve.action(host("action", "send"), { role: "admin" })).rejects.toMatchObject(
      code("FORBIDDEN"),
    );
  });

  test("respects the tenant and the end of a role", async () => {
    const scoped = mutation({
      args: { tenant: v.string() },
      permission: "notes.write",
      tenantId: ({ tenant }) => tenant,
      handler: async () => "done",
    });
    const t = aGuardedHost({ scoped });
    const grants = [{ role: "editor", tenantId: "acme", expiresAt: NOON + 1 }];
    const ann = t.withIdentity(aPerson("ann", { grants }));
    const call = (tenant: string) => ann.mutation(host("mutation", "scoped"), { tenant });
    expect(await call("acme")).toBe("done");
    await expect(call("other")).rejects.toMatchObject(code("FORBIDDEN"));
    vi.setSystemTime(NOON + 1);
    await expect(call("acme")).rejects.toMatchObject(code("FORBIDDEN"));
  });
});

describe("the tenant of a guarded mutation", () => {
  const write = async (ctx: Parameters<Parameters<typeof mutation>[0]["handler"]>[0]) => {
    const id = await ctx.db.insert("invoices", { title: "Lamp", ownerId: "ann" });
    const target = { table: "invoices", id } as const;
    await ctx.audit({ action: "mail.sent", target });
    await ctx.audit({ action: "mail.read", target, tenantId: "other" });
  };
  const tenantsOf = async (t: Host) => (await entriesOf(t)).map(({ tenantId }) => tenantId);

  test("is that of all its entries, unless one says another", async () => {
    const t = aGuardedHost({
      run: mutation({
        args: { tenant: v.string() },
        permission: "public",
        tenantId: ({ tenant }) => tenant,
        rules: { tenant: text({ max: 10 }) },
        handler: write,
      }),
    });
    await t.mutation(host("mutation", "run"), { tenant: " acme " });
    expect(await tenantsOf(t)).toEqual(["acme", "acme", "other"]);
  });

  test("is asked for again when a rule makes another of it", async () => {
    const lowerCase = defineRule<string>((value) => ({ value: String(value).toLowerCase() }));
    const t = aGuardedHost({
      run: mutation({
        args: { tenant: v.string() },
        permission: "invoices.update",
        tenantId: ({ tenant }) => tenant,
        rules: { tenant: lowerCase },
        handler: write,
      }),
    });
    const call = (tenantId: string, tenant: string) => {
      const eve = aPerson("eve", { grants: [{ role: "editor", tenantId }] });
      return t.withIdentity(eve).mutation(host("mutation", "run"), { tenant });
    };
    await expect(call("ACME", "ACME")).rejects.toMatchObject(code("FORBIDDEN"));
    await expect(call("acme", "ACME")).rejects.toMatchObject(code("FORBIDDEN"));
    expect(await tenantsOf(t)).toEqual([]);
    await call("acme", "acme");
    expect(await tenantsOf(t)).toEqual(["acme", "acme", "other"]);
  });

  test("is that of a recorded denial, unless no entry could have it", async () => {
    const args = { tenant: v.string() };
    const denying = { args, permission: "invoices.update", recordDenials: true } as const;
    const tenantId = ({ tenant }: { tenant: string }) => tenant;
    const t = aGuardedHost({
      run: mutation({ ...denying, tenantId, handler: async () => null }),
      act: action({
        ...denying,
        tenantId,
        handler: async (ctx) =>
          await ctx.audit({ action: "mail.sent", target: { table: "invoices", id: "1" } }),
      }),
    });
    const eve = t.withIdentity(aPerson("eve"));
    for (const tenant of ["acme", "", "x".repeat(513)]) {
      const refused = { ok: false, error: { code: "FORBIDDEN" } };
      expect(await eve.mutation(host("mutation", "run"), { tenant })).toMatchObject(refused);
      const act = eve.action(host("action", "act"), { tenant });
      await expect(act).rejects.toMatchObject(code("FORBIDDEN"));
    }
    expect(await tenantsOf(t)).toEqual(["acme", "acme", ...Array.from({ length: 4 })]);
    const ann = t.withIdentity(aPerson("ann", { role: "editor" }));
    await ann.action(host("action", "act"), { tenant: "acme" });
    expect((await tenantsOf(t)).at(-1)).toBe("acme");
  });
});

describe("the key of a rate limit", () => {
  test("is of the arguments as the handler gets them", async () => {
    const t = aGuardedHost({
      run: mutation({
        args: { email: v.string() },
        permission: "public",
        rules: { email: email() },
        rateLimit: { name: "save", key: (args) => args.email },
        handler: async () => null,
      }),
      act: action({
        args: { email: v.string() },
        permission: "public",
        rules: { email: email() },
        rateLimit: { name: "save", key: (args) => args.email },
        handler: async () => null,
      }),
    });
    const call = (address: string) => t.mutation(host("mutation", "run"), { email: address });
    await call("ann@example.com");
    await call(" ann@example.com");
    await expect(call("ann@example.com  ")).rejects.toMatchObject(code("RATE_LIMITED"));
    await call("ben@example.com");
    // Bad ones have no key: in an action, where nothing is undone, they count for the caller.
    const act = (address: string) => t.action(host("action", "act"), { email: address });
    for (const bad of ["cy", "dee"]) {
      await expect(act(bad)).rejects.toMatchObject(code("VALIDATION_FAILED"));
    }
    await expect(act("eve")).rejects.toMatchObject(code("RATE_LIMITED"));
    await act("cy@example.com");
  });
});

describe("a guarded mutation that records denials", () => {
  const tryUpdate = host("mutation", "tryUpdate");

  test("answers instead of throwing, and leaves an entry", async () => {
    const { t, id } = await anOwnedInvoice();
    const refused = await t.mutation(tryUpdate, { id });
    expect(refused).toMatchObject({ ok: false, error: { code: "UNAUTHENTICATED" } });
    const viewer = t.withIdentity(aPerson("viewer", { role: "viewer" }));
    expect(await viewer.mutation(tryUpdate, { id })).toMatchObject({
      error: { code: "FORBIDDEN" },
    });
    const ben = t.withIdentity(aPerson("ben", { role: "editor" }));
    expect(await ben.mutation(tryUpdate, { id })).toMatchObject({ error: { code: "NOT_FOUND" } });
    expect(await entriesOf(t)).toMatchObject(
      ["anonymous", "https://id.example|viewer", "https://id.example|ben"].map((actor) => ({
        action: "invoices.updated",
        outcome: "denied",
        actor: { id: actor },
        target: { table: "functions", id: "host:tryUpdate" },
      })),
    );
  });

  test("answers with the value when it runs", async () => {
    const { t, id, ann } = await anOwnedInvoice();
    expect(await t.withIdentity(ann).mutation(tryUpdate, { id })).toEqual({
      ok: true,
      value: "done",
    });
    expect(await storyOf(t)).toEqual(["invoices.updated title"]);
  });

  test("cannot write while it decides on access", async () => {
    const { t } = await anOwnedInvoice();
    await expect(t.mutation(host("mutation", "writeInAccess"), {})).rejects.toThrow("insert");
  });
});

describe("a guarded query", () => {
  test("gives strangers, and whoever may not, nothing", async () => {
    const { t, id } = await anOwnedInvoice();
    const people = [
      t,
      t.withIdentity(aPerson("nobody")),
      t.withIdentity(aPerson("gone", { role: "admin", status: "deleted" })),
    ];
    for (const each of people) {
      expect(await each.query(host("query", "read"), { id })).toBeNull();
      const paginationOpts = { numItems: 5, cursor: null };
      expect(await each.query(host("query", "list"), { paginationOpts })).toEqual({
        page: [],
        isDone: true,
        continueCursor: "",
      });
      expect(await each.query(host("query", "filtered"), { paginationOpts })).toEqual({
        page: [],
        isDone: true,
        continueCursor: "",
        stoppedEarly: false,
      });
      expect(await each.query(host("query", "count"), {})).toBe(0);
    }
    const ben = t.withIdentity(aPerson("ben", { role: "editor" }));
    expect(await ben.query(host("query", "read"), { id })).toBeNull();
    expect(await ben.query(host("query", "count"), {})).toBe(1);
  });

  test("gives those who may what there is", async () => {
    const { t, id, ann } = await anOwnedInvoice();
    expect(await t.withIdentity(ann).query(host("query", "read"), { id })).toBe("Lamp");
  });

  test("knows who calls, also where everybody may", async () => {
    const { t, ann } = await anOwnedInvoice();
    expect(await t.query(host("query", "who"), {})).toEqual(["anonymous", "anonymous", null]);
    expect(await t.withIdentity(ann).query(host("query", "who"), {})).toEqual([
      "user",
      ann.tokenIdentifier,
      "profile of ann",
    ]);
  });
});

describe("a guarded action", () => {
  test("records denials and throws", async () => {
    const { t } = await anOwnedInvoice();
    const viewer = t.withIdentity(aPerson("viewer", { role: "viewer" }));
    await expect(viewer.action(host("action", "send"), {})).rejects.toMatchObject(
      code("FORBIDDEN"),
    );
    expect(await entriesOf(t)).toMatchObject([{ action: "invoices.update", outcome: "denied" }]);
  });

  test("records in its own words", async () => {
    const { t, ann } = await anOwnedInvoice();
    expect(await t.withIdentity(ann).action(host("action", "send"), {})).toBe(ann.tokenIdentifier);
    expect(await storyOf(t)).toEqual(["invoices.sent"]);
  });
});

describe("an internal function", () => {
  test("is the system's when nobody is signed in", async () => {
    const { t } = await anOwnedInvoice();
    const system = { type: "system", id: "host:purge" };
    expect(await t.mutation(host("mutation", "purge"), {})).toEqual(system);
    expect(await t.query(host("query", "peek"), {})).toBe("seen");
    expect(await entriesOf(t)).toMatchObject([{ actor: system, action: "notes.created" }]);
  });

  test("asks somebody signed in for their permission", async () => {
    const { t, ann } = await anOwnedInvoice();
    const call = t.withIdentity(ann).mutation(host("mutation", "purge"), {});
    await expect(call).rejects.toMatchObject(code("FORBIDDEN"));
  });
});

describe("a definition", () => {
  test("without a permission is refused when the function is made", () => {
    const incomplete = { args: {}, handler: async () => null };
    expect(() => mutation(incomplete as never)).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ code: "NOT_CONFIGURED" }) }),
    );
  });
});
