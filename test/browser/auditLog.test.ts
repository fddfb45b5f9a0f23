import { text as textOf } from "node:stream/consumers";
import Papa from "papaparse";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { tokenIdentifierOf } from "../../example/convex/people";
import { launchBrowser, openTab } from "./browser";
import { aClient, allIds, anInvoice } from "./clients";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

describe("the filters", () => {
  test("are in the address: after a reload and in another browser the same rows", async () => {
    const page = await openTab(browser, "/audit-log");
    await firstRow(page).waitFor();
    await choose(page, "Person", "Ben");
    await choose(page, "Action", "invoices.sent");
    await choose(page, "Time", "Last 30 days");
    await page.getByText("Looked up by person; action picked out of those.").waitFor();
    await page
      .getByRole("row", { name: /invoices.created/ })
      .first()
      .waitFor({ state: "detached" });
    const rows = await shownRows(page);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((name) => name.includes("invoices.sent") && name.includes("Ben"))).toBe(true);

    await page.reload();
    await firstRow(page).waitFor();
    expect(await shownRows(page)).toEqual(rows);
    const { pathname, search } = new URL(page.url());
    const other = await openTab(browser, pathname + search);
    await firstRow(other).waitFor();
    expect(await shownRows(other)).toEqual(rows);
    await page.context().close();
    await other.context().close();
  });

  test("take what the backend would refuse to search for as far as it goes", async () => {
    const page = await openTab(browser, `/audit-log?words=${"w".repeat(201)}`);
    await firstRow(page).waitFor();
    const words = page.getByRole("searchbox", { name: "Search the log" });
    await words.focus();
    await page.keyboard.insertText("w".repeat(300));
    await page.getByText("Nothing in the log matches.").waitFor();
    expect(await words.inputValue()).toBe("w".repeat(200));
    await page.context().close();
  });

  test("find words, and say that there is nothing where there is none", async () => {
    const page = await openTab(browser, "/audit-log");
    const words = page.getByRole("searchbox", { name: "Search the log" });
    await words.fill("INV-1004");
    await page.getByText("The best fit first").waitFor();
    expect((await shownRows(page)).every((name) => name.includes("INV-1004"))).toBe(true);
    await words.fill("nobodyeverwrotethis");
    await page.getByText("Nothing in the log matches.").waitFor();
    await page.getByRole("link", { name: "Show everything" }).click();
    await firstRow(page).waitFor();
    await expect.poll(() => words.inputValue()).toBe("");
    await page.context().close();
  });

  test("take a time that is dragged across the histogram", async () => {
    const page = await openTab(browser, "/audit-log?within=day");
    const chart = page.getByRole("img", { name: /^Entries by hour/ });
    const box = (await chart.boundingBox())!;
    const xOf = (bar: number) => box.x + ((bar + 0.5) * box.width) / 24;
    await page.mouse.move(xOf(4), box.y + 40);
    await page.mouse.down();
    await page.mouse.move(xOf(7), box.y + 40, { steps: 4 });
    await page.mouse.up();
    await page.getByLabel("Remove filter: Time").waitFor();
    const { searchParams } = new URL(page.url());
    const picked = Date.parse(searchParams.get("to")!) - Date.parse(searchParams.get("from")!);
    expect(picked).toBe(4 * 3_600_000);
    await page.getByLabel("Remove filter: Time").click();
    await page.getByLabel("Remove filter: Time").waitFor({ state: "detached" });
    await page.context().close();
  });
});

