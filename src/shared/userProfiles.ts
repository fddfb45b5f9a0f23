import { v, type Infer } from "convex/values";
import { vValue } from "./hostValues.js";
import { vGrant } from "./permissions.js";

/**
 * What the identity provider says about a person. Provider-owned: only a sync changes it.
 *
 * Foreign text, so it is cleaned and cut instead of refused: see `cleanClaims`.
 */
export const vClaims = v.object({
  /** At most 200 characters, on one line. */
  name: v.optional(v.string()),
  /** At most 200 characters, on one line. */
  username: v.optional(v.string()),
  /** At most 320 characters. For people to read: it is never a key, two profiles may share it. */
  email: v.optional(v.string()),
  emailVerified: v.optional(v.boolean()),
  /** At most 50 characters. */
  phone: v.optional(v.string()),
  /** `https:` or `http:`, at most 2,048 characters. */
  pictureUrl: v.optional(v.string()),
  /** `de`, `pt-BR`: at most 35 characters. */
  locale: v.optional(v.string()),
});
export type Claims = Infer<typeof vClaims>;

/**
 * `active` may act; `suspended` may not, until somebody of the host lifts it; `deleted` was removed
 * by the host or is gone at its identity provider.
 */
export const vProfileStatus = v.union(
  v.literal("active"),
  v.literal("suspended"),
  v.literal("deleted"),
);
export type ProfileStatus = Infer<typeof vProfileStatus>;

/** Somebody of the host took a person's access away. */
export const vWithdrawal = v.object({
  /** Milliseconds since 1970. */
  at: v.number(),
  /** In their words. At most 1,000 characters. */
  reason: v.optional(v.string()),
});
export type Withdrawal = Infer<typeof vWithdrawal>;

/** One way in: an account at an identity provider. */
export const vLinkedIdentity = v.object({
  /** Issuer and subject, as Convex joins them: `https://id.example|ann`. */
  tokenIdentifier: v.string(),
  /** Who told us last what it claims: `clerk`, `oidc`. Absent until somebody did. */
  provider: v.optional(v.string()),
  /** The provider's time of those claims, ms since 1970. Absent where the provider gives none. */
  version: v.optional(v.number()),
  /** When a sync last stored something, ms since 1970. One that finds nothing new stores nothing. */
  syncedAt: v.number(),
  /** When the account was deleted at its provider, ms since 1970. It opens nothing any more. */
  deletedAt: v.optional(v.number()),
});
export type LinkedIdentity = Infer<typeof vLinkedIdentity>;

const appOwnedFields = {
  /** The name the app shows instead of the provider's. At most 200 characters. */
  label: v.optional(v.string()),
  /** What the host keeps about the person, at most 16 KiB. */
  preferences: v.optional(v.record(v.string(), vValue)),
  /** At most 50. */
  grants: v.array(vGrant),
  /** Lifted by `reactivate`. */
  suspension: v.optional(vWithdrawal),
  /** Undone by `restore`. */
  removal: v.optional(vWithdrawal),
};

/** One person (or service) as the host knows it. */
export const vProfile = v.object({
  id: v.string(),
  ...vClaims.fields,
  ...appOwnedFields,
  /** The first one still alive at its provider lends the profile its claims. At most 10. */
  identities: v.array(vLinkedIdentity),
  /** Asked by identity, `deleted` also where that identity alone is gone at its provider. */
  status: vProfileStatus,
  /** Milliseconds since 1970. */
  createdAt: v.number(),
  /** Milliseconds since 1970. */
  updatedAt: v.number(),
});
export type Profile = Infer<typeof vProfile>;

// --- As stored -------------------------------------------------------------------------------

/** Where an event stands among those of its account: by version, then by event id. */
export const vPosition = v.object({
  /** The provider's time, ms since 1970. */
  version: v.number(),
  /** Decides between events of one version. Empty: it comes first. */
  eventId: v.string(),
});
export type Position = Infer<typeof vPosition>;

/** What is known about one identity; each part takes the news that concern it, in any order. */
export const vStoredIdentity = v.object({
  tokenIdentifier: v.string(),
  claims: vClaims,
  /** Where the claims come from. Absent: nobody has told us yet. */
  source: v.optional(v.object({ provider: v.string(), position: v.optional(vPosition) })),
  /** The latest deletion at the provider. While it stands, the identity opens nothing. */
  tombstone: v.optional(vPosition),
  /** The latest deletion that `reactivate` has overruled; it and older ones count no more. */
  pardoned: v.optional(vPosition),
  syncedAt: v.number(),
});
export type StoredIdentity = Infer<typeof vStoredIdentity>;

