import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { leafHash, rootOf } from "../../src/shared/merkle.js";
import { checkSealedEntries, compareLeaves } from "../../src/shared/sealedLeaves.js";
import { nextSeal, type Seal } from "../../src/shared/seals.js";

const leaves = leavesOf("ABCDE");

describe("compareLeaves", () => {
  test.each<[string, string, object[]]>([
    ["nothing", "ABCDE", []],
    ["an edit", "ABxDE", [{ kind: "entry_changed", position: 2, entryId: "x" }]],
    ["an edit at the start", "xBCDE", [{ kind: "entry_changed", position: 0, entryId: "x" }]],
    [
      "neighbouring edits",
      "AxyDE",
      [
        { kind: "entry_changed", position: 1, entryId: "x" },
        { kind: "entry_changed", position: 2, entryId: "y" },
      ],
    ],
    ["a deletion", "ABDE", [{ kind: "entry_missing", position: 2 }]],
    ["a deletion at the end", "ABCD", [{ kind: "entry_missing", position: 4 }]],
    ["an insertion", "ABxCDE", [{ kind: "entry_added", entryId: "x" }]],
    ["an insertion at the end", "ABCDEx", [{ kind: "entry_added", entryId: "x" }]],
    [
      "an edit that moved the entry forwards",
      "AxBCE",
      [
        { kind: "entry_added", entryId: "x" },
        { kind: "entry_missing", position: 3 },
      ],
    ],
    [
      "an edit that moved the entry backwards",
      "ACDxE",
      [
        { kind: "entry_missing", position: 1 },
        { kind: "entry_added", entryId: "x" },
      ],
    ],
    [
      "an edit next to a deletion, as what both are for sure",
      "AxDE",
      [
        { kind: "entry_missing", position: 1 },
        { kind: "entry_missing", position: 2 },
        { kind: "entry_added", entryId: "x" },
      ],
    ],
    ["neighbours exchanged", "ACBDE", [{ kind: "entry_moved", position: 1, entryId: "B" }]],
    ["an entry twice", "AABCDE", [{ kind: "entry_moved", position: 0, entryId: "A" }]],
    ["everything gone", "", [0, 1, 2, 3, 4].map((position) => ({ position }))],
  ])("names %s", (_, found, faults) => {
    expect(compareLeaves(7, leaves, entriesOf(found))).toMatchObject(
      faults.map((fault) => ({ seal: 7, ...fault })),
    );
  });

  test("counts positions from the start of the seal, in a part of its list as well", () => {
    const positions = (found: string) =>
      compareLeaves(0, leavesOf("DE"), entriesOf(found), 3).map((fault) =>
        "position" in fault ? fault.position : fault.kind,
      );
    expect([positions("xE"), positions("D"), positions("ED")]).toEqual([[3], [4], [3]]);
  });

  const someLetters = fc.array(fc.constantFrom(..."ABCDExyz"), { maxLength: 8 });
  test.prop([fc.uniqueArray(fc.constantFrom(..."ABCDE")), someLetters], {
    seed: 1,
    numRuns: 2000,
  })("is silent exactly when the entries give the list", (listed, found) => {
    const isSame = listed.join("") === found.join("");
    const faults = compareLeaves(0, leavesOf(listed.join("")), entriesOf(found.join("")));
    expect(faults.length === 0).toBe(isSame);
  });
});

describe("checkSealedEntries", () => {
  const seal = aSeal("ABCDE");

  test("is content with the sealed entries", () => {
    expect(checkSealedEntries(seal, leaves, entriesOf("ABCDE"))).toEqual([]);
    expect(checkSealedEntries(aSeal(""), [], [])).toEqual([]);
  });

  test.each([
    ["changed", leavesOf("ABxDE")],
    ["reordered", leavesOf("BACDE")],
    ["cut", leaves.slice(1)],
    ["cut amid a hash", [...leaves.slice(1), leaves[0]!.slice(2)]],
    ["emptied", []],
    // One node for two leaves gives the same root.
    ["replaced by nodes", [rootOf(leaves.slice(0, 4)), leaves[4]!]],
  ])("names a list of hashes that was %s", (_, list) => {
    expect(checkSealedEntries(seal, list, entriesOf("ABCDE"))).toMatchObject([
      { kind: "leaves_changed", seal: 0 },
    ]);
    expect(checkSealedEntries(seal, list, entriesOf("ABCD"))).toMatchObject([
      { kind: "root_wrong", seal: 0 },
    ]);
  });

  test("names entries and list changed alike", () => {
    expect(checkSealedEntries(seal, leavesOf("ABxDE"), entriesOf("ABxDE"))).toMatchObject([
      { kind: "root_wrong", seal: 0 },
    ]);
  });

  test("compares with the list, when the seal itself was changed", () => {
    const changed = { ...seal, root: leafHash("x"), count: 9 };
    expect(checkSealedEntries(changed, leaves, entriesOf("ABCDE"))).toEqual([]);
    expect(checkSealedEntries(changed, leaves, entriesOf("ABDE"))).toMatchObject([
      { kind: "entry_missing", position: 2 },
    ]);
  });
});

/** A leaf for each letter. */
function leavesOf(letters: string): string[] {
  return [...letters].map((letter) => leafHash(letter));
}

function entriesOf(letters: string): { id: string; leaf: string }[] {
  return [...letters].map((letter) => ({ id: letter, leaf: leafHash(letter) }));
}

function aSeal(letters: string): Seal {
  const root = rootOf(leavesOf(letters));
  return nextSeal(null, { through: 9n, count: letters.length, root, actions: [], sealedAt: 0 });
}
