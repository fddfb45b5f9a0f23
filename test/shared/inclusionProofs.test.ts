import { fc, test } from "@fast-check/vitest";
import type { Value } from "convex/values";
import { describe, expect } from "vitest";
import { ANY_ACTION } from "../../src/shared/auditSealing.js";
import { canonicalJson, parseCanonicalJson } from "../../src/shared/canonical.js";
import { unpackHashes } from "../../src/shared/hashes.js";
import {
  proveInclusion,
  verifyInclusionProof,
  type InclusionProof,
} from "../../src/shared/inclusionProofs.js";
import { leafHash } from "../../src/shared/merkle.js";
import { eraseBlock } from "../../src/shared/sealedEntries.js";
import { sealHash, type Seal } from "../../src/shared/seals.js";
import { ann } from "../factories.js";
import {
  anchorOf,
  aRow,
  aSealedLog,
  FIRST_COMMIT,
  sealed,
  type Row,
  type SealedLog,
} from "./sealedLogs.js";

const log = sealed(
  Array.from({ length: 11 }, (_, i) =>
    aRow({ _id: `entry${i}`, commitTs: FIRST_COMMIT + BigInt(i), metadata: { n: BigInt(i) } }),
  ),
  [5],
);
const [first, second, third] = log.seals.map(({ seal }) => seal) as [Seal, Seal, Seal];
/** Entry 3 of 0 to 4 under seal 0, with the way to seal 2. */
const proof = proofOf(log, 3);
const anchor = anchorOf(log.seals[2]!);

describe("proveInclusion", () => {
  test("shows place, core and personal values of the entry", () => {
    expect(proof).toMatchObject({ index: 3, size: 5, seal: first, later: [second, third] });
    expect(parseCanonicalJson(proof.core)).toMatchObject({ id: "entry3", metadata: { n: 3n } });
    expect(proof.disclosed).toMatchObject({
      actor: { values: { id: ann.id } },
      subject: { values: { id: "inv1" } },
    });
  });

  test("keeps to itself what is erased", () => {
    const rows = log.rows.map((row) => eraseBlock(row, "actor", "erasure1"));
    const { disclosed, ...rest } = proofOf({ ...log, rows }, 3);
    expect(Object.keys(disclosed)).toEqual(["subject"]);
    expect(canonicalJson(rest as Value)).not.toContain(ann.id);
  });

  test("has nothing to show for an entry that was changed, or is not under this seal", () => {
    const leaves = unpackHashes(log.seals[0]!.leaves);
    const changed: Row = { ...log.rows[3]!, outcome: "denied" };
    expect(proveInclusion(changed, leaves, first)).toBe(null);
    expect(proveInclusion(log.rows[5]!, leaves, first)).toBe(null);
  });
});

