import { platformError } from "../errors.js";
import { cleanClaims, readTime, type RawClaims } from "../identityClaims.js";
import type { ProfileEvent } from "../userProfiles.js";

/** Reading what providers send: any field may be missing, `null` or of another type. */

export type Payload = { [name: string]: unknown };

export function readPayload(value: unknown): Payload {
  return typeof value === "object" && value !== null ? (value as Payload) : {};
}

export function readText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function readList(value: unknown): Payload[] {
  return Array.isArray(value) ? value.map(readPayload) : [];
}

/** The parts of an event as a payload has them. */
export type EventParts = {
  kind: ProfileEvent["kind"];
  provider: string;
  /** As in the `iss` of the provider's tokens. */
  issuer: string;
  /** As in their `sub`. */
  subject: unknown;
  claims: RawClaims;
  time: unknown;
  eventId: unknown;
};

/**
 * The event; `null` when its payload names no account.
 *
 * @throws VALIDATION_FAILED when it names one and no time: dropped without a word, a deletion would
 *   let somebody stay
 */
export function anEvent(parts: EventParts): ProfileEvent | null {
  const { kind, provider, issuer } = parts;
  const subject = readText(parts.subject);
  if (subject === undefined) return null;
  const version = readTime(parts.time);
  if (version === undefined) throw noTime();
  return {
    kind,
    provider,
    tokenIdentifier: `${issuer}|${subject}`,
    claims: kind === "deleted" ? {} : cleanClaims(parts.claims),
    version,
    eventId: readText(parts.eventId) ?? "",
  };
}

function noTime() {
  const message = "Pass all that tells when it happened: the whole payload, and the headers.";
  return platformError({
    code: "VALIDATION_FAILED",
    message: "The event has no time, so nobody can tell whether it is news.",
    fields: { time: { code: "required", message } },
  });
}
