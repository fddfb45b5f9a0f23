import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openTab } from "./browser";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

describe("the audit log", () => {
  test("shows an invoice that somebody creates in another tab, without a reload", async () => {
    const reader = await openTab(browser, "/audit-log");
    await firstRow(reader).waitFor();
    await reader.evaluate(() => Object.assign(window, { isSamePage: true }));
    const newest = await firstRow(reader).getAttribute("data-key");

    const writer = await openTab(browser, "/invoices");
    const number = await createInvoice(writer);

    const arrived = reader.getByRole("row", { name: new RegExp(`invoices.created Ada ${number}`) });
    await arrived.waitFor();
    const shown = await reader
      .locator("[role=row][data-key]")
      .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-key")));
    // Above what was the newest; other tests may have left jobs that go on recording.
    expect(shown.indexOf(await arrived.getAttribute("data-key"))).toBeLessThan(
      shown.indexOf(newest),
    );
    expect(await reader.evaluate(() => "isSamePage" in window)).toBe(true);
  });
});

/** @returns its number */
async function createInvoice(page: Page): Promise<string> {
  await page.getByRole("link", { name: "New invoice" }).click();
  await page.getByLabel("Customer").fill("Kiosk am Kanal");
  await page.getByLabel("Title").fill("Newspaper stand");
  await page.getByLabel("Description").fill("Drawing");
  await page.getByRole("button", { name: "Save draft" }).click();
  return await page.getByRole("heading", { name: /^INV-\d+$/ }).innerText();
}

/** Below the head. */
function firstRow(page: Page) {
  return page.getByRole("row").nth(1);
}
