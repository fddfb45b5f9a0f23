import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { vCaller } from "../shared/auditLogs.js";
import { checkSearch, MAX_SEARCH_RESULTS } from "../shared/auditRules.js";
import { isSameValue } from "../shared/diff.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { omit } from "../shared/fields.js";
import { readPage, withinSegment } from "../shared/pages.js";
import { vGrant } from "../shared/permissions.js";
import { pardon } from "../shared/profileNews.js";
import { checkGrants, checkPatch, checkReasonGiven, trimPatch } from "../shared/profileRules.js";
import { completeProfile, toProfile, type ProfileDraft } from "../shared/profileStates.js";
import {
  vProfile,
  vProfileFilter,
  vProfilePatch,
  vProfileSettings,
  vProfileStatus,
  vProviderStatus,
  type Profile,
  type ProviderStatus,
} from "../shared/userProfiles.js";
import type { Doc } from "./_generated/dataModel.js";
import { mutation, query, type MutationCtx } from "./functions.js";
import {
  changeProfile,
  findByIdentity,
  findById,
  getById,
  refuseWithoutAdministrator,
  toKnown,
  type Act,
} from "./userProfileRecords.js";

// --- Reads -----------------------------------------------------------------------------------

/** The profile, or `null` when there is none with this id. */
export const get = query({
  args: { id: v.string() },
  returns: v.union(vProfile, v.null()),
  handler: async (ctx, { id }) => {
    const known = await findById(ctx, id);
    return known && toProfile(known.id, known.stored);
  },
});

/** The profile of an account, or `null`: one document read, by any of its identities. */
export const getByIdentity = query({
  args: { tokenIdentifier: v.string() },
  returns: v.union(vProfile, v.null()),
  handler: async (ctx, { tokenIdentifier }) => {
    const known = await findByIdentity(ctx, tokenIdentifier);
    return known && toProfile(known.id, known.stored, tokenIdentifier);
  },
});

