import { pathPart, type FieldError, type FieldErrors } from "./errors.js";
import { MAX_LABEL_LENGTH, MAX_REASON_LENGTH } from "./auditRules.js";
import type { Grant } from "./permissions.js";
import { checkOptionalText, checkText, type TextLimits } from "./texts.js";
import type { ProfileEvent, ProfilePatch } from "./userProfiles.js";
import { checkValue } from "./values.js";

export const MAX_IDENTITIES = 10;
export const MAX_GRANTS = 50;
/** Accounts that one call of `reconcile` takes: each may write a profile and an entry. */
export const MAX_RECONCILED = 500;
export const MAX_PREFERENCES_BYTES = 16 * 1024;
/** How far a provider's clock may be ahead. An event from beyond is refused, to be sent again then. */
export const MAX_CLOCK_SKEW_MS = 5 * 60_000;

const ID: TextLimits = { min: 1, max: 512, isOneLine: true };
const EVENT_ID: TextLimits = { min: 0, max: 512, isOneLine: true };
const PROVIDER: TextLimits = { min: 1, max: 50, isOneLine: true };
const LABEL: TextLimits = { min: 1, max: MAX_LABEL_LENGTH, isOneLine: true };
const REASON: TextLimits = { min: 0, max: MAX_REASON_LENGTH, isOneLine: false };
/** A profile is three levels deep where its preferences begin, and its alias one more. */
const PREFERENCES = { maxDepth: 10, maxBytes: MAX_PREFERENCES_BYTES };

/** What is wrong with an event, by path; `{}` when nothing is. Claims are mended, not checked. */
export function checkEvent(
  { tokenIdentifier, provider, version, eventId }: Omit<ProfileEvent, "kind" | "claims">,
  now: number,
  path = "",
): FieldErrors {
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  const fault = findVersionFault(version, now);
  return {
    ...checkText(tokenIdentifier, at("tokenIdentifier"), ID),
    ...checkText(provider, at("provider"), PROVIDER),
    ...checkText(eventId, at("eventId"), EVENT_ID),
    ...(fault && { [at("version")]: fault }),
  };
}

/** What is wrong with a login; its version is taken or left. */
export function checkLogin(tokenIdentifier: string, provider: string): FieldErrors {
  return {
    ...checkText(tokenIdentifier, "tokenIdentifier", ID),
    ...checkText(provider, "provider", PROVIDER),
  };
}

/** Whether a time is one that an account can have been changed at. */
export function isVersion(version: number | undefined, now: number): boolean {
  return version !== undefined && findVersionFault(version, now) === undefined;
}

function findVersionFault(version: number, now: number): FieldError | undefined {
  if (!Number.isSafeInteger(version) || version < 0) return NOT_A_VERSION;
  return version > now + MAX_CLOCK_SKEW_MS ? IN_THE_FUTURE : undefined;
}

const NOT_A_VERSION: FieldError = {
  code: "bad_time",
  message: "Use whole milliseconds since 1970, at the provider.",
};
const IN_THE_FUTURE: FieldError = {
  code: "in_the_future",
  message: "This time has not come yet. Use milliseconds, or send the event again then.",
};

/** The patch as it is checked and stored. */
export function trimPatch({ label, ...patch }: ProfilePatch): ProfilePatch {
  return { ...patch, ...(label !== undefined && { label: label && label.trim() }) };
}

/** What is wrong with a trimmed patch. */
export function checkPatch({ label, preferences }: ProfilePatch): FieldErrors {
  return {
    ...(label !== null && checkOptionalText(label, "label", LABEL)),
    ...(preferences && checkValue(preferences, "preferences", PREFERENCES)),
  };
}

export function checkReasonGiven(reason: string | undefined): FieldErrors {
  return checkOptionalText(reason, "reason", REASON);
}

export function checkIdentity(tokenIdentifier: string): FieldErrors {
  return checkText(tokenIdentifier, "tokenIdentifier", ID);
}

/**
 * What is wrong with grants.
 *
 * @param declared - every role there is; absent where the host declares none: then any name will do
 */
export function checkGrants(grants: Grant[], declared: string[] | undefined): FieldErrors {
  if (grants.length > MAX_GRANTS) {
    const message = `Use at most ${MAX_GRANTS}.`;
    return { grants: { code: "too_many", message, params: { max: MAX_GRANTS } } };
  }
  const keys = grants.map(({ role, tenantId }) => JSON.stringify([role, tenantId]));
  const faults = grants.map((grant, i): FieldErrors => {
    const path = `grants.${pathPart(i)}`;
    const isRepeated = keys.indexOf(keys[i]!) < i;
    const isTime = grant.expiresAt === undefined || Number.isFinite(grant.expiresAt);
    return {
      ...(isRepeated && { [path]: REPEATED }),
      ...(!isRole(grant.role, declared) && { [`${path}.role`]: NO_ROLE }),
      ...checkOptionalText(grant.tenantId, `${path}.tenantId`, ID),
      ...(!isTime && { [`${path}.expiresAt`]: NOT_A_TIME }),
    };
  });
  return Object.assign({}, ...faults);
}

/** A list, so that `constructor` and `__proto__` are names like any other. */
function isRole(role: string, declared: string[] | undefined): boolean {
  return declared ? declared.includes(role) : Object.keys(checkText(role, "", ROLE)).length === 0;
}

const ROLE: TextLimits = { min: 1, max: 64, isOneLine: true };
const REPEATED: FieldError = {
  code: "repeated",
  message: "Give each role once for each tenant.",
};
const NO_ROLE: FieldError = { code: "unknown_role", message: "There is no such role." };
const NOT_A_TIME: FieldError = { code: "bad_time", message: "Use milliseconds since 1970." };
