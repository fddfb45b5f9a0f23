// #region convexAuth
// convex/auth.ts
import GitHub from "@auth/core/providers/github";
import { convexAuth } from "@convex-dev/auth/server";
import { convexAuthEvent } from "convex-platform/providers";
import { platform } from "./platform";

const issuer = process.env.CONVEX_SITE_URL!;

export const { auth, signIn, signOut, store, isAuthenticated } = convexAuth({
  providers: [GitHub],
  callbacks: {
    async afterUserCreatedOrUpdated(ctx, { userId }) {
      const user = await ctx.db.get("users", userId);
      const event = convexAuthEvent("updated", user, { issuer, now: Date.now() });
      await platform.userProfiles.applyEvent(ctx, event);
    },
  },
});
// #endregion
