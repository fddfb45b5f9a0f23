import { fc, test } from "@fast-check/vitest";
import { getConvexSize, type Value } from "convex/values";
import { describe, expect } from "vitest";
import type { NewEntry } from "../../src/shared/auditLogs.js";
import {
  checkEntry,
  MAX_CHANGE_PATH_LENGTH,
  MAX_CHANGES,
  MAX_VALUE_DEPTH,
} from "../../src/shared/auditRules.js";
import {
  diffDocuments,
  isSameValue,
  MAX_CHANGED_VALUE_BYTES,
  MAX_CHANGES_BYTES,
  MAX_PARTS,
  type DiffOptions,
  type Document,
} from "../../src/shared/diff.js";
import { anEntry } from "../factories.js";
import { aDocument, aValue, bytesOf, copyOf } from "./documents.js";

function changesBetween(before: Document | null, after: Document | null, options?: DiffOptions) {
  return diffDocuments(before, after, options).changes;
}

const pathsOf = (changes: { path: string }[]) => changes.map(({ path }) => path);

/** A text that takes so many bytes of a document. */
function textOfBytes(bytes: number): string {
  return "x".repeat(bytes - getConvexSize(""));
}

function nested(levels: number): Value {
  return levels === 0 ? 1 : { a: nested(levels - 1) };
}

describe("diffDocuments", () => {
  test("lists changed, added and removed fields by name", () => {
    const before = { title: "Draft", note: "x", total: 10 };
    const after = { title: "Final", total: 10, dueAt: 1_700_000_000_000 };
    expect(diffDocuments(before, after)).toEqual({
      changes: [
        { path: "dueAt", after: 1_700_000_000_000 },
        { path: "note", before: "x" },
        { path: "title", before: "Draft", after: "Final" },
      ],
    });
  });

  test("goes into objects and lists that are on both sides", () => {
    const before = { address: { city: "Bonn", zip: "1" }, lines: [{ amount: 1 }, { amount: 2 }] };
    const after = { address: { city: "Köln", zip: "1" }, lines: [{ amount: 1 }, { amount: 3 }] };
    expect(changesBetween(before, after)).toEqual([
      { path: "address.city", before: "Bonn", after: "Köln" },
      { path: "lines.1.amount", before: 2, after: 3 },
    ]);
  });

  test("adds to a list from its end on and removes from its end back", () => {
    expect(changesBetween({ tags: ["a"] }, { tags: ["a", "b", "c"] })).toEqual([
      { path: "tags.1", after: "b" },
      { path: "tags.2", after: "c" },
    ]);
    expect(changesBetween({ tags: ["a", "b", "c"] }, { tags: ["x"] })).toEqual([
      { path: "tags.0", before: "a", after: "x" },
      { path: "tags.2", before: "c" },
      { path: "tags.1", before: "b" },
    ]);
  });

  test.each<[string, Value, Value]>([
    ["0 and -0", 0, -0],
    ["a number and an int64", 1, 1n],
    ["two int64 beyond exact numbers", 2n ** 62n, 2n ** 62n + 1n],
    ["bytes", bytesOf(1, 2), bytesOf(1, 3)],
    ["bytes of two lengths", bytesOf(1), bytesOf(1, 0)],
    ["bytes and an empty object", bytesOf(1), {}],
    ["an empty list and an empty object", [], {}],
    ["an object and text", { a: 1 }, "a"],
    ["a list and nothing", [1], null],
  ])("tells apart %s", (_, before, after) => {
    expect(changesBetween({ field: before }, { field: after })).toEqual([
      { path: "field", before, after },
    ]);
  });

  test("tells null from absent, and takes undefined for absent", () => {
    expect(changesBetween({ a: null }, {})).toEqual([{ path: "a", before: null }]);
    expect(changesBetween({ a: undefined }, {})).toEqual([]);
    expect(changesBetween({ a: { b: undefined } }, { a: {} })).toEqual([]);
  });

  test("does not take what objects inherit for fields", () => {
    expect(changesBetween({ rates: {} }, { rates: { toString: 1, constructor: 2 } })).toEqual([
      { path: "rates.constructor", after: 2 },
      { path: "rates.toString", after: 1 },
    ]);
  });

  test("writes names with dots so that they are no path", () => {
    const before = { rates: { "a.b": 1, a: { b: 1 } } };
    const after = { rates: { "a.b": 2, a: { b: 2 } } };
    expect(pathsOf(changesBetween(before, after))).toEqual(["rates.a.b", "rates.a\\.b"]);
  });

  test("lists every field of a document that is created or deleted", () => {
    const document = { _id: "1", _creationTime: 1, a: [1], b: { c: null } };
    expect(changesBetween(null, document)).toEqual([
      { path: "a", after: [1] },
      { path: "b", after: { c: null } },
    ]);
    expect(changesBetween(document, null)).toEqual([
      { path: "a", before: [1] },
      { path: "b", before: { c: null } },
    ]);
    expect(changesBetween(null, null)).toEqual([]);
  });

  test("leaves out system fields, and only those of the document", () => {
    expect(changesBetween({ _id: "1", _creationTime: 1 }, { _id: "2", _creationTime: 2 })).toEqual(
      [],
    );
    expect(pathsOf(changesBetween({ a: { _id: 1 } }, { a: { _id: 2 } }))).toEqual(["a._id"]);
  });

  test.prop([aDocument], { seed: 1 })("finds nothing between a document and its copy", (a) => {
    expect(diffDocuments(a, copyOf(a))).toEqual({ changes: [] });
  });

  test.prop([aDocument, aDocument], { seed: 2 })(
    "does not depend on the order of fields",
    (a, b) => {
      const reversed = (of: Document) => Object.fromEntries(Object.entries(of).reverse());
      expect(diffDocuments(reversed(a), reversed(b))).toEqual(diffDocuments(a, b));
    },
  );

  test.prop([aDocument, aDocument], { seed: 3 })("gives what an entry may hold", (a, b) => {
    const entry: NewEntry = anEntry(diffDocuments(a, b, { personal: ["a", "b"] }));
    expect(checkEntry(entry)).toEqual({});
  });
});

