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
    await page.getByRole("searchbox", { name: "Invoice" }).focus();
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

  test("goes on to rows that were not in the document, and comes back to them", async () => {
    const page = await openTab(browser, "/audit-log");
    const rows = page.getByRole("row");
    await rows.nth(1).waitFor();
    const first = await rows.nth(1).getAttribute("data-key");
    await rows.nth(1).focus();
    for (let i = 0; i < 45; i++) await page.keyboard.press("ArrowDown");
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute("data-key") ?? null);
    const far = await focused();
    expect(far).not.toBe(first);
    expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(1_000);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await focused()).toBe(far);
  });

  test("picks a time in the histogram with the arrow keys, and gives it up with Delete", async () => {
    const page = await openTab(browser, "/audit-log?within=day");
    const from = page.getByRole("slider", { name: "From" });
    await from.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.getByLabel("Remove filter: Time").waitFor();
    const { searchParams } = new URL(page.url());
    const picked = Date.parse(searchParams.get("to")!) - Date.parse(searchParams.get("from")!);
    expect(picked).toBe(22 * 3_600_000);
    expect(await from.getAttribute("aria-valuenow")).toBe("2");
    await page.keyboard.press("Delete");
    await page.getByLabel("Remove filter: Time").waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.has("from")).toBe(false);
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
