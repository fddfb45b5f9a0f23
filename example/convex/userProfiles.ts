import { v } from "convex/values";
import { mutation, query } from "./functions";
import { platform } from "./platform";

/** The profile of whoever is signed in; `null` to strangers, and before their first `sync`. */
export const me = query({
  args: {},
  permission: "public",
  handler: async ({ profile }) => profile,
});

// #region sync
/** Called after every sign-in: whoever comes for the first time becomes a viewer. */
export const sync = mutation({
  args: {},
  returns: v.null(),
  permission: "public",
  handler: async (ctx) => {
    await platform.userProfiles.sync(ctx);
    return null;
  },
});
// #endregion
