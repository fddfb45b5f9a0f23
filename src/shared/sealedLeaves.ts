import { isHash, type Hash } from "./hashes.js";
import { rootOf } from "./merkle.js";
import { fault, type Fault } from "./sealFaults.js";
import { sealHash, type Seal } from "./seals.js";

/** An entry found in the range of a seal, with the leaf it gives now. */
export type FoundEntry = { id: string; leaf: Hash };

/**
 * What is wrong with the entries of a seal.
 *
 * @param leaves - the list kept with the seal; it says which entries changed
 * @param entries - those found in its range now, in the order of the log
 */
export function checkSealedEntries(seal: Seal, leaves: Hash[], entries: FoundEntry[]): Fault[] {
  // Of a changed seal nothing counts. That it is changed, checkChain says; the list may still be good.
  const isSealGood = sealHash(seal) === seal.hash;
  if (!isSealGood || isSealed(leaves, seal)) return compareLeaves(seal.index, leaves, entries);
  const found = entries.map(({ leaf }) => leaf);
  return [fault(isSealed(found, seal) ? "leaves_changed" : "root_wrong", { seal: seal.index })];
}

/** Whether these are the leaves that the seal was made over: all of them, in their order. */
export function isSealed(leaves: Hash[], { count, root }: Seal): boolean {
  return leaves.length === count && leaves.every(isHash) && rootOf(leaves) === root;
}

/**
 * Which entries are not the sealed ones; none exactly when the entries give the list.
 *
 * Between two entries that still have their leaf stand what is left of the list and what is left
 * of the entries. One to one they count as changed, otherwise as missing and added: nothing says
 * what belongs to what.
 *
 * @param seal - its index, for the faults
 * @param offset - leaves under the seal before this part of the list
 */
export function compareLeaves(
  seal: number,
  leaves: Hash[],
  entries: FoundEntry[],
  offset = 0,
): Fault[] {
  const positions = new Map(leaves.map((leaf, position) => [leaf, position]));
  const found = new Set(entries.map(({ leaf }) => leaf));
  const faults: Fault[] = [];
  let next = 0;
  let unknown: string[] = [];
  for (const { id, leaf } of entries) {
    const position = positions.get(leaf);
    if (position === undefined) {
      unknown.push(id);
    } else if (position < next) {
      // Not from rows in the order of the log: a leaf holds all that decides its entry's place.
      faults.push(fault("entry_moved", { seal, position: offset + position, entryId: id }));
    } else {
      compareUpTo(position);
      next = position + 1;
    }
  }
  compareUpTo(leaves.length);
  return faults;

  /** The stretch since the last entry that still had its leaf. */
  function compareUpTo(end: number): void {
    const gone = leaves
      .slice(next, end)
      .flatMap((leaf, i) => (found.has(leaf) ? [] : [offset + next + i]));
    if (gone.length === unknown.length) {
      gone.forEach((position, i) =>
        faults.push(fault("entry_changed", { seal, position, entryId: unknown[i]! })),
      );
    } else {
      faults.push(...gone.map((position) => fault("entry_missing", { seal, position })));
      faults.push(...unknown.map((entryId) => fault("entry_added", { seal, entryId })));
    }
    unknown = [];
  }
}
