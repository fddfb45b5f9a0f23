import { fc, test } from "@fast-check/vitest";
import { hexToBytes } from "@noble/hashes/utils.js";
import { describe, expect } from "vitest";
import { sha256 } from "../../src/shared/hashes.js";
import {
  append,
  EMPTY_FRONTIER,
  EMPTY_ROOT,
  frontierRoot,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  verifyInclusion,
  type Inclusion,
} from "../../src/shared/merkle.js";
import vectors from "../vectors/merkle.json";

const { inputs, leafHashes, roots } = vectors;
const someLeaves = fc.nat({ max: 70 }).map(leavesOf);

describe("rootOf", () => {
  test("hashes leaves as RFC 9162 does", () => {
    expect(inputs.map((input) => leafHash(hexToBytes(input)))).toEqual(leafHashes);
  });

  test("gives the published roots of 0 to 33 leaves", () => {
    expect(roots.map((_, size) => rootOf(leafHashes.slice(0, size)))).toEqual(roots);
  });

  test("of no leaves is the hash of nothing", () => {
    expect(EMPTY_ROOT).toBe(sha256());
  });

  test("keeps a leaf apart from a node with the same content", () => {
    const [a, b] = [leafHash("a"), leafHash("b")];
    expect(leafHash(hexToBytes(a + b))).not.toBe(nodeHash(a, b));
  });

  test("refuses what is no hash", () => {
    expect(() => rootOf(["ab"])).toThrow("hash");
  });
});

describe("append", () => {
  test.prop([someLeaves, fc.array(fc.nat({ max: 20 }), { maxLength: 8 })], { seed: 1 })(
    "gives the root of all leaves, whatever the batches they came in",
    (leaves, cuts) => {
      let frontier = EMPTY_FRONTIER;
      let rest = leaves;
      for (const cut of cuts) {
        frontier = append(frontier, ...rest.slice(0, cut));
        rest = rest.slice(cut);
      }
      frontier = append(frontier, ...rest);
      expect(frontierRoot(frontier)).toBe(rootOf(leaves));
      expect(frontier.size).toBe(leaves.length);
    },
  );

  test("keeps one peak for each set bit of the size", () => {
    const peaks = roots.map((_, size) => append(EMPTY_FRONTIER, ...leavesOf(size)).peaks.length);
    const setBits = roots.map((_, size) => size.toString(2).replaceAll("0", "").length);
    expect(peaks).toEqual(setBits);
  });

  test("leaves the tree it was given as it was", () => {
    const before = append(EMPTY_FRONTIER, ...leavesOf(3));
    const copy = structuredClone(before);
    append(before, ...leavesOf(5));
    expect(before).toEqual(copy);
    expect(EMPTY_FRONTIER).toEqual({ size: 0, peaks: [] });
  });
});

describe("inclusionProof", () => {
  test.each(vectors.inclusion)("gives the path of leaf $index of $size", (vector) => {
    const path = inclusionProof(leafHashes.slice(0, vector.size), vector.index);
    expect(path).toEqual(vector.proof);
  });

  test.each([
    [0, 0],
    [2, 2],
    [2, -1],
    [2, 0.5],
  ])("of %i leaves knows no leaf %d", (size, index) => {
    expect(() => inclusionProof(leavesOf(size), index)).toThrow(RangeError);
  });
});

describe("verifyInclusion", () => {
  test.each(vectors.inclusion)("accepts the path of leaf $index of $size", (vector) => {
    expect(verifyInclusion(inclusionOf(vector))).toBe(true);
  });

  test.each(vectors.inclusion)("refuses every change to that of $index of $size", (vector) => {
    const inclusion = inclusionOf(vector);
    const accepted = changesOf(inclusion).filter((change) =>
      verifyInclusion({ ...inclusion, ...change }),
    );
    expect(accepted).toEqual([]);
  });

  test.prop([fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat()], { seed: 2, numRuns: 300 })(
    "accepts each leaf at its own index, and nowhere else",
    (size, n, m) => {
      const leaves = leavesOf(size);
      const index = n % size;
      const path = inclusionProof(leaves, index);
      const at = (place: number) =>
        verifyInclusion({ leaf: leaves[index]!, index: place, size, path, root: rootOf(leaves) });
      expect(at(index)).toBe(true);
      expect(at(m % size)).toBe(m % size === index);
    },
  );

  test("refuses a leaf that poses as the only one, with its sibling as path", () => {
    const [left, right] = leavesOf(2) as [string, string];
    const root = nodeHash(left, right);
    expect(verifyInclusion({ leaf: right, index: 0, size: 1, path: [left], root })).toBe(false);
  });

  test.each<Partial<Inclusion>>([
    { index: -1 },
    { index: 0.5 },
    { index: NaN },
    { index: 1 },
    { size: 0 },
    { size: 1.5 },
    { size: Infinity },
    { size: 2 ** 53 },
    { leaf: leafHash("a").toUpperCase() },
    { leaf: "" },
    { root: "" },
    { path: [""] },
    { path: [leafHash("a").slice(1)] },
  ])("refuses %o without throwing", (change) => {
    const leaf = leafHash("a");
    const inclusion = { leaf, index: 0, size: 1, path: [], root: leaf };
    expect(verifyInclusion(inclusion)).toBe(true);
    expect(verifyInclusion({ ...inclusion, ...change })).toBe(false);
  });
});

function leavesOf(size: number): string[] {
  return Array.from({ length: size }, (_, i) => leafHash(`leaf ${i}`));
}

function inclusionOf({ index, size, proof }: (typeof vectors.inclusion)[number]): Inclusion {
  return { leaf: leafHashes[index]!, index, size, path: proof, root: roots[size]! };
}

/** Every change that must not pass: a bit of a hash, a hash more or less, another place or size. */
function changesOf({ leaf, index, size, path, root }: Inclusion): Partial<Inclusion>[] {
  const another = leafHash("another");
  const flippedPaths = path.flatMap((hash, i) =>
    [0, 3, 255].map((bit) => ({ path: path.with(i, withBitFlipped(hash, bit)) })),
  );
  const cutPaths = path.length > 0 ? [{ path: path.slice(1) }, { path: path.slice(0, -1) }] : [];
  return [
    ...flippedPaths,
    ...cutPaths,
    { path: [...path, another] },
    { path: [another, ...path] },
    { path: [...path, root] },
    { index: index + 1 },
    { index: index - 1 },
    { size: size * 2 },
    { size: size / 2 },
    { leaf: another },
    { leaf: withBitFlipped(leaf, 0) },
    { root: another },
    { root: withBitFlipped(root, 255) },
  ];
}

function withBitFlipped(hash: string, bit: number): string {
  const digit = Math.floor(bit / 4);
  const flipped = parseInt(hash[digit]!, 16) ^ (1 << (bit % 4));
  return hash.slice(0, digit) + flipped.toString(16) + hash.slice(digit + 1);
}
