import { fc, test } from "@fast-check/vitest";
import { compareValues, jsonToConvex, type JSONValue, type Value } from "convex/values";
import { describe, expect } from "vitest";
import type { AuditEntry } from "../../src/shared/auditLogs.js";
import { entryLine, fileStart } from "../../src/shared/auditExportLines.js";
import { NOON } from "../factories.js";
import { aValue } from "./convexValues.js";
import { parseCsv } from "./csvParser.js";

const NOON_TS = BigInt(NOON) * 1_000_000n;

function aReadEntry(parts: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: "e1",
    action: "invoices.sent",
    outcome: "success",
    actor: { type: "user", id: "ann" },
    target: { table: "invoices", id: "inv1" },
    related: [],
    changes: [],
    request: { id: "r1" },
    at: NOON,
    commitTs: NOON_TS,
    ...parts,
  };
}

/** What a program reads from the line of an entry. */
function imported(line: string): Value {
  return jsonToConvex(JSON.parse(line) as JSONValue);
}

/** The cells of an entry's line, by the names of their columns. */
function cellsOf(entry: AuditEntry): Record<string, string> {
  const [names, cells] = parseCsv(fileStart("csv").replace("\ufeff", "") + entryLine("csv", entry));
  return Object.fromEntries(names!.map((name, i) => [name, cells![i]!]));
}

describe("entryLine, as NDJSON", () => {
  test.prop([aValue, aValue], { seed: 1, numRuns: 1000 })(
    "gives back the entry, whatever it carries",
    (after, value) => {
      const entry = aReadEntry({ changes: [{ path: "total", after }], metadata: { value } });
      expect(compareValues(imported(entryLine("ndjson", entry)), entry)).toBe(0);
    },
  );

  test("gives back int64, bytes, NaN and -0", () => {
    const metadata = {
      int64: 2n ** 63n - 1n,
      bytes: Uint8Array.of(0, 255).buffer,
      numbers: [NaN, -0, Infinity, 1e21, 0.1],
    };
    const entry = aReadEntry({ metadata });
    expect(imported(entryLine("ndjson", entry))).toEqual(entry);
  });

  test.prop([fc.string({ unit: "binary" })], { seed: 2, numRuns: 1000 })(
    "is one line for every program, and turns no direction",
    (text) => {
      const line = entryLine(
        "ndjson",
        aReadEntry({ reason: `${text}\r\n\u2028\u0085\u202e\u001b` }),
      );
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect(line.at(-1)).toBe("\n");
    },
  );
});

describe("entryLine, as CSV", () => {
  test("has a cell for each value, and an empty one where there is none", () => {
    const cells = cellsOf(
      aReadEntry({
        actor: { type: "user", id: "ann", label: "Ann" },
        tenantId: "acme",
        reason: "due",
        changes: [{ path: "total", before: 1n, after: 2.5 }],
        request: { id: "r1", ip: "203.0.113.0", userAgent: "Firefox" },
      }),
    );
    expect(cells).toEqual({
      at: "2026-01-15T12:00:00.000Z",
      action: "invoices.sent",
      outcome: "success",
      "actor.type": "user",
      "actor.id": "ann",
      "actor.label": "Ann",
      "target.table": "invoices",
      "target.id": "inv1",
      "target.label": "",
      tenantId: "acme",
      reason: "due",
      changes: '[{"after":2.5,"before":{"$integer":"AQAAAAAAAAA="},"path":"total"}]',
      changesCut: "",
      metadata: "",
      related: "[]",
      operationId: "",
      jobId: "",
      version: "",
      personal: "",
      "request.id": "r1",
      "request.functionName": "",
      "request.scheduledFunctionId": "",
      "request.ip": "203.0.113.0",
      "request.userAgent": "Firefox",
      id: "e1",
      commitTs: String(NOON_TS),
    });
  });

  test("has a column for every value that an entry may have", () => {
    const entry: Required<AuditEntry> = {
      ...aReadEntry(),
      actor: { type: "user", id: "ann", label: "Ann" },
      target: { table: "invoices", id: "inv1", label: "2026-001" },
      request: { id: "r1", functionName: "f", scheduledFunctionId: "s", ip: "i", userAgent: "u" },
      tenantId: "acme",
      changesCut: 3,
      version: 2,
      metadata: { a: 1 },
      reason: "due",
      operationId: "op1",
      jobId: "job1",
      personal: ["metadata.a"],
    };
    const nested = ["actor", "target", "request"] as const;
    const paths = Object.keys(entry).flatMap((name) => {
      const group = nested.find((known) => known === name);
      return group ? Object.keys(entry[group]).map((inner) => `${group}.${inner}`) : [name];
    });
    const cells = cellsOf(entry);
    expect(Object.keys(cells).sort()).toEqual(paths.sort());
    expect(Object.entries(cells).filter(([, cell]) => cell === "")).toEqual([]);
  });

  test("takes the formula from a name", () => {
    const target = { table: "invoices", id: "=cmd|' /C calc'!A0", label: "@SUM(A1)\n" };
    expect(cellsOf(aReadEntry({ target }))).toMatchObject({
      "target.id": "'=cmd|' /C calc'!A0",
      "target.label": "'@SUM(A1)\n",
    });
  });
});

describe("fileStart", () => {
  test("tells Excel that CSV is UTF-8, and leaves NDJSON to its lines", () => {
    expect(fileStart("csv")).toMatch(/^\ufeffat,action,outcome,actor\.type,.*\r\n$/);
    expect(fileStart("ndjson")).toBe("");
  });
});
