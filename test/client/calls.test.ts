import { describe, expect, test } from "vitest";
import { Platform } from "../../src/client/index.js";
import { aHost, component } from "../factories.js";

describe("the actor of an entry", () => {
  test("is one person over all sessions of Convex Auth, when the host says that it uses it", async () => {
    const platform = new Platform(component, { userProfiles: { provider: "convexAuth" } });
    const t = aHost();
    const actorIn = async (session: string) => {
      const ada = t.withIdentity({ issuer: "https://app.example", subject: `ada|${session}` });
      const entry = { action: "a", target: { table: "t", id: "1" } };
      const id = await ada.mutation(async (ctx) => await platform.audit(ctx, entry));
      return (await t.query(async (ctx) => await platform.auditLogs.get(ctx, id)))?.actor.id;
    };
    expect(await actorIn("monday")).toBe("https://app.example|ada");
    expect(await actorIn("tuesday")).toBe("https://app.example|ada");
  });
});
