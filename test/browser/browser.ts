import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { inject } from "vitest";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
  return await chromium.launch({ executablePath, args: FLAGS });
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
