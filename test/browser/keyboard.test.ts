import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openTab } from "./browser";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

describe("the audit log by keyboard", () => {
  test("opens an entry with Enter, and comes back to its row with Escape", async () => {
    const page = await openTab(browser, "/audit-log");
    const rows = page.getByRole("row");
    await rows.nth(1).waitFor();
    await page.getByRole("searchbox").focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    const chosen = rows.nth(2);
    expect(await chosen.evaluate((row) => row === document.activeElement)).toBe(true);

    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("Request", { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get("entry")).toBe(
      await chosen.getAttribute("data-key"),
    );

    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await chosen.evaluate((row) => row === document.activeElement)).toBe(true);
  });
});

describe("an invoice by keyboard", () => {
  test("is written and saved without a pointer", async () => {
    const page = await openTab(browser, "/invoices/new");
    await page.getByLabel("Customer").focus();
    await page.keyboard.type("Kiosk am Kanal");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Newspaper stand");
    await page.getByLabel("Description").focus();
    await page.keyboard.type("Drawing");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /^INV-\d+$/ }).waitFor();
  });
});
