import { fc, test } from "@fast-check/vitest";
import { CommitTsPlaceholder, convexToJson, jsonToConvex } from "convex/values";
import { describe, expect } from "vitest";
import { canonicalJson } from "../../src/shared/canonical.js";
import {
  actorBlockOf,
  checkBlocks,
  coreOf,
  entryLeaf,
  eraseBlock,
  erasuresOf,
  subjectBlockOf,
} from "../../src/shared/sealedEntries.js";
import { ERASED } from "../../src/shared/redaction.js";
import { redressed } from "./convexValues.js";
import { aRow, aSealedLog, editsOf, FIRST_COMMIT, type Row } from "./sealedLogs.js";

const ann = { type: "user", id: "u-ann", label: "Ann" } as const;
const ben = { table: "people", id: "u-ben", label: "Ben" };

function aPersonalRow(parts: Partial<Row> = {}): Row {
  return aRow({
    action: "people.updated",
    actor: ann,
    target: ben,
    reason: "Ben asked for it",
    request: { id: "r1", functionName: "people:update", ip: "192.0.2.7", userAgent: "Browser 1" },
    changes: [
      { path: "email", before: "ben@old.example", after: "ben@new.example" },
      { path: "plan", before: "free", after: "team" },
    ],
    metadata: { phone: "0555", source: "form" },
    personal: ["changes.email", "metadata.phone"],
    ...parts,
  });
}

describe("blocks", () => {
  test("hold who acted and from where, and on whom", () => {
    const row = aPersonalRow();
    expect(actorBlockOf(row)).toEqual({
      id: "u-ann",
      label: "Ann",
      ip: "192.0.2.7",
      userAgent: "Browser 1",
    });
    expect(subjectBlockOf(row)).toEqual({
      id: "u-ben",
      label: "Ben",
      reason: "Ben asked for it",
      personal: ["ben@old.example", "ben@new.example", "0555"],
    });
  });

  test("leave out what is absent", () => {
    const row = aRow({ actor: { type: "system", id: "cron" }, request: { id: "r1" } });
    expect(Object.keys(actorBlockOf(row))).toEqual(["id"]);
    expect(Object.keys(subjectBlockOf(row))).toEqual(["id", "personal"]);
  });

  test.each([
    ["a value", ["metadata.a"], { a: 1, b: 2 }, [1]],
    ["all below a path", ["metadata.a"], { a: { b: 1, c: [2] } }, [{ b: 1, c: [2] }]],
    ["a list as a whole", ["metadata.a"], { a: [1, 2] }, [[1, 2]]],
    ["part of an object", ["metadata.a.b"], { a: { b: 1, c: 2 } }, [1]],
    ["an item of a list", ["metadata.a.1"], { a: [1, 2, 3] }, [2]],
    ["a name with a dot", ["metadata.a\\.b"], { "a.b": 1, a: { b: 2 } }, [1]],
    ["the same of every item", ["metadata.a.b"], { a: [{ b: 1, c: 2 }, { b: 3 }] }, [1, 3]],
    ["all metadata", ["metadata"], { b: 1, a: 2 }, [2, 1]],
    ["nothing of a longer name", ["metadata.a"], { ab: 1 }, []],
    ["nothing of an absent path", ["metadata.x"], { a: 1 }, []],
  ])("take %s", (_, personal, metadata, values) => {
    expect(subjectBlockOf(aRow({ personal, metadata })).personal).toEqual(values);
  });

  test.each([
    ["both sides of a change", ["changes.a"], [1, 2]],
    ["a change below the path", ["changes.c"], [5, 6]],
    ["a part of a changed value", ["changes.b.x"], [3]],
  ])("take %s", (_, personal, values) => {
    const changes = [
      { path: "a", before: 1, after: 2 },
      { path: "b", before: { x: 3, y: 4 } },
      { path: "c.d", before: 5, after: 6 },
    ];
    expect(subjectBlockOf(aRow({ personal, changes })).personal).toEqual(values);
  });
});

