import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { launchBrowser, newVisitor } from "./browser";
import { aClient, allIds } from "./clients";
import { startDemo } from "./demo";

const MOST_ROWS = 40;

let browser: Browser;
let demoUrl: string;
let stopDemo: () => Promise<void>;
beforeAll(async () => {
  // A demo of its own: two thousand entries would bury what other tests look for.
  ({ demoUrl, stop: stopDemo } = await startDemo());
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await stopDemo();
});

describe("a log of two thousand entries", () => {
  test.each([375, 1280])(
    "scrolls to its end at %i px without a gap, and with few rows in the document",
    async (width) => {
      const ada = await aClient("ada", demoUrl);
      const action = "invoices.reminded";
      if ((await allIds(ada, { action })).length === 0) {
        await ada.mutation(api.breakIt.flood, { count: 2_000 });
      }
      const viewport = { width, height: 800 };
      const context = await newVisitor(browser, { baseURL: demoUrl, viewport });
      const page = await context.newPage();
      await page.goto(`/audit-log?action=${action}`);
      await page.getByRole("row").nth(1).waitFor();
      const { ids, mostRows } = await readToTheEnd(page);
      expect(ids).toEqual(await allIds(ada, { action }));
      expect(ids).toHaveLength(2_000);
      expect(mostRows).toBeLessThanOrEqual(MOST_ROWS);
      await page.screenshot({ path: `test/browser/artefacts/audit-log-end-${width}.png` });
      await context.close();
    },
  );
});

/** Scrolls screen by screen; the rows by their place in the list, as far as it says. */
async function readToTheEnd(page: Page): Promise<{ ids: string[]; mostRows: number }> {
  const ids: string[] = [];
  let mostRows = 0;
  for (let isEnd = false; !isEnd;) {
    const rows = await page.evaluate(() =>
      [...document.querySelectorAll("[role=row][data-key]")].map((row) => ({
        id: row.getAttribute("data-key")!,
        place: Number(row.getAttribute("aria-rowindex")),
      })),
    );
    mostRows = Math.max(mostRows, rows.length);
    // The head is the first row.
    for (const { id, place } of rows) ids[place - 2] = id;
    isEnd = await page.evaluate(() => {
      const { scrollHeight } = document.documentElement;
      const isAtBottom = window.scrollY + window.innerHeight >= scrollHeight - 1;
      window.scrollBy(0, 600);
      return isAtBottom && document.body.innerText.includes("There are no older ones.");
    });
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  return { ids, mostRows };
}
