import { v, type Infer } from "convex/values";
import { vFrontier } from "./merkle.js";
import { vFault } from "./sealFaults.js";
import { vAnchor } from "./seals.js";

/**
 * A stretch of a seal that one transaction can read: its leaves, and where its entries end.
 *
 * Most seals have one. A mutation that wrote more than fits has one commit time, which no seal may
 * split, so its seal has several; `_creationTime` tells them apart. A part begins where the one
 * before it ends: so no edit of these rows leaves a place that no part covers.
 */
export const vSealPart = v.object({
  seal: v.number(),
  /** 0, 1, 2 … within the seal. */
  part: v.number(),
  /** The entries' leaves in order of the log, 32 bytes each. Kept when the entries are pruned. */
  leaves: v.bytes(),
  /** The last `_creationTime` of this part; absent in the last. */
  until: v.optional(v.number()),
  /** The entry that tells of the pruning of this part's entries. */
  prunedBy: v.optional(v.id("auditLogs")),
});
export type SealPart = Infer<typeof vSealPart>;

/** A seal in the making, while one commit takes more than one transaction to read. */
export const vSealDraft = v.object({
  commitTs: v.int64(),
  /** The `_creationTime` of the last entry taken. */
  from: v.number(),
  parts: v.number(),
  frontier: vFrontier,
  actions: v.array(v.string()),
});
export type SealDraft = Infer<typeof vSealDraft>;

/** The end of the chain, as a host may keep it outside. */
export const vSealHead = v.object({
  ...vAnchor.fields,
  /** Entries up to this commit time are sealed. */
  through: v.int64(),
  sealedAt: v.number(),
});
export type SealHead = Infer<typeof vSealHead>;

/** What a verification has found so far. */
export const vVerification = v.object({
  seals: v.number(),
  entries: v.number(),
  /** Entries that retention has removed; their seals are intact. */
  pruned: v.number(),
  /** Blocks of personal values that were erased by request. */
  erased: v.number(),
  faults: v.array(vFault),
});
export type Verification = Infer<typeof vVerification>;

/** Where a chore goes on: the first seal from this index on. */
export const vPartPlace = v.object({ seal: v.number(), part: v.number() });
export type PartPlace = Infer<typeof vPartPlace>;

/** Where a verification goes on. */
export const vVerifyPlace = vPartPlace.extend({
  /** The tree over the entries of the parts before, when the list of their leaves is not to be trusted. */
  found: v.optional(vFrontier),
});
export type VerifyPlace = Infer<typeof vVerifyPlace>;

/** Which seals to verify, by commit time in milliseconds; both ends are optional. */
export const vTimeRange = v.object({
  /** Inclusive. */
  from: v.optional(v.number()),
  /** Exclusive. */
  to: v.optional(v.number()),
});
export type TimeRange = Infer<typeof vTimeRange>;

/**
 * What the component itself records when it takes something from the log. No host may record it,
 * and retention never takes it: without it, what is missing would look like tampering.
 */
export const PRUNED_ACTION = "auditLogs.pruned";
export const ERASED_ACTION = "auditLogs.erased";

/** Whether an entry of this action accounts for what is gone from the log. */
export function isEvidence(action: string): boolean {
  return action === PRUNED_ACTION || action === ERASED_ACTION;
}

/** Entries and bytes of entries that one step of a chore takes: some steps fit into half of Convex's limits. */
export const CHORE_ENTRIES = 1000;
export const CHORE_BYTES = 2 * 1024 * 1024;
/** An erased value may be larger than it was: the most that the entries of one step can become. */
export const ERASED_BYTES = 3 * CHORE_BYTES;
/** A transaction writes 16,000 documents, or 16 MiB, at most. Each part has 1,000, or more than 1 MiB. */
export const MAX_PARTS = 64;
/** Seals behind an entry's own one that a proof may hold, to lead up to a head kept outside. */
export const MAX_PROOF_SEALS = 500;
/**
 * Distinct actions a seal lists; beyond that it lists {@link ANY_ACTION}. In any script they leave
 * room in a document of 1 MiB.
 */
export const MAX_SEAL_ACTIONS = 3000;
export const ANY_ACTION = "*";
