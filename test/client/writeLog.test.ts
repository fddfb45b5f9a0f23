import { describe, expect, test } from "vitest";
import { WriteLog, type Row } from "../../src/client/guards/writeLog.js";

const tables = {
  invoices: { label: "number" },
  lineItems: { label: "description", partOf: { table: "invoices", field: "invoiceId" } },
};

function entriesOf(
  ...writes: [table: string, id: string, before: Row | null, after: Row | null][]
) {
  const log = new WriteLog({ tables, action: undefined });
  for (const [table, id, before, after] of writes) log.add({ table, id, before, after });
  return log.entries(undefined);
}

const line = { invoiceId: "i1", description: "Menu", quantity: 2 };

describe("an entry about a part", () => {
  test("has the whole as its target, and names the part", () => {
    const [entry] = entriesOf(["lineItems", "l1", line, { ...line, quantity: 3 }]);
    expect(entry).toMatchObject({
      action: "lineItems.updated",
      target: { table: "invoices", id: "i1" },
      related: [{ table: "lineItems", id: "l1" }],
      metadata: { label: "Menu" },
      diff: { before: { quantity: 2 }, after: { quantity: 3 } },
    });
  });

  test("does not repeat whose part it is when it comes or goes", () => {
    const entries = entriesOf(["lineItems", "l1", null, line], ["lineItems", "l2", line, null]);
    expect(entries.map(({ diff }) => [diff?.before, diff?.after])).toEqual([
      [null, { description: "Menu", quantity: 2 }],
      [{ description: "Menu", quantity: 2 }, null],
    ]);
  });

  test("keeps a personal label out of what cannot be erased", () => {
    const log = new WriteLog({
      tables: { lineItems: { ...tables.lineItems, audit: { personal: ["description"] } } },
      action: undefined,
    });
    log.add({ table: "lineItems", id: "l1", before: null, after: line });
    expect(log.entries(undefined)[0]).not.toHaveProperty("metadata");
  });

  test("says that it moved to another whole", () => {
    const [entry] = entriesOf(["lineItems", "l1", line, { ...line, invoiceId: "i2" }]);
    expect(entry).toMatchObject({
      target: { table: "invoices", id: "i2" },
      diff: { before: { invoiceId: "i1" }, after: { invoiceId: "i2" } },
    });
  });

  test("has the label of a whole that was written too", () => {
    const [, entry] = entriesOf(
      ["invoices", "i1", { number: "INV-1", title: "a" }, { number: "INV-1", title: "b" }],
      ["lineItems", "l1", line, null],
    );
    expect(entry!.target).toEqual({ table: "invoices", id: "i1", label: "INV-1" });
  });

  test("is about the part itself where it is nobody's", () => {
    const [entry] = entriesOf(["lineItems", "l1", null, { description: "Menu" }]);
    expect(entry).toMatchObject({
      target: { table: "lineItems", id: "l1", label: "Menu" },
      related: [],
    });
  });
});

describe("an entry about a row", () => {
  test("knows a field by a name that every object has", () => {
    const [lotus, elan, bare] = [
      { constructor: "Lotus", toString: "Seven" },
      { toString: "Elan" },
      {},
    ] as unknown as Row[];
    const entries = entriesOf(["teams", "t1", lotus!, elan!], ["teams", "t2", bare!, lotus!]);
    expect(entries.map(({ diff }) => [diff?.before, diff?.after])).toEqual([
      [lotus, elan],
      [bare, lotus],
    ]);
  });
});