describe("redact", () => {
  test("hides values and shows that they changed", () => {
    const before = { iban: "DE1", address: { iban: "DE2", city: "Bonn" } };
    const after = { iban: "DE3", address: { iban: "DE4", city: "Bonn" } };
    expect(changesBetween(before, after, { redact: ["iban", "address.iban"] })).toEqual([
      { path: "address.iban", before: "[redacted]", after: "[redacted]" },
      { path: "iban", before: "[redacted]", after: "[redacted]" },
    ]);
  });

  test("shows on which sides there was a value", () => {
    expect(changesBetween({ a: null, b: "x" }, { a: "x" }, { redact: ["a", "b"] })).toEqual([
      { path: "a", before: "[redacted]", after: "[redacted]" },
      { path: "b", before: "[redacted]" },
    ]);
  });

  test("is silent when nothing changed", () => {
    const [before, after] = [{ iban: ["DE1", NaN] }, { iban: ["DE1", NaN] }];
    expect(changesBetween(before, after, { redact: ["iban"] })).toEqual([]);
  });

  test("goes for every element of a list, also of one that is new", () => {
    const before = { lines: [{ iban: "DE1", amount: 1 }] };
    const after = {
      lines: [
        { iban: "DE2", amount: 1 },
        { iban: "DE3", amount: 2 },
      ],
    };
    expect(changesBetween(before, after, { redact: ["lines.iban"] })).toEqual([
      { path: "lines.0.iban", before: "[redacted]", after: "[redacted]" },
      { path: "lines.1", after: { iban: "[redacted]", amount: 2 } },
    ]);
  });

  test("hides all that lies below, and does not say where in it the change is", () => {
    const before = { address: { city: "Bonn", lines: ["a"] } };
    const after = { address: { city: "Bonn", lines: ["b"] } };
    expect(changesBetween(before, after, { redact: ["address"] })).toEqual([
      { path: "address", before: "[redacted]", after: "[redacted]" },
    ]);
  });

  test("is not needed for what has the name or the form of a secret", () => {
    const before = { login: { apiKey: "k-1", user: "ann" } };
    const after = { login: { apiKey: "k-2", user: "ann" }, note: "Bearer abcdef123" };
    expect(changesBetween(before, after)).toEqual([
      { path: "login.apiKey", before: "[redacted]", after: "[redacted]" },
      { path: "note", after: "Bearer [redacted]" },
    ]);
  });

  test("hides what has a secret name on either side, however large", () => {
    const large = { a: "x".repeat(4000), b: "y".repeat(4000) };
    const hidden = { path: "credentials", after: "[redacted]" };
    expect(changesBetween({}, { credentials: large })).toEqual([hidden]);
    expect(changesBetween({ credentials: null }, { credentials: large })).toEqual([
      { ...hidden, before: null },
    ]);
    expect(changesBetween({ credentials: large }, { credentials: null })).toEqual([
      { path: "credentials", before: "[redacted]", after: null },
    ]);
  });

  test("wins before the cut, so that the start of a long text hides its secrets too", () => {
    const card = "4111 1111 1111 1111";
    const note = `${"x".repeat(185)} ${card} ${"x".repeat(5000)}`;
    const [change] = changesBetween({}, { note });
    expect(change).toMatchObject({ cut: true, after: { cut: "text" } });
    expect(JSON.stringify(change)).not.toContain("4111 1111");
  });
});

