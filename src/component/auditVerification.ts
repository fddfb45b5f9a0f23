import { v } from "convex/values";
import { MAX_FAULTS, checkTimes, toCommitTs } from "../shared/auditRules.js";
import {
  CHORE_ENTRIES,
  MAX_PROOF_SEALS,
  vTimeRange,
  vVerification,
  vVerifyPlace,
  type TimeRange,
  type Verification,
  type VerifyPlace,
} from "../shared/auditSealing.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { HASH_BYTES, unpackHashes } from "../shared/hashes.js";
import { proveInclusion, vInclusionProof } from "../shared/inclusionProofs.js";
import { append, EMPTY_FRONTIER, frontierRoot, type Frontier } from "../shared/merkle.js";
import { checkBlocks, entryLeaf, erasuresOf } from "../shared/sealedEntries.js";
import {
  checkSealedEntries,
  compareLeaves,
  isSealed,
  type FoundEntry,
} from "../shared/sealedLeaves.js";
import { fault, type Fault } from "../shared/sealFaults.js";
import {
  checkAnchor,
  checkChain,
  sealHash,
  vAnchor,
  type Anchor,
  type Seal,
} from "../shared/seals.js";
import type { Doc } from "./_generated/dataModel.js";
import {
  findSealAfter,
  findSealBefore,
  findSealFrom,
  readPartEntries,
  readParts,
  readSealsFrom,
  type CommittedEntry,
} from "./auditChain.js";
import { Evidence } from "./auditEvidence.js";
import { hasRoom, query, type QueryCtx } from "./functions.js";

/** Proving that nobody changed the log, in steps that each fit into one transaction. */

/** Leaves that one step hashes: pruned ones cost next to no reading, but time. */
const STEP_LEAVES = 4 * CHORE_ENTRIES;

/**
 * Some seals of a range and the entries under them; `next` says where to go on.
 *
 * The first step also holds the anchor, a head kept outside, against the chain.
 */
export const verifyStep = query({
  args: {
    range: vTimeRange,
    place: v.union(vVerifyPlace, v.null()),
    anchor: v.optional(vAnchor),
  },
  returns: v.object({ found: vVerification, next: v.union(vVerifyPlace, v.null()) }),
  handler: async (ctx, { range, place, anchor }) => {
    throwIfInvalid(checkTimes(range), "The log was not verified.");
    const found: Verification = { seals: 0, entries: 0, pruned: 0, erased: 0, faults: [] };
    if (place === null && anchor) found.faults.push(...(await compareAnchor(ctx, anchor)));
    const evidence = new Evidence(ctx);
    let next = place ?? (await findStart(ctx, range));
    while (next !== null) {
      next = await verifyPart(ctx, next, range, evidence, found);
      const isLong = found.entries + found.pruned >= STEP_LEAVES;
      if (isLong || found.faults.length >= MAX_FAULTS || !(await hasRoom(ctx))) break;
    }
    return { found: { ...found, faults: found.faults.slice(0, MAX_FAULTS) }, next };
  },
});

/** What shows to somebody without access that an entry is in the log; `null` when it is not sealed as it is. */
export const inclusionProof = query({
  args: { id: v.string(), throughSeal: v.optional(v.number()) },
  returns: v.union(vInclusionProof, v.null()),
  handler: async (ctx, { id, throughSeal }) => {
    const entryId = ctx.db.normalizeId("auditLogs", id);
    const row = entryId && (await ctx.db.get("auditLogs", entryId));
    if (!row || typeof row.commitTs !== "bigint") return null;
    const seal = await findSealFrom(ctx, row.commitTs);
    if (!seal) return null;
    const parts = await readParts(ctx, seal.index);
    const leaves = parts.flatMap((part) => unpackHashes(part.leaves));
    const later = await readLater(ctx, seal.index, throughSeal ?? seal.index);
    return proveInclusion(row as CommittedEntry, leaves, seal, later);
  },
});

// --- Helpers ---------------------------------------------------------------------------------

/** @returns null when everything sealed is older */
async function findStart(ctx: QueryCtx, { from }: TimeRange): Promise<VerifyPlace | null> {
  if (from === undefined) return { seal: -Infinity, part: 0 };
  const first = await findSealFrom(ctx, toCommitTs(from));
  return first && { seal: first.index, part: 0 };
}

async function compareAnchor(ctx: QueryCtx, anchor: Anchor): Promise<Fault[]> {
  const [seal] = await readSealsFrom(ctx, anchor.index, 1);
  return checkAnchor(anchor, seal?.index === anchor.index ? seal : null);
}

