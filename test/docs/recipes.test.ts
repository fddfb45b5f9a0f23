import { convexTest } from "convex-test";
import { type GenericMutationCtx, type GenericDataModel } from "convex/server";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { register } from "../../src/test.js";
import { NOON } from "../factories.js";
import type { DataModel } from "./recipes/_generated/dataModel";
import { platform } from "./recipes/platform";
import schema from "./recipes/schema";

/** The recipes of docs/identity-providers.md, with the providers' libraries played by stand-ins. */

type Handler = (ctx: GenericMutationCtx<DataModel>, ...args: never[]) => Promise<void>;
const ISSUER = "https://desk.convex.site";

const played = vi.hoisted(() => ({
  triggers: {} as Record<string, Handler>,
  callbacks: {} as Record<string, Handler>,
  isSigned: true,
}));
const verified = async (payload: unknown) => {
  if (!played.isSigned) throw new Error("bad signature");
  return payload;
};

vi.mock("@convex-dev/better-auth", () => ({
  createClient: (_: unknown, config: { triggers: { user: typeof played.triggers } }) => {
    played.triggers = config.triggers.user;
    return { triggersApi: () => ({}), adapter: () => ({}), registerRoutes: () => undefined };
  },
}));
vi.mock("@convex-dev/better-auth/plugins", () => ({ convex: () => ({}) }));
vi.mock("@convex-dev/better-auth/auth-config", () => ({ getAuthConfigProvider: () => ({}) }));
vi.mock("better-auth/minimal", () => ({ betterAuth: () => ({}) }));
vi.mock("@clerk/backend/webhooks", () => ({
  verifyWebhook: async (request: Request) => await verified(await request.json()),
}));
vi.mock("@workos-inc/node", () => ({
  WorkOS: class {
    webhooks = {
      constructEvent: async ({ payload }: { payload: unknown }) => await verified(payload),
    };
  },
}));
vi.mock("@auth/core/providers/github", () => ({ default: {} }));
vi.mock("@convex-dev/auth/server", () => ({
  convexAuth: (config: { callbacks: typeof played.callbacks }) => {
    played.callbacks = config.callbacks;
    return {};
  },
}));

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ["Date"] });
  vi.stubEnv("CONVEX_SITE_URL", ISSUER);
  vi.stubEnv("CLERK_FRONTEND_API_URL", ISSUER);
  vi.stubEnv("WORKOS_CLIENT_ID", "client_1");
  played.isSigned = true;
});

describe("Better Auth", () => {
  const user = { _id: "u1", _creationTime: NOON, name: "Ann", email: "ann@example.org" };

  test("a login opens the profile that the trigger has made", async () => {
    const { t } = await anApp("./recipes/betterAuth");
    await t.run((ctx) => played.triggers.onCreate!(ctx as never, user as never));
    const login = t.withIdentity({ issuer: ISSUER, subject: "u1", name: "Ann" });
    const { change, profile } = await login.run((ctx) => platform.userProfiles.sync(asHost(ctx)));
    expect({ change, name: profile.name }).toEqual({ change: "none", name: "Ann" });
  });

  test("who was deleted stays out, with a token that is still valid", async () => {
    const { t } = await anApp("./recipes/betterAuth");
    await t.run((ctx) => played.triggers.onCreate!(ctx as never, user as never));
    await t.run((ctx) => played.triggers.onDelete!(ctx as never, user as never));
    const login = t.withIdentity({ issuer: ISSUER, subject: "u1", name: "Ann" });
    const { profile } = await login.run((ctx) => platform.userProfiles.sync(asHost(ctx)));
    expect(profile.status).toBe("deleted");
  });
});

describe("Convex Auth", () => {
  test("a change of the user changes the profile", async () => {
    const { t } = await anApp("./recipes/convexAuth");
    const id = await t.run(async (ctx) => {
      const userId = await ctx.db.insert("users", { name: "Ann" });
      await played.callbacks.afterUserCreatedOrUpdated!(ctx as never, { userId } as never);
      return userId;
    });
    const profile = await t.run((ctx) =>
      platform.userProfiles.getByIdentity(asHost(ctx), `${ISSUER}|${id}`),
    );
    expect(profile?.name).toBe("Ann");
  });
});

describe.each([
  {
    provider: "Clerk",
    file: "./recipes/clerk",
    path: "/clerk",
    payload: {
      type: "user.created",
      data: { id: "u1", first_name: "Ann", updated_at: NOON - 1_000 },
    },
    tokenIdentifier: `${ISSUER}|u1`,
  },
  {
    provider: "WorkOS",
    file: "./recipes/workos",
    path: "/workos",
    payload: {
      id: "event_1",
      event: "user.created",
      data: { id: "u1", first_name: "Ann", updated_at: new Date(NOON - 1_000).toISOString() },
    },
    tokenIdentifier: "https://api.workos.com/user_management/client_1|u1",
  },
])("the webhook of $provider", ({ file, path, payload, tokenIdentifier }) => {
  test("makes a profile", async () => {
    const { t, find } = await anApp(file);
    const response = await t.fetch(path, { method: "POST", body: JSON.stringify(payload) });
    expect(response.status).toBe(200);
    expect((await find(tokenIdentifier))?.name).toBe("Ann");
  });

  test("is refused when it was not signed, and when it is no JSON", async () => {
    const { t, find } = await anApp(file);
    played.isSigned = false;
    for (const body of [JSON.stringify(payload), "{"]) {
      expect((await t.fetch(path, { method: "POST", body })).status).toBe(400);
    }
    expect(await find(tokenIdentifier)).toBeNull();
  });
});

const recipes = import.meta.glob("./recipes/*.ts");

/** An app whose http.ts is that recipe. */
async function anApp(file: string) {
  vi.resetModules();
  const load = recipes[`${file}.ts`]!;
  await load();
  const t = convexTest({
    schema,
    modules: { "./_generated/api.js": async () => ({}), "./http.ts": load },
    transactionLimits: true,
  });
  register(t);
  const find = (tokenIdentifier: string) =>
    t.run((ctx) => platform.userProfiles.getByIdentity(asHost(ctx), tokenIdentifier));
  return { t, find };
}

/** `t.run` gives what a mutation has, typed for any app. */
function asHost(ctx: object) {
  return ctx as GenericMutationCtx<GenericDataModel>;
}
