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
 * The event; `null` when its payload names no account or no time, so that there is nothing to apply
 * or no telling when.
 */
export function anEvent(parts: EventParts): ProfileEvent | null {
  const { kind, provider, issuer } = parts;
  const subject = readText(parts.subject);
  const version = readTime(parts.time);
  if (subject === undefined || version === undefined) return null;
  return {
    kind,
    provider,
    tokenIdentifier: `${issuer}|${subject}`,
    claims: kind === "deleted" ? {} : cleanClaims(parts.claims),
    version,
    eventId: readText(parts.eventId) ?? "",
  };
}
