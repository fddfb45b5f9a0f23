import { v } from "convex/values";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { RateLimits, type LimitArgs, type RateLimitOptions } from "../../src/client/rateLimits.js";
import { aHost, component, NOON } from "../factories.js";
import { aGuardedHost, aPerson, guards, host, MINUTE } from "./guardedHost.js";

const perMinute = { kind: "token bucket", rate: 6, period: MINUTE, capacity: 2 } as const;
const limits = new RateLimits(component, { send: perMinute });

function anApp() {
  const t = aHost();
  const as = (name: string | null) =>
    name ? t.withIdentity({ tokenIdentifier: `https://id.example|${name}` }) : t;
  const action = <Result>(name: string | null, run: (ctx: never) => Promise<Result>) =>
    as(name).action(async (ctx) => await run(ctx as never));
  return {
    limit: (name: string | null, args?: LimitArgs) =>
      action(name, (ctx) => limits.limit(ctx, "send", args)),
    check: (name: string | null, args?: LimitArgs) =>
      action(name, (ctx) => limits.check(ctx, "send", args)),
    reset: (name: string | null, args?: { key?: string }) =>
      action(name, (ctx) => limits.reset(ctx, "send", args)),
  };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ["Date"] });
});

describe("limit", () => {
  test("lets through what there are tokens for, and says when there are more", async () => {
    const { limit } = anApp();
    await limit("ann", { count: 2 });
    await expect(limit("ann")).rejects.toMatchObject({
      data: {
        code: "RATE_LIMITED",
        retryAfterMs: 10_000,
        message: "This was done too often. Try again in 10 seconds.",
      },
    });
    vi.setSystemTime(NOON + 10_000);
    await limit("ann");
  });

  test("counts each person apart, strangers by their network, and by key who shares one", async () => {
    const { limit } = anApp();
    for (const name of ["ann", "ben", null]) await limit(name, { count: 2 });
    await expect(limit(null)).rejects.toMatchObject({ data: { code: "RATE_LIMITED" } });
    await limit("ann", { key: "everybody", count: 2 });
    await expect(limit("ben", { key: "everybody" })).rejects.toMatchObject({
      data: { code: "RATE_LIMITED" },
    });
  });

  test.for([0, -1, 3, NaN, Infinity])("refuses a count of %s", async (count) => {
    await expect(anApp().limit("ann", { count })).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { count: { params: { max: 2 } } } },
    });
  });

  test("counts one person over all sessions of Convex Auth", async () => {
    const perUser = new RateLimits(component, { send: perMinute }, "convexAuth");
    const t = aHost();
    const limitIn = (session: string) =>
      t
        .withIdentity({ issuer: "https://app.example", subject: `ann|${session}` })
        .mutation(async (ctx) => await perUser.limit(ctx, "send"));
    await limitIn("monday");
    await limitIn("tuesday");
    await expect(limitIn("wednesday")).rejects.toMatchObject({ data: { code: "RATE_LIMITED" } });
  });

  test("refuses a key that is empty or too long to store", async () => {
    const { limit, reset } = anApp();
    await limit("ann", { key: "k".repeat(512) });
    for (const key of ["", "k".repeat(513)]) {
      const refusal = { data: { code: "VALIDATION_FAILED", fields: { key: {} } } };
      await expect(limit("ann", { key })).rejects.toMatchObject(refusal);
      await expect(reset("ann", { key })).rejects.toMatchObject(refusal);
    }
  });

  test("knows no limit by a name that objects inherit", async () => {
    const call = aHost().action((ctx) => limits.limit(ctx, "constructor" as "send"));
    await expect(call).rejects.toMatchObject({ data: { code: "NOT_CONFIGURED" } });
  });
});

describe("check", () => {
  test("says whether there is room and takes none", async () => {
    const { check, limit } = anApp();
    expect(await check("ann", { count: 2 })).toEqual({ ok: true });
    expect(await check("ann", { count: 2 })).toEqual({ ok: true });
    await limit("ann", { count: 2 });
    expect(await check("ann")).toEqual({ ok: false, retryAfterMs: 10_000 });
  });

  test("needs a key for strangers", async () => {
    const { check } = anApp();
    await expect(check(null)).rejects.toMatchObject({ data: { code: "UNAUTHENTICATED" } });
    expect(await check(null, { key: "door" })).toEqual({ ok: true });
  });
});

describe("reset", () => {
  test("gives the tokens back, to one person only", async () => {
    const { limit, reset } = anApp();
    await limit("ann", { count: 2 });
    await limit("ben", { count: 2 });
    await reset("ann");
    await limit("ann", { count: 2 });
    await expect(limit("ben")).rejects.toMatchObject({ data: { code: "RATE_LIMITED" } });
  });
});

describe("limits by role", () => {
  const save = guards.mutation({
    args: { times: v.number() },
    permission: "public",
    rateLimit: "save",
    handler: async () => null,
  });

  test.for([
    ["viewer", 2],
    ["admin", 50],
  ] as const)("lets a %s do it %s times", async ([role, times]) => {
    const t = aGuardedHost({ save });
    const person = t.withIdentity(aPerson(role, { role }));
    const call = () => person.mutation(host("mutation", "save"), { times: 1 });
    for (let i = 0; i < times; i++) await call();
    await expect(call()).rejects.toMatchObject({ data: { code: "RATE_LIMITED" } });
  });

  test("do not count for a role that is held for a tenant or for a time", async () => {
    const t = aGuardedHost({ save });
    const grants = [{ role: "admin", tenantId: "acme" }];
    const person = t.withIdentity(aPerson("ann", { grants }));
    const call = () => person.mutation(host("mutation", "save"), { times: 1 });
    await call();
    await call();
    await expect(call()).rejects.toMatchObject({ data: { code: "RATE_LIMITED" } });
  });
});

describe("a declaration", () => {
  test.for<[Partial<RateLimitOptions>, string]>([
    [{ rate: 0 }, "rate"],
    [{ rate: NaN }, "rate"],
    [{ period: -1 }, "period"],
    [{ period: Infinity }, "period"],
    [{ capacity: 0.5 }, "capacity"],
    [{ shards: 1.5 }, "shards"],
    [{ byRole: { admin: { ...perMinute, rate: 0 } } }, "rate"],
  ])("of %o is refused", ([part, word]) => {
    const declare = () => new RateLimits(component, { send: { ...perMinute, ...part } as never });
    expect(declare).toThrow(`Rate limit \\"send\\": ${word}`);
  });
});
