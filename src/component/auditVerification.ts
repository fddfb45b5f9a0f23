import { v } from "convex/values";
import { toCommitTs } from "../shared/auditRules.js";
import {
  CHORE_ENTRIES,
  MAX_FAULTS,
  MAX_PROOF_SEALS,
  vTimeRange,
  vVerification,
  vVerifyPlace,
  type TimeRange,
  type Verification,
  type VerifyPlace,
} from "../shared/auditSealing.js";
import { platformError } from "../shared/errors.js";
import { unpackHashes, type Hash } from "../shared/hashes.js";
import { proveInclusion, vInclusionProof } from "../shared/inclusionProofs.js";
import { checkBlocks, entryLeaf, erasuresOf } from "../shared/sealedEntries.js";
import { checkSealedEntries, compareLeaves, isSealed } from "../shared/sealedLeaves.js";
import { fault, type Fault } from "../shared/sealFaults.js";
import { checkAnchor, checkChain, vAnchor, type Anchor, type Seal } from "../shared/seals.js";
import type { Doc } from "./_generated/dataModel.js";
import {
  findSealBefore,
  findSealFrom,
  placeOfPart,
  readEntries,
  readParts,
  readSealsFrom,
  type CommittedEntry,
} from "./auditChain.js";
import { Evidence } from "./auditEvidence.js";
import { hasRoom, query, type QueryCtx } from "./functions.js";

/** Proving that nobody changed the log, in steps that each fit into one transaction. */

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
    const found: Verification = { seals: 0, entries: 0, pruned: 0, erased: 0, faults: [] };
    if (place === null && anchor) found.faults.push(...(await compareAnchor(ctx, anchor)));
    const evidence = new Evidence(ctx);
    let next: VerifyPlace | null = place ?? (await findStart(ctx, range));
    do {
      next = await verifyPart(ctx, next, range, evidence, found);
    } while (next !== null && found.faults.length < MAX_FAULTS && (await hasRoom(ctx)));
    return { found, next };
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
    const leaves = (await readParts(ctx, seal.index)).flatMap((part) => unpackHashes(part.leaves));
    const later = await readLater(ctx, seal.index + 1, throughSeal ?? seal.index);
    return proveInclusion(row as CommittedEntry, leaves, seal, later);
  },
});

// --- Helpers ---------------------------------------------------------------------------------

async function findStart(ctx: QueryCtx, { from }: TimeRange): Promise<VerifyPlace> {
  const first = from === undefined ? null : await findSealFrom(ctx, toCommitTs(from));
  return { seal: first?.index ?? 0, part: 0 };
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
  if (!seal || (to !== undefined && seal.after >= toCommitTs(to))) return null;
  if (place.part === 0) {
    found.seals += 1;
    found.faults.push(...checkChain(await findSealBefore(ctx, seal.index), seal));
    if (following?.index === seal.index) {
      found.faults.push(fault("seal_repeated", { seal: seal.index }));
    }
  }
  const parts = await readParts(ctx, seal.index);
  const part = parts[place.part];
  const [start, end] = placeOfPart(seal, part ?? {});
  const leaves = part ? unpackHashes(part.leaves) : [];
  const { rows } = await readEntries(ctx, start, end, leaves.length + CHORE_ENTRIES);
  const isPruned = part !== undefined && (await evidence.isPruned(part));
  const faults = compareRows(seal, parts, place.part, rows);
  found.faults.push(...faults.filter(({ kind }) => !(isPruned && kind === "entry_missing")));
  found.entries += rows.length;
  if (isPruned) found.pruned += leaves.length - rows.length;
  for (const row of rows) await verifyValues(row, evidence, found);
  return place.part + 1 < parts.length
    ? { seal: seal.index, part: place.part + 1 }
    : { seal: seal.index + 1, part: 0 };
}

function compareRows(
  seal: Seal,
  parts: Doc<"auditSealParts">[],
  index: number,
  rows: CommittedEntry[],
): Fault[] {
  const found = rows.map((row) => ({ id: row._id, leaf: entryLeaf(row) }));
  const leavesOf: Hash[][] = parts.map(({ leaves }) => unpackHashes(leaves));
  if (parts.length <= 1) return checkSealedEntries(seal, leavesOf[0] ?? [], found);
  const isListGood = isSealed(leavesOf.flat(), seal);
  const inList = compareLeaves(seal.index, leavesOf[index]!, found);
  const offset = leavesOf.slice(0, index).flat().length;
  const inSeal = inList.map((entry) =>
    "position" in entry
      ? fault(entry.kind, { ...entry, position: entry.position + offset })
      : entry,
  );
  if (isListGood) return inSeal;
  return index === 0 ? [fault("leaves_changed", { seal: seal.index }), ...inSeal] : inSeal;
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

async function readLater(ctx: QueryCtx, from: number, through: number): Promise<Seal[]> {
  const count = through - from + 1;
  if (count <= 0) return [];
  if (count > MAX_PROOF_SEALS) {
    throw platformError({
      code: "LIMIT_EXCEEDED",
      message: `A proof holds ${MAX_PROOF_SEALS} later seals at most. Keep heads more often.`,
    });
  }
  return await readSealsFrom(ctx, from, count);
}
