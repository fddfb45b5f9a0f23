// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import { makeFunctionReference } from "convex/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { usePermission, useProfile, type ProfileQuery } from "../../src/react/index.js";
import { defineRoles, type Grant } from "../../src/shared/permissions.js";
import type { Profile, ProfileStatus } from "../../src/shared/userProfiles.js";
import { FakeConvex } from "./fakeConvex.js";

const NOON = Date.UTC(2026, 10, 21, 12);
const me = makeFunctionReference<"query">("api:me") as unknown as ProfileQuery;

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const roles = defineRoles(
  { viewer: { can: ["*.read"] }, editor: { extends: ["viewer"], can: ["invoices.update"] } },
  { permissions: ["invoices.read", "invoices.update"] },
);

function aProfile(grants: Grant[], status: ProfileStatus = "active"): Profile {
  return { id: "ann", grants, status, identities: [], createdAt: NOON, updatedAt: NOON };
}

/** Whether the person may update invoices; `set` changes the profile on the server. */
async function aDecision(profile: Profile | null, scope: { tenantId?: string } = {}) {
  let stored = profile;
  const convex = new FakeConvex({ "api:me": () => stored });
  const { result } = renderHook(
    () => {
      const current = useProfile(me);
      return { current, may: usePermission(roles, current, "invoices.update", scope) };
    },
    { wrapper: convex.wrapper },
  );
  const before = result.current;
  await convex.sync();
  return {
    before,
    result,
    set: async (changed: Profile) => {
      stored = changed;
      await convex.sync();
    },
  };
}

describe("useProfile and usePermission", () => {
  test("tell loading from nobody", async () => {
    const { before, result } = await aDecision(null);
    expect(before.current).toEqual({ profile: undefined, status: "loading" });
    expect(before.may).toMatchObject({ allowed: false, reason: "loading" });
    expect(result.current.current).toEqual({ profile: null, status: "unknown" });
    expect(result.current.may).toMatchObject({ allowed: false, reason: "unknown" });
  });

  test("follow the profile: a role that is given counts at once", async () => {
    const { result, set } = await aDecision(aProfile([{ role: "viewer" }]));
    expect(result.current.may).toMatchObject({
      allowed: false,
      reason: "NOT_GRANTED",
      grantedBy: [{ role: "editor" }],
    });
    await set(aProfile([{ role: "editor" }]));
    expect(result.current.may).toMatchObject({ allowed: true, via: [{ role: "editor" }] });
  });

  test.each(["suspended", "deleted"] as const)(
    "refuse who is %s, whatever the roles",
    async (status) => {
      const { result } = await aDecision(aProfile([{ role: "editor" }], status));
      expect(result.current.may).toMatchObject({ allowed: false, reason: status });
    },
  );

  test("count a role of one tenant there only", async () => {
    const profile = aProfile([{ role: "editor", tenantId: "t1" }]);
    const here = await aDecision(profile, { tenantId: "t1" });
    expect(here.result.current.may.allowed).toBe(true);
    const there = await aDecision(profile, { tenantId: "t2" });
    expect(there.result.current.may).toMatchObject({ reason: "OTHER_TENANT" });
  });

  test("end a role in its millisecond, without news from the server", async () => {
    const { result } = await aDecision(aProfile([{ role: "editor", expiresAt: NOON + 5_000 }]));
    act(() => void vi.advanceTimersByTime(4_999));
    expect(result.current.may.allowed).toBe(true);
    act(() => void vi.advanceTimersByTime(1));
    expect(result.current.may).toMatchObject({ allowed: false, reason: "EXPIRED" });
  });

  test("end the next role after the first", async () => {
    const soon = { role: "viewer", expiresAt: NOON + 1_000 };
    const { result } = await aDecision(
      aProfile([soon, { role: "editor", expiresAt: NOON + 2_000 }]),
    );
    act(() => void vi.advanceTimersByTime(1_999));
    expect(result.current.may.allowed).toBe(true);
    act(() => void vi.advanceTimersByTime(1));
    expect(result.current.may.allowed).toBe(false);
  });

  test("end a role that lasts longer than a timer can wait", async () => {
    const days30 = 30 * 24 * 3_600_000;
    const wait = vi.spyOn(globalThis, "setTimeout");
    const { result } = await aDecision(aProfile([{ role: "editor", expiresAt: NOON + days30 }]));
    act(() => void vi.advanceTimersByTime(days30 - 1));
    expect(result.current.may.allowed).toBe(true);
    // Browsers fire longer ones at once.
    for (const [, delay] of wait.mock.calls) expect(delay).toBeLessThan(2 ** 31);
    act(() => void vi.advanceTimersByTime(1));
    expect(result.current.may.allowed).toBe(false);
  });

  test("end a role that was over when it arrived", async () => {
    const { result, set } = await aDecision(aProfile([]));
    vi.setSystemTime(NOON + 60_000);
    await set(aProfile([{ role: "editor", expiresAt: NOON + 30_000 }]));
    act(() => void vi.advanceTimersByTime(1));
    expect(result.current.may).toMatchObject({ allowed: false, reason: "EXPIRED" });
  });
});
