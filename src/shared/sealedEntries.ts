import { v, type CommitTsPlaceholder, type Infer, type Value } from "convex/values";
import type { Actor, Commitments, RequestOrigin, Target } from "./auditLogs.js";
import { searchTextOf } from "./auditRules.js";
import { canonicalJson } from "./canonical.js";
import { commit, matches } from "./commitments.js";
import { omit, pick } from "./fields.js";
import type { Hash } from "./hashes.js";
import { vValue } from "./hostValues.js";
import { leafHash } from "./merkle.js";
import { mapPersonal, type WithPersonal } from "./personalValues.js";
import { ERASED } from "./redaction.js";
import { fault, type Block, type Fault } from "./sealFaults.js";

/**
 * What of an entry is hashed, and how personal values can go without breaking a hash.
 *
 * The core of an entry is everything but its personal values. Those are in two blocks, actor and
 * subject, and the core holds only a salted commitment to each. Erasing a block takes its values
 * and its salt; the commitment, and with it the hash of the core, stays.
 */

// --- Blocks ----------------------------------------------------------------------------------

export const vActorBlock = v.object({
  id: v.string(),
  label: v.optional(v.string()),
  ip: v.optional(v.string()),
  userAgent: v.optional(v.string()),
});
export type ActorBlock = Infer<typeof vActorBlock>;

export const vSubjectBlock = v.object({
  id: v.string(),
  label: v.optional(v.string()),
  reason: v.optional(v.string()),
  /** What stands at the personal paths: changes first, then metadata; the core has their places. */
  personal: v.array(vValue),
});
export type SubjectBlock = Infer<typeof vSubjectBlock>;

/** The fields of an entry that have personal values. */
export type PersonalFields = WithPersonal & {
  actor: Actor;
  target: Target;
  request: RequestOrigin;
  reason?: string;
};

export function actorBlockOf({ actor, request }: PersonalFields): ActorBlock {
  return { ...pick(actor, ["id", "label"]), ...pick(request, ["ip", "userAgent"]) };
}

export function subjectBlockOf(entry: PersonalFields): SubjectBlock {
  const personal: Value[] = [];
  mapPersonal(entry, (value) => {
    personal.push(value);
    return value;
  });
  return { ...pick(entry.target, ["id", "label"]), ...pick(entry, ["reason"]), personal };
}

/** The commitments of a new entry. Each salt is used for this one block and nothing else. */
export function commitBlocks(
  entry: PersonalFields,
  salts: { [block in Block]: ArrayBuffer },
): Commitments {
  return {
    actor: { hash: commit(salts.actor, actorBlockOf(entry)), salt: salts.actor },
    subject: { hash: commit(salts.subject, subjectBlockOf(entry)), salt: salts.subject },
  };
}

// --- The core --------------------------------------------------------------------------------

/** An entry as it is stored and committed. It may have more fields than these; they are hashed too. */
export type SealableRow = PersonalFields & {
  _id: string;
  action: string;
  commitTs: bigint | CommitTsPlaceholder;
  commitments: Commitments;
  searchText: string;
};

/** What is hashed of an entry. */
export type EntryCore = {
  id: string;
  action: string;
  commitTs: bigint;
  commitments: { [block in Block]: { hash: Hash } };
  [field: string]: Value | undefined;
};

/** Stands in the core for a personal value: that there is one is not personal. */
const PERSONAL = "[personal]";

/**
 * Everything about an entry but its personal values.
 *
 * By exclusion: a field that is not named here is hashed. So nobody can change any, and a field
 * that later versions add is absent from older entries and leaves their hashes alone. What may
 * change after the sealing belongs in another table.
 *
 * @throws Error when the entry's mutation has not committed yet
 */
