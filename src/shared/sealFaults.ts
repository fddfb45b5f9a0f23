import { v, type Infer, type PropertyValidators } from "convex/values";

/** One of the two sets of personal values of an entry: who acted and from where, or on whom. */
export const vBlock = v.union(v.literal("actor"), v.literal("subject"));
export type Block = Infer<typeof vBlock>;

/** What can be wrong with a sealed log: where, and in words. Seals and positions count from 0. */
export const vFault = v.union(
  /** A seal is not what it was when it was made. */
  aFault("seal_changed", { seal: v.number() }),
  aFault("seals_missing", { from: v.number(), to: v.number() }),
  /** A seal stands where an earlier one already stood. */
  aFault("seal_repeated", { seal: v.number() }),
  /** The seal before this one is not the one it was made after. */
  aFault("seal_unlinked", { seal: v.number() }),
  aFault("range_gap", { seal: v.number() }),
  aFault("range_overlap", { seal: v.number() }),
  /** The entries are the sealed ones; the list of their hashes is not. */
  aFault("leaves_changed", { seal: v.number() }),
  /** Neither the entries nor the list of hashes are the sealed ones. */
  aFault("root_wrong", { seal: v.number() }),
  aFault("entry_changed", { seal: v.number(), position: v.number(), entryId: v.string() }),
  aFault("entry_missing", { seal: v.number(), position: v.number() }),
  aFault("entry_added", { seal: v.number(), entryId: v.string() }),
  aFault("entry_moved", { seal: v.number(), position: v.number(), entryId: v.string() }),
  /** Marked as pruned, but the entry that should tell of it does not exist or tells of something else. */
  aFault("pruning_unrecorded", { seal: v.number(), prunedBy: v.string() }),
  /** Personal values are not what was recorded. */
  aFault("values_changed", { entryId: v.string(), block: vBlock }),
  /** The salt is gone without a proper erasure, or the other way round. */
  aFault("values_not_erased", { entryId: v.string(), block: vBlock }),
  /** An entry is found by other words than those in it. */
  aFault("search_text_changed", { entryId: v.string() }),
  /** Erased, but the entry that should tell of it does not exist or tells of something else. */
  aFault("erasure_unrecorded", { entryId: v.string(), block: vBlock, erasedBy: v.string() }),
  aFault("anchor_missing", { seal: v.number() }),
  aFault("anchor_unlike", { seal: v.number() }),
);
export type Fault = Infer<typeof vFault>;
export type FaultKind = Fault["kind"];

function aFault<Kind extends string, Fields extends PropertyValidators>(
  kind: Kind,
  fields: Fields,
) {
  return v.object({ kind: v.literal(kind), ...fields, message: v.string() });
}

type FaultOf<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>;
type Where<Kind extends FaultKind> = Omit<FaultOf<Kind>, "kind" | "message">;

/** The fault with its message, which says what was found and what to do with it. */
export function fault<Kind extends FaultKind>(kind: Kind, where: Where<Kind>): Fault {
  return { kind, ...where, message: MESSAGES[kind](where) } as FaultOf<Kind>;
}

const MESSAGES: { [Kind in FaultKind]: (where: Where<Kind>) => string } = {
  seal_changed: ({ seal }) =>
    `Seal ${seal} was changed after it was made: its fields do not give its hash. Compare it with a backup.`,
  seals_missing: ({ from, to }) =>
    from === to
      ? `Seal ${from} was removed. Look for it in a backup.`
      : `Seals ${from} to ${to} were removed. Look for them in a backup.`,
  seal_repeated: ({ seal }) =>
    `There is more than one seal ${seal}. One of them was put in: compare them with a backup.`,
  seal_unlinked: ({ seal }) =>
    `Seal ${seal} was made after another seal than the one before it now: that one was replaced, or this one.`,
  range_gap: ({ seal }) =>
    `Between seal ${seal} and the seal before it lies a time that none of them covers.`,
  range_overlap: ({ seal }) => `Seal ${seal} covers a time that the seal before it covers too.`,
  leaves_changed: ({ seal }) =>
    `The list of hashes kept with seal ${seal} was changed. The entries themselves are the sealed ones.`,
  root_wrong: ({ seal }) =>
    `Neither the entries of seal ${seal} nor its list of hashes give its root, so nothing here says which entries were changed. Compare them with a backup.`,
  entry_changed: ({ seal, position, entryId }) =>
    `Entry ${entryId} is not what was sealed at position ${position} of seal ${seal}: it was changed, or put in the place of another.`,
  entry_missing: ({ seal, position }) =>
    `The entry sealed at position ${position} of seal ${seal} was removed, or changed so that it lies elsewhere now.`,
  entry_added: ({ seal, entryId }) =>
    `Entry ${entryId} lies in the time of seal ${seal} and was not there when it was made: it was put in later, or changed.`,
  entry_moved: ({ seal, position, entryId }) =>
    `Entry ${entryId} was sealed at position ${position} of seal ${seal} and lies elsewhere now.`,
  pruning_unrecorded: ({ seal, prunedBy }) =>
    `Entries of seal ${seal} are said to be pruned by entry ${prunedBy}, which tells of no such pruning.`,
  values_changed: ({ entryId, block }) =>
    `Entry ${entryId} shows other values of its ${block} than were recorded.`,
  values_not_erased: ({ entryId, block }) =>
    `The values of the ${block} of entry ${entryId} can no longer be checked, and no erasure accounts for what stands there.`,
  search_text_changed: ({ entryId }) =>
    `Search finds entry ${entryId} by other words than those in it: its search text was changed.`,
  erasure_unrecorded: ({ entryId, block, erasedBy }) =>
    `The values of the ${block} of entry ${entryId} are said to be erased by entry ${erasedBy}, which is no erasure.`,
  anchor_missing: ({ seal }) =>
    `Seal ${seal}, of which you keep a copy, is not in the log: the end of the log was cut off.`,
  anchor_unlike: ({ seal }) =>
    `Seal ${seal} is not the one of which you keep a copy: the log was written anew.`,
};
