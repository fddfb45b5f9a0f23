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

  test.each<[what: string, name: unknown, label: string | undefined]>([
    ["a name", " Ada Lovelace ", "Ada Lovelace"],
    ["half of a character pair", "Ada \ud83d", "Ada \ufffd"],
    ["a pair amid which it is cut", `${"x".repeat(199)}😀`, "x".repeat(199)],
    ["lines and text directions", "Ada\n\u202eecalevoL", "Ada ecalevoL"],
    ["nothing to see", " \u200b", "ada@id.example"],
    ["a number", 5, "ada@id.example"],
    ["an object", { first: "Ada" }, "ada@id.example"],
    ["null", null, "ada@id.example"],
  ])(
    "has a label that can be stored and shown, though its token has %s",
    async (_, name, label) => {
      const platform = new Platform(component);
      const t = aHost();
      const ada = t.withIdentity({ subject: "ada", name: name as string, email: "ada@id.example" });
      const entry = { action: "a", target: { table: "t", id: "1" } };
      const id = await ada.mutation(async (ctx) => await platform.audit(ctx, entry));
      const told = await t.query(async (ctx) => await platform.auditLogs.get(ctx, id));
      expect(told?.actor.label).toBe(label);
    },
  );
});
