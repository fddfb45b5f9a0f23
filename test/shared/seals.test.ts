import { test } from "@fast-check/vitest";
import { getDocumentSize } from "convex/values";
import { describe, expect } from "vitest";
import { MAX_SEAL_ACTIONS } from "../../src/shared/auditSealing.js";
import { EMPTY_ROOT, leafHash } from "../../src/shared/merkle.js";
import {
  checkAnchor,
  checkChain,
  nextSeal,
  NO_HASH,
  sealHash,
  type Closing,
  type Seal,
} from "../../src/shared/seals.js";
import { NOON } from "../factories.js";

function aClosing(parts: Partial<Closing> = {}): Closing {
  return {
    through: 10n,
    count: 1,
    root: leafHash("a"),
    actions: ["invoices.sent"],
    sealedAt: NOON,
    ...parts,
  };
}

const first = nextSeal(null, aClosing());
const second = nextSeal(first, aClosing({ through: 20n }));
const third = nextSeal(second, aClosing({ through: 30n }));

describe("nextSeal", () => {
  test("fits into a document with as many actions as it lists, in any script", () => {
    const ideograph = "\u6f22"; // three bytes, and one of the hundred characters of an action
    const actions = Array.from({ length: MAX_SEAL_ACTIONS }, (_, i) =>
      String(i).padStart(100, ideograph),
    );
    expect(getDocumentSize(nextSeal(null, aClosing({ actions })))).toBeLessThan(1024 * 1024);
  });

  test("starts the chain at the beginning of time", () => {
    expect(first).toMatchObject({ index: 0, after: 0n, through: 10n, previousHash: NO_HASH });
  });

  test("goes on where the seal before it ended", () => {
    expect(second).toMatchObject({ index: 1, after: 10n, through: 20n, previousHash: first.hash });
  });

  test("keeps each action once, in order", () => {
    const actions = ["b.done", "a.done", "B.done", "a.done"];
    expect(nextSeal(null, aClosing({ actions })).actions).toEqual(["B.done", "a.done", "b.done"]);
  });

  test("may close a range without entries", () => {
    const empty = nextSeal(first, aClosing({ through: 10n, count: 0, root: EMPTY_ROOT }));
    expect(checkChain(first, empty)).toEqual([]);
  });
});

describe("sealHash", () => {
  test("stays what it is: kept anchors depend on it", () => {
    expect(first.hash).toMatchInlineSnapshot(
      `"c24034c7f4d4f631bba3ec3d8585337b15c18b23dca5338c3faeb7617d0e5bf4"`,
    );
  });

  test("ignores what else the row has, and a field that later versions add", () => {
    const row = { ...first, _id: "seal1", leaves: new ArrayBuffer(32), note: undefined };
    expect(sealHash(row)).toBe(first.hash);
  });
});

describe("checkChain", () => {
  test("is content with the seals in their order", () => {
    expect(checkChain(null, first)).toEqual([]);
    expect(checkChain(first, second)).toEqual([]);
    expect(checkChain(second, third)).toEqual([]);
  });

  test.each<Partial<Seal>>([
    { count: 2 },
    { root: leafHash("b") },
    { actions: [] },
    { sealedAt: NOON + 1 },
    { hash: leafHash("b") },
  ])("names a seal with a changed field: %o", (change) => {
    expect(checkChain(first, { ...second, ...change })).toMatchObject([
      { kind: "seal_changed", seal: 1 },
    ]);
  });

  test.each<[string, Partial<Seal>, object[]]>([
    ["a seal in front that is another one", { previousHash: NO_HASH }, [{ kind: "seal_unlinked" }]],
    ["a gap before the range", { after: 11n }, [{ kind: "range_gap" }]],
    ["a range that starts too early", { after: 9n }, [{ kind: "range_overlap" }]],
    ["a range that runs backwards", { through: 9n }, [{ kind: "range_overlap" }]],
    ["seals in front that are missing", { index: 3 }, [{ kind: "seals_missing", from: 1, to: 2 }]],
    ["a seal that is there twice", { index: 0 }, [{ kind: "seal_repeated", seal: 0 }]],
  ])("names %s", (_, change, faults) => {
    expect(checkChain(first, rehashed({ ...second, ...change }))).toMatchObject(faults);
  });

  test("names a missing start", () => {
    expect(checkChain(null, third)).toMatchObject([{ kind: "seals_missing", from: 0, to: 1 }]);
  });

  test("names a first seal that leaves out what came before", () => {
    expect(checkChain(null, rehashed({ ...first, after: 1n }))).toMatchObject([
      { kind: "range_gap", seal: 0 },
    ]);
  });

  test("says in words what to do", () => {
    const [fault] = checkChain(first, third);
    expect(fault!.message).toBe("Seal 1 was removed. Look for it in a backup.");
  });
});

describe("checkAnchor", () => {
  const anchor = { index: 1, hash: second.hash };

  test("accepts the very seal", () => {
    expect(checkAnchor(anchor, second)).toEqual([]);
  });

  test("names a log that was cut off before it", () => {
    expect(checkAnchor(anchor, null)).toMatchObject([{ kind: "anchor_missing", seal: 1 }]);
  });

  test("names another seal that was given the same hash", () => {
    expect(checkAnchor(anchor, { ...first, hash: second.hash })).toMatchObject([
      { kind: "anchor_unlike", seal: 1 },
    ]);
  });

  test("names a log that was written anew", () => {
    const other = nextSeal(first, aClosing({ through: 20n, count: 2 }));
    expect(checkChain(first, other)).toEqual([]);
    expect(checkAnchor(anchor, other)).toMatchObject([{ kind: "anchor_unlike", seal: 1 }]);
  });
});

function rehashed(seal: Seal): Seal {
  return { ...seal, hash: sealHash(seal) };
}
