import type { Id } from "../../src/component/_generated/dataModel.js";
import type { Fault } from "../../src/shared/sealFaults.js";
import { sealHash } from "../../src/shared/seals.js";
import { NOON } from "../factories.js";
import type { Log, Part, Seal, Tampering, Writer } from "./tamperings.js";

/** What somebody with access to the database may do to seals, and what verification says then. */

/** Each gives `null` for a log that has no place for it. */
export const sealTamperings: { [name: string]: (log: Log) => Tampering | null } = {
  "an edit of a seal": (log) => {
    const seal = log.seals[log.choose(log.seals.length)]!;
    return {
      ...changeOf(seal, sealEdits[log.choose(sealEdits.length)]!(seal)),
      said: [[{ kind: "seal_changed", seal: seal.index }]],
      allowed: isAtSeal(seal.index),
    };
  },

  "an edit of a seal with a hash to match": (log) => {
    const seal = log.seals[log.choose(log.seals.length - 1)]!;
    const change = sealEdits[log.choose(sealEdits.length - 1)]!(seal);
    const { _id, _creationTime, ...fields } = { ...seal, ...change };
    return {
      ...changeOf(seal, { ...change, hash: sealHash(fields) }),
      said: [[{ kind: "seal_unlinked", seal: seal.index + 1 }]],
      allowed: isAtSeal(seal.index),
    };
  },

  "a seal under another index": (log) => {
    const { index, ...seal } = log.seals[log.choose(log.seals.length - 1)]!;
    const moved = index + 100;
    return {
      ...changeOf({ index, ...seal }, { index: moved }),
      said: [[{ kind: "seal_changed", seal: moved }], [{ kind: "seals_missing", from: index }]],
      allowed: (fault) => "from" in fault || ("seal" in fault && fault.seal === moved),
    };
  },

  "a seal twice": ({ seals, choose }) => {
    const seal = seals[choose(seals.length)]!;
    const said = { kind: "seal_repeated", seal: seal.index } as const;
    return { ...additionOf(seal, {}), said: [[said]], allowed: isAtSeal(seal.index) };
  },

  "a seal put between two, with a hash to match": ({ seals, choose }) => {
    const seal = seals[choose(seals.length)]!;
    const { _id, _creationTime, ...fields } = seal;
    const between = [seal.index + 0.5, seal.index - 1.5, NaN, Infinity];
    const index = between[choose(between.length)]!;
    const forged = { ...fields, index, after: seal.through, previousHash: seal.hash };
    return {
      ...additionOf(seal, { ...forged, hash: sealHash(forged) }),
      said: [[{ kind: "seal_repeated" }, { kind: "seals_missing" }]],
      allowed: () => true,
    };
  },

  "a removed seal": (log) => {
    const seal = log.seals[log.choose(log.seals.length - 1)]!;
    const { index } = seal;
    return {
      edit: (db) => db.delete(seal._id),
      said: [[{ kind: "seals_missing", from: index, to: index }]],
      allowed: ({ kind }) => kind === "seals_missing",
    };
  },

  // --- Lists of leaves ---------------------------------------------------------------------------

  "an edit of a list of leaves": (log) => {
    const part = log.parts[log.choose(log.parts.length)]!;
    const forged = new Uint8Array(part.leaves.slice(0));
    forged[log.choose(forged.length)]! ^= 1;
    const lists = [forged.buffer, part.leaves.slice(0, -1), part.leaves.slice(0, -32)];
    const leaves = lists[log.choose(lists.length)]!;
    return { ...changeOf(part, { leaves }), ...saidOfList(log, part.seal) };
  },

  "a list of leaves with another place or end": (log) => {
    const part = log.parts[log.choose(log.parts.length)]!;
    const { until, seal } = part;
    const changes: Partial<Part>[] = [{ part: part.part + 1 }, { until: (until ?? NOON) + 1 }];
    if (until !== undefined) changes.push({ until: undefined as never });
    return {
      ...changeOf(part, changes[log.choose(changes.length)]!),
      said: [[{ seal }]],
      allowed: (fault) => "seal" in fault && fault.seal === seal,
    };
  },

  "a list of leaves under another seal": (log) => {
    const part = log.parts[log.choose(log.parts.length)]!;
    const others = log.seals.filter(({ index }) => index !== part.seal);
    const seal = others[log.choose(others.length)]!.index;
    return {
      ...changeOf(part, { seal }),
      said: [part.seal, seal].map((index) =>
        (["leaves_changed", "root_wrong"] as const).map((kind) => ({ kind, seal: index })),
      ),
      allowed: (fault) => isAtSeal(part.seal)(fault) || isAtSeal(seal)(fault),
    };
  },

  "a removed list of leaves": (log) => {
    const part = log.parts[log.choose(log.parts.length)]!;
    return { edit: (db) => db.delete(part._id), ...saidOfList(log, part.seal) };
  },

  "a pruning that nobody recorded": (log) => {
    const part = log.parts[log.choose(log.parts.length)]!;
    const prunings = log.rows.filter(
      ({ action, _id }) => action === "auditLogs.pruned" && _id !== part.prunedBy,
    );
    const others = [...prunings, log.rows[0]!];
    const prunedBy = others[log.choose(others.length)]!._id as Id<"auditLogs">;
    if (prunedBy === part.prunedBy) return null;
    return {
      ...changeOf(part, { prunedBy }),
      said: [[{ kind: "pruning_unrecorded", seal: part.seal, prunedBy }]],
      allowed: isAtSeal(part.seal),
    };
  },

  "a pruning taken back": (log) => {
    const pruned = log.parts.filter(({ prunedBy }) => prunedBy !== undefined);
    const part = pruned[log.choose(pruned.length)];
    if (!part) return null;
    return {
      ...changeOf(part, { prunedBy: undefined as never }),
      said: [[{ kind: "entry_missing", seal: part.seal }]],
      allowed: (fault) => fault.kind === "entry_missing" && fault.seal === part.seal,
    };
  },
};

