import type { GenericMutationCtx } from "convex/server";
import type { DataModel, Doc, Id } from "../../src/component/_generated/dataModel.js";
import { unpackHashes } from "../../src/shared/hashes.js";
import { entryLeaf, eraseBlock } from "../../src/shared/sealedEntries.js";
import type { Block, Fault } from "../../src/shared/sealFaults.js";
import { editsOf, type Row } from "../shared/sealedLogs.js";
import { partsOf, rowsOf, sealsOf, type TestComponent } from "./sealedLog.js";

/** What somebody with access to the database may do to sealed entries, and what verification says then. */

export type Seal = Doc<"auditSeals">;
export type Part = Doc<"auditSealParts">;
export type Writer = GenericMutationCtx<DataModel>["db"];

/** A log as it is stored, and ways to choose a place in it: `choose(n)` is below n. */
export type Log = {
  t: TestComponent;
  /** Those under a seal. */
  rows: Row[];
  seals: Seal[];
  parts: Part[];
  choose: (below: number) => number;
};

export async function lookAt(t: TestComponent, choose: Log["choose"]): Promise<Log> {
  const [rows, seals, parts] = [await rowsOf(t), await sealsOf(t), await partsOf(t)];
  const through = seals.at(-1)!.through;
  const sealed = (rows as Row[]).filter((row) => row.commitTs <= through);
  return { t, rows: sealed, seals, parts, choose };
}

export type Tampering = {
  edit: (db: Writer) => Promise<unknown>;
  /** Absent: what was done cannot be undone. */
  undo?: (db: Writer) => Promise<unknown>;
  /** Of each of these lists, one fault at least is found. */
  said: Partial<Fault>[][];
  /** And none but such. */
  allowed: (fault: Fault) => boolean;
};

/** Whether the faults are what the tampering makes verification say. */
export function isNamed({ said, allowed }: Tampering, faults: Fault[]): boolean {
  const isFound = (wanted: Partial<Fault>) =>
    faults.some((found) =>
      Object.entries(wanted).every(
        ([name, value]) => (found as Record<string, unknown>)[name] === value,
      ),
    );
  return said.every((options) => options.some(isFound)) && faults.every(allowed);
}

/** Each gives `null` for a log that has no place for it. */
export const entryTamperings: { [name: string]: (log: Log) => Tampering | null } = {
  "an edit of any stored field": (log) => {
    const row = log.rows[log.choose(log.rows.length)]!;
    const edits = editsOf(row).filter(
      (edit) => edit._id === row._id && edit._creationTime === row._creationTime,
    );
    return {
      edit: (db) => putFirst(db, edits, log.choose(edits.length)),
      undo: (db) => put(db, row),
      said: [[{ entryId: row._id }]],
      allowed: isAbout(log, row),
    };
  },

  "another commit time": (log) => {
    const row = log.rows[log.choose(log.rows.length)]!;
    const { through } = log.seals.at(-1)!;
    const times = [row.commitTs - 1n, row.commitTs + 1n, 0n, -5n, through, through + 5n];
    const commitTs = times[log.choose(times.length)]!;
    if (commitTs === row.commitTs) return null;
    return {
      edit: (db) => put(db, { ...row, commitTs }),
      undo: (db) => put(db, row),
      said: [[placeOf(log, row)], ...(commitTs > through ? [] : [[{ entryId: row._id }]])],
      allowed: isAbout(log, row),
    };
  },

  "the values of another entry": (log) => {
    const [a, b] = [log.rows[log.choose(log.rows.length)]!, log.rows[log.choose(log.rows.length)]!];
    if (a === b) return null;
    const swap = async (db: Writer) => {
      await put(db, { ...b, _id: a._id });
      await put(db, { ...a, _id: b._id });
    };
    return {
      edit: swap,
      undo: async (db) => {
        await put(db, a);
        await put(db, b);
      },
      said: [
        [placeOf(log, a), { entryId: a._id }],
        [placeOf(log, b), { entryId: b._id }],
      ],
      allowed: (fault) => isAbout(log, a)(fault) || isAbout(log, b)(fault),
    };
  },

  "a copy": (log) => anAddition(log, ({ commitTs }) => commitTs),

  "an entry put back in time": (log) => {
    const { through } = log.seals.at(-1)!;
    const times = [-5n, 0n, 1n, through, through - BigInt(log.choose(2 ** 30))];
    return anAddition(log, () => times[log.choose(times.length)]!);
  },

  "an erasure that nobody recorded": (log) => {
    const block: Block = log.choose(2) === 0 ? "actor" : "subject";
    const open = log.rows.filter((row) => "salt" in row.commitments[block]);
    const row = open[log.choose(open.length)];
    if (!row) return null;
    // A genuine erasure of somebody else's, or no erasure at all.
    const erasures = log.rows.filter(({ action }) => action === "auditLogs.erased");
    const others = [...erasures, log.rows[0]!, { _id: "nothing" }];
    const erasedBy = others[log.choose(others.length)]!._id;
    const said = { kind: "erasure_unrecorded", entryId: row._id, block, erasedBy } as const;
    return {
      edit: (db) => put(db, eraseBlock(row, block, erasedBy)),
      undo: (db) => put(db, row),
      said: [[said]],
      allowed: (fault) => fault.kind === "erasure_unrecorded" && fault.entryId === row._id,
    };
  },

  "a removal": (log) => {
    const row = log.rows[log.choose(log.rows.length)]!;
    return {
      edit: (db) => db.delete(idOf(row)),
      said: [[{ kind: "entry_missing", ...placeOf(log, row) }]],
      allowed: isAbout(log, row),
    };
  },
};

