import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { packHashes, unpackHashes } from "../../src/shared/hashes.js";
import { leafHash } from "../../src/shared/merkle.js";
import { eraseBlock } from "../../src/shared/sealedEntries.js";
import type { Block, Fault } from "../../src/shared/sealFaults.js";
import { sealHash, type Seal } from "../../src/shared/seals.js";
import {
  anchorOf,
  aRow,
  aSealedLog,
  editsOf,
  sealed,
  verify,
  type Row,
  type SealedLog,
} from "./sealedLogs.js";

const aBlock = fc.constantFrom<Block>("actor", "subject");
/** A log, some of it erased. */
const aLog = fc
  .tuple(aSealedLog, fc.array(fc.tuple(fc.nat(), aBlock), { maxLength: 4 }))
  .map(([log, erasures]) => erasures.reduce(erase, log));

// Made once, as making them is what takes time.
const untampered = fc.sample(aLog, { seed: 1, numRuns: 1000 });
const logs = untampered.slice(0, 500);
const numbers = fc.sample(fc.nat(), { seed: 2, numRuns: 5000 });

test("an untampered log raises no alarm", () => {
  const alarms = untampered.flatMap((log) => verify(log, anchorOf(log.seals.at(-1)!)));
  expect(alarms).toEqual([]);
});

describe("a tampered entry", () => {
  test("is named, whatever was edited", () => {
    for (const { log, place, choose } of choices()) {
      const edits = editsOf(log.rows[place]!);
      const edited = edits[choose(edits.length)]!;
      const faults = verify(withRow(log, place, edited));
      expect(faults).not.toEqual([]);
      expect(faults.filter((fault) => !isAbout(fault, log, place, edited._id))).toEqual([]);
    }
  });

  test("is named where it was and where it is, when its time was changed", () => {
    for (const { log, place, choose } of choices()) {
      const row = log.rows[place]!;
      const times = log.rows.map(({ commitTs }) => commitTs - BigInt(choose(3)));
      const commitTs = times[choose(times.length)]!;
      if (commitTs === row.commitTs) continue;
      const faults = verify(withRow(log, place, { ...row, commitTs }));
      const [from, to] = [positionOf(log, place), { entryId: row._id }];
      expect(faults).toMatchObject(
        faults.length === 1
          ? [{ kind: "entry_changed", ...from, ...to }]
          : expect.arrayContaining([
              expect.objectContaining({ kind: "entry_missing", ...from }),
              expect.objectContaining({ kind: "entry_added", seal: sealAt(log, commitTs), ...to }),
            ]),
      );
      expect(faults.length).toBeLessThanOrEqual(2);
    }
  });

  test("is named together with the one it was exchanged with", () => {
    for (const { log, place, choose } of choices()) {
      const other = (place + 1 + choose(log.rows.length - 1)) % log.rows.length;
      const [a, b] = [log.rows[place]!, log.rows[other]!];
      const half = withRow(log, place, { ...b, _id: a._id });
      const faults = verify(withRow(half, other, { ...a, _id: b._id }));
      expect(faults).toMatchObject(
        expect.arrayContaining([
          expect.objectContaining({
            kind: "entry_changed",
            ...positionOf(log, place),
            entryId: b._id,
          }),
          expect.objectContaining({
            kind: "entry_changed",
            ...positionOf(log, other),
            entryId: a._id,
          }),
        ]),
      );
      expect(faults).toHaveLength(2);
    }
  });

  test("is named by its position, when it was deleted", () => {
    for (const { log, place } of choices()) {
      const rows = log.rows.toSpliced(place, 1);
      expect(verify({ ...log, rows })).toMatchObject([
        { kind: "entry_missing", ...positionOf(log, place) },
      ]);
    }
  });

  test("is named by its id, when it was put in at any sealed time", () => {
    for (const { log, place, choose } of choices()) {
      const like = log.rows[place]!;
      const commitTs = like.commitTs - BigInt(choose(2 ** 30));
      const forged = aRow({ ...like, _id: "forged", commitTs });
      expect(verify({ ...log, rows: [...log.rows, forged] })).toMatchObject([
        { kind: "entry_added", seal: sealAt(log, commitTs), entryId: "forged" },
      ]);
    }
  });
});

