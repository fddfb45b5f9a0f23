import { describe, expect, test, vi } from "vitest";
import { aHost, component, NOON } from "../factories.js";

const MINUTE = 60_000;
const perMinute = { kind: "token bucket", rate: 6, period: MINUTE, capacity: 2 } as const;
const args = { name: "send", config: perMinute, count: 1, key: "ann" };

function aHostAtNoon() {
  vi.useFakeTimers({ now: NOON, toFake: ["Date"] });
  return aHost();
}

describe("limit", () => {
  test("takes tokens until none are left, and says when there is one again", async () => {
    const t = aHostAtNoon();
    const take = () => t.run((ctx) => ctx.runMutation(component.rateLimits.limit, args));
    expect(await take()).toEqual({ ok: true });
    expect(await take()).toEqual({ ok: true });
    expect(await take()).toEqual({ ok: false, retryAfterMs: 10_000 });
    vi.setSystemTime(NOON + 9_999);
    expect(await take()).toMatchObject({ ok: false });
    vi.setSystemTime(NOON + 10_000);
    expect(await take()).toEqual({ ok: true });
  });

  test("counts keys and names apart", async () => {
    const t = aHostAtNoon();
    const take = (part: object) =>
      t.run((ctx) => ctx.runMutation(component.rateLimits.limit, { ...args, count: 2, ...part }));
    expect(await take({})).toEqual({ ok: true });
    expect(await take({ key: "ben" })).toEqual({ ok: true });
    expect(await take({ name: "read" })).toEqual({ ok: true });
    expect(await take({})).toMatchObject({ ok: false });
  });

  test("takes those of the caller's network when there is no key", async () => {
    const t = aHostAtNoon();
    const { key: _, ...keyless } = { ...args, count: 2 };
    await t.run((ctx) => ctx.runMutation(component.rateLimits.limit, keyless));
    const key = "anonymous somewhere";
    const status = await t.run((ctx) => ctx.runQuery(component.rateLimits.check, { ...args, key }));
    expect(status).toMatchObject({ ok: false });
  });
});

describe("check", () => {
  test("takes nothing", async () => {
    const t = aHostAtNoon();
    const check = () => t.run((ctx) => ctx.runQuery(component.rateLimits.check, args));
    for (let i = 0; i < 5; i++) expect(await check()).toEqual({ ok: true });
  });
});

describe("reset", () => {
  test("gives back the tokens of one key", async () => {
    const t = aHostAtNoon();
    const take = (key: string) =>
      t.run((ctx) => ctx.runMutation(component.rateLimits.limit, { ...args, key, count: 2 }));
    await take("ann");
    await take("ben");
    await t.run((ctx) => ctx.runMutation(component.rateLimits.reset, { name: "send", key: "ann" }));
    expect(await take("ann")).toEqual({ ok: true });
    expect(await take("ben")).toMatchObject({ ok: false });
  });
});
