import { fc, test } from "@fast-check/vitest";
import { convexToJson, type Value } from "convex/values";
import { describe, expect } from "vitest";
import { diffDocuments, type Document } from "../../src/shared/diff.js";
import { splitPath } from "../../src/shared/paths.js";
import { applyChanges, revertPatch } from "../../src/shared/revert.js";
import { aDocument, aValue, bytesOf } from "./documents.js";

/** What `db.patch` makes of a document. */
function patched(document: Document, patch: Document): Document {
  const entries = Object.entries({ ...document, ...patch });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** What Convex stores of a document. */
const stored = (document: Document) => JSON.stringify(convexToJson(document as Value));

function changesBetween(before: Document, after: Document) {
  const { changes, changesCut } = diffDocuments(before, after);
  expect(changesCut).toBeUndefined();
  return changes;
}

/** Two documents that differ little. */
const aStep = fc
  .tuple(aDocument, aDocument, aValue)
  .map(([before, other, value]) => ({ before, after: { ...before, ...other, b: value } }));
const twoDocuments = fc.oneof(aStep, fc.record({ before: aDocument, after: aDocument }));

describe("revertPatch", () => {
  test("undoes changed, added and removed fields", () => {
    const before = { title: "Draft", note: "x" };
    const after = { title: "Final", dueAt: 1 };
    expect(revertPatch(changesBetween(before, after), after)).toEqual({
      ok: true,
      patch: { title: "Draft", note: "x", dueAt: undefined },
    });
  });

  test("names removed fields, so that a patch removes them", () => {
    const revert = revertPatch([{ path: "dueAt", after: 1 }], { dueAt: 1 });
    expect(revert.ok && Object.keys(revert.patch)).toEqual(["dueAt"]);
  });

  test("leaves what lies beside a nested path as it is by now", () => {
    const changes = changesBetween({ address: { city: "Bonn" } }, { address: { city: "Köln" } });
    const current = { address: { city: "Köln", zip: "1" }, title: "new" };
    expect(revertPatch(changes, current)).toEqual({
      ok: true,
      patch: { address: { city: "Bonn", zip: "1" } },
    });
  });

  test("tells 0 from -0, and takes no NaN for a change", () => {
    const [before, after] = [
      { a: 0, b: NaN },
      { a: -0, b: NaN },
    ];
    expect(revertPatch(changesBetween(before, after), after)).toEqual({
      ok: true,
      patch: { a: 0 },
    });
  });

  test("has nothing to patch for an entry without changes", () => {
    expect(revertPatch([], { a: 1 })).toEqual({ ok: true, patch: {} });
  });

  test.prop([twoDocuments], { seed: 1, numRuns: 1000 })(
    "makes the document before of the document after",
    ({ before, after }) => {
      const revert = revertPatch(changesBetween(before, after), after);
      if (!revert.ok) throw new Error(JSON.stringify(revert));
      expect(stored(patched(after, revert.patch))).toBe(stored(before));
    },
  );

  test.prop([twoDocuments], { seed: 2 })("patches only what changed", ({ before, after }) => {
    const changes = changesBetween(before, after);
    const revert = revertPatch(changes, { ...after, other: 1 });
    const changed = new Set(changes.map(({ path }) => splitPath(path)[0]));
    expect(revert.ok && new Set(Object.keys(revert.patch))).toEqual(changed);
  });

  test("leaves the current document as it is", () => {
    const current = { lines: [{ amount: 2 }, { amount: 3 }] };
    revertPatch(changesBetween({ lines: [{ amount: 1 }] }, current), current);
    expect(current).toEqual({ lines: [{ amount: 2 }, { amount: 3 }] });
  });
});

describe("revertPatch refuses", () => {
  const conflictsOf = (before: Document, after: Document, current: Document) => {
    const revert = revertPatch(changesBetween(before, after), current);
    return revert.ok ? [] : revert.conflicts;
  };

  test("when a changed field moved on, and names each", () => {
    const [before, after] = [
      { a: 1, b: 1, c: 1 },
      { a: 2, b: 2, c: 2 },
    ];
    expect(revertPatch(changesBetween(before, after), { a: 3, b: 2 })).toEqual({
      ok: false,
      conflicts: ["c", "a"],
      unavailable: [],
    });
  });

  test.each<[string, Document, Document, Document, string]>([
    ["a removed field is back", { a: 1 }, {}, { a: 2 }, "a"],
    ["an added field has gone", {}, { a: 1 }, {}, "a"],
    ["an added object has more fields", {}, { a: { b: 1 } }, { a: { b: 1, c: 2 } }, "a"],
    ["what was around it has gone", { a: { b: 1 } }, { a: { b: 2 } }, {}, "a.b"],
    ["what was around it is a text", { a: { b: 1 } }, { a: {} }, { a: "x" }, "a.b"],
    ["0 has become -0", { a: 1 }, { a: 0 }, { a: -0 }, "a"],
    ["bytes differ", { a: 1 }, { a: bytesOf(1) }, { a: bytesOf(2) }, "a"],
    ["an added element is no longer the last", { a: [] }, { a: [1] }, { a: [1, 2] }, "a.0"],
    ["the list is too short by now", { a: [1, 2] }, { a: [1] }, { a: [] }, "a.1"],
    ["the list has grown again", { a: [1, 2] }, { a: [1] }, { a: [1, 3] }, "a.1"],
  ])("when %s", (_, before, after, current, conflict) => {
    expect(conflictsOf(before, after, current)).toEqual([conflict]);
  });

  test("when a large object that was added has more fields", () => {
    const large = { text: "x".repeat(4000), more: "y".repeat(4000) };
    expect(conflictsOf({}, { a: large }, { a: large })).toEqual([]);
    expect(conflictsOf({}, { a: large }, { a: { ...large, other: 1 } })).toEqual(["a"]);
  });

  test.prop([aStep, aValue], { seed: 3 })("exactly when the field moved on", ({ after }, moved) => {
    const before = { ...after, b: "before" };
    const current = { ...after, b: moved };
    const isSame = stored({ b: moved }) === stored({ b: after.b });
    expect(revertPatch([{ path: "b", before: "before", after: after.b }], current)).toEqual(
      isSame
        ? { ok: true, patch: { b: before.b } }
        : { ok: false, conflicts: ["b"], unavailable: [] },
    );
  });

  test.each([
    ["redacted", { path: "iban", before: "[redacted]", after: "[redacted]" }],
    ["redacted within", { path: "iban", before: [{ a: "[redacted]" }], after: "x" }],
    ["redacted in part", { path: "iban", before: "paid with [redacted]", after: "x" }],
    ["erased", { path: "iban", before: "[erased]", after: "x" }],
    ["cut", { path: "iban", before: { cut: "text", bytes: 5000 }, after: "x", cut: true as const }],
  ])("when a value is %s", (_, change) => {
    const changes = [{ path: "title", before: "a", after: "b" }, change];
    expect(revertPatch(changes, { title: "b", iban: "x" })).toEqual({
      ok: false,
      conflicts: [],
      unavailable: ["iban"],
    });
  });

  test("when a value is redacted, and finds no conflict around it", () => {
    const large = { iban: "DE1", text: "x".repeat(4000), more: "y".repeat(4000) };
    const { changes } = diffDocuments({}, { a: large }, { redact: ["a.iban"] });
    expect(revertPatch(changes, { a: large })).toEqual({
      ok: false,
      conflicts: [],
      unavailable: ["a.iban"],
    });
  });

  test("when the entry had no room for all changes", () => {
    expect(revertPatch([], { a: 1 }, { changesCut: 1 })).toEqual({
      ok: false,
      conflicts: [],
      unavailable: ["*"],
    });
  });
});

describe("revertPatch of a log that ignores fields", () => {
  const ignore = ["lines.seenAt"];

  test("is not stopped by them", () => {
    const before = { lines: [] };
    const after = { lines: [{ amount: 1, seenAt: 1 }] };
    const { changes } = diffDocuments(before, after, { ignore });
    const current = { lines: [{ amount: 1, seenAt: 2 }] };
    expect(revertPatch(changes, current, { ignore })).toEqual({ ok: true, patch: { lines: [] } });
    expect(revertPatch(changes, current)).toMatchObject({ conflicts: ["lines.0"] });
  });
});

describe("applyChanges", () => {
  test.prop([twoDocuments], { seed: 4, numRuns: 1000 })(
    "makes the document after of the document before",
    ({ before, after }) => {
      const applied = applyChanges(before, changesBetween(before, after));
      expect(stored(applied!)).toBe(stored(after));
    },
  );

  test("builds a document from its history", () => {
    const versions: Document[] = [
      {},
      { lines: [{ amount: 1 }] },
      { lines: [{ amount: 1 }, { amount: 2 }], title: "x" },
      { lines: [{ amount: 3 }] },
    ];
    const history = versions
      .slice(1)
      .flatMap((version, i) => changesBetween(versions[i]!, version));
    expect(applyChanges({}, history)).toEqual({ lines: [{ amount: 3 }] });
  });

  test.each([["lines.0.amount"], ["lines.1"], ["lines.x"], ["title.a"], [""]])(
    "finds no place for %j where there is none",
    (path) => {
      expect(applyChanges({ lines: [], title: "x" }, [{ path, after: 1 }])).toBeNull();
    },
  );
});
