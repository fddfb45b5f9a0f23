import { describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import type { InvoiceInput } from "../../example/convex/schema";
import { actions, aDesk, anInvoice, invoicesOf, manyLines } from "./world";

describe("create", () => {
  test("names every bad field at once, and leaves nothing", async () => {
    const { ada } = await aDesk();
    const invoice = anInvoice({
      customer: "x".repeat(81),
      title: " \u200b ",
      dueOn: "2026-02-30",
      lines: [
        { description: "Menu", quantity: 0, unitCents: 1 },
        { description: "", quantity: 1.5, unitCents: -1 },
      ],
    });
    await expect(ada.mutation(api.invoices.create, invoice)).rejects.toMatchObject({
      data: {
        code: "VALIDATION_FAILED",
        fields: {
          customer: { code: "too_long" },
          title: { code: "required" },
          dueOn: { code: "bad_date" },
          "lines.0.quantity": { code: "out_of_range" },
          "lines.1.description": { code: "required" },
          "lines.1.quantity": { code: "not_an_integer" },
          "lines.1.unitCents": { code: "out_of_range" },
        },
      },
    });
    expect(await actions(ada)).toEqual([]);
    expect(await invoicesOf(ada)).toEqual([]);
  });

  test.each<[string, Partial<InvoiceInput>, Partial<InvoiceInput>]>([
    ["customer", { customer: "x".repeat(80) }, { customer: "x".repeat(81) }],
    ["title", { title: "x".repeat(80) }, { title: "x".repeat(81) }],
    ["title", { title: "héllo ✓ 🙂" }, { title: "half \ud83d" }],
    ["dueOn", { dueOn: "2028-02-29" }, { dueOn: "2026-02-29" }],
    ["lines", { lines: manyLines(50) }, { lines: manyLines(51) }],
    ["lines", { lines: manyLines(1) }, { lines: [] }],
    [
      "lines.0.description",
      lineWith({ description: "x".repeat(120) }),
      lineWith({ description: "x".repeat(121) }),
    ],
    ["lines.0.quantity", lineWith({ quantity: 9_999 }), lineWith({ quantity: 10_000 })],
    [
      "lines.0.unitCents",
      lineWith({ unitCents: 100_000_000 }),
      lineWith({ unitCents: 100_000_001 }),
    ],
    ["lines.0.unitCents", lineWith({ unitCents: 0 }), lineWith({ unitCents: 0.5 })],
  ])("takes %s just inside its limits, and refuses it just outside", async (path, good, bad) => {
    const { ada } = await aDesk();
    await ada.mutation(api.invoices.create, anInvoice(good));
    await expect(ada.mutation(api.invoices.create, anInvoice(bad))).rejects.toMatchObject({
      data: { fields: { [path]: {} } },
    });
    expect(await invoicesOf(ada)).toHaveLength(1);
  });
});

test("a price that is too high is told the limit in the unit it is typed in", async () => {
  const { ada } = await aDesk();
  const invoice = anInvoice(lineWith({ unitCents: 100_000_001 }));
  await expect(ada.mutation(api.invoices.create, invoice)).rejects.toMatchObject({
    data: { fields: { "lines.0.unitCents": { message: "Use 1,000,000 or less." } } },
  });
});

function lineWith(fields: Partial<InvoiceInput["lines"][number]>): Partial<InvoiceInput> {
  return { lines: [{ description: "Menu", quantity: 1, unitCents: 1, ...fields }] };
}
