import { cutText } from "./identityClaims.js";
import { MAX_LABEL_LENGTH } from "./auditRules.js";
import type { Grant } from "./permissions.js";
import type {
  Claims,
  LinkedIdentity,
  Profile,
  ProfileSettings,
  ProfileStatus,
  StoredIdentity,
  StoredProfile,
} from "./userProfiles.js";

/** What follows from the fields of a profile that somebody decides. */

/** A profile before its derived fields are worked out. */
export type ProfileDraft = Omit<
  StoredProfile,
  "tokenIdentifier" | "status" | "administers" | "searchText"
>;

/** @param administratorRole - the host's, if it has one */
export function completeProfile(
  draft: ProfileDraft,
  administratorRole: string | undefined,
): StoredProfile {
  return {
    ...draft,
    tokenIdentifier: draft.identities[0]!.tokenIdentifier,
    status: statusOf(draft),
    administers: holdsForGood(draft.grants, administratorRole) ? administratorRole! : "",
    searchText: searchTextOf(draft),
  };
}

/** A profile nobody of the host has touched yet. The role comes from the host, never from claims. */
export function newProfile(
  identities: StoredIdentity[],
  { defaultRole, administratorRole }: ProfileSettings,
  now: number,
): StoredProfile {
  const grants = defaultRole === undefined ? [] : [{ role: defaultRole }];
  const draft = { identities, grants, createdAt: now, updatedAt: now };
  return completeProfile(draft, administratorRole);
}

/** The profile for readers, as one of its identities sees it if that is who asks. */
export function toProfile(id: string, stored: StoredProfile, askedBy?: string): Profile {
  const { identities, label, preferences, grants, suspension, removal } = stored;
  const isShutOut = identities.some(
    ({ tokenIdentifier, tombstone }) => tokenIdentifier === askedBy && tombstone !== undefined,
  );
  return {
    id,
    ...claimsOf(stored),
    ...(label !== undefined && { label }),
    ...(preferences && { preferences }),
    grants,
    ...(suspension && { suspension }),
    ...(removal && { removal }),
    identities: identities.map(toLinkedIdentity),
    status: isShutOut ? "deleted" : stored.status,
    createdAt: stored.createdAt,
    updatedAt: stored.updatedAt,
  };
}

/** What of a profile its history tells: times of syncs are no news. */
export function toHistory(id: string, stored: StoredProfile) {
  const { createdAt, updatedAt, identities, ...profile } = toProfile(id, stored);
  const accounts = identities.map(({ tokenIdentifier, deletedAt }) => ({
    tokenIdentifier,
    ...(deletedAt !== undefined && { deletedAt }),
  }));
  return { ...profile, identities: accounts };
}

/** How a log names the person. */
export function labelOf(stored: StoredProfile): string | undefined {
  const { name, username, email } = claimsOf(stored);
  const label = stored.label ?? name ?? username ?? email;
  return label && cutText(label, MAX_LABEL_LENGTH);
}

/** Whether a grant makes somebody administrator that neither expires nor stops at a tenant. */
export function holdsForGood(grants: Grant[], role: string | undefined): boolean {
  return grants.some(
    (grant) => grant.role === role && grant.tenantId === undefined && grant.expiresAt === undefined,
  );
}

function statusOf({ identities, removal, suspension }: ProfileDraft): ProfileStatus {
  const isGone = identities.every(({ tombstone }) => tombstone !== undefined);
  if (removal || isGone) return "deleted";
  return suspension ? "suspended" : "active";
}

/** The first account that is still alive lends its claims; when none is, the first. */
function claimsOf({ identities }: { identities: StoredIdentity[] }): Claims {
  const alive = identities.find(({ tombstone }) => tombstone === undefined);
  return (alive ?? identities[0]!).claims;
}

function searchTextOf(draft: ProfileDraft): string {
  const { name, username, email, phone } = claimsOf(draft);
  const words = [draft.label, name, username, email, phone];
  return words.filter((word) => word !== undefined).join(" ");
}

function toLinkedIdentity(identity: StoredIdentity): LinkedIdentity {
  const { tokenIdentifier, source, tombstone, syncedAt } = identity;
  return {
    tokenIdentifier,
    ...(source && { provider: source.provider }),
    ...(source?.position && { version: source.position.version }),
    syncedAt,
    ...(tombstone && { deletedAt: tombstone.version }),
  };
}