describe("an entry", () => {
  test("leads to those of the same request, record and actor", async () => {
    const ada = await aClient("ada");
    const id = await ada.mutation(api.invoices.create, anInvoice());
    await ada.mutation(api.invoices.send, { id });
    const page = await openTab(browser, `/audit-log?record=${id}&table=invoices`);
    await page.getByRole("row", { name: /invoices.sent/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("link", { name: "Same request" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByLabel("Remove filter: Request").waitFor();
    await page.getByRole("row", { name: /invoices.created/ }).waitFor({ state: "detached" });
    expect(await shownRows(page)).toHaveLength(1);

    await page.getByRole("row", { name: /invoices.sent/ }).click();
    await dialog.getByRole("link", { name: "Same record" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("row", { name: /invoices.created/ }).waitFor();
    // With those of its lines, which belong to it.
    const actions = (await shownRows(page)).map((name) => name.split(" ")[0]);
    expect(actions).toEqual(["invoices.sent", "lineItems.created", "invoices.created"]);
    await page.context().close();
  });

  test("is sealed, proven in the browser, and handed out with its proof", async () => {
    const page = await openUnsealed();
    const seal = page.getByRole("dialog").getByRole("region", { name: "Seal" });
    await seal.getByRole("button", { name: "Seal now" }).click();
    await seal.getByText(/^Sealed in seal #\d+/).waitFor();
    await seal.getByRole("button", { name: "Verify" }).click();
    await seal.getByText(/^Proven in this browser/).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      seal.getByRole("button", { name: "Inclusion proof" }).click(),
    ]);
    const proof = JSON.parse(await textOf(await download.createReadStream())) as object;
    expect(proof).toMatchObject({ core: expect.stringContaining("invoices.created") });
    await page.context().close();
  });
});

describe("an event from somebody else", () => {
  test("waits behind a pill while somebody reads further down", async () => {
    const page = await openTab(browser, "/audit-log");
    await firstRow(page).waitFor();
    await page.getByRole("searchbox", { name: "Search the log" }).waitFor();
    await page.mouse.wheel(0, 900);
    await page.waitForFunction(() => window.scrollY === 900);
    await expect.poll(() => rowAt(page, 400)).not.toBeNull();
    const middle = await rowAt(page, 400);
    const scrolled = await page.evaluate(() => window.scrollY);

    const ben = await aClient("ben");
    await ben.mutation(api.invoices.create, anInvoice());
    const pill = page.getByRole("button", { name: /^\d+ new$/ });
    await pill.waitFor();
    expect(await rowAt(page, 400)).toBe(middle);
    expect(await page.evaluate(() => window.scrollY)).toBe(scrolled);

    await pill.click();
    await pill.waitFor({ state: "detached" });
    await page.waitForFunction(() => window.scrollY === 0);
    await expect.poll(() => page.locator("[aria-rowindex='2']").innerText()).toContain("Ben");
    await page.context().close();
  });
});

describe("an export", () => {
  test("has each row of the filter once, harmless formulas, and an entry of its own", async () => {
    const ben = await aClient("ben");
    const title = '=HYPERLINK("https://example.com")';
    await ben.mutation(api.invoices.create, anInvoice({ title }));
    const actorId = tokenIdentifierOf({ subject: "ben" });
    const page = await openTab(browser, `/audit-log?actor=${encodeURIComponent(actorId)}`);
    await page.getByRole("button", { name: "Export" }).click();
    const dialog = page.getByRole("dialog", { name: "Export" });
    await dialog.getByRole("button", { name: "Write the file" }).click();
    await dialog.getByText("Written", { exact: true }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      dialog.getByRole("link", { name: "Download" }).click(),
    ]);
    const text = await textOf(await download.createReadStream());
    const { data } = Papa.parse<Record<string, string>>(text, {
      header: true,
      skipEmptyLines: true,
    });
    const ada = await aClient("ada");
    const ids = await allIds(ada, { actorId });
    expect(data).toHaveLength(ids.length);
    const cells = data.flatMap((row) => Object.values(row));
    expect(cells.filter((cell) => /^[=+@]/.test(cell))).toEqual([]);
    expect(text).toContain("HYPERLINK");
    expect(await allIds(ada, { action: "auditLogs.exported" })).not.toEqual([]);
    await page.context().close();
  });
});

/** An entry of just now. The desk's own round comes every five minutes, and may be faster once. */
async function openUnsealed(): Promise<Page> {
  const ada = await aClient("ada");
  const id = await ada.mutation(api.invoices.create, anInvoice());
  const page = await openTab(browser, `/audit-log?record=${id}&table=invoices`);
  await page.getByRole("row", { name: /invoices.created/ }).click();
  const seal = page.getByRole("dialog").getByRole("region", { name: "Seal" });
  await seal.getByText(/^(Not sealed yet|Sealed in seal)/).waitFor();
  if (await seal.getByText(/^Not sealed yet/).isVisible()) return page;
  await page.context().close();
  return await openUnsealed();
}

async function choose(page: Page, label: string, option: string) {
  await page
    .getByRole("button", { name: new RegExp(`${label}$`) })
    .first()
    .click();
  await page.getByRole("option", { name: option, exact: true }).click();
  await page.getByRole("listbox").waitFor({ state: "detached" });
}

/** What the rows say, without how long ago it was. */
async function shownRows(page: Page): Promise<string[]> {
  const rows = page.getByRole("row").filter({ hasNot: page.getByRole("columnheader") });
  return (await rows.allInnerTexts()).map((text) => text.split("\n").slice(0, 3).join(" "));
}

async function rowAt(page: Page, y: number): Promise<string | null> {
  return await page.evaluate(
    (y) =>
      document.elementFromPoint(700, y)?.closest("[role=row]")?.getAttribute("data-key") ?? null,
    y,
  );
}

/** Below the head. */
function firstRow(page: Page) {
  return page.getByRole("row").nth(1);
}
