import { convexTest } from "convex-test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Platform, isPlatformError, type AuditInput } from "../../src/client/index.js";
import { aHost, aPlatform, component, NOON } from "../factories.js";

const sent: AuditInput = { action: "invoices.sent", target: { table: "invoices", id: "inv1" } };
const signedIn = {
  subject: "ann",
  issuer: "https://id.example",
  name: "Ann",
  email: "ann@x.example",
};

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("audit", () => {
  test("records in the host's transaction, with whoever is signed in", async () => {
    const platform = aPlatform();
    const t = aHost().withIdentity(signedIn);
    const id = await t.mutation(async (ctx) => await platform.audit(ctx, sent));
    const entry = await t.query(async (ctx) => await platform.auditLogs.get(ctx, id));
    expect(entry).toMatchObject({
      action: "invoices.sent",
      outcome: "success",
      actor: { type: "user", id: "https://id.example|ann", label: "Ann" },
      related: [],
      changes: [],
      at: NOON,
    });
    expect(entry?.request.functionName).toEqual(expect.any(String));
  });

  test("prefers the actor it is given", async () => {
    const platform = aPlatform();
    const t = aHost().withIdentity(signedIn);
    const actor = { type: "service", id: "importer" } as const;
    await t.mutation(async (ctx) => await platform.audit(ctx, { ...sent, actor }));
    const { page } = await t.query(async (ctx) => await platform.auditLogs.list(ctx));
    expect(page[0]?.actor).toEqual(actor);
  });

  test("works in actions", async () => {
    const platform = aPlatform();
    const t = aHost();
    await t.action(async (ctx) => await platform.audit(ctx, sent));
    const { page } = await t.query(async (ctx) => await platform.auditLogs.list(ctx));
    expect(page).toHaveLength(1);
  });

  test("leaves no entry when the mutation fails afterwards", async () => {
    const platform = aPlatform();
    const t = aHost();
    const failing = t.mutation(async (ctx) => {
      await platform.audit(ctx, sent);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect((await t.query(async (ctx) => await platform.auditLogs.list(ctx))).page).toEqual([]);
  });

  const deep = (levels: number): object => (levels === 1 ? { end: 1 } : { in: deep(levels - 1) });
  test.each<[string, unknown, string, string]>([
    ["13 levels", deep(13), "metadata" + ".in".repeat(12), "too_deep"],
    ["a $ key", { a: { $set: 1 } }, "metadata.a.$set", "bad_key"],
    ["an _ key", { _id: 1 }, "metadata._id", "bad_key"],
    ["a key that is not ASCII", { naïve: 1 }, "metadata.na\\u00efve", "bad_key"],
    ["half a character pair", { a: "\ud800" }, "metadata.a", "not_well_formed"],
    ["__proto__ as a key", JSON.parse('{"__proto__":{"a":1}}'), "metadata.__proto__", "bad_key"],
    ["an inherited object", { a: Object.create({ b: 1 }) }, "metadata.a", "unsupported_type"],
    ["a Date", { at: new Date(0) }, "metadata.at", "unsupported_type"],
    ["undefined in a list", { a: [undefined] }, "metadata.a.0", "unsupported_type"],
    ["a function", { a: () => 1 }, "metadata.a", "unsupported_type"],
    ["an integer of 65 bits", { a: 2n ** 63n }, "metadata.a", "out_of_range"],
    ["8,193 elements", { a: Array(8193).fill(0) }, "metadata.a", "too_many"],
    ["64 KiB and a byte", { a: "x".repeat(64 * 1024) }, "metadata", "too_large"],
  ])("refuses metadata with %s, and the mutation fails", async (_, metadata, path, code) => {
    const platform = aPlatform();
    const t = aHost();
    const entry = { ...sent, metadata } as AuditInput;
    await expect(t.mutation(async (ctx) => await platform.audit(ctx, entry))).rejects.toMatchObject(
      {
        data: { code: "VALIDATION_FAILED", fields: { [path]: { code } } },
      },
    );
    expect((await t.query(async (ctx) => await platform.auditLogs.list(ctx))).page).toEqual([]);
  });

  test("keeps metadata of 12 levels, and every kind of number", async () => {
    const platform = aPlatform();
    const t = aHost();
    const metadata = {
      deep: deep(11),
      numbers: [NaN, -0, Infinity],
      big: 2n ** 63n - 1n,
    } as object;
    const entry = { ...sent, metadata } as AuditInput;
    const id = await t.mutation(async (ctx) => await platform.audit(ctx, entry));
    const stored = await t.query(async (ctx) => await platform.auditLogs.get(ctx, id));
    expect(stored?.metadata).toEqual(metadata);
    expect(Object.is((stored?.metadata?.numbers as number[])[1], -0)).toBe(true);
  });

  test("refuses an entry without a target, as untyped callers may send it", async () => {
    const platform = aPlatform();
    const entry = { action: "invoices.sent" } as AuditInput;
    await expect(
      aHost().mutation(async (ctx) => await platform.audit(ctx, entry)),
    ).rejects.toMatchObject({ data: { fields: { target: { code: "required" } } } });
  });
});

describe("auditLogs.recordMany", () => {
  test("records in order and gives back the ids", async () => {
    const platform = aPlatform();
    const t = aHost();
    const entries = ["a", "b"].map((id) => ({ ...sent, target: { table: "invoices", id } }));
    const ids = await t.mutation(async (ctx) => await platform.auditLogs.recordMany(ctx, entries));
    const { page } = await t.query(
      async (ctx) => await platform.auditLogs.list(ctx, { order: "asc" }),
    );
    expect(page.map(({ id, target }) => [id, target.id])).toEqual([
      [ids[0], "a"],
      [ids[1], "b"],
    ]);
  });
});

describe("auditLogs.list", () => {
  test("shows 25 entries unless asked for more, and 200 at most", async () => {
    const platform = aPlatform();
    const t = aHost();
    const entries = Array.from({ length: 300 }, () => sent);
    await t.mutation(async (ctx) => await platform.auditLogs.recordMany(ctx, entries));
    const count = async (numItems?: number) => {
      const options = numItems === undefined ? {} : { paginationOpts: { numItems, cursor: null } };
      return (await t.query(async (ctx) => await platform.auditLogs.list(ctx, options))).page
        .length;
    };
    expect([await count(), await count(1), await count(1e9)]).toEqual([25, 1, 200]);
  });

  test.each(["", "null", "{}", "p1.AAAA"])("refuses the cursor %j", async (cursor) => {
    const platform = aPlatform();
    const options = { paginationOpts: { numItems: 1, cursor } };
    await expect(
      aHost().query(async (ctx) => await platform.auditLogs.list(ctx, options)),
    ).rejects.toMatchObject({ data: { code: "INVALID_CURSOR" } });
  });
});

describe("Platform", () => {
  test("keeps what is said of ip addresses", async () => {
    const t = aHost().withRequestMetadata({ ip: "2001:db8:1:2::3" });
    const ipOf = async (ip: "full" | "truncated" | "off") => {
      const platform = new Platform(component, { auditLogs: { ip } });
      const id = await t.mutation(async (ctx) => await platform.audit(ctx, sent));
      return (await t.query(async (ctx) => await platform.auditLogs.get(ctx, id)))?.request.ip;
    };
    expect([await ipOf("full"), await ipOf("truncated"), await ipOf("off")]).toEqual([
      "2001:db8:1:2::3",
      "2001:db8:1::",
      undefined,
    ]);
  });

  test("says which line to add when the component is not mounted", async () => {
    const unmounted = convexTest({ modules: { "./_generated/api.js": async () => ({}) } });
    const error: unknown = await unmounted
      .mutation(async (ctx) => await aPlatform().audit(ctx, sent))
      .catch((thrown: unknown) => thrown);
    expect(isPlatformError(error, "NOT_CONFIGURED")).toBe(true);
    expect(error).toMatchObject({
      data: { message: expect.stringContaining("app.use(platform);") },
    });
  });

  test.each(["defaultRole", "administratorRole"])("refuses a %s that nobody declared", (option) => {
    const roles = { viewer: { can: ["invoices.read"] } };
    expect(new Platform(component, { roles, [option]: "viewer" })).toBeInstanceOf(Platform);
    expect(() => new Platform(component, { roles, [option]: "veiwer" })).toThrowError(
      expect.objectContaining({
        data: {
          code: "NOT_CONFIGURED",
          message: `${option} is "veiwer", which "roles" does not declare. Declare it, or correct the name.`,
        },
      }),
    );
  });

  test("says so as early as construction when there is nothing to call", () => {
    expect(() => new Platform(undefined as never)).toThrowError(
      expect.objectContaining({ data: expect.objectContaining({ code: "NOT_CONFIGURED" }) }),
    );
  });
});
