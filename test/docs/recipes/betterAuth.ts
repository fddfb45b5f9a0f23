// #region betterAuth
// convex/auth.ts
import { createClient, type GenericCtx } from "@convex-dev/better-auth";
import { convex } from "@convex-dev/better-auth/plugins";
import { betterAuth } from "better-auth/minimal";
import { betterAuthEvent } from "convex-platform/providers";
import { components, internal } from "./_generated/api";
import type { DataModel } from "./_generated/dataModel";
import authConfig from "./auth.config";
import { platform } from "./platform";

/** The `iss` of the tokens: by it a login finds the profile that a trigger has made. */
const issuer = process.env.CONVEX_SITE_URL!;

export const authComponent = createClient<DataModel>(components.betterAuth, {
  authFunctions: internal.auth,
  triggers: {
    user: {
      onCreate: async (ctx, user) => {
        const event = betterAuthEvent("created", user, { issuer, now: Date.now() });
        await platform.userProfiles.applyEvent(ctx, event);
      },
      onUpdate: async (ctx, user) => {
        const event = betterAuthEvent("updated", user, { issuer, now: Date.now() });
        await platform.userProfiles.applyEvent(ctx, event);
      },
      onDelete: async (ctx, user) => {
        const event = betterAuthEvent("deleted", user, { issuer, now: Date.now() });
        await platform.userProfiles.applyEvent(ctx, event);
      },
    },
  },
});
export const { onCreate, onUpdate, onDelete } = authComponent.triggersApi();

export const createAuth = (ctx: GenericCtx<DataModel>) =>
  betterAuth({
    baseURL: process.env.SITE_URL!,
    database: authComponent.adapter(ctx),
    emailAndPassword: { enabled: true },
    plugins: [convex({ authConfig })],
  });
// #endregion