/** Verifies one part of one seal, with the seal's place in the chain when it is the first. */
async function verifyPart(
  ctx: QueryCtx,
  place: VerifyPlace,
  { to }: TimeRange,
  evidence: Evidence,
  found: Verification,
): Promise<VerifyPlace | null> {
  const [seal, following] = await readSealsFrom(ctx, place.seal, 2);
  if (!seal) return null;
  const isRepeated = following?.index === seal.index;
  if (place.part === 0) {
    const faults = checkChain(await findSealBefore(ctx, seal.index), seal);
    if (isRepeated) faults.push(fault("seal_repeated", { seal: seal.index }));
    // A seal that was changed does not say where the range ends.
    const isBeyond = to !== undefined && seal.after >= toCommitTs(to);
    if (isBeyond && faults.length === 0) return null;
    found.faults.push(...faults);
    found.seals += 1;
  }
  const parts = await readParts(ctx, seal.index);
  const tree = await verifyEntries(ctx, { seal, parts, place }, evidence, found);
  if (place.part + 1 < parts.length) {
    return { seal: seal.index, part: place.part + 1, ...(tree && { found: tree }) };
  }
  const next = isRepeated ? await findSealAfter(ctx, seal.index) : following;
  return next ? { seal: next.index, part: 0 } : null;
}

type PartOf = { seal: Seal; parts: Doc<"auditSealParts">[]; place: VerifyPlace };

/** Verifies the entries of one part; gives the tree over those so far, when their list is changed. */
async function verifyEntries(
  ctx: QueryCtx,
  { seal, parts, place }: PartOf,
  evidence: Evidence,
  found: Verification,
): Promise<Frontier | undefined> {
  const part = parts[place.part];
  const { rows } = await readPartEntries(ctx, seal, {
    after: parts[place.part - 1]?.until,
    // Nothing lies behind the last part, whatever it says of its end.
    until: place.part + 1 < parts.length ? part?.until : undefined,
    count: part ? countLeaves([part]) : 0,
  });
  const entries = rows.map((row) => ({ id: row._id, leaf: entryLeaf(row) }));
  const { faults, tree } = compareEntries({ seal, parts, place }, entries);
  found.faults.push(...(await withoutPruned(faults, { seal, parts, place }, evidence, found)));
  found.entries += rows.length;
  for (const row of rows) await verifyValues(row, evidence, found);
  return tree;
}

function compareEntries(
  { seal, parts, place }: PartOf,
  entries: FoundEntry[],
): { faults: Fault[]; tree?: Frontier } {
  const lists = parts.map(({ leaves }) => unpackHashes(leaves));
  const isIntact = parts.every(
    ({ part, until }, i) => part === i && (until === undefined) === (i === parts.length - 1),
  );
  if (isIntact && parts.length === 1) {
    return { faults: checkSealedEntries(seal, lists[0]!, entries) };
  }
  // Asked at the first part only: hashing all parts for each of them would take too long.
  const isListGood = place.part > 0 ? !place.found : isIntact && isSealed(lists.flat(), seal);
  // Of a changed seal nothing counts. That it is changed, checkChain says.
  if (isListGood || sealHash(seal) !== seal.hash) {
    const offset = countLeaves(parts.slice(0, place.part));
    return { faults: compareLeaves(seal.index, lists[place.part] ?? [], entries, offset) };
  }
  const tree = append(place.found ?? EMPTY_FRONTIER, ...entries.map(({ leaf }) => leaf));
  if (place.part + 1 < lists.length) return { faults: [], tree };
  const areSealed = tree.size === seal.count && frontierRoot(tree) === seal.root;
  const kind = areSealed ? "leaves_changed" : "root_wrong";
  return { faults: [fault(kind, { seal: seal.index })] };
}
/** The faults that no pruning accounts for. */
async function withoutPruned(
  faults: Fault[],
  { seal, parts, place }: PartOf,
  evidence: Evidence,
  found: Verification,
): Promise<Fault[]> {
  const prunedBy = parts[place.part]?.prunedBy;
  if (prunedBy === undefined) return faults;
  const kept = await evidence.findKept(prunedBy, seal.index, place.part);
  if (!kept) return [fault("pruning_unrecorded", { seal: seal.index, prunedBy }), ...faults];
  const offset = countLeaves(parts.slice(0, place.part));
  const others = faults.filter(
    (each) => each.kind !== "entry_missing" || kept.has(each.position - offset),
  );
  found.pruned += faults.length - others.length;
  return others;
}

function countLeaves(parts: Doc<"auditSealParts">[]): number {
  return parts.reduce((sum, { leaves }) => sum + leaves.byteLength / HASH_BYTES, 0);
}

/** Personal values are not under the seal themselves: their commitments are. */
async function verifyValues(row: CommittedEntry, evidence: Evidence, found: Verification) {
  found.faults.push(...checkBlocks(row));
  for (const { block, erasedBy } of erasuresOf(row)) {
    found.erased += 1;
    if (await evidence.isErasure(erasedBy, row._id, block)) continue;
    found.faults.push(fault("erasure_unrecorded", { entryId: row._id, block, erasedBy }));
  }
}

/** The seals behind one, up to and with another. */
async function readLater(ctx: QueryCtx, index: number, through: number): Promise<Seal[]> {
  if (through <= index) return [];
  if (!(through - index <= MAX_PROOF_SEALS)) {
    throw platformError({
      code: "LIMIT_EXCEEDED",
      message: `A proof holds ${MAX_PROOF_SEALS} later seals at most. Keep heads more often.`,
    });
  }
  return await readSealsFrom(ctx, index + 1, Math.floor(through - index));
}