describe("coreOf", () => {
  test("holds all but the personal values", () => {
    const row = aPersonalRow();
    expect(coreOf(row)).toEqual({
      id: "entry1",
      _creationTime: row._creationTime,
      commitTs: FIRST_COMMIT,
      action: "people.updated",
      outcome: "success",
      actor: { type: "user", id: "[personal]", label: "[personal]" },
      target: { table: "people", id: "[personal]", label: "[personal]" },
      related: [],
      reason: "[personal]",
      request: {
        id: "r1",
        functionName: "people:update",
        ip: "[personal]",
        userAgent: "[personal]",
      },
      changes: [
        { path: "email", before: "[personal]", after: "[personal]" },
        { path: "plan", before: "free", after: "team" },
      ],
      metadata: { phone: "[personal]", source: "form" },
      personal: ["changes.email", "metadata.phone"],
      commitments: {
        actor: { hash: row.commitments.actor.hash },
        subject: { hash: row.commitments.subject.hash },
      },
    });
  });

  test("shows no personal value anywhere", () => {
    const text = canonicalJson(coreOf(aPersonalRow()));
    const personal = ["u-ann", "Ann", "192.0.2.7", "Browser", "u-ben", "Ben", "example", "0555"];
    expect(personal.filter((value) => text.includes(value))).toEqual([]);
  });

  test("tells that a personal value is there, so that none can come or go", () => {
    const { actor, request } = aRow({
      actor: { type: "user", id: "u-ann" },
      request: { id: "r1" },
    });
    expect(coreOf(aRow({ actor, request }))).toMatchObject({
      actor: { type: "user", id: "[personal]" },
      request: { id: "r1" },
    });
  });

  test("refuses an entry whose mutation has not committed", () => {
    const row = { ...aRow(), commitTs: new CommitTsPlaceholder() };
    expect(() => coreOf(row)).toThrow("committed");
  });
});

describe("entryLeaf", () => {
  test("stays what it is: stored seals depend on it", () => {
    expect(entryLeaf(aPersonalRow())).toMatchInlineSnapshot(
      `"a8fada5457948c716cdda0cf09014ce32eeb646234e1f6a07466bb0f0621f50d"`,
    );
  });

  test("ignores a field that later versions add and this entry does not have", () => {
    const row = aPersonalRow();
    const later = { ...row, severity: undefined, actor: { ...row.actor, onBehalfOf: undefined } };
    expect(entryLeaf(later)).toBe(entryLeaf(row));
  });

  test("covers that field in entries that have it", () => {
    const row = aPersonalRow();
    const leaves = [
      row,
      { ...row, severity: 1 },
      { ...row, severity: 2 },
      { ...row, actor: { ...row.actor, onBehalfOf: "x" } },
      { ...row, request: { ...row.request, region: "x" } },
      { ...row, commitments: { ...row.commitments, third: "x" } },
    ].map(entryLeaf);
    expect(new Set(leaves).size).toBe(leaves.length);
  });

  test.prop([aSealedLog], { seed: 1 })("survives storage and any order of names", ({ rows }) => {
    for (const row of rows) {
      const stored = jsonToConvex(convexToJson(redressed(row as never))) as unknown as Row;
      expect(entryLeaf(stored)).toBe(entryLeaf(row));
      expect(checkBlocks(stored)).toEqual([]);
    }
  });
});

describe("an edit", () => {
  const someErased = fc.subarray(["actor", "subject"] as const);
  test.prop([aSealedLog, fc.nat(), someErased], { seed: 3, numRuns: 60 })(
    "of any field changes the leaf or is a fault",
    ({ rows }, n, blocks) => {
      const row = blocks.reduce(
        (erased, block) => eraseBlock(erased, block, "erasure1"),
        rows[n % rows.length]!,
      );
      const leaf = entryLeaf(row);
      const unnoticed = editsOf(row).filter(
        (edited) => entryLeaf(edited) === leaf && checkBlocks(edited).length === 0,
      );
      expect(unnoticed).toEqual([]);
    },
  );
});

