import type { FunctionHandle } from "convex/server";
import type { Actor, Caller } from "../shared/auditLogs.js";
import { isSameValue } from "../shared/diff.js";
import { platformError } from "../shared/errors.js";
import { omit } from "../shared/fields.js";
import { holdsForGood, labelOf, toHistory, toProfile } from "../shared/profileStates.js";
import type { ProfileChange, ProfileSettings, StoredProfile } from "../shared/userProfiles.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import { recordEntry } from "./auditRecording.js";
import type { MutationCtx, QueryCtx } from "./functions.js";

/** How profiles are found and written: every write leaves its entry, its aliases and its call. */

/** A profile with its id, from its own row or from an alias. */
export type KnownProfile = { id: Id<"userProfiles">; stored: StoredProfile };

/** Why a profile is written, and for whom. */
export type Act = {
  /** `userProfiles.suspended` */
  action: string;
  caller: Caller;
  settings: ProfileSettings;
  /** Instead of the caller. */
  actor?: Actor;
  reason?: string | undefined;
};

/** The profile with this identity: one document, from the table or from the aliases. */
export async function findByIdentity(
  ctx: QueryCtx,
  tokenIdentifier: string,
): Promise<KnownProfile | null> {
  const row = await ctx.db
    .query("userProfiles")
    .withIndex("by_tokenIdentifier", (q) => q.eq("tokenIdentifier", tokenIdentifier))
    .unique();
  if (row) return toKnown(row);
  const alias = await findAlias(ctx, tokenIdentifier);
  return alias && { id: alias.profileId, stored: alias.profile };
}

export async function findById(ctx: QueryCtx, id: string): Promise<KnownProfile | null> {
  const rowId = ctx.db.normalizeId("userProfiles", id);
  const row = rowId && (await ctx.db.get("userProfiles", rowId));
  return row && toKnown(row);
}

/** @throws NOT_FOUND */
export async function getById(ctx: QueryCtx, id: string): Promise<KnownProfile> {
  const known = await findById(ctx, id);
  if (!known) throw platformError({ code: "NOT_FOUND", message: "There is no such profile." });
  return known;
}

export function toKnown(row: Doc<"userProfiles">): KnownProfile {
  return { id: row._id, stored: omit(row, ["_id", "_creationTime"]) };
}

export async function createProfile(
  ctx: MutationCtx,
  act: Act,
  stored: StoredProfile,
): Promise<KnownProfile> {
  const id = await ctx.db.insert("userProfiles", stored);
  await tell(ctx, act, id, null, stored);
  return { id, stored };
}

/**
 * Writes the next state of a profile.
 *
 * @returns what is stored now, and whether anybody sees a difference: only then it leaves an entry
 */
export async function changeProfile(
  ctx: MutationCtx,
  act: Act,
  { id, stored: before }: KnownProfile,
  next: StoredProfile,
): Promise<KnownProfile & { isVisible: boolean }> {
  const isVisible = !isSameValue(toHistory(id, before), toHistory(id, next));
  const stored = isVisible ? { ...next, updatedAt: Date.now() } : next;
  await ctx.db.replace("userProfiles", id, stored);
  await writeAliases(ctx, id, before, stored);
  if (isVisible) await tell(ctx, act, id, before, stored);
  return { id, stored, isVisible };
}

/** Takes away a profile whose identities another one takes over. */
export async function dissolveProfile(
  ctx: MutationCtx,
  act: Act,
  { id, stored }: KnownProfile,
): Promise<void> {
  await ctx.db.delete("userProfiles", id);
  await tell(ctx, act, id, stored, null);
}

/**
 * Somebody has to be left who can give out roles: counted are those who hold the administrator
 * role everywhere and for good, and are active. Two that step down at once meet in the index.
 *
 * @param next - `null` when the profile goes
 * @throws INVALID_STATE
 */
export async function refuseWithoutAdministrator(
  ctx: MutationCtx,
  { administratorRole: role }: ProfileSettings,
  { id, stored }: KnownProfile,
  next: StoredProfile | null,
): Promise<void> {
  const counts = (profile: StoredProfile) =>
    profile.status === "active" && holdsForGood(profile.grants, role);
  if (role === undefined || !counts(stored) || (next && counts(next))) return;
  const administrators = await ctx.db
    .query("userProfiles")
    .withIndex("by_status", (q) => q.eq("status", "active").eq("administers", role))
    .take(2);
  if (administrators.some(({ _id }) => _id !== id)) return;
  throw platformError({
    code: "INVALID_STATE",
    message: "This is the last administrator. Make somebody else administrator first.",
  });
}

// --- Helpers ---------------------------------------------------------------------------------

/** The values of a profile that a person can ask to be forgotten. */
const PERSONAL = [
  "name",
  "username",
  "email",
  "phone",
  "pictureUrl",
  "locale",
  "label",
  "preferences",
  "identities",
];

async function tell(
  ctx: MutationCtx,
  { action, caller, settings, actor, reason }: Act,
  id: Id<"userProfiles">,
  before: StoredProfile | null,
  after: StoredProfile | null,
): Promise<void> {
  const label = labelOf((after ?? before)!);
  await recordEntry(ctx, caller, {
    action,
    outcome: "success",
    ...(actor && { actor }),
    target: { table: "userProfiles", id, ...(label !== undefined && { label }) },
    related: [],
    changes: [],
    ...(reason !== undefined && { reason }),
    diff: {
      before: before && toHistory(id, before),
      after: after && toHistory(id, after),
      ignore: ["id"],
      personal: PERSONAL,
    },
  });
  if (settings.onChange === undefined) return;
  const handle = settings.onChange as FunctionHandle<"mutation", ProfileChange>;
  await ctx.runMutation(handle, {
    before: before && toProfile(id, before),
    after: after && toProfile(id, after),
  });
}

/** Costs nothing while a profile has one identity, as nearly all have. */
async function writeAliases(
  ctx: MutationCtx,
  profileId: Id<"userProfiles">,
  before: StoredProfile,
  profile: StoredProfile,
): Promise<void> {
  const wanted = aliasesOf(profile);
  for (const tokenIdentifier of new Set([...aliasesOf(before), ...wanted])) {
    const alias = await findAlias(ctx, tokenIdentifier);
    const row = { tokenIdentifier, profileId, profile };
    if (!alias) await ctx.db.insert("userProfileAliases", row);
    else if (wanted.includes(tokenIdentifier)) {
      await ctx.db.replace("userProfileAliases", alias._id, row);
    } else await ctx.db.delete("userProfileAliases", alias._id);
  }
}

function aliasesOf({ identities }: StoredProfile): string[] {
  return identities.slice(1).map(({ tokenIdentifier }) => tokenIdentifier);
}

async function findAlias(ctx: QueryCtx, tokenIdentifier: string) {
  return await ctx.db
    .query("userProfileAliases")
    .withIndex("by_tokenIdentifier", (q) => q.eq("tokenIdentifier", tokenIdentifier))
    .unique();
}
