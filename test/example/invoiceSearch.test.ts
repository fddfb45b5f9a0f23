import { describe, expect, test } from "vitest";
import { api, internal } from "../../example/convex/_generated/api";
import { aDesk } from "./world";

async function numbersFor(text: string) {
  const { t, chloe } = await aDesk();
  await t.mutation(internal.seed.run, {});
  const found = await chloe.query(api.invoiceSearch.find, { text });
  return found.map(({ number }) => number);
}

describe("find", () => {
  test.each(["INV-1004", "inv1004", " 1004 "])("finds the number written as %s", async (text) => {
    expect(await numbersFor(text)).toEqual(["INV-1004"]);
  });

  test("finds numbers by their beginning, the newest first, at most eight", async () => {
    const numbers = await numbersFor("10");
    expect(numbers[0]).toBe("INV-1031");
    expect(numbers).toHaveLength(8);
  });

  test("does not take the middle of a number for its beginning", async () => {
    expect(await numbersFor("004")).toEqual([]);
  });

  test("finds customers and titles by a part, in any case", async () => {
    expect(await numbersFor("café")).toEqual(["INV-1021", "INV-1005"]);
    expect(await numbersFor("AUDIO guide")).toEqual(["INV-1016", "INV-1006"]);
  });

  test("shows strangers nothing", async () => {
    const { t } = await aDesk();
    await t.mutation(internal.seed.run, {});
    expect(await t.query(api.invoiceSearch.find, { text: "café" })).toEqual([]);
  });
});