describe("eraseBlock", () => {
  test("leaves nothing of who acted", () => {
    const erased = eraseBlock(aPersonalRow(), "actor", "erasure1");
    expect(erased.actor).toEqual({ type: "user", id: "erased:erasure1", label: ERASED });
    expect(erased.request).toMatchObject({ id: "r1", ip: ERASED, userAgent: ERASED });
    expect(erased.target).toEqual(ben);
    expect(erased.commitments.actor).not.toHaveProperty("salt");
  });

  test("leaves nothing of whom it was about", () => {
    const erased = eraseBlock(aPersonalRow(), "subject", "erasure1");
    expect(erased).toMatchObject({
      actor: ann,
      target: { table: "people", id: "erased:erasure1", label: ERASED },
      reason: ERASED,
      metadata: { phone: ERASED, source: "form" },
      changes: [
        { path: "email", before: ERASED, after: ERASED },
        { path: "plan", before: "free", after: "team" },
      ],
    });
    expect(canonicalJson(erased as never)).not.toMatch(/ben@|Ben|0555/);
  });

  test("puts nothing where nothing was", () => {
    const row = aRow({ actor: { type: "user", id: "u-ann" }, request: { id: "r1" } });
    const erased = eraseBlock(eraseBlock(row, "actor", "e1"), "subject", "e1");
    expect(Object.keys(erased).sort()).toEqual(Object.keys(row).sort());
    expect(Object.keys(erased.actor)).toEqual(["type", "id"]);
    expect(Object.keys(erased.request)).toEqual(["id"]);
  });

  test("keeps the first erasure", () => {
    const erased = eraseBlock(aPersonalRow(), "actor", "erasure1");
    expect(eraseBlock(erased, "actor", "erasure2")).toEqual(erased);
    expect(erasuresOf(erased)).toEqual([{ block: "actor", erasedBy: "erasure1" }]);
  });

  test.prop([aSealedLog, fc.constantFrom("actor" as const, "subject" as const)], { seed: 2 })(
    "changes no leaf and leaves the entry in order",
    ({ rows }, block) => {
      for (const row of rows) {
        const erased = eraseBlock(row, block, "erasure1");
        expect(entryLeaf(erased)).toBe(entryLeaf(row));
        expect(checkBlocks(erased)).toEqual([]);
      }
    },
  );
});

describe("checkBlocks", () => {
  const row = aPersonalRow();
  const erased = eraseBlock(row, "actor", "erasure1");
  const { hash } = row.commitments.actor;

  test.each<[string, Row]>([
    ["another actor", { ...row, actor: { ...ann, id: "u-eve" } }],
    ["another label", { ...row, actor: { ...ann, label: "Eve" } }],
    ["an ip where none was", { ...aRowWithoutIp(), request: row.request }],
    ["another salt", withActorCommitment(row, { hash, salt: new ArrayBuffer(16) })],
    ["a cut salt", withActorCommitment(row, { hash, salt: new ArrayBuffer(3) })],
  ])("finds %s", (_, tampered) => {
    expect(checkBlocks(tampered)).toMatchObject([
      { kind: "values_changed", entryId: "entry1", block: "actor" },
    ]);
  });

  test.each<[string, Row]>([
    ["a salt removed", withActorCommitment(row, { hash, erasedBy: "erasure1" })],
    ["neither salt nor erasure", withActorCommitment(row, { hash } as never)],
    [
      "neither of them, with a pseudonym of nothing",
      withActorCommitment({ ...erased, actor: { ...erased.actor, id: "erased:undefined" } }, {
        hash,
      } as never),
    ],
    [
      "both salt and erasure",
      withActorCommitment(row, { ...row.commitments.actor, erasedBy: "e" }),
    ],
    ["a value put back", { ...erased, request: { ...erased.request, ip: "192.0.2.7" } }],
    ["another pseudonym", { ...erased, actor: { ...erased.actor, id: "erased:erasure2" } }],
    ["another erasure", withActorCommitment(erased, { hash, erasedBy: "erasure2" })],
  ])("finds %s", (_, tampered) => {
    expect(checkBlocks(tampered)).toMatchObject([
      { kind: "values_not_erased", entryId: "entry1", block: "actor" },
    ]);
  });

  test("finds a personal value changed, and one put back", () => {
    const subjectErased = eraseBlock(row, "subject", "erasure1");
    const put = (into: Row) => ({ ...into, metadata: { ...into.metadata, phone: "0556" } });
    expect(checkBlocks(put(row))).toMatchObject([{ kind: "values_changed", block: "subject" }]);
    expect(checkBlocks(put(subjectErased))).toMatchObject([
      { kind: "values_not_erased", block: "subject" },
    ]);
  });

  test("finds two personal values exchanged", () => {
    const [email] = row.changes;
    const changes = [{ path: "email", before: email!.after!, after: email!.before! }];
    expect(checkBlocks({ ...row, changes: [...changes, row.changes[1]!] })).toMatchObject([
      { kind: "values_changed", block: "subject" },
    ]);
  });
});

function aRowWithoutIp(): Row {
  return aPersonalRow({ request: { id: "r1", functionName: "people:update" } });
}

function withActorCommitment(row: Row, actor: Row["commitments"]["actor"]): Row {
  return { ...row, commitments: { ...row.commitments, actor } };
}
