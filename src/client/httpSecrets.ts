import { oneLine } from "../shared/errors.js";
import { isSecret, REDACTED, redactSecrets } from "../shared/redaction.js";

/** What a message says about a request, without what would let a reader repeat it. */

/** Shorter ones would be found everywhere. */
const MIN_SECRET_LENGTH = 4;
/** Most ids are no longer, and UUIDs are known by their form; tokens in paths are longer. */
const MAX_PLAIN_SEGMENT = 20;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const URLS = /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>)\]]+/gi;
/** `"token": "…"` and `token=…` in the bodies of others. */
const NAMED_VALUES = /(["']?)([\w.-]{2,40})\1(\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s"'&,;}\]]+)/g;

/**
 * The address as it may be shown: host and path. Names of the query stay, its values do not, and
 * neither do user, password, fragment and parts of the path that look like a token.
 */
export function shownUrl(url: string | URL): string {
  const parsed = parseUrl(url);
  if (!parsed) return "(no valid URL)";
  const path = parsed.pathname.split("/").map(shownSegment).join("/");
  const names = [...new Set(parsed.searchParams.keys())];
  const query = names.map((name) => `${encodeURIComponent(name)}=${REDACTED}`).join("&");
  return `${parsed.protocol}//${parsed.host}${path}${query && `?${query}`}`;
}

function shownSegment(segment: string): string {
  const isPlain = segment.length <= MAX_PLAIN_SEGMENT || UUID.test(segment);
  // Words joined by dashes are a title, whatever their length.
  return isPlain || /^[a-z]+([-_.][a-z]+)*$/.test(segment) ? segment : REDACTED;
}

/** Everything in a request that must not be in a message, in each form in which it may come back. */
export function secretsOf(url: URL, headers: Headers, declared: readonly string[]): string[] {
  const found = [...declared, ...url.searchParams.values()];
  headers.forEach((value, name) => {
    if (!isSecretHeader(name, value)) return;
    // `Bearer abc` and `a=1; b=2`: each part is one by itself.
    found.push(value, ...value.split(/[\s;,=]+/).filter((part) => !SCHEMES.test(part)));
  });
  for (const segment of url.pathname.split("/")) {
    if (shownSegment(segment) === REDACTED) found.push(segment);
  }
  const forms = found.flatMap((secret) => [secret, encodeURIComponent(secret.toWellFormed())]);
  // The longest first, so that no part of it is left when a shorter one lies within.
  return [...new Set(forms)]
    .filter(({ length }) => length >= MIN_SECRET_LENGTH)
    .sort((a, b) => b.length - a.length);
}

const SCHEMES = /^(basic|bearer|digest|token)$/i;

function isSecretHeader(name: string, value: string): boolean {
  return isSecret(name, value) || /key|auth|signature|session/i.test(name);
}

/** A foreign text as a message may repeat it: one line, no secrets. */
export function shownText(text: string, secrets: readonly string[], maxLength: number): string {
  const own = secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
  const named = own.replace(URLS, shownUrl).replace(NAMED_VALUES, (all, quote, name, sign) => {
    return isSecret(name, all) ? `${quote}${name}${quote}${sign}${REDACTED}` : all;
  });
  return oneLine(redactSecrets(named.replace(/\s+/g, " ").trim()) as string, maxLength);
}

function parseUrl(url: string | URL): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}
