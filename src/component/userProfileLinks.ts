import { v } from "convex/values";
import { vCaller } from "../shared/auditLogs.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { checkIdentity, MAX_IDENTITIES } from "../shared/profileRules.js";
import { completeProfile, newProfile, toProfile } from "../shared/profileStates.js";
import { vProfile, vProfileSettings, type StoredIdentity } from "../shared/userProfiles.js";
import { mutation, type MutationCtx } from "./functions.js";
import {
  changeProfile,
  createProfile,
  dissolveProfile,
  findByIdentity,
  getById,
  refuseWithoutAdministrator,
  type Act,
  type KnownProfile,
} from "./userProfileRecords.js";

/** Which accounts are one person. Nothing is ever linked because an e-mail is the same. */

const args = {
  caller: vCaller,
  settings: vProfileSettings,
  id: v.string(),
  tokenIdentifier: v.string(),
};

/**
 * Lets a further account open the profile.
 *
 * @param takeOver - where the account has a profile of its own already, that one goes: its roles
 *   and preferences are in the log and nowhere else
 */
export const link = mutation({
  args: { ...args, takeOver: v.optional(v.boolean()) },
  returns: vProfile,
  handler: async (ctx, { id, tokenIdentifier, takeOver, ...by }) => {
    throwIfInvalid(checkIdentity(tokenIdentifier), "The account was not linked.");
    const act = { ...by, action: "userProfiles.linked" };
    const known = await getById(ctx, id);
    const { identities } = known.stored;
    if (identities.some((identity) => identity.tokenIdentifier === tokenIdentifier)) {
      return toProfile(known.id, known.stored);
    }
    if (known.stored.status === "deleted") throw isDeleted();
    if (identities.length >= MAX_IDENTITIES) throw tooMany();
    const other = await findByIdentity(ctx, tokenIdentifier);
    const identity = other
      ? await takeFrom(ctx, act, other, takeOver)
      : { tokenIdentifier, claims: {}, syncedAt: Date.now() };
    const draft = { ...known.stored, identities: [...identities, identity] };
    const profile = completeProfile(draft, by.settings.administratorRole);
    const { stored } = await changeProfile(ctx, act, known, profile);
    return toProfile(known.id, stored);
  },
});

/**
 * Takes an account off a profile. It gets one of its own, with the default role and everything that
 * keeps it out: otherwise unlinking would be a way back in.
 */
export const unlink = mutation({
  args,
  returns: vProfile,
  handler: async (ctx, { id, tokenIdentifier, ...by }) => {
    const known = await getById(ctx, id);
    const { identities, suspension, removal } = known.stored;
    const isTaken = (identity: StoredIdentity) => identity.tokenIdentifier === tokenIdentifier;
    const taken = identities.filter(isTaken);
    if (taken.length === 0) throw notLinked();
    if (identities.length === 1) throw isTheOnlyOne();

    const draft = { ...known.stored, identities: identities.filter((each) => !isTaken(each)) };
    const profile = completeProfile(draft, by.settings.administratorRole);
    await refuseWithoutAdministrator(ctx, by.settings, known, profile);
    const act = { ...by, action: "userProfiles.unlinked" };
    const { stored } = await changeProfile(ctx, act, known, profile);

    const fresh = {
      ...newProfile(taken, by.settings, Date.now()),
      ...(suspension && { suspension }),
      ...(removal && { removal }),
    };
    const own = completeProfile(fresh, by.settings.administratorRole);
    await createProfile(ctx, { ...by, action: "userProfiles.created" }, own);
    return toProfile(known.id, stored);
  },
});

// --- Helpers ---------------------------------------------------------------------------------

/** What is known of the account, out of the profile it had. */
async function takeFrom(
  ctx: MutationCtx,
  act: Act,
  other: KnownProfile,
  takeOver: boolean | undefined,
): Promise<StoredIdentity> {
  const { identities, status } = other.stored;
  // Whoever is kept out must not come in through somebody else's profile.
  if (!takeOver || identities.length > 1 || status !== "active") throw hasItsOwn();
  await refuseWithoutAdministrator(ctx, act.settings, other, null);
  await dissolveProfile(ctx, { ...act, action: "userProfiles.dissolved" }, other);
  return identities[0]!;
}

function hasItsOwn() {
  return platformError({
    code: "CONFLICT",
    message:
      "This account has a profile of its own. An active one with this one account can be taken " +
      "over: pass takeOver. Otherwise reactivate it, or unlink the account there first.",
  });
}

function isDeleted() {
  return platformError({
    code: "INVALID_STATE",
    message: "This person is deleted. Restore or reactivate them first.",
  });
}

function tooMany() {
  return platformError({
    code: "LIMIT_EXCEEDED",
    message: `A profile has at most ${MAX_IDENTITIES} accounts. Unlink one first.`,
  });
}

function notLinked() {
  return platformError({ code: "NOT_FOUND", message: "This account is not linked here." });
}

function isTheOnlyOne() {
  return platformError({
    code: "INVALID_STATE",
    message: "This is the only account of the profile. Link another one first.",
  });
}