describe("ignore", () => {
  test("leaves changes out, also below a path and in what is new", () => {
    const before = { updatedAt: 1, meta: { seen: { by: "a" } } };
    const after = { updatedAt: 2, meta: { seen: { by: "b" } }, lines: [{ at: 1, amount: 1 }] };
    const ignore = ["updatedAt", "meta.seen", "lines.at"];
    expect(changesBetween(before, after, { ignore })).toEqual([
      { path: "lines", after: [{ amount: 1 }] },
    ]);
  });

  test("leaves no gap where something was left out", () => {
    const after = { a: { at: 1, b: 1 }, tags: ["x", "y"] };
    expect(changesBetween({}, after, { ignore: ["a.at", "tags.0"] })).toStrictEqual([
      { path: "a", after: { b: 1 } },
      { path: "tags", after: ["y"] },
    ]);
  });

  test("goes before redact", () => {
    const options = { ignore: ["a"], redact: ["a", "b"] };
    expect(pathsOf(changesBetween({ a: 1, b: 1 }, { a: 2, b: 2 }, options))).toEqual(["b"]);
  });

  test("holds within what is redacted", () => {
    const [before, after] = [{ login: { at: 1 } }, { login: { at: 2 } }];
    const options = { ignore: ["login.at"], redact: ["login"] };
    expect(changesBetween(before, after, options)).toEqual([]);
  });
});

describe("personal", () => {
  const personal = ["email", "address", "lines.iban", "phone"];
  const personalIn = (before: Document, after: Document) =>
    diffDocuments(before, after, { personal }).personal;

  test("names the personal paths that have a value in the changes", () => {
    expect(personalIn({ email: "a" }, { email: "b", phone: "1" })).toEqual([
      "changes.email",
      "changes.phone",
    ]);
    const [before, after] = [{ address: { city: "Bonn" } }, { address: { city: "Köln" } }];
    expect(personalIn(before, after)).toEqual(["changes.address"]);
  });

  test.each<[string, Document, Document]>([
    ["that changed", { lines: [{ iban: "DE1" }] }, { lines: [{ iban: "DE2" }] }],
    ["within what is new", { lines: [] }, { lines: [{ iban: "DE1" }] }],
    ["within what is removed", { lines: [{ a: [{ iban: 1 }] }, { iban: "DE1" }] }, {}],
  ])("finds a value %s", (_, before, after) => {
    expect(personalIn(before, after)).toEqual(["changes.lines.iban"]);
  });

  test.each<[string, Document, Document]>([
    ["no personal value changed", { email: "a", total: 1 }, { email: "a", total: 2 }],
    ["a line has none", { lines: [] }, { lines: [{ amount: 1 }] }],
    ["the name is found elsewhere", { iban: 1 }, { iban: 2, lines: { x: { iban: 1 } } }],
  ])("is absent when %s", (_, before, after) => {
    expect(diffDocuments(before, after, { personal })).not.toHaveProperty("personal");
  });
});

