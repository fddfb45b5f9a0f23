import { fc } from "@fast-check/vitest";
import type { Infer, Value } from "convex/values";
import type { vStoredEntry } from "../../src/shared/auditLogs.js";
import {
  commitBlocks,
  entryLeaf,
  checkBlocks,
  type SealableRow,
} from "../../src/shared/sealedEntries.js";
import { searchTextOf } from "../../src/shared/auditRules.js";
import { packHashes, unpackHashes } from "../../src/shared/hashes.js";
import { rootOf } from "../../src/shared/merkle.js";
import type { Fault } from "../../src/shared/sealFaults.js";
import { checkSealedEntries, type FoundEntry } from "../../src/shared/sealedLeaves.js";
import {
  checkAnchor,
  checkChain,
  nextSeal,
  type Anchor,
  type Seal,
} from "../../src/shared/seals.js";
import { ann, anEntry, NOON } from "../factories.js";
import { aValue } from "./convexValues.js";

/** A row as a database gives it: plain values under names. */
export type Row = SealableRow &
  Omit<Infer<typeof vStoredEntry>, "commitTs"> & {
    _creationTime: number;
    commitTs: bigint;
  };

/** A log as it is stored: rows, and seals with the leaves under them. */
export type SealedLog = { rows: Row[]; seals: { seal: Seal; leaves: ArrayBuffer }[] };

export const FIRST_COMMIT = BigInt(NOON) * 1_000_000n;

export function aRow(parts: Partial<Omit<Row, "commitments" | "searchText">> = {}): Row {
  const fields = {
    ...anEntry(),
    _id: "entry1",
    _creationTime: NOON - 5,
    actor: ann,
    request: { id: "request1", functionName: "invoices:send", ip: "192.0.2.0", userAgent: "Agent" },
    commitTs: FIRST_COMMIT,
    ...parts,
  };
  return {
    ...fields,
    commitments: commitBlocks(fields, saltsFor(fields._id)),
    searchText: searchTextOf(fields),
  };
}

/** Salts that differ from row to row and block to block. */
export function saltsFor(id: string): { actor: ArrayBuffer; subject: ArrayBuffer } {
  const salt = (text: string) => new TextEncoder().encode(text.padEnd(16).slice(-16)).buffer;
  return { actor: salt(`${id} actor`), subject: salt(`${id} subject`) };
}

/** The rows under seals that end where `isLast` says; never amid the rows of one commit. */
export function sealed(rows: Row[], batchSizes: number[]): SealedLog {
  const ordered = inOrder(rows);
  const seals: SealedLog["seals"] = [];
  let previous: Seal | null = null;
  let rest = ordered;
  for (let i = 0; rest.length > 0; i++) {
    const through = rest[Math.min(batchSizes[i % batchSizes.length]!, rest.length) - 1]!.commitTs;
    const batch = rest.filter(({ commitTs }) => commitTs <= through);
    rest = rest.slice(batch.length);
    const leaves = batch.map((row) => lookAt(row).leaf);
    const seal: Seal = nextSeal(previous, {
      through,
      count: batch.length,
      root: rootOf(leaves),
      actions: batch.map(({ action }) => action),
      sealedAt: NOON + i,
    });
    seals.push({ seal, leaves: packHashes(leaves) });
    previous = seal;
  }
  return { rows: ordered, seals };
}

/** Everything the rules say about a log; what the component does a batch at a time. */
export function verify({ rows, seals }: SealedLog, anchor?: Anchor): Fault[] {
  const ordered = inOrder(rows);
  const byIndex = seals.toSorted((a, b) => a.seal.index - b.seal.index);
  const faults = byIndex.flatMap(({ seal, leaves }, i) => {
    const inside = ordered.filter(
      (row) => row.commitTs > seal.after && row.commitTs <= seal.through,
    );
    const found = inside.map(lookAt);
    return [
      ...checkChain(byIndex[i - 1]?.seal ?? null, seal),
      ...checkSealedEntries(seal, unpackHashes(leaves), found),
      ...found.flatMap((entry) => entry.faults),
    ];
  });
  const anchored = byIndex.find(({ seal }) => seal.index === anchor?.index)?.seal ?? null;
  return anchor ? [...faults, ...checkAnchor(anchor, anchored)] : faults;
}

/** Rows are replaced, never changed in place: what a row gives can be kept. */
const seen = new WeakMap<Row, FoundEntry & { faults: Fault[] }>();

function lookAt(row: Row): FoundEntry & { faults: Fault[] } {
  const known = seen.get(row);
  if (known) return known;
  const found = { id: row._id, leaf: entryLeaf(row), faults: checkBlocks(row) };
  seen.set(row, found);
  return found;
}

/** The order of the log: by commit, then by start, then by id. */
function inOrder(rows: Row[]): Row[] {
  return rows.toSorted(
    (a, b) =>
      Number(a.commitTs - b.commitTs) ||
      a._creationTime - b._creationTime ||
      (a._id < b._id ? -1 : 1),
  );
}