describe("verifyInclusionProof", () => {
  test("gives the entry as it was sealed", () => {
    expect(verifyInclusionProof(proof, { anchor })).toEqual({
      ok: true,
      core: parseCanonicalJson(proof.core),
      actor: proof.disclosed.actor!.values,
      subject: proof.disclosed.subject!.values,
    });
  });

  test("reaches the seal itself and each one after it, but not those before", () => {
    const reached = (index: number, of: InclusionProof) =>
      verifyInclusionProof(of, { anchor: anchorOf(log.seals[index]!) }).ok;
    expect([0, 1, 2].map((index) => reached(index, proof))).toEqual([true, true, true]);
    expect([0, 1, 2].map((index) => reached(index, proofOf(log, 6)))).toEqual([false, true, true]);
  });

  test("does without personal values", () => {
    const result = verifyInclusionProof({ ...proof, disclosed: {} }, { anchor });
    expect(Object.keys(result)).toEqual(["ok", "core"]);
  });

  test("survives being written to a file", () => {
    const file = canonicalJson(proof as Value);
    const read = parseCanonicalJson(file) as InclusionProof;
    expect(verifyInclusionProof(read, { anchor }).ok).toBe(true);
  });

  test("accepts a seal with too many actions to list", () => {
    const seal = rehashed({ ...first, actions: [ANY_ACTION] });
    expect(verifyInclusionProof({ ...proof, seal, later: [] }).ok).toBe(true);
  });

  test.prop([aSealedLog, fc.nat()], { seed: 1, numRuns: 200 })(
    "accepts every entry of a log, erased or not",
    (random, n) => {
      const place = n % random.rows.length;
      const rows = random.rows.with(place, eraseBlock(random.rows[place]!, "subject", "erasure1"));
      const head = anchorOf(random.seals.at(-1)!);
      const results = [random, { ...random, rows }].map((one) =>
        verifyInclusionProof(proofOf(one, place), { anchor: head }),
      );
      expect(results).toMatchObject([
        { ok: true, core: { id: random.rows[place]!._id } },
        { ok: true, core: { id: random.rows[place]!._id } },
      ]);
    },
  );

  test.each<[string, string, Partial<InclusionProof>]>([
    ["a changed core", "not_included", { core: proof.core.replace("entry3", "entry9") }],
    ["another index", "not_included", { index: 2 }],
    ["another size", "not_included", { size: 6 }],
    ["a cut path", "not_included", { path: proof.path.slice(1) }],
    ["a changed path", "not_included", { path: proof.path.with(0, leafHash("x")) }],
    ["a path that is none", "not_included", { path: ["", "", ""] }],
    ["another seal", "not_included", { seal: second, later: [third] }],
    ["a changed seal", "seal_changed", { seal: { ...first, sealedAt: 0 } }],
    ["a later seal left out", "seal_changed", { later: [third] }],
    ["a changed later seal", "seal_changed", { later: [second, { ...third, count: 0 }] }],
    ["another actor", "values_changed", withActor({ id: "u-eve" })],
    ["another ip", "values_changed", withActor({ ip: "192.0.2.9" })],
    ["another subject", "values_changed", withSubject({ id: "inv2" })],
    ["no way to the anchor", "anchor_not_reached", { later: [second] }],
    ["a core that is no canonical text", "malformed", { core: `${proof.core} ` }],
    ["a core that is another value", "malformed", { core: "[1]" }],
    ["a core without a time", "malformed", { core: '{"action":"a","id":"x"}' }],
    ["a list instead of a core", "malformed", { core: "[]" }],
  ])("refuses %s: %s", (_, reason, change) => {
    const message = expect.stringMatching(/\.$/);
    expect(verifyInclusionProof({ ...proof, ...change }, { anchor })).toEqual({
      ok: false,
      reason,
      message,
    });
  });

  test.each<[string, Partial<Seal>]>([
    ["a time before the seal's", { after: FIRST_COMMIT + 3n }],
    ["a time after the seal's", { through: FIRST_COMMIT + 2n }],
    ["an action that the seal does not list", { actions: ["invoices.paid"] }],
  ])("refuses %s", (_, change) => {
    const seal = rehashed({ ...first, ...change });
    expect(verifyInclusionProof({ ...proof, seal, later: [] })).toMatchObject({
      ok: false,
      reason: "not_in_range",
    });
  });

  test("refuses the proof of a log that was written anew, if there is an anchor", () => {
    const rows = log.rows.with(3, aRow({ ...log.rows[3]!, outcome: "denied" }));
    const forged = proofOf(sealed(rows, [5]), 3);
    expect(verifyInclusionProof(forged)).toMatchObject({ ok: true, core: { outcome: "denied" } });
    expect(verifyInclusionProof(forged, { anchor })).toMatchObject({
      ok: false,
      reason: "anchor_unlike",
    });
  });

  test.each(Object.keys(proof))("refuses one without %s", (part) => {
    const rest = Object.fromEntries(Object.entries(proof).filter(([name]) => name !== part));
    expect(verifyInclusionProof(rest as InclusionProof).ok).toBe(false);
  });

  test.each([null, undefined, 1, "", [], {}, { core: 1 }])(
    "refuses %j without throwing",
    (value) => {
      expect(verifyInclusionProof(value as never)).toMatchObject({ reason: "malformed" });
    },
  );

  test("refuses a core too deep to read without throwing", () => {
    const core = "[".repeat(100_000);
    expect(verifyInclusionProof({ ...proof, core })).toMatchObject({ reason: "malformed" });
  });
});

function proofOf({ rows, seals }: SealedLog, place: number): InclusionProof {
  const row = rows[place]!;
  const at = seals.findIndex(({ seal }) => seal.through >= row.commitTs);
  const { seal, leaves } = seals[at]!;
  const later = seals.slice(at + 1).map((next) => next.seal);
  return proveInclusion(row, unpackHashes(leaves), seal, later)!;
}

function withActor(change: object): Partial<InclusionProof> {
  const { actor, subject } = proof.disclosed;
  const values = { ...actor!.values, ...change };
  return { disclosed: { actor: { ...actor!, values }, subject: subject! } };
}

function withSubject(change: object): Partial<InclusionProof> {
  const { actor, subject } = proof.disclosed;
  const values = { ...subject!.values, ...change };
  return { disclosed: { actor: actor!, subject: { ...subject!, values } } };
}

function rehashed(seal: Seal): Seal {
  return { ...seal, hash: sealHash(seal) };
}
