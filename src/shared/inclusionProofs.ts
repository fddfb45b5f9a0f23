import { v, type Infer, type Value } from "convex/values";
import { canonicalJson, parseCanonicalJson } from "./canonical.js";
import { ANY_ACTION } from "./auditSealing.js";
import { matches } from "./commitments.js";
import { isFields } from "./fields.js";
import type { Hash } from "./hashes.js";
import { inclusionProof, leafHash, verifyInclusion } from "./merkle.js";
import type { Block } from "./sealFaults.js";
import {
  actorBlockOf,
  coreOf,
  subjectBlockOf,
  vActorBlock,
  vSubjectBlock,
  type ActorBlock,
  type EntryCore,
  type SealableRow,
  type SubjectBlock,
} from "./sealedEntries.js";
import { checkAnchor, checkChain, sealHash, vSeal, type Anchor, type Seal } from "./seals.js";

/**
 * Shows that an entry is under a seal, to somebody who has no access to the log.
 *
 * It names people: hand it out like the entry itself. As a file, use its canonical text.
 */
export const vInclusionProof = v.object({
  /** The canonical text of the entry's core. */
  core: v.string(),
  /** The personal values, with the salts that open their commitments; absent for what is erased. */
  disclosed: v.object({
    actor: v.optional(v.object({ salt: v.bytes(), values: vActorBlock })),
    subject: v.optional(v.object({ salt: v.bytes(), values: vSubjectBlock })),
  }),
  /** The entry's place under the seal, counted from 0. */
  index: v.number(),
  size: v.number(),
  path: v.array(v.string()),
  seal: vSeal,
  /** The seals after it, up to one that the reader keeps a copy of. */
  later: v.array(vSeal),
});
export type InclusionProof = Infer<typeof vInclusionProof>;

/**
 * The proof for an entry.
 *
 * @param leaves - all that are under `seal`
 * @param later - the seals after it, up to the one that the reader knows
 * @returns null when the entry, as it is now, is not under the seal
 */
export function proveInclusion(
  row: SealableRow,
  leaves: Hash[],
  seal: Seal,
  later: Seal[] = [],
): InclusionProof | null {
  const core = canonicalJson(coreOf(row));
  const index = leaves.indexOf(leafHash(core));
  if (index < 0) return null;
  const { actor, subject } = row.commitments;
  return {
    core,
    disclosed: {
      ...("salt" in actor && { actor: { salt: actor.salt, values: actorBlockOf(row) } }),
      ...("salt" in subject && { subject: { salt: subject.salt, values: subjectBlockOf(row) } }),
    },
    index,
    size: leaves.length,
    path: inclusionProof(leaves, index),
    seal,
    later,
  };
}

/** Why a proof proves nothing, and what to do then. */
const MESSAGES = {
  malformed: "This is no proof, or not all of it. Ask for it again.",
  seal_changed:
    "A seal in this proof was changed after it was made, or does not follow the one before it.",
  not_included: "This entry is not what was sealed at its place.",
  not_in_range: "This entry is of another time or action than its seal says of all its entries.",
  values_changed: "The personal values in this proof are not those that were recorded.",
  anchor_not_reached:
    "The seals in this proof do not lead to the one you keep a copy of. Ask for one that does.",
  anchor_unlike:
    "The seal you keep a copy of is another one: the log was written anew, or this is the proof of another log.",
};
export type ProofFault = keyof typeof MESSAGES;

export type Proven = {
  core: EntryCore;
  /** Absent when erased or not disclosed. */
  actor?: ActorBlock;
  subject?: SubjectBlock;
};
export type ProofResult =
  ({ ok: true } & Proven) | { ok: false; reason: ProofFault; message: string };

/**
 * Checks a proof, whoever it comes from; needs no database and never throws.
 *
 * Without an anchor it shows that the entry is under the seal in the proof, and anybody can make a
 * seal of their own. With one it shows that the entry was in the log when the anchored seal was made.
 */
export function verifyInclusionProof(
  proof: InclusionProof,
  { anchor }: { anchor?: Anchor } = {},
): ProofResult {
  try {
    const core = parseCanonicalJson(proof.core);
    if (!isCore(core)) return disproven("malformed");
    const reason = findFault(proof, core, anchor);
    return reason === null ? proven(proof, core) : disproven(reason);
  } catch {
    return disproven("malformed"); // a part is missing or of another type
  }
}

function findFault(
  proof: InclusionProof,
  core: EntryCore,
  anchor: Anchor | undefined,
): ProofFault | null {
  const { index, path, seal, later } = proof;
  const seals = [seal, ...later];
  const isChain =
    sealHash(seal) === seal.hash &&
    later.every((next, i) => checkChain(seals[i]!, next).length === 0);
  if (!isChain) return "seal_changed";
  const leaf = leafHash(proof.core);
  const isIncluded = verifyInclusion({ leaf, index, size: seal.count, path, root: seal.root });
  if (!isIncluded || proof.size !== seal.count) return "not_included";
  if (!isInRange(core, seal)) return "not_in_range";
  if (!isDisclosed(proof, core, "actor") || !isDisclosed(proof, core, "subject")) {
    return "values_changed";
  }
  const anchored = anchor && seals.find((candidate) => candidate.index === anchor.index);
  if (anchor && !anchored) return "anchor_not_reached";
  return anchor && checkAnchor(anchor, anchored!).length > 0 ? "anchor_unlike" : null;
}

function isInRange({ commitTs, action }: EntryCore, { after, through, actions }: Seal): boolean {
  const isListed = actions.includes(action) || actions.includes(ANY_ACTION);
  return commitTs > after && commitTs <= through && isListed;
}

function isDisclosed({ disclosed }: InclusionProof, core: EntryCore, block: Block): boolean {
  const opening = disclosed[block];
  return (
    opening === undefined || matches(core.commitments[block].hash, opening.salt, opening.values)
  );
}

function isCore(value: Value): value is EntryCore {
  return (
    isFields(value) &&
    typeof value.id === "string" &&
    typeof value.action === "string" &&
    typeof value.commitTs === "bigint"
  );
}

function proven({ disclosed: { actor, subject } }: InclusionProof, core: EntryCore): ProofResult {
  return {
    ok: true,
    core,
    ...(actor && { actor: actor.values }),
    ...(subject && { subject: subject.values }),
  };
}

function disproven(reason: ProofFault): ProofResult {
  return { ok: false, reason, message: MESSAGES[reason] };
}