describe("a tampered seal", () => {
  const changes: ((seal: Seal) => Partial<Seal>)[] = [
    ({ after }) => ({ after: after + 1n }),
    ({ after }) => ({ after: after - 1n }),
    ({ through }) => ({ through: through + 1n }),
    ({ through }) => ({ through: through - 1n }),
    ({ count }) => ({ count: count + 1 }),
    () => ({ root: leafHash("forged") }),
    () => ({ previousHash: leafHash("forged") }),
    ({ actions }) => ({ actions: actions.slice(1) }),
    ({ sealedAt }) => ({ sealedAt: sealedAt - 1 }),
  ];

  test("is named, whatever was edited", () => {
    for (const { log, sealPlace, choose } of choices()) {
      const edits = [...changes, () => ({ hash: leafHash("forged") })];
      const change = edits[choose(edits.length)]!(log.seals[sealPlace]!.seal);
      const faults = verify(withSeal(log, sealPlace, change));
      expect(faults).toContainEqual(
        expect.objectContaining({ kind: "seal_changed", seal: sealPlace }),
      );
      expect(faults.filter((fault) => !isAtSeal(fault, sealPlace))).toEqual([]);
    }
  });

  test("is named by the next one and by an anchor, when its hash was made anew", () => {
    for (const { log, sealPlace, choose } of choices()) {
      const { seal } = log.seals[sealPlace]!;
      const forged = { ...seal, ...changes[choose(changes.length)]!(seal) };
      const tampered = withSeal(log, sealPlace, { ...forged, hash: sealHash(forged) });
      const faults = verify(tampered, anchorOf(log.seals[sealPlace]!));
      expect(faults.filter((fault) => !isAtSeal(fault, sealPlace))).toEqual([]);
      const kinds = faults.map(({ kind }) => kind);
      expect(kinds).toContain("anchor_unlike");
      expect(kinds.includes("seal_unlinked")).toBe(
        sealPlace < log.seals.length - 1 || forged.previousHash !== seal.previousHash,
      );
    }
  });

  test("is named, and missed in its place, when it was put under another index", () => {
    for (const { log, sealPlace } of choices()) {
      const faults = verify(withSeal(log, sealPlace, { index: sealPlace + 100 }));
      const named = faults.map(({ kind, ...where }) => ({ kind, where }));
      expect(named).toMatchObject(
        expect.arrayContaining([
          expect.objectContaining({
            kind: "seal_changed",
            where: expect.objectContaining({ seal: sealPlace + 100 }),
          }),
          expect.objectContaining({
            kind: "seals_missing",
            where: expect.objectContaining({ from: sealPlace }),
          }),
        ]),
      );
    }
  });

  test("is named by the next one, when it was deleted", () => {
    for (const { log, choose } of choices()) {
      const place = choose(log.seals.length - 1);
      expect(verify({ ...log, seals: log.seals.toSpliced(place, 1) })).toMatchObject([
        { kind: "seals_missing", from: place, to: place },
      ]);
    }
  });

  test("is told from a list of hashes that was changed", () => {
    for (const { log, sealPlace, choose } of choices()) {
      const { seal, leaves } = log.seals[sealPlace]!;
      const hashes = unpackHashes(leaves);
      const forged = packHashes(hashes.with(choose(hashes.length), leafHash("forged")));
      const seals = log.seals.with(sealPlace, { seal, leaves: forged });
      expect(verify({ ...log, seals })).toMatchObject([
        { kind: "leaves_changed", seal: sealPlace },
      ]);
    }
  });
});

describe("what nothing inside the log can tell", () => {
  test("an end that was cut off is named by an anchor only", () => {
    for (const log of logs) {
      const cut = { ...log, seals: log.seals.slice(0, -1) };
      const anchor = anchorOf(log.seals.at(-1)!);
      expect(verify(cut)).toEqual([]);
      expect(verify(cut, anchor)).toMatchObject([{ kind: "anchor_missing", seal: anchor.index }]);
    }
  });

  test("a log written anew from some seal on is named by an anchor only", () => {
    for (const { log, place } of choices()) {
      const { seal } = positionOf(log, place);
      const sizes = log.seals.map((each) => each.seal.count);
      const forged = sealed(withRow(log, place, forgedLike(log.rows[place]!)).rows, sizes);
      const anchors = log.seals.map(anchorOf);
      expect(verify(forged)).toEqual([]);
      expect(anchors.map((anchor) => verify(forged, anchor))).toMatchObject(
        anchors.map(({ index }) => (index < seal ? [] : [{ kind: "anchor_unlike", seal: index }])),
      );
    }
  });
});

// --- Where things are ------------------------------------------------------------------------

/** For each log a place in it to tamper with, and a way to choose more: `choose(n)` is below n. */
function* choices() {
  let next = 0;
  const choose = (below: number) => numbers[next++ % numbers.length]! % below;
  for (const log of logs) {
    yield { log, place: choose(log.rows.length), sealPlace: choose(log.seals.length), choose };
  }
}

function erase(log: SealedLog, [n, block]: [number, Block]): SealedLog {
  const place = n % log.rows.length;
  return withRow(log, place, eraseBlock(log.rows[place]!, block, `erasure${n}`));
}

function withRow(log: SealedLog, place: number, row: Row): SealedLog {
  return { ...log, rows: log.rows.with(place, row) };
}

function withSeal(log: SealedLog, place: number, change: Partial<Seal>): SealedLog {
  const { seal, leaves } = log.seals[place]!;
  return { ...log, seals: log.seals.with(place, { seal: { ...seal, ...change }, leaves }) };
}

function forgedLike(row: Row): Row {
  return aRow({ ...row, outcome: row.outcome === "denied" ? "success" : "denied" });
}

/** The index of the seal that covers a commit time. */
function sealAt({ seals }: SealedLog, commitTs: bigint): number {
  return seals.findIndex(({ seal }) => seal.through >= commitTs);
}

function positionOf(log: SealedLog, place: number): { seal: number; position: number } {
  const seal = sealAt(log, log.rows[place]!.commitTs);
  const before = log.seals.slice(0, seal).reduce((sum, each) => sum + each.seal.count, 0);
  return { seal, position: place - before };
}

/** Whether a fault is about the entry at `place`, by its position or by its id. */
function isAbout(fault: Fault, log: SealedLog, place: number, entryId: string): boolean {
  if ("entryId" in fault) return fault.entryId === entryId;
  const { seal, position } = positionOf(log, place);
  return fault.kind === "entry_missing" && fault.seal === seal && fault.position === position;
}

/** Whether a fault is about the seal at `place`, or about where the next one follows. */
function isAtSeal(fault: Fault, place: number): boolean {
  return "seal" in fault && (fault.seal === place || fault.seal === place + 1);
}