// --- What they have in common -----------------------------------------------------------------

/** The last one is of the hash itself. */
const sealEdits: ((seal: Seal) => Partial<Seal>)[] = [
  ({ after }) => ({ after: after + 1n }),
  ({ after }) => ({ after: after - 1n }),
  ({ through }) => ({ through: through + 1n }),
  ({ through }) => ({ through: through - 1n }),
  ({ count }) => ({ count: count + 1 }),
  ({ root }) => ({ root: `${root.slice(1)}0` }),
  ({ root }) => ({ previousHash: root }),
  ({ actions }) => ({ actions: actions.slice(1) }),
  ({ sealedAt }) => ({ sealedAt: sealedAt - 1 }),
  ({ root }) => ({ hash: root }),
];

function changeOf<Row extends Seal | Part>(row: Row, change: Partial<Row>) {
  const replace = async (db: Writer, { _id, _creationTime, ...fields }: Row) =>
    await db.replace(_id as never, fields as never);
  return {
    edit: (db: Writer) => replace(db, { ...row, ...change }),
    undo: (db: Writer) => replace(db, row),
  };
}

function additionOf({ _id, _creationTime, ...fields }: Seal, change: Partial<Seal>) {
  const added: { _id?: Id<"auditSeals"> } = {};
  return {
    edit: async (db: Writer) => {
      added._id = await db.insert("auditSeals", { ...fields, ...change });
    },
    undo: (db: Writer) => db.delete(added._id!),
  };
}

/** Whether a fault is about a seal, or about where the next one follows. */
function isAtSeal(index: number): (fault: Fault) => boolean {
  return (fault) => "seal" in fault && (fault.seal === index || fault.seal === index + 1);
}

/** With all its entries there, a seal tells a changed list from changed entries. */
function saidOfList({ seals, rows, parts }: Log, index: number) {
  const { count, after, through } = seals.find((seal) => seal.index === index)!;
  const there = rows.filter(({ commitTs }) => commitTs > after && commitTs <= through);
  const kind = there.length === count ? ("leaves_changed" as const) : ("root_wrong" as const);
  const isPruned = parts.some((part) => part.seal === index && part.prunedBy !== undefined);
  return {
    said: [[{ kind, seal: index }]],
    allowed: (fault: Fault) =>
      "seal" in fault &&
      fault.seal === index &&
      (fault.kind === kind || (isPruned && fault.kind === "pruning_unrecorded")),
  };
}
