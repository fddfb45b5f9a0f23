import { isBlank } from "./texts.js";
import type { Claims } from "./userProfiles.js";

export const MAX_NAME_LENGTH = 200;
export const MAX_EMAIL_LENGTH = 320;
export const MAX_PICTURE_URL_LENGTH = 2048;
const MAX_PHONE_LENGTH = 50;

/** What a provider sends, before anybody has looked at it. */
export type RawClaims = { [Name in keyof Claims]?: unknown };

/**
 * The claims that can be stored. A provider's text must not fail a login, so it is mended:
 *
 * - names lose control and bidi characters and halves of character pairs, and end at 200 characters;
 * - an e-mail, phone, picture or locale that is too long or malformed is left out: cut, it would be
 *   another one;
 * - what is blank or of another type counts as not there, and so does any field we do not know.
 */
export function cleanClaims(raw: RawClaims): Claims {
  const email = readMatching(raw.email, EMAIL, MAX_EMAIL_LENGTH);
  const claims: { [Name in keyof Claims]: Claims[Name] | undefined } = {
    name: readLine(raw.name),
    username: readLine(raw.username),
    email,
    // Without its address it would say that nobody knows what is verified.
    emailVerified: email === undefined ? undefined : readFlag(raw.emailVerified),
    phone: readMatching(raw.phone, PHONE, MAX_PHONE_LENGTH),
    pictureUrl: readMatching(raw.pictureUrl, WEB_URL, MAX_PICTURE_URL_LENGTH),
    locale: readMatching(raw.locale, LOCALE, 35),
  };
  const present = Object.entries(claims).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as Claims;
}

/** The first words as one line; names come in parts. */
export function joinNames(...parts: unknown[]): string | undefined {
  const words = parts.filter((part) => typeof part === "string" && !isBlank(part));
  return words.length > 0 ? words.join(" ") : undefined;
}

/**
 * A time in milliseconds since 1970, from what providers send: milliseconds, seconds (OIDC's
 * `updated_at`), either as text, ISO 8601, a `Date`. Undefined for anything else.
 */
export function readTime(raw: unknown): number | undefined {
  if (raw instanceof Date) return readTime(raw.getTime());
  if (typeof raw === "string") {
    if (/^\d+(\.\d+)?$/.test(raw)) return readTime(Number(raw));
    // `Date.parse` alone takes "-1" for the year 2001.
    return /^\d{4}-\d\d-\d\dT/.test(raw) ? readTime(Date.parse(raw)) : undefined;
  }
  if (typeof raw !== "number" || !(raw >= 0 && raw <= LAST_TIME_MS)) return undefined;
  return Math.floor(raw < FIRST_MILLISECONDS ? raw * 1000 : raw);
}

/** The last day that `Date` knows. */
const LAST_TIME_MS = 8.64e15;
/** As milliseconds in 1973, as seconds in the year 5138: below it, it is seconds. */
const FIRST_MILLISECONDS = 1e11;

/** No blanks, control or bidi characters anywhere; one `@` with something on both sides. */
const EMAIL = /^[^\s@\p{Cc}\p{Cf}\p{Cs}]+@[^\s@\p{Cc}\p{Cf}\p{Cs}]+$/u;
const PHONE = /^[+()\d][-+().\d ]*$/;
/** Never `javascript:` or `data:`: the app puts it into pages. */
const WEB_URL = /^https?:\/\/[^\s"'<>\p{Cc}\p{Cf}\p{Cs}]+$/iu;
const LOCALE = /^[a-z]{2,3}([-_][a-z\d]{1,8})*$/i;

/** As `shared/texts.ts` forbids them in a line, to be replaced instead of refused. */
const UNWANTED = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** One line of a provider's text, mended and cut as a name is; nothing where it says nothing. */
export function readLine(raw: unknown): string | undefined {
  if (typeof raw !== "string") return undefined;
  // First cut what no name is, so that a text of a megabyte costs nothing.
  const text = raw.slice(0, 8 * MAX_NAME_LENGTH).toWellFormed();
  const line = text.replace(UNWANTED, " ").trim();
  return isBlank(line) ? undefined : cutText(line, MAX_NAME_LENGTH).trimEnd();
}

function readMatching(raw: unknown, pattern: RegExp, max: number): string | undefined {
  if (typeof raw !== "string" || raw.length > 2 * max) return undefined;
  const text = raw.trim();
  return text.length <= max && text.isWellFormed() && pattern.test(text) ? text : undefined;
}

function readFlag(raw: unknown): boolean | undefined {
  // Some providers send it as text.
  if (raw === true || raw === "true") return true;
  return raw === false || raw === "false" ? false : undefined;
}

/** At most `max` characters, never half of a character pair. */
export function cutText(text: string, max: number): string {
  return text.slice(0, max).replace(/[\ud800-\udbff]$/, "");
}
