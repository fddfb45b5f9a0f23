import { describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import type { LineInput } from "../../example/convex/schema";
import { aDesk, anInvoice, entries, lineEntries, trashOf, type Desk } from "./world";

describe("create", () => {
  test("leaves an entry for each line, in the history of the invoice", async () => {
    const { ada, id } = await withLines("Menu", "Print");
    const log = await lineEntries(ada);
    expect(log.map(({ action, metadata }) => [action, metadata])).toEqual(
      expect.arrayContaining([
        ["lineItems.created", { label: "Menu" }],
        ["lineItems.created", { label: "Print" }],
      ]),
    );
    expect(log).toHaveLength(2);
    for (const entry of log) {
      expect(entry).toMatchObject({ target: { table: "invoices", id, label: "INV-1001" } });
      expect(entry.changes.map(({ path }) => path).sort()).toEqual([
        "description",
        "quantity",
        "unitCents",
      ]);
    }
  });
});

describe("update", () => {
  test("writes only the line and the field that changed", async () => {
    const { ada, id } = await withLines("Menu", "Print", "Post");
    const before = await linesOf(ada, id);
    await edit(ada, id, [aLine("Menu"), { ...aLine("Print"), quantity: 5 }, aLine("Post")]);
    const after = await linesOf(ada, id);
    expect(after.map(({ _id }) => _id)).toEqual(before.map(({ _id }) => _id));
    const fresh = (await lineEntries(ada)).filter(({ action }) => action !== "lineItems.created");
    expect(fresh).toMatchObject([
      {
        action: "lineItems.updated",
        target: { table: "invoices", id, label: "INV-1001" },
        related: [{ table: "lineItems", id: before[1]!._id }],
        metadata: { label: "Print" },
        changes: [{ path: "quantity", before: 1, after: 5 }],
      },
    ]);
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({ amountCents: 700 });
  });

  test("leaves no entry when no line changed", async () => {
    const { ada, id } = await withLines("Menu", "Print");
    const before = await entries(ada);
    await edit(ada, id, [aLine("Menu"), aLine(" Print ")]);
    expect(await entries(ada)).toEqual(before);
  });

  test("tells by its id which line is gone, and leaves the others alone", async () => {
    const { ada, id } = await withLines("Menu", "Print", "Post");
    const [menu, , post] = await linesOf(ada, id);
    await edit(ada, id, [
      { ...aLine("Menu"), id: menu!._id },
      { ...aLine("Post"), id: post!._id },
    ]);
    expect(await linesOf(ada, id)).toEqual([menu, post]);
    expect((await trashOf(ada)).map(({ root }) => root.label)).toEqual(["Print"]);
  });

  test("puts a new line where it was typed", async () => {
    const { ada, id } = await withLines("Menu", "Post");
    const [menu, post] = await linesOf(ada, id);
    await edit(ada, id, [
      { ...aLine("Menu"), id: menu!._id },
      aLine("Print"),
      { ...aLine("Post"), id: post!._id },
    ]);
    const descriptions = (await linesOf(ada, id)).map(({ description }) => description);
    expect(descriptions).toEqual(["Menu", "Print", "Post"]);
  });

  test("never touches a line of another invoice", async () => {
    const { ada, id } = await withLines("Menu");
    const other = await ada.mutation(api.invoices.create, anInvoice({ lines: [aLine("Theirs")] }));
    const [theirs] = await linesOf(ada, other);
    await edit(ada, id, [{ ...aLine("Mine"), id: theirs!._id }]);
    expect(await linesOf(ada, other)).toEqual([theirs]);
    expect((await linesOf(ada, id)).map(({ description }) => description)).toEqual(["Mine"]);
  });

  test("stores a line that is named twice twice", async () => {
    const { ada, id } = await withLines("Menu");
    const [menu] = await linesOf(ada, id);
    const twice = { ...aLine("Menu"), id: menu!._id };
    await edit(ada, id, [twice, twice]);
    const descriptions = (await linesOf(ada, id)).map(({ description }) => description);
    expect(descriptions).toEqual(["Menu", "Menu"]);
  });
});

async function withLines(...descriptions: string[]) {
  const desk = await aDesk();
  const lines = descriptions.map(aLine);
  const id = await desk.ada.mutation(api.invoices.create, anInvoice({ lines }));
  return { ...desk, id };
}

async function edit(desk: Desk, id: string, lines: LineInput[]) {
  await desk.mutation(api.invoices.update, { id: id as never, ...anInvoice({ lines }) });
}

async function linesOf(desk: Desk, id: string) {
  return (await desk.query(api.invoices.get, { id }))!.lines;
}

function aLine(description: string): LineInput {
  return { description, quantity: 1, unitCents: 100 };
}