export function anchorOf({ seal }: { seal: Seal }): Anchor {
  return { index: seal.index, hash: seal.hash };
}

// --- Random logs -----------------------------------------------------------------------------

const aText = fc.constantFrom(
  "a",
  "Ann",
  "invoices.sent",
  "é\u{1f600}",
  "[erased]",
  "[personal]",
  "",
);
const aPath = fc.constantFrom("email", "address", "address.city", "lines.0", "a.b");

const someFields = fc.record(
  {
    outcome: fc.constantFrom("success" as const, "failure" as const, "denied" as const),
    actor: fc.record(
      { type: fc.constantFrom("user" as const, "system" as const), id: aText, label: aText },
      { requiredKeys: ["type", "id"], noNullPrototype: true },
    ),
    target: fc.record(
      { table: aText, id: aText, label: aText },
      { requiredKeys: ["table", "id"], noNullPrototype: true },
    ),
    related: fc.array(fc.record({ table: aText, id: aText }, { noNullPrototype: true }), {
      maxLength: 2,
    }),
    tenantId: aText,
    changes: fc.array(
      fc.record(
        { path: aPath, before: aValue, after: aValue },
        { requiredKeys: ["path"], noNullPrototype: true },
      ),
      { maxLength: 2 },
    ),
    metadata: fc.dictionary(fc.constantFrom("email", "a.b", "to"), aValue as fc.Arbitrary<Value>, {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    reason: aText,
    operationId: aText,
    jobId: aText,
    request: fc.record(
      { id: aText, functionName: aText, scheduledFunctionId: aText, ip: aText, userAgent: aText },
      { requiredKeys: ["id"], noNullPrototype: true },
    ),
    personal: fc.subarray(
      [
        "changes.email",
        "changes.address",
        "changes.lines.a",
        "metadata.email",
        "metadata.a\\.b",
        "metadata.to.a",
      ],
      { minLength: 1 },
    ),
    action: fc.constantFrom("invoices.sent", "invoices.paid", "people.updated"),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** Mutations with one to four entries each; how long one ran has nothing to do with when it committed. */
const someCommits = fc.array(
  fc.record({
    gap: fc.bigInt({ min: 1n, max: 10n ** 9n }),
    startedBefore: fc.integer({ min: 0, max: 1000 }),
    entries: fc.array(someFields, { minLength: 1, maxLength: 4 }),
  }),
  { minLength: 3, maxLength: 8 },
);

/** Sealed logs of 3 to 32 entries in at least two seals. */
export const aSealedLog: fc.Arbitrary<SealedLog> = fc
  .tuple(someCommits, fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }))
  .map(([commits, batchSizes]) => sealed(rowsOf(commits), batchSizes))
  .filter(({ seals }) => seals.length > 1);

function rowsOf(commits: typeof someCommits extends fc.Arbitrary<infer T> ? T : never): Row[] {
  let commitTs = FIRST_COMMIT;
  let count = 0;
  return commits.flatMap(({ gap, startedBefore, entries }) => {
    commitTs += gap;
    return entries.map((fields, i) => {
      const _id = `entry${count++}`;
      return aRow({ ...fields, _id, commitTs, _creationTime: NOON - startedBefore + i / 1024 });
    });
  });
}

// --- What somebody could edit ----------------------------------------------------------------

/**
 * The row with one thing changed, in each place of it that a schema lets change: another text or
 * value, an optional field less, an item less or twice, and a field that no version knows. All but
 * the commit time.
 */
export function editsOf(row: Row): Row[] {
  const { commitTs, ...rest } = row;
  const edits = partEdits(rest) as Omit<Row, "commitTs">[];
  return edits.map((edited) => ({ ...edited, commitTs }));
}

function partEdits(value: unknown): unknown[] {
  if (typeof value === "string") return [`${value}x`, `x${value}`];
  if (typeof value === "number") return [Object.is(value, 1) ? 2 : 1];
  if (value instanceof ArrayBuffer) return [Uint8Array.of(...new Uint8Array(value), 0).buffer];
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => [
      ...partEdits(item).map((edited) => value.with(i, edited)),
      value.toSpliced(i, 1),
      value.toSpliced(i, 0, item),
    ]);
  }
  return typeof value === "object" && value !== null ? fieldEdits(value) : ["x"];
}

function fieldEdits(fields: object): object[] {
  const inside = Object.entries(fields).flatMap(([name, value]) =>
    partEdits(value).map((edited) => ({ ...fields, [name]: edited })),
  );
  const less = Object.keys(fields)
    .filter((name) => !REQUIRED.has(name))
    .map((name) => Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name)));
  const more = [...OPTIONAL, "unheardOf"]
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => ({ ...fields, [name]: "[erased]" }));
  return [...inside, ...less, ...more];
}

const REQUIRED = new Set(
  "_id _creationTime action outcome actor target related changes request commitments searchText type id table path hash subject".split(
    " ",
  ),
);
const OPTIONAL = "label ip userAgent reason tenantId functionName erasedBy before".split(" ");
