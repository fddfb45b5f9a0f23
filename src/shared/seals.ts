import { v, type Infer } from "convex/values";
import { canonicalJson } from "./canonical.js";
import { sha256, type Hash } from "./hashes.js";
import { fault, type Fault } from "./sealFaults.js";

/** What closes a range of the log: no entry of it, and no earlier seal, can change unnoticed. */
export const vSeal = v.object({
  /** 0, 1, 2 … without a gap. */
  index: v.number(),
  /** Commit times after this one and up to `through` are sealed. The first seal starts after 0. */
  after: v.int64(),
  through: v.int64(),
  /** Entries in the range. */
  count: v.number(),
  /** Of the Merkle tree over the entries' leaves, in order of commit. */
  root: v.string(),
  /** The hash of the seal before this one; {@link NO_HASH} for the first. */
  previousHash: v.string(),
  /** Every action in the range once, in order of code units. */
  actions: v.array(v.string()),
  /** Milliseconds since 1970. */
  sealedAt: v.number(),
  /** Of all other fields. */
  hash: v.string(),
});
export type Seal = Infer<typeof vSeal>;

/** The copy of a seal's hash that somebody keeps where whoever can change the log cannot change it. */
export const vAnchor = v.object({ index: v.number(), hash: v.string() });
export type Anchor = Infer<typeof vAnchor>;

/** Stands where the first seal would name the one before it. */
export const NO_HASH: Hash = "0".repeat(64);

/** Keeps these hashes apart from all others that this package makes. */
const DOMAIN = "convex-platform/seal/1\n";

/** By the validator, so that a row's other fields do not count and a later optional one does. */
const HASHED_FIELDS = Object.keys(vSeal.fields).filter((name) => name !== "hash");

/** What a new seal says of its own range. */
export type Closing = Pick<Seal, "through" | "count" | "root" | "sealedAt"> & {
  /** In any order, with repetitions. */
  actions: Iterable<string>;
};

/** The seal that follows `previous`; the first one when there is none. */
export function nextSeal(previous: Seal | null, { actions, ...closing }: Closing): Seal {
  const fields = {
    ...placeAfter(previous),
    ...closing,
    actions: [...new Set(actions)].sort(),
  };
  return { ...fields, hash: sealHash(fields) };
}

export function sealHash(seal: Omit<Seal, "hash">): Hash {
  const hashed = Object.entries(seal).filter(([name]) => HASHED_FIELDS.includes(name));
  return sha256(DOMAIN, canonicalJson(Object.fromEntries(hashed)));
}

/**
 * What is wrong with a seal and its place after `previous`, the seal found before it.
 *
 * A chain that passes is one of a piece. Cut off at the end, or written anew from some seal on,
 * it still is: only {@link checkAnchor} tells.
 */
export function checkChain(previous: Seal | null, seal: Seal): Fault[] {
  return [...checkHash(seal), ...checkPlace(previous, seal)];
}

/** @param seal - the one found at the anchor's index */
export function checkAnchor(anchor: Anchor, seal: Seal | null): Fault[] {
  if (seal === null) return [fault("anchor_missing", { seal: anchor.index })];
  const isSame = seal.index === anchor.index && seal.hash === anchor.hash;
  return isSame ? [] : [fault("anchor_unlike", { seal: anchor.index })];
}

function checkHash(seal: Seal): Fault[] {
  return sealHash(seal) === seal.hash ? [] : [fault("seal_changed", { seal: seal.index })];
}

function checkPlace(previous: Seal | null, seal: Seal): Fault[] {
  const { index, after, previousHash } = placeAfter(previous);
  if (seal.index > index) return [fault("seals_missing", { from: index, to: seal.index - 1 })];
  if (seal.index !== index) return [fault("seal_repeated", { seal: seal.index })];
  const where = { seal: seal.index };
  return [
    ...(seal.previousHash !== previousHash ? [fault("seal_unlinked", where)] : []),
    ...(seal.after > after ? [fault("range_gap", where)] : []),
    ...(seal.after < after || seal.through < seal.after ? [fault("range_overlap", where)] : []),
  ];
}

function placeAfter(previous: Seal | null): Pick<Seal, "index" | "after" | "previousHash"> {
  return previous === null
    ? { index: 0, after: 0n, previousHash: NO_HASH }
    : { index: previous.index + 1, after: previous.through, previousHash: previous.hash };
}
