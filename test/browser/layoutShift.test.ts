import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openTab } from "./browser";

/** A share of the screen that moved, times how far it moved; the field calls 0.1 good. */
const MOST_SHIFT = 0.01;
const WIDTHS = [375, 1280];

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

describe("a screen that loads", () => {
  test.each([
    { path: "/invoices", ready: (page: Page) => page.getByRole("row", { name: /INV-/ }) },
    { path: "/overview", ready: (page: Page) => page.getByText(/^last seal|first seal/) },
    { path: "/audit-log", ready: (page: Page) => page.getByLabel("Search the log") },
    { path: "/audit-log?within=day", ready: (page: Page) => page.getByLabel("Search the log") },
    { path: "/trash", ready: (page: Page) => page.getByLabel("Select all") },
    { path: "/jobs", ready: (page: Page) => page.getByText(/ running, /) },
    { path: "/people", ready: (page: Page) => page.getByRole("row", { name: /Ada/ }) },
    { path: "/roles", ready: (page: Page) => page.getByRole("table") },
  ])("puts what comes where its skeleton stood: $path", async ({ path, ready }) => {
    for (const width of WIDTHS) {
      const page = await openTab(browser, path, { viewport: { width, height: 800 } });
      await ready(page).first().waitFor();
      await page.waitForLoadState("networkidle");
      expect(await shiftOf(page), `at ${width} px`).toBeLessThan(MOST_SHIFT);
      await page.context().close();
    }
  });
});

/** How far what was painted has moved since, over all. */
async function shiftOf(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    let shift = 0;
    const add = (list: PerformanceEntryList) => {
      for (const entry of list) shift += (entry as PerformanceEntry & { value: number }).value;
    };
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    // What has been is told in a task of its own, and nothing is told where nothing has been.
    await new Promise((done) => setTimeout(done, 100));
    add(observer.takeRecords());
    return shift;
  });
}
