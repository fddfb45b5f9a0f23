import type { FieldError } from "../errors.js";
import { findTextFault, REQUIRED, type TextLimits } from "../texts.js";
import { assertLimits, defineRule, refuse, wrongType, type Rule } from "./schema.js";

/** Lengths in UTF-16 code units, as `String.length`; after trimming. */
export type TextOptions = {
  /** 1 unless said otherwise, which makes the text required: something has to be visible in it. */
  min?: number;
  max: number;
  /** `false` for texts of several lines. One line is what names, titles and ids are, and what logs survive. */
  oneLine?: boolean;
};

/**
 * Text, trimmed. Well-formed Unicode, without control and text direction characters.
 *
 * Nothing else is changed or taken out: quotes, tags and formulas are text, to be escaped where
 * they are shown.
 *
 * @example
 * rules: { title: text({ max: 80 }), note: optional(text({ max: 2000, oneLine: false })) }
 */
export function text({ min = 1, max, oneLine = true }: TextOptions): Rule<string> {
  assertLimits("text", Math.max(min, 0), max);
  return textRule({ min, max, isOneLine: oneLine });
}

/**
 * An e-mail address as forms and mail servers agree on: ASCII, at most 254 characters, a domain
 * with a dot. Its case is kept; compare in lower case.
 *
 * Quoted names, comments and addresses by ip are refused: they are valid, and used by nobody but attackers.
 */
export function email(): Rule<string> {
  return textRule({ min: 1, max: 254, isOneLine: true }, (address) =>
    isEmail(address) ? undefined : NOT_AN_EMAIL,
  );
}

export type UrlOptions = {
  /** Without colon; `["http", "https"]` unless said otherwise. */
  protocols?: readonly string[];
  /** Takes `user:password@`. Whoever may read the record then reads the password. */
  allowCredentials?: boolean;
  /** 2,048 unless said otherwise. */
  max?: number;
};

/**
 * An absolute address with a host, kept as it was typed.
 *
 * Stricter than `new URL`, which repairs what it is given (`https:\\host`, a line break in the
 * middle): another program may repair it differently, and go elsewhere. So no spaces, backslashes,
 * quotes or invisible characters, and a host of letters, digits, dots and hyphens.
 * Whether the host may be called from a server is not decided here.
 */
export function url(options: UrlOptions = {}): Rule<string> {
  const { protocols = ["http", "https"], allowCredentials = false, max = 2048 } = options;
  assertLimits("url", 1, max);
  const allowed = protocols.map((protocol) => protocol.toLowerCase());
  return textRule({ min: 1, max, isOneLine: true }, (address) =>
    findUrlFault(address, allowed, allowCredentials),
  );
}

/** Lower-case letters and digits, joined by single hyphens: the readable part of an address. At most 80 characters unless said otherwise. */
export function slug({ min = 1, max = 80 }: { min?: number; max?: number } = {}): Rule<string> {
  assertLimits("slug", Math.max(min, 1), max);
  return textRule({ min, max, isOneLine: true }, (name) =>
    /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) ? undefined : NOT_A_SLUG,
  );
}

/** A day of the calendar as `2026-02-28`, without time and time zone. */
export function day(): Rule<string> {
  // Ten characters would be the limit, but "too long" is no help where a date is asked for.
  return textRule({ min: 1, max: Infinity, isOneLine: true }, (date) =>
    isDay(date) ? undefined : NOT_A_DAY,
  );
}

function textRule(
  limits: TextLimits,
  findFault: (text: string) => FieldError | undefined = () => undefined,
): Rule<string> {
  return defineRule((value) => {
    if (value === undefined || value === null) return refuse(REQUIRED);
    if (typeof value !== "string") return refuse(NOT_TEXT);
    const trimmed = value.trim();
    // The limits come first, so that patterns see short texts.
    const fault = findTextFault(trimmed, limits) ?? findFault(trimmed);
    return fault ? refuse(fault) : { value: trimmed };
  });
}

function isEmail(address: string): boolean {
  const [name = "", domain = "", ...more] = address.split("@");
  const labels = domain.split(".");
  return (
    more.length === 0 &&
    name.length <= 64 &&
    name.split(".").every((part) => /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+$/i.test(part)) &&
    labels.length >= 2 &&
    labels.every(isHostLabel) &&
    // Digits at the end would make it an ip address.
    !/^\d+$/.test(labels.at(-1) ?? "")
  );
}

function isHostLabel(label: string): boolean {
  return label.length <= 63 && /^[a-z0-9-]+$/i.test(label) && !/^-|-$/.test(label);
}

/** Scheme, user with password, host, port; what follows is the path, the query and the fragment. */
const URL_PARTS =
  /^([a-z][a-z0-9+.-]*):\/\/([^/?#@]*@)?([\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._-]*|\[[0-9a-f:.]+\])(?::\d+)?(?=$|[/?#])/iu;
const FORBIDDEN_IN_URL = /[\p{Cc}\p{Cf}\p{Z}\\<>"`]/u;

function findUrlFault(
  address: string,
  protocols: readonly string[],
  allowCredentials: boolean,
): FieldError | undefined {
  const [match, protocol = "", credentials] = URL_PARTS.exec(address) ?? [];
  if (match === undefined || FORBIDDEN_IN_URL.test(address) || !isParsable(address)) {
    return NOT_A_URL;
  }
  if (!protocols.includes(protocol.toLowerCase())) return badProtocol(protocols);
  return credentials !== undefined && !allowCredentials ? HAS_CREDENTIALS : undefined;
}

/** The parser knows which ports, ip addresses and international names exist. */
function isParsable(address: string): boolean {
  try {
    new URL(address);
    return true;
  } catch {
    return false;
  }
}

function isDay(date: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(date) : Number.NaN;
  // Some engines take the 30th of February for the 2nd of March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

const NOT_TEXT = wrongType("Use text.");
const NOT_AN_EMAIL: FieldError = {
  code: "bad_email",
  message: "Use an e-mail address like name@example.com.",
};
const NOT_A_URL: FieldError = {
  code: "bad_url",
  message: "Use a whole address like https://example.com/page.",
};
const HAS_CREDENTIALS: FieldError = {
  code: "has_credentials",
  message: "Remove the user name and password from this address.",
};
const NOT_A_SLUG: FieldError = {
  code: "bad_slug",
  message: "Use lower-case letters from a to z, digits, and single hyphens between them.",
};
const NOT_A_DAY: FieldError = { code: "bad_date", message: "Use a day like 2026-02-28." };

function badProtocol(protocols: readonly string[]): FieldError {
  const starts = protocols.map((protocol) => `${protocol}://`).join(" or ");
  return {
    code: "bad_protocol",
    message: `Use an address that starts with ${starts}.`,
    params: { protocols: protocols.join(", ") },
  };
}