// --- What they have in common -----------------------------------------------------------------

async function put(db: Writer, { _id, _creationTime, ...fields }: Row): Promise<void> {
  await db.replace(_id as Id<"auditLogs">, fields as never);
}

const idOf = ({ _id }: Row) => _id as Id<"auditLogs">;

/** Where an entry lies: its seal, and its place among the seal's leaves. */
function placeOf({ seals, parts }: Log, row: Row): { seal: number; position: number } {
  const { index } = seals.find(({ through }) => through >= row.commitTs)!;
  const leaves = parts
    .filter((part) => part.seal === index)
    .flatMap((part) => unpackHashes(part.leaves));
  return { seal: index, position: leaves.indexOf(entryLeaf(row)) };
}

/** Whether a fault is about the row: where it was, where it is, or what it accounts for. */
function isAbout(log: Log, row: Row): (fault: Fault) => boolean {
  const { seal, position } = placeOf(log, row);
  const accountsFor = log.parts.filter((part) => part.prunedBy === row._id);
  return (fault) => {
    if ("entryId" in fault && fault.entryId === row._id) return true;
    if ("erasedBy" in fault && fault.erasedBy === row._id) return true;
    if ("prunedBy" in fault && fault.prunedBy === row._id) return true;
    if (fault.kind !== "entry_missing") return false;
    const isHere = fault.seal === seal && fault.position === position;
    return isHere || accountsFor.some((part) => part.seal === fault.seal);
  };
}

function anAddition(log: Log, when: (like: Row) => bigint): Tampering {
  const like = log.rows[log.choose(log.rows.length)]!;
  const { _id: _, _creationTime, ...fields } = { ...like, commitTs: when(like) };
  const added: { _id?: Id<"auditLogs"> } = {};
  return {
    edit: async (db) => {
      added._id = await db.insert("auditLogs", fields as never);
    },
    undo: (db) => db.delete(added._id!),
    said: [[{ kind: "entry_added" }, { kind: "entry_changed" }]],
    allowed: (fault) => "entryId" in fault && fault.entryId === added._id,
  };
}

/** The first edit from a place on that the schema allows: Convex checks what is edited by hand, too. */
async function putFirst(db: Writer, edits: Row[], from: number): Promise<void> {
  for (const edit of [...edits.slice(from), ...edits]) {
    const isStored = await put(db, edit).then(
      () => true,
      () => false,
    );
    if (isStored) return;
  }
}
