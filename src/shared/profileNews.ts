import type { Claims, Position, StoredIdentity } from "./userProfiles.js";

/**
 * The one core of every sync: what is known of an account takes the news of it.
 *
 * Claims and tombstone are two registers that each keep the latest news by the provider's own order.
 * So the same news in any order, any number of times, end in the same state, and nothing but a
 * pardon takes a tombstone away.
 */

/** Claims, of a login (with a position where the token has a time) or an event, or a deletion. */
export type News =
  | { kind: "upserted"; provider: string; claims: Claims; position?: Position | undefined }
  | { kind: "deleted"; position: Position };

/** The identity with the news in it; the very same object when they are none. */
export function takeNews(identity: StoredIdentity, news: News): StoredIdentity {
  return news.kind === "deleted"
    ? takeDeletion(identity, news.position)
    : takeClaims(identity, news);
}

/** A tombstone overruled: the deletion it stands for, and any before it, count no more. */
export function pardon({ tombstone, ...identity }: StoredIdentity): StoredIdentity {
  return tombstone === undefined ? identity : { ...identity, pardoned: tombstone };
}

/** By version, then by event id; below both what has neither. */
export function comparePositions(a: Position | undefined, b: Position | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return a.version - b.version || compareTexts(a.eventId, b.eventId);
}

function takeDeletion(identity: StoredIdentity, position: Position): StoredIdentity {
  const { pardoned, tombstone } = identity;
  // Sent again by hand, an event may have a new time and has its old id.
  const isPardoned = position.eventId !== "" && position.eventId === pardoned?.eventId;
  const isNew = [pardoned, tombstone].every((known) => comparePositions(position, known) > 0);
  return isNew && !isPardoned ? { ...identity, tombstone: position } : identity;
}

function takeClaims(
  identity: StoredIdentity,
  { provider, claims, position }: Extract<News, { kind: "upserted" }>,
): StoredIdentity {
  const { source } = identity;
  const order = source === undefined ? 1 : comparePositions(position, source.position);
  if (order < 0 || (order === 0 && !replacesItsEqual(identity.claims, claims, position))) {
    return identity;
  }
  return {
    ...identity,
    claims,
    source: { provider, ...(position && { position }) },
  };
}

/**
 * Among logins without a time the last one wins, unless its token says nothing or nothing else.
 *
 * Two claims of one position should be the same. Where they are not (another token template, an
 * event without an id), the fuller ones win whole: taking parts of both could call an address
 * verified that is not.
 */
function replacesItsEqual(known: Claims, claims: Claims, position: Position | undefined): boolean {
  const [size, knownSize] = [claims, known].map((each) => Object.keys(each).length);
  const order = compareTexts(sortedText(claims), sortedText(known));
  if (position === undefined) return size !== 0 && order !== 0;
  return size === knownSize ? order > 0 : size! > knownSize!;
}

function sortedText(claims: Claims): string {
  return JSON.stringify(Object.entries(claims).sort(([a], [b]) => compareTexts(a, b)));
}

function compareTexts(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}