export function coreOf(row: SealableRow): EntryCore {
  const { commitTs, commitments } = row;
  if (typeof commitTs !== "bigint") throw new Error("Only a committed entry can be hashed.");
  return {
    ...omit(
      mapPersonal(row, () => PERSONAL),
      ["_id", "searchText"],
    ),
    ...standIn(row, ["reason"], PERSONAL),
    id: row._id,
    commitTs,
    actor: { ...row.actor, ...standIn(row.actor, ["id", "label"], PERSONAL) },
    target: { ...row.target, ...standIn(row.target, ["id", "label"], PERSONAL) },
    request: { ...row.request, ...standIn(row.request, ["ip", "userAgent"], PERSONAL) },
    commitments: {
      ...commitments,
      actor: omit(commitments.actor, ["salt", "erasedBy"]),
      subject: omit(commitments.subject, ["salt", "erasedBy"]),
    },
  };
}

/** The entry's leaf in the Merkle tree of its seal. The same before and after an erasure. */
export function entryLeaf(row: SealableRow): Hash {
  return leafHash(canonicalJson(coreOf(row)));
}

// --- Erasure ---------------------------------------------------------------------------------

/** The id that takes the place of an erased one: the same in all blocks that one erasure took. */
export function pseudonymOf(erasedBy: string): string {
  return `erased:${erasedBy}`;
}

/**
 * The entry without the values of `block` and the salt to check them with. A block that is erased
 * already stays as it is.
 *
 * @param erasedBy - the id of the entry that tells of the erasure
 */
export function eraseBlock<Row extends SealableRow>(row: Row, block: Block, erasedBy: string): Row {
  const commitment = row.commitments[block];
  if ("erasedBy" in commitment) return row;
  const commitments = { ...row.commitments, [block]: { ...omit(commitment, ["salt"]), erasedBy } };
  const id = pseudonymOf(erasedBy);
  const erased =
    block === "actor"
      ? {
          ...row,
          actor: { ...row.actor, ...standIn(row.actor, ["label"], ERASED), id },
          request: { ...row.request, ...standIn(row.request, ["ip", "userAgent"], ERASED) },
        }
      : {
          ...mapPersonal(row, () => ERASED),
          ...standIn(row, ["reason"], ERASED),
          target: { ...row.target, ...standIn(row.target, ["label"], ERASED), id },
        };
  return { ...erased, commitments, searchText: searchTextOf(erased) };
}

/** What is wrong with an entry outside its core; nothing, when all is as recorded or erased. */
export function checkBlocks(row: SealableRow): Fault[] {
  const faults = checkValues(row);
  const isFindable = row.searchText === searchTextOf(row);
  return faults.length > 0 || isFindable
    ? faults
    : [fault("search_text_changed", { entryId: row._id })];
}

function checkValues(row: SealableRow): Fault[] {
  const blocks = { actor: actorBlockOf(row), subject: subjectBlockOf(row) };
  return (["actor", "subject"] as const).flatMap((block) => {
    const commitment = row.commitments[block];
    const where = { entryId: row._id, block };
    if ("salt" in commitment && !("erasedBy" in commitment)) {
      const isGenuine = matches(commitment.hash, commitment.salt, blocks[block]);
      return isGenuine ? [] : [fault("values_changed", where)];
    }
    const isGone =
      !("salt" in commitment) &&
      "erasedBy" in commitment &&
      isErased(blocks[block], commitment.erasedBy);
    return isGone ? [] : [fault("values_not_erased", where)];
  });
}

/** Which blocks of an entry are erased, and by which entry; whether that one is true is not said. */
export function erasuresOf(row: SealableRow): { block: Block; erasedBy: string }[] {
  return (["actor", "subject"] as const).flatMap((block) => {
    const commitment = row.commitments[block];
    return "erasedBy" in commitment ? [{ block, erasedBy: commitment.erasedBy }] : [];
  });
}

function isErased({ id, ...values }: ActorBlock | SubjectBlock, erasedBy: string): boolean {
  const isGone = (value: Value) => value === ERASED;
  return id === pseudonymOf(erasedBy) && Object.values(values).flat().every(isGone);
}

// --- Helpers ---------------------------------------------------------------------------------

/** The marker for each of the fields that is there. */
function standIn<From extends object, Name extends keyof From & string>(
  from: From,
  names: Name[],
  marker: string,
): { [name in Name]?: string } {
  const present = names.filter((name) => from[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, marker])) as { [name in Name]?: string };
}
