import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { inject } from "vitest";

/** A connection to the one browser that demo.ts starts; closing it leaves that running. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.connect(inject("browserUrl"));
}

/** A tab of its own, signed in as Ada, on a page of the demo. */
export async function openTab(
  browser: Browser,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ baseURL: inject("demoUrl"), ...options });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

/** {@link openTab}, signed in as somebody else. */
export async function openTabAs(
  browser: Browser,
  subject: "ada" | "ben" | "chloe",
  path: string,
): Promise<Page> {
  const context = await browser.newContext({ baseURL: inject("demoUrl"), reducedMotion: "reduce" });
  await context.addInitScript((chosen) => {
    // Only at first: somebody may switch later.
    if (sessionStorage.getItem("ledgerline:person") === null)
      sessionStorage.setItem("ledgerline:person", chosen);
  }, subject);
  const page = await context.newPage();
  await page.goto(path);
  return page;
}
