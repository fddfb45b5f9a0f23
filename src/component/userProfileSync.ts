import { v } from "convex/values";
import { vCaller, type Caller } from "../shared/auditLogs.js";
import { platformError, throwIfInvalid, type FieldErrors } from "../shared/errors.js";
import { cleanClaims } from "../shared/identityClaims.js";
import { takeNews, type News } from "../shared/profileNews.js";
import { checkEvent, checkLogin, isVersion, MAX_RECONCILED } from "../shared/profileRules.js";
import { completeProfile, newProfile, toProfile } from "../shared/profileStates.js";
import { readIdentity } from "../shared/providers/oidc.js";
import {
  vProfileEvent,
  vProfileSettings,
  vProfileUpsert,
  vSyncResult,
  type ProfileEvent,
  type ProfileSettings,
  type ProfileUpsert,
  type StoredIdentity,
  type SyncResult,
} from "../shared/userProfiles.js";
import { mutation, type MutationCtx } from "./functions.js";
import { changeProfile, createProfile, findByIdentity, type Act } from "./userProfileRecords.js";

/** How news of accounts come in: at a login, by an event, or in a list. */

/**
 * A login: the profile of whoever is signed in, made if there is none.
 *
 * @param identity - what `getUserIdentity` gave, as JSON: its custom claims may have names that
 *   Convex takes for no field
 */
export const sync = mutation({
  args: {
    caller: vCaller,
    settings: vProfileSettings,
    identity: v.string(),
    provider: v.optional(v.string()),
  },
  returns: vSyncResult,
  handler: async (ctx, { caller, settings, identity, provider }) => {
    return await takeLogin(ctx, caller, settings, readIdentity(JSON.parse(identity), provider));
  },
});

/** A login of which the host itself knows the claims. */
export const upsert = mutation({
  args: { caller: vCaller, settings: vProfileSettings, account: vProfileUpsert },
  returns: vSyncResult,
  handler: async (ctx, { caller, settings, account }) => {
    return await takeLogin(ctx, caller, settings, account);
  },
});

/** An event of an identity provider, verified by the host. It may come late, twice, or too early. */
export const applyEvent = mutation({
  args: { caller: vCaller, settings: vProfileSettings, event: vProfileEvent },
  returns: vSyncResult,
  handler: async (ctx, { caller, settings, event }) => {
    throwIfInvalid(checkEvent(event, Date.now()), "The event was not applied.");
    return await takeEvent(ctx, caller, settings, event);
  },
});

/** Accounts as the provider lists them, all or none. Nobody is deleted for not being listed. */
export const reconcile = mutation({
  args: { caller: vCaller, settings: vProfileSettings, events: v.array(vProfileEvent) },
  returns: v.object({ created: v.number(), updated: v.number(), none: v.number() }),
  handler: async (ctx, { caller, settings, events }) => {
    if (events.length > MAX_RECONCILED) throw tooMany();
    const now = Date.now();
    const faults = events.map((event, i) => checkEvent(event, now, `events.${i}`));
    throwIfInvalid(
      Object.assign({}, ...faults) as FieldErrors,
      "The accounts were not reconciled.",
    );
    const counts = { created: 0, updated: 0, none: 0 };
    for (const event of events) {
      const { change } = await takeEvent(ctx, caller, settings, event);
      counts[change]++;
    }
    return counts;
  },
});

// --- Helpers ---------------------------------------------------------------------------------

async function takeLogin(
  ctx: MutationCtx,
  caller: Caller,
  settings: ProfileSettings,
  { tokenIdentifier, claims, provider = "host", version }: ProfileUpsert,
): Promise<SyncResult> {
  throwIfInvalid(checkLogin(tokenIdentifier, provider), "The profile was not synced.");
  const clean = cleanClaims(claims);
  // A time that cannot be must not fail a login either; without it, its claims count for less. Nor
  // does a token without claims say that there are none, however new it is.
  const isTimed = isVersion(version, Date.now()) && Object.keys(clean).length > 0;
  const position = isTimed ? { version: version!, eventId: "" } : undefined;
  const news: News = { kind: "upserted", provider, claims: clean, position };
  return await takeInto(ctx, tokenIdentifier, news, {
    action: "userProfiles.synced",
    caller,
    settings,
  });
}

async function takeEvent(
  ctx: MutationCtx,
  caller: Caller,
  settings: ProfileSettings,
  { kind, provider, tokenIdentifier, version, eventId, ...event }: ProfileEvent,
): Promise<SyncResult> {
  const position = { version, eventId };
  const claims = cleanClaims(event.claims);
  const news: News = kind === "deleted" ? { kind, position } : { kind, provider, claims, position };
  const act: Act = {
    action: kind === "deleted" ? "userProfiles.deleted" : "userProfiles.synced",
    caller,
    settings,
    // Nobody is signed in when a webhook comes, and whoever is did not write it.
    actor: { type: "service", id: provider },
  };
  return await takeInto(ctx, tokenIdentifier, news, act, { provider, at: Date.now() });
}

/** One read and no write when the news are none. */
async function takeInto(
  ctx: MutationCtx,
  tokenIdentifier: string,
  news: News,
  act: Act,
  lastEvent?: { provider: string; at: number },
): Promise<SyncResult> {
  const known = await findByIdentity(ctx, tokenIdentifier);
  const identities = known?.stored.identities ?? [
    { tokenIdentifier, claims: {}, syncedAt: Date.now() },
  ];
  const next = identities.map((identity) =>
    identity.tokenIdentifier === tokenIdentifier ? takeAt(identity, news) : identity,
  );
  if (!known) return await createFrom(ctx, tokenIdentifier, next, act, lastEvent);
  if (next.every((identity, i) => identity === identities[i])) {
    return { profile: toProfile(known.id, known.stored, tokenIdentifier), change: "none" };
  }
  const draft = { ...known.stored, identities: next, ...(lastEvent && { lastEvent }) };
  const profile = completeProfile(draft, act.settings.administratorRole);
  const { id, stored, isVisible } = await changeProfile(ctx, act, known, profile);
  const change = isVisible ? "updated" : "none";
  return { profile: toProfile(id, stored, tokenIdentifier), change };
}

function takeAt(identity: StoredIdentity, news: News): StoredIdentity {
  const next = takeNews(identity, news);
  return next === identity ? identity : { ...next, syncedAt: Date.now() };
}

/** Also for a deletion: whoever comes later with a token that is still valid has to find it. */
async function createFrom(
  ctx: MutationCtx,
  tokenIdentifier: string,
  identities: StoredIdentity[],
  act: Act,
  lastEvent?: { provider: string; at: number },
): Promise<SyncResult> {
  const profile = newProfile(identities, act.settings, Date.now());
  const stored = { ...profile, ...(lastEvent && { lastEvent }) };
  const created = { ...act, action: "userProfiles.created" };
  const { id } = await createProfile(ctx, created, stored);
  return { profile: toProfile(id, stored, tokenIdentifier), change: "created" };
}

function tooMany() {
  return platformError({
    code: "LIMIT_EXCEEDED",
    message: `Reconcile at most ${MAX_RECONCILED} accounts in one call.`,
  });
}
