import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { text } from "convex-platform/rules";
import { vAuditEntry, vProfile } from "convex-platform/validators";
import { mutation, query } from "./functions";
import { platform } from "./platform";
import { vRole } from "./roles";

/** Entries of a profile that its screen looks back over. */
const HISTORY_LENGTH = 50;

// --- Reads -----------------------------------------------------------------------------------

// #region profiles
/** The profile of whoever is signed in; `null` to strangers, and before their first `sync`. */
export const me = query({
  args: {},
  returns: v.union(vProfile, v.null()),
  permission: "public",
  handler: async ({ profile }) => profile,
});

/** One page of the people with this status, administrators first. */
export const list = query({
  args: { status: vProfile.fields.status, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vProfile),
  permission: "userProfiles.read",
  handler: async (ctx, args) => await platform.userProfiles.list(ctx, args),
});
// #endregion

/** People of this status in whose names or e-mail the words occur; at most 25. */
export const search = query({
  args: { words: v.string(), status: vProfile.fields.status },
  returns: v.array(vProfile),
  permission: "userProfiles.read",
  handler: async (ctx, { words, status }) =>
    await platform.userProfiles.search(ctx, words, { status }),
});

export const get = query({
  args: { id: v.string() },
  returns: v.union(vProfile, v.null()),
  permission: "userProfiles.read",
  handler: async (ctx, { id }) => await platform.userProfiles.get(ctx, id),
});

/** The last 50 entries about a profile, the newest first. */
export const history = query({
  args: { id: v.string() },
  returns: v.array(vAuditEntry),
  permission: "auditLogs.read",
  handler: async (ctx, { id }) => {
    const target = { table: "userProfiles" as const, id };
    const paginationOpts = { numItems: HISTORY_LENGTH, cursor: null };
    return (await platform.auditLogs.history(ctx, target, { paginationOpts })).page;
  },
});

// --- Writes ----------------------------------------------------------------------------------

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

/** Calls a person by another name than their provider does; `null` goes back to the provider's. */
export const update = mutation({
  args: { id: v.string(), label: v.union(v.string(), v.null()) },
  returns: vProfile,
  permission: "userProfiles.update",
  handler: async (ctx, { id, label }) => await platform.userProfiles.update(ctx, id, { label }),
});

// #region setRoles
/** Gives a person these roles and no others; the last administrator keeps theirs. */
export const setRoles = mutation({
  args: { id: v.string(), roles: v.array(vRole) },
  returns: vProfile,
  permission: "userProfiles.setRoles",
  handler: async (ctx, { id, roles }) => {
    const grants = roles.map((role) => ({ role }));
    return await platform.userProfiles.setRoles(ctx, id, grants);
  },
});
// #endregion

const reasonRule = { reason: text({ max: 1_000, oneLine: false }) };

export const suspend = mutation({
  args: { id: v.string(), reason: v.string() },
  returns: vProfile,
  permission: "userProfiles.suspend",
  rules: reasonRule,
  handler: async (ctx, { id, reason }) => await platform.userProfiles.suspend(ctx, id, { reason }),
});

/** Lets a person in again, whatever kept them out. */
export const reactivate = mutation({
  args: { id: v.string() },
  returns: vProfile,
  permission: "userProfiles.suspend",
  handler: async (ctx, { id }) => await platform.userProfiles.reactivate(ctx, id),
});

export const remove = mutation({
  args: { id: v.string(), reason: v.string() },
  returns: vProfile,
  permission: "userProfiles.remove",
  rules: reasonRule,
  handler: async (ctx, { id, reason }) => await platform.userProfiles.remove(ctx, id, { reason }),
});

export const restore = mutation({
  args: { id: v.string() },
  returns: vProfile,
  permission: "userProfiles.remove",
  handler: async (ctx, { id }) => await platform.userProfiles.restore(ctx, id),
});
