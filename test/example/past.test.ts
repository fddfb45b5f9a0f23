// @vitest-environment node
import { expect, onTestFinished, test } from "vitest";
import { fillDesk } from "../../example/demo/past";
import mounts from "../../example/embedded/app";
import { Engine, loadComponent, NOBODY } from "../../example/embedded/engine";
import { tokenIdentifierOf } from "../../example/convex/people";

const DAY_MS = 86_400_000;

test("the demo has lived through its season: entries by day, sealed up to yesterday", async () => {
  const { now } = Date;
  process.env["DEMO_JWKS"] = "data:,";
  const engine = new Engine(await Promise.all(mounts.map(loadComponent)), () => "");
  onTestFinished(() => {
    for (const timer of engine.timers) clearTimeout(timer);
  });
  await fillDesk(engine);
  expect(Date.now).toBe(now);

  const tokenIdentifier = tokenIdentifierOf({ subject: "ada" });
  const identity = { tokenIdentifier, issuer: "", subject: "ada" };
  const today = Math.ceil(Date.now() / DAY_MS) * DAY_MS;
  const args = { days: 30, to: today };
  const { success, value } = await engine.call("query", "overview:activity", args, {
    ...NOBODY,
    identity,
  });
  expect(success).toBe(true);
  const { days, unsealed, head } = value as {
    days: { count: number }[];
    unsealed: { count: number };
    head: { sealedAt: number };
  };
  expect(days.filter(({ count }) => count > 0).length).toBeGreaterThan(14);
  expect(Math.max(...days.map(({ count }) => count))).toBeLessThan(40);
  expect(head.sealedAt).toBeLessThan(today - DAY_MS);
  expect(head.sealedAt).toBeGreaterThanOrEqual(today - 4 * DAY_MS);
  expect(unsealed.count).toBeGreaterThan(0);
});
