import { v, type Infer } from "convex/values";
import { hashToBytes, isHash, sha256, type Hash } from "./hashes.js";

/**
 * Merkle trees of RFC 9162, section 2.1: leaves and nodes are hashed under different prefixes, and
 * the left subtree is the largest complete one.
 */
const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

/** The root of no leaves. */
export const EMPTY_ROOT: Hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

export function leafHash(data: string | Uint8Array): Hash {
  return sha256(LEAF_PREFIX, data);
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return sha256(NODE_PREFIX, hashToBytes(left), hashToBytes(right));
}

/** @throws Error when one of the leaves is no hash */
export function rootOf(leaves: Hash[]): Hash {
  const frontier: Frontier = { size: 0, peaks: [] };
  for (const leaf of leaves) push(frontier, leaf);
  return frontierRoot(frontier);
}

// --- A root over many transactions -----------------------------------------------------------

/** A tree so far: all that is needed to go on with it and to give its root. */
export const vFrontier = v.object({
  /** Leaves so far. */
  size: v.number(),
  /** Roots of the complete subtrees from left to right, one for each set bit of `size`: at most 53. */
  peaks: v.array(v.string()),
});
export type Frontier = Infer<typeof vFrontier>;

export const EMPTY_FRONTIER: Readonly<Frontier> = { size: 0, peaks: [] };

/** The tree with more leaves to the right. Its root is that of all leaves ever appended. */
export function append(frontier: Frontier, ...leaves: Hash[]): Frontier {
  const grown = { size: frontier.size, peaks: [...frontier.peaks] };
  for (const leaf of leaves) push(grown, leaf);
  return grown;
}

export function frontierRoot({ peaks }: Frontier): Hash {
  if (peaks.length === 0) return EMPTY_ROOT;
  return peaks.reduceRight((right, left) => nodeHash(left, right));
}

/** Adds like a binary counter: as long as there is a peak of the same height, the two become one. */
function push(frontier: Frontier, leaf: Hash): void {
  if (!isHash(leaf)) throw new Error("A leaf is a hash.");
  let peak = leaf;
  for (let size = frontier.size; size % 2 === 1; size = (size - 1) / 2) {
    peak = nodeHash(frontier.peaks.pop()!, peak);
  }
  frontier.peaks.push(peak);
  frontier.size += 1;
}

// --- Inclusion -------------------------------------------------------------------------------

/**
 * What shows that the leaf at `index` is under the root of `leaves`: the sibling of each node on
 * its way up, the lowest first.
 *
 * @throws RangeError when there is no such leaf
 */
export function inclusionProof(leaves: Hash[], index: number): Hash[] {
  if (!isIndex(index, leaves.length)) throw new RangeError(`There is no leaf ${index}.`);
  if (leaves.length === 1) return [];
  const split = largestPowerBelow(leaves.length);
  const left = leaves.slice(0, split);
  const right = leaves.slice(split);
  return index < split
    ? [...inclusionProof(left, index), rootOf(right)]
    : [...inclusionProof(right, index - split), rootOf(left)];
}

export type Inclusion = {
  leaf: Hash;
  /** Counted from 0. */
  index: number;
  /** Leaves of the whole tree. Only as true as its source: take it from where the root comes from. */
  size: number;
  path: Hash[];
  root: Hash;
};

/** Whether `path` leads from the leaf to the root, by RFC 9162, section 2.1.3.2. Takes any input. */
export function verifyInclusion({ leaf, index, size, path, root }: Inclusion): boolean {
  if (!isIndex(index, size) || ![leaf, root, ...path].every(isHash)) return false;
  let hash = leaf;
  let node = index;
  let last = size - 1;
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      // The last node of a level may be alone there; it meets its sibling further up.
      while (node % 2 === 0 && node !== 0) [node, last] = [parent(node), parent(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [parent(node), parent(last)];
  }
  return last === 0 && hash === root;
}

function isIndex(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
}

function parent(node: number): number {
  return Math.floor(node / 2);
}

/** The largest power of two smaller than `size`, which is at least 2. */
function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}