/** A profile as the component stores it. */
export const vStoredProfile = v.object({
  /** That of the first identity. The others have an alias each. */
  tokenIdentifier: v.string(),
  identities: v.array(vStoredIdentity),
  ...appOwnedFields,
  /** Follows from identities, suspension and removal. */
  status: vProfileStatus,
  /** The host's administrator role, where it is held everywhere and for good; otherwise empty. */
  administers: v.string(),
  /** The last provider event that was news, for `syncStatus`. */
  lastEvent: v.optional(v.object({ provider: v.string(), at: v.number() })),
  /** What `search` looks through; follows from the other fields. */
  searchText: v.string(),
  createdAt: v.number(),
  updatedAt: v.number(),
});
export type StoredProfile = Infer<typeof vStoredProfile>;

/**
 * A copy of a profile under a further identity of it, written together with it: so that a call by
 * any identity costs one document read, at the price of one more write for each alias on a change.
 */
export const vProfileAlias = v.object({
  tokenIdentifier: v.string(),
  profileId: v.id("userProfiles"),
  profile: vStoredProfile,
});

// --- What is asked ---------------------------------------------------------------------------

/** What an identity provider tells of an account: an event, or a row of its list of accounts. */
export const vProfileEvent = v.object({
  kind: v.union(v.literal("upserted"), v.literal("deleted")),
  /** `clerk`. 1–50 characters. */
  provider: v.string(),
  /** 1–512 characters. */
  tokenIdentifier: v.string(),
  claims: vClaims,
  /** The provider's time, ms since 1970; what is older than we know changes nothing. */
  version: v.number(),
  /** Decides between events of one version. At most 512 characters. */
  eventId: v.string(),
});
export type ProfileEvent = Infer<typeof vProfileEvent>;

/** What a host itself tells of an account, at a login. */
export const vProfileUpsert = v.object({
  /** 1–512 characters. */
  tokenIdentifier: v.string(),
  claims: vClaims,
  /** `host` unless said otherwise. */
  provider: v.optional(v.string()),
  /** As in {@link vProfileEvent}. Absent: the last one wins, but never over claims with a version. */
  version: v.optional(v.number()),
});
export type ProfileUpsert = Infer<typeof vProfileUpsert>;

export const vSyncResult = v.object({
  profile: vProfile,
  /** `none`: nothing that anybody sees. */
  change: v.union(v.literal("created"), v.literal("updated"), v.literal("none")),
});
export type SyncResult = Infer<typeof vSyncResult>;

/** What a host has decided about its profiles, once; the client sends it along. */
export const vProfileSettings = v.object({
  /** The role of a new profile. Absent: none. */
  defaultRole: v.optional(v.string()),
  /** The role of which somebody has to be left. */
  administratorRole: v.optional(v.string()),
  /** The handle of a mutation that hears of every change, in the same transaction. */
  onChange: v.optional(v.string()),
});
export type ProfileSettings = Infer<typeof vProfileSettings>;

/** What `onChange` is called with. */
export const vProfileChange = v.object({
  /** `null` for a new profile. */
  before: v.union(vProfile, v.null()),
  /** `null` for one that another has taken over. */
  after: v.union(vProfile, v.null()),
});
export type ProfileChange = Infer<typeof vProfileChange>;

/** Which profiles a list shows. */
export const vProfileFilter = v.object({
  /** `active` unless said otherwise. */
  status: v.optional(vProfileStatus),
  /** Only who holds the administrator role everywhere and for good. */
  administrators: v.optional(v.literal(true)),
  /** Descending unless said otherwise: administrators first, then by creation, newest first. */
  order: v.optional(v.union(v.literal("asc"), v.literal("desc"))),
});
export type ProfileFilter = Infer<typeof vProfileFilter>;

/** What the host may change of a profile; `null` takes a field away. */
export const vProfilePatch = v.object({
  label: v.optional(v.union(v.string(), v.null())),
  /** Replaces all of them. */
  preferences: v.optional(v.union(v.record(v.string(), vValue), v.null())),
});
export type ProfilePatch = Infer<typeof vProfilePatch>;

/** The last event of a provider that was news. */
export const vProviderStatus = v.object({
  provider: v.string(),
  /** Milliseconds since 1970. */
  at: v.number(),
  profileId: v.string(),
});
export type ProviderStatus = Infer<typeof vProviderStatus>;
