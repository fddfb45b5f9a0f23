import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "playwright-core";
import { inject } from "vitest";

/** No test promises a time. This ends a wait for what does not come; jobs wait for their next attempt. */
const PATIENCE_MS = 60_000;

/** A connection to the one browser that demo.ts starts; closing it leaves that running. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.connect(inject("browserUrl"));
}

/** A visitor of the demo: tabs of one share what the browser keeps. */
export async function newVisitor(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: inject("demoUrl"), ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

/** A tab of its own, signed in as Ada, on a page of the demo. */
export async function openTab(
  browser: Browser,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await newVisitor(browser, options);
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
  const context = await newVisitor(browser, { reducedMotion: "reduce" });
  await context.addInitScript((chosen) => {
    // Only at first: somebody may switch later.
    if (sessionStorage.getItem("ledgerline:person") === null)
      sessionStorage.setItem("ledgerline:person", chosen);
  }, subject);
  const page = await context.newPage();
  await page.goto(path);
  return page;
}
