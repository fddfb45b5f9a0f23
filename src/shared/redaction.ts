import type { Value } from "convex/values";
import type { Change } from "./auditLogs.js";
import {
  isContainer,
  isSubject,
  pathRules,
  rulesBelow,
  splitPath,
  valueAt,
  type Container,
  type PathRule,
} from "./paths.js";

/** Stands where a value was too secret to be recorded. */
export const REDACTED = "[redacted]";
/** Stands where a personal value was erased. */
export const ERASED = "[erased]";

/**
 * The value without secrets, in the same shape: {@link REDACTED} stands for what is under the
 * name of a secret, at any depth, and within texts for card numbers, JWTs and bearer tokens.
 *
 * A safety net under what the host declares, not a classifier: it knows secrets by how they are
 * called and written in English. The very same value comes back when there is nothing to hide.
 *
 * @param redact - paths that are secret besides: `address.iban`, or `lines.iban` for every line
 */
export function redactSecrets(value: Value, redact: string[] = []): Value {
  return withoutSecrets(value, pathRules("redact", redact));
}

/** {@link redactSecrets} for both sides of each change; a secret name in its path hides all of it. */
export function redactChanges(changes: Change[], redact: string[] = []): Change[] {
  const rules = pathRules("redact", redact);
  const redacted = changes.map((change) => redactChange(change, rules));
  return redacted.some((change, i) => change !== changes[i]) ? redacted : changes;
}

function redactChange(change: Change, rules: PathRule[]): Change {
  const names = splitPath(change.path);
  const here = names.reduce(rulesBelow, rules);
  const keep = (value: Value) =>
    isSubject(here, "redact") || names.some((name) => isSecret(name, value))
      ? REDACTED
      : withoutSecrets(value, here);
  const { before, after } = change;
  const sides = {
    ...(before !== undefined && { before: keep(before) }),
    ...(after !== undefined && { after: keep(after) }),
  };
  const isSame = Object.is(sides.before, before) && Object.is(sides.after, after);
  return isSame ? change : { ...change, ...sides };
}

/** {@link redactSecrets}, for rules that may also have fields left out. */
export function withoutSecrets(value: Value, rules: PathRule[]): Value {
  if (typeof value === "string") return redactText(value);
  return isContainer(value) ? redactContainer(value, rules) : value;
}

function redactContainer(container: Container, rules: PathRule[]): Container {
  const names = Object.keys(container);
  const kept = names.map((name) =>
    redactField(name, valueAt(container, name), rulesBelow(rules, name)),
  );
  if (names.every((name, i) => Object.is(kept[i], valueAt(container, name)))) return container;
  if (Array.isArray(container)) return kept.filter((item) => item !== undefined);
  const fields = names.map((name, i) => [name, kept[i]] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

/**
 * What may be recorded of a field; nothing when it is to be ignored.
 *
 * @param rules - as they are at the field
 */
export function redactField(
  name: string,
  value: Value | undefined,
  rules: PathRule[],
): Value | undefined {
  if (value === undefined || isSubject(rules, "ignore")) return undefined;
  const isHidden = isSubject(rules, "redact") || isSecret(name, value);
  return isHidden ? REDACTED : withoutSecrets(value, rules);
}

// --- Secrets by name -------------------------------------------------------------------------

/** In any spelling, also as the end of a longer word: `dbpassword`, `accesstoken`. */
const SECRET_WORDS = new RegExp(
  "_([a-z]*(pass_?w(or)?d|pass_?phrase|pass_?code|secret|token|cookie|credential|apikey)|" +
    "pwd|authori[sz]ation|jwt|bearer|t?otp|ssn|cv[cv]|" +
    "(api|private|secret|access|signing|encryption)_?key|" +
    "(security|verification|recovery|backup)_?code|" +
    "[a-z]*card_?(number|num|no))s?_",
);
/** Words that are something else amid other words: map pins, a panned view. */
const SECRET_ENDINGS = /_(pin|pan)(_(code|number|hash))?_$/;
/** What tells about a secret without giving it away: `tokenIdentifier`, `passwordChangedAt`. */
const HARMLESS_ENDINGS = new RegExp(
  "_(ids?|identifier|at|on|by|in|count|attempts|length|limit|usage|ttl|expir(y|es|ation)|" +
    "type|kind|method|name|prefix|status|version|policy|consent|issuer|scopes?|endpoint)_$",
);

/**
 * Whether a value under this name is a secret. A yes, a no and a nothing are none, whatever they
 * are called (`hasPassword`), and numbers of tokens are counts (`totalTokens`).
 */
export function isSecret(name: string, value: Value | undefined): boolean {
  if (value === undefined || value === null || typeof value === "boolean") return false;
  const isNumber = typeof value === "number" || typeof value === "bigint";
  // Capitals part words, as in `xApiKey`, or mean nothing, as in `APIkey` and `pASSWORD`.
  const spellings = [wordsOf(name), wordsOf(name.toLowerCase())];
  if (isNumber && spellings.some((words) => words.endsWith("tokens_"))) return false;
  return spellings.some(isSecretName);
}

function isSecretName(words: string): boolean {
  const isNamed = SECRET_WORDS.test(words) || SECRET_ENDINGS.test(words);
  return isNamed && !HARMLESS_ENDINGS.test(words);
}

/** `X-API-Key`, `xApiKey` and `x_api_key` are all `_x_api_key_`. */
function wordsOf(name: string): string {
  const words = name.replace(WORD_START, "_").replace(/[^A-Za-z\d]+/g, "_");
  return `_${words}_`.toLowerCase();
}

const WORD_START =
  /(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])/g;

// --- Secrets by form -------------------------------------------------------------------------

const JWT = /(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const BEARER_TOKEN = /\b(bearer\s+)[\w.~+/=-]{6,}/gi;
/** Digits, alone or in groups, that are not part of a word, a decimal fraction or a phone number. */
const DIGITS = /(?<![A-Za-z\d+]|\d\.)\d(?:[ -]?\d){12,}(?![A-Za-z\d])/g;

function redactText(text: string): string {
  return text
    .replace(JWT, REDACTED)
    .replace(BEARER_TOKEN, `$1${REDACTED}`)
    .replace(DIGITS, redactCardNumbers);
}

/** Card numbers are whole groups of digits; what stands before and after (a date, a code) is kept. */
function redactCardNumbers(digits: string): string {
  const groups = digits.split(/(?=[ -])/);
  let redacted = "";
  for (let at = 0; at < groups.length;) {
    const group = groups[at]!;
    const length = cardNumberLength(groups, at);
    redacted += length === 0 ? group : group.replace(/\d+/, REDACTED);
    at += Math.max(length, 1);
  }
  return redacted;
}

/** Of how many groups the longest card number consists that starts at `start`; 0: there is none. */
function cardNumberLength(groups: string[], start: number): number {
  let length = 0;
  let digits = "";
  for (let at = start; at < groups.length && digits.length < 19; at++) {
    digits += groups[at]!.replace(/\D/, "");
    if (isCardNumber(digits)) length = at - start + 1;
  }
  return length;
}

/** ISO/IEC 7812: payment cards start with 2 to 6, and the last digit checks the others (Luhn). */
function isCardNumber(digits: string): boolean {
  if (!/^[2-6]\d{12,18}$/.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const weighted = Number(digit) * (1 + (i % 2));
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return sum % 10 === 0;
}