describe("limits", () => {
  test("keep a text of 4 KiB and cut a longer one", () => {
    const [whole, long] = [MAX_CHANGED_VALUE_BYTES, MAX_CHANGED_VALUE_BYTES + 1].map(textOfBytes);
    expect(changesBetween({ text: "x" }, { text: whole })).toEqual([
      { path: "text", before: "x", after: whole },
    ]);
    const start = "x".repeat(200);
    const after = { cut: "text", bytes: MAX_CHANGED_VALUE_BYTES + 1, start };
    expect(changesBetween({ text: "x" }, { text: long })).toEqual([
      { path: "text", before: "x", after, cut: true },
    ]);
  });

  test("cut a text between characters", () => {
    const [change] = changesBetween({}, { text: `x${"😀".repeat(2000)}` });
    expect(change?.after).toMatchObject({ start: `x${"😀".repeat(99)}` });
  });

  test("show a change between two texts that look alike when cut", () => {
    const [before, after] = ["a", "b"].map((end) => ({ text: "x".repeat(5000) + end }));
    const cut = { cut: "text", bytes: 5003, start: "x".repeat(200) };
    expect(changesBetween(before!, after!)).toEqual([
      { path: "text", before: cut, after: cut, cut: true },
    ]);
  });

  test("mark a change of which only one side was cut", () => {
    const text = "x".repeat(5000);
    expect(changesBetween({ text }, { text: "x" })).toMatchObject([{ after: "x", cut: true }]);
    expect(changesBetween({ text: "x" }, { text })).toMatchObject([{ before: "x", cut: true }]);
  });

  test("cut bytes", () => {
    expect(changesBetween({}, { file: new ArrayBuffer(5000) })).toEqual([
      { path: "file", after: { cut: "bytes", bytes: 5002 }, cut: true },
    ]);
  });

  test("take apart what is too large in one piece", () => {
    const half = "x".repeat(MAX_CHANGED_VALUE_BYTES / 2);
    expect(changesBetween({ a: null }, { a: { b: half, c: [half] } })).toEqual([
      { path: "a", before: null, after: {} },
      { path: "a.b", after: half },
      { path: "a.c", after: [half] },
    ]);
    expect(changesBetween({ a: [half, half] }, { a: {} })).toEqual([
      { path: "a.1", before: half },
      { path: "a.0", before: half },
      { path: "a", before: [], after: {} },
    ]);
  });

  test("take apart 100 elements and cut more", () => {
    const items = (count: number) => Array.from({ length: count }, () => "x".repeat(100));
    expect(changesBetween({}, { list: items(MAX_PARTS) })).toHaveLength(MAX_PARTS + 1);
    expect(changesBetween({}, { list: items(MAX_PARTS + 1) })).toEqual([
      { path: "list", after: { cut: "list", bytes: 10_304, count: 101 }, cut: true },
    ]);
    const fields = Object.fromEntries(items(101).map((item, i) => [`f${i}`, item]));
    expect(changesBetween({}, { fields })[0]?.after).toMatchObject({ cut: "object", count: 101 });
  });

  test("take apart what is nested more than 12 deep", () => {
    expect(changesBetween({}, { a: nested(MAX_VALUE_DEPTH) })).toHaveLength(1);
    expect(changesBetween({}, { a: nested(MAX_VALUE_DEPTH + 1) })).toEqual([
      { path: "a", after: {} },
      { path: "a.a", after: nested(MAX_VALUE_DEPTH) },
    ]);
  });

  test("keep 500 changes and count more", () => {
    const numbers = (count: number) => ({ list: Array.from({ length: count }, (_, i) => i) });
    const [before, all, tooMany] = [{ list: [] }, numbers(MAX_CHANGES), numbers(MAX_CHANGES + 1)];
    expect(diffDocuments(before, all)).not.toHaveProperty("changesCut");
    const diff = diffDocuments(before, tooMany);
    expect(diff.changesCut).toBe(1);
    expect(pathsOf(diff.changes)).toEqual(all.list.map((i) => `list.${i}`));
  });

  test("leave every field its first changes when one has too many", () => {
    const embedding = Array.from({ length: 1536 }, (_, i) => i);
    const after = { embedding, tags: ["a", "b"], title: "x" };
    const diff = diffDocuments({ embedding: [], tags: [], title: "" }, after);
    expect(pathsOf(diff.changes).slice(-4)).toEqual(["embedding.496", "tags.0", "tags.1", "title"]);
    expect(diff.changesCut).toBe(1539 - MAX_CHANGES);
  });

  test("keep 256 KiB of changes and count more", () => {
    const rest = getConvexSize({ path: "f100", after: "" });
    const text = "x".repeat(MAX_CHANGES_BYTES / 128 - rest);
    const fields = (count: number, last = text) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`f${100 + i}`, i === count - 1 ? last : text]),
      );
    expect(diffDocuments({}, fields(128))).not.toHaveProperty("changesCut");
    expect(diffDocuments({}, fields(128, `${text}x`))).toMatchObject({ changesCut: 1 });
  });

  test("keep a path of 1,000 characters and count a longer one", () => {
    const rates = (length: number) => ({ a: { ["x".repeat(length - "a.".length)]: 1 } });
    expect(changesBetween({ a: {} }, rates(MAX_CHANGE_PATH_LENGTH))).toHaveLength(1);
    expect(diffDocuments({ a: {} }, rates(MAX_CHANGE_PATH_LENGTH + 1))).toEqual({
      changes: [],
      changesCut: 1,
    });
  });
});

describe("isSameValue", () => {
  test.prop([aValue, aValue], { seed: 4 })("agrees with the diff", (a, b) => {
    expect(isSameValue(a, b)).toBe(changesBetween({ a }, { a: b }).length === 0);
    expect(isSameValue(a, copyOf(a))).toBe(true);
  });

  test("looks at secrets as at anything else", () => {
    expect(isSameValue({ token: { a: "x" } }, { token: { a: "x" } })).toBe(true);
    expect(isSameValue({ token: { a: "x" } }, { token: { a: "y" } })).toBe(false);
  });
});

test.prop([fc.dictionary(fc.string({ minLength: 1 }), aValue)], { seed: 5 })(
  "diffDocuments leaves the documents as they are",
  (document) => {
    const copy = copyOf({ document: Object.entries(document) });
    diffDocuments(document, {}, { redact: ["a"], ignore: ["b"], personal: ["a"] });
    expect({ document: Object.entries(document) }).toEqual(copy);
  },
);