/** One page of the profiles of one status. */
export const list = query({
  args: {
    filter: vProfileFilter,
    administratorRole: v.optional(v.string()),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(vProfile),
  handler: async (ctx, { filter, administratorRole: role, paginationOpts }) => {
    const { status = "active", administrators, order = "desc" } = filter;
    if (administrators && role === undefined) throw noAdministratorRole();
    const result = await readPage(paginationOpts, {
      binding: { list: "userProfiles", status, role: administrators ? role : undefined, order },
      order,
      // Nothing sorts between a text and the same text with a NUL.
      range: administrators ? { from: role, to: `${role}\0` } : {},
      key: ({ administers }: Doc<"userProfiles">) => administers,
      open: (segment) =>
        ctx.db
          .query("userProfiles")
          .withIndex("by_status", (q) =>
            withinSegment(q.eq("status", status), "administers", segment),
          )
          .order(order),
    });
    const page = result.page.map(toKnown).map(({ id, stored }) => toProfile(id, stored));
    return { ...result, page };
  },
});

/** Profiles in whose label, names, e-mail or phone the words occur; the best fit first. */
export const search = query({
  args: { query: v.string(), status: v.optional(vProfileStatus), limit: v.number() },
  returns: v.array(vProfile),
  handler: async (ctx, { query: words, status, limit }) => {
    throwIfInvalid(checkSearch(words, limit), "The profiles were not searched.");
    const found = await ctx.db
      .query("userProfiles")
      .withSearchIndex("by_searchText", (q) => {
        const matching = q.search("searchText", words);
        return status === undefined ? matching : matching.eq("status", status);
      })
      .take(Math.min(limit, MAX_SEARCH_RESULTS));
    return found.map(toKnown).map(({ id, stored }) => toProfile(id, stored));
  },
});

/** Providers whose events are looked up; a host has one or two. */
const MAX_PROVIDERS = 20;

/** The last event of each provider that was news: from one to the next in the index, a read each. */
export const syncStatus = query({
  args: {},
  returns: v.array(vProviderStatus),
  handler: async (ctx) => {
    const found: ProviderStatus[] = [];
    while (found.length < MAX_PROVIDERS) {
      const below = found.at(-1)?.provider;
      const row = await ctx.db
        .query("userProfiles")
        .withIndex("by_lastEvent", (q) => {
          const known = q.gte("lastEvent.provider", "");
          return below === undefined ? known : known.lt("lastEvent.provider", below);
        })
        .order("desc")
        .first();
      if (!row?.lastEvent) break;
      found.push({ ...row.lastEvent, profileId: row._id });
    }
    return found.reverse();
  },
});

// --- Writes ----------------------------------------------------------------------------------

const change = { caller: vCaller, settings: vProfileSettings, id: v.string() };
const withdraw = { ...change, reason: v.optional(v.string()) };

/** Changes what belongs to the app. What belongs to the provider only changes by a sync. */
export const update = mutation({
  args: { ...change, patch: vProfilePatch },
  returns: vProfile,
  handler: async (ctx, { id, patch, ...by }) => {
    const trimmed = trimPatch(patch);
    throwIfInvalid(checkPatch(trimmed), "The profile was not updated.");
    return await edit(ctx, id, { ...by, action: "userProfiles.updated" }, (draft) => {
      const { label = draft.label, preferences = draft.preferences } = trimmed;
      return {
        ...omit(draft, ["label", "preferences"]),
        ...(label != null && { label }),
        ...(preferences != null && { preferences }),
      };
    });
  },
});

/** Gives these roles and no others. Saving them again also makes a new administrator role known. */
export const setRoles = mutation({
  args: { ...change, grants: v.array(vGrant), roles: v.optional(v.array(v.string())) },
  returns: vProfile,
  handler: async (ctx, { id, grants, roles, ...by }) => {
    throwIfInvalid(checkGrants(grants, roles), "The roles were not changed.");
    const act = { ...by, action: "userProfiles.rolesSet" };
    return await edit(ctx, id, act, (draft) => ({ ...draft, grants }));
  },
});

/** Keeps a person out until somebody reactivates them. */
export const suspend = mutation({
  args: withdraw,
  returns: vProfile,
  handler: async (ctx, { id, ...by }) => {
    return await edit(ctx, id, { ...by, action: "userProfiles.suspended" }, (draft) =>
      draft.suspension ? draft : { ...draft, suspension: aWithdrawal(by.reason) },
    );
  },
});

/** Removes a person softly: the profile stays, to keep them out and to be restored. */
export const remove = mutation({
  args: withdraw,
  returns: vProfile,
  handler: async (ctx, { id, ...by }) => {
    return await edit(ctx, id, { ...by, action: "userProfiles.removed" }, (draft) =>
      draft.removal ? draft : { ...draft, removal: aWithdrawal(by.reason) },
    );
  },
});

/** Undoes {@link remove}; a suspension stays. Whom the provider has deleted, only reactivate revives. */
export const restore = mutation({
  args: withdraw,
  returns: vProfile,
  handler: async (ctx, { id, ...by }) => {
    return await edit(ctx, id, { ...by, action: "userProfiles.restored" }, (draft) => {
      const isGone = draft.identities.every(({ tombstone }) => tombstone !== undefined);
      if (isGone) throw goneAtProvider();
      return omit(draft, ["removal"]);
    });
  },
});

/** Lets a person in again, whatever kept them out: suspended, removed or deleted at the provider. */
export const reactivate = mutation({
  args: withdraw,
  returns: vProfile,
  handler: async (ctx, { id, ...by }) => {
    return await edit(ctx, id, { ...by, action: "userProfiles.reactivated" }, (draft) => ({
      ...omit(draft, ["suspension", "removal"]),
      identities: draft.identities.map(pardon),
    }));
  },
});

// --- Helpers ---------------------------------------------------------------------------------

/**
 * One change of a profile, its derived fields worked out. Nothing is written when it changes nothing.
 *
 * @throws NOT_FOUND; INVALID_STATE when nobody would be left to administrate
 */
async function edit(
  ctx: MutationCtx,
  id: string,
  act: Act,
  next: (draft: ProfileDraft) => ProfileDraft,
): Promise<Profile> {
  throwIfInvalid(checkReasonGiven(act.reason), "The profile was not changed.");
  const known = await getById(ctx, id);
  const draft = omit(known.stored, ["tokenIdentifier", "status", "administers", "searchText"]);
  const profile = completeProfile(next(draft), act.settings.administratorRole);
  if (isSameValue(profile, known.stored)) return toProfile(known.id, known.stored);
  await refuseWithoutAdministrator(ctx, act.settings, known, profile);
  const { stored } = await changeProfile(ctx, act, known, profile);
  return toProfile(known.id, stored);
}

function aWithdrawal(reason: string | undefined) {
  const text = reason?.trim();
  return { at: Date.now(), ...(text && { reason: text }) };
}

function goneAtProvider() {
  return platformError({
    code: "INVALID_STATE",
    message: "This person was deleted at their identity provider. To let them in, reactivate them.",
  });
}

function noAdministratorRole() {
  return platformError({
    code: "NOT_CONFIGURED",
    message: 'Which role administrates? Say so in new Platform: administratorRole: "…".',
  });
}
