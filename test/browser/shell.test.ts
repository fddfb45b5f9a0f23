import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openTab } from "./browser";
import { artefact } from "./looks";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

describe("keys on every screen", () => {
  test("go from screen to screen", async () => {
    const page = await openTab(browser, "/invoices");
    await heading(page, "Invoices").waitFor();
    for (const [key, name] of [
      ["o", "Overview"],
      ["a", "Audit log"],
      ["p", "People"],
      ["r", "Roles"],
      ["i", "Invoices"],
    ] as const) {
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      await heading(page, name).waitFor();
    }
  });

  test("are letters where somebody types", async () => {
    const page = await openTab(browser, "/people");
    const field = page.getByRole("searchbox", { name: "Search people" });
    await field.focus();
    await page.keyboard.type("g i?/");
    expect(await field.inputValue()).toBe("g i?/");
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(new URL(page.url()).pathname).toBe("/people");
  });

  test("open the help, and Escape gives the focus back", async () => {
    const page = await openTab(browser, "/people");
    const row = page.getByRole("row", { name: /Elif Kaya/ });
    await row.focus();
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Help" });
    await help.getByText("Help and shortcuts").waitFor();
    expect(await help.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "detached" });
    expect(await row.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test("without a modifier can be switched off, and those with one stay", async () => {
    const page = await openTab(browser, "/people");
    await page.getByRole("button", { name: "Help and shortcuts" }).click();
    await page.getByText("Keys without Ctrl are shortcuts").click();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Search" }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(1);
  });
});

describe("the search", () => {
  test("jumps to an invoice by its number", async () => {
    const page = await openTab(browser, "/people");
    await heading(page, "People").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Search" }).waitFor();
    await page.keyboard.type("1016");
    await page.getByRole("option", { name: /INV-1016/ }).waitFor();
    await page.keyboard.press("Enter");
    await heading(page, "INV-1016").waitFor();
  });

  test("jumps to the first also after a letter was taken back", async () => {
    const page = await openTab(browser, "/people");
    await heading(page, "People").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Search" }).waitFor();
    await page.keyboard.type("10161");
    await page.getByText("Nothing here has that name or number.").waitFor();
    await page.keyboard.press("Backspace");
    await page.getByRole("option", { name: /INV-1016/ }).waitFor();
    await page.keyboard.press("Enter");
    await heading(page, "INV-1016").waitFor();
  });

  test("goes nowhere before anything is typed", async () => {
    const page = await openTab(browser, "/people");
    await heading(page, "People").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("option", { name: "Invoices" }).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.type("ro");
    await page.getByRole("option", { name: "Roles" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/people");
  });

  test("jumps to a screen, and finds invoices by customer", async () => {
    const page = await openTab(browser, "/invoices");
    await heading(page, "Invoices").waitFor();
    await page.keyboard.press("/");
    await page.getByRole("dialog", { name: "Search" }).waitFor();
    await page.keyboard.type("brume");
    await page.getByRole("option", { name: /INV-1015/ }).waitFor();
    await page.getByRole("searchbox", { name: "Search" }).fill("rol");
    await page.getByRole("option", { name: "Roles" }).waitFor();
    await page.keyboard.press("Enter");
    await heading(page, "Roles").waitFor();
  });
});

describe("an address that makes no sense", () => {
  test.each([
    ["/invoices?status=lost", "Invoices"],
    ["/audit-log?within=age&outcome=maybe&words=%20&from=2026-13-01T00:00Z", "Audit log"],
    ["/trash?table=people&show=all", "Trash"],
    ["/jobs?state=lost&queue=lost", "Jobs"],
    ["/people?status=lost", "People"],
  ])("shows the screen, without what it cannot show: %s", async (address, name) => {
    const page = await openTab(browser, address);
    await heading(page, name).waitFor();
    await page.waitForURL((url) => url.search === "");
    await page.waitForLoadState("networkidle");
    expect(await page.getByText("This screen could not be shown.").count()).toBe(0);
    await page.context().close();
  });
});

describe("the menu of a phone", () => {
  test("leads to a screen and closes", async () => {
    const page = await openTab(browser, "/invoices", { viewport: { width: 375, height: 800 } });
    await page.getByRole("button", { name: "Screens" }).click();
    const menu = page.getByRole("dialog", { name: "Screens" });
    await menu.getByRole("link", { name: "Roles" }).click();
    await heading(page, "Roles").waitFor();
    await menu.waitFor({ state: "detached" });
  });
});

describe("where the screen is low, as when it is magnified", () => {
  const LOW = { viewport: { width: 640, height: 360 } };

  test("a dialog can be scrolled to its buttons, and to its title", async () => {
    const page = await openTab(browser, "/roles", LOW);
    await page.getByRole("button", { name: /the roles of Ben/ }).click();
    const dialog = page.getByRole("alertdialog");
    await dialog.waitFor();
    await page.screenshot({ path: artefact("a dialog on a low screen") });
    for (const part of [
      dialog.getByRole("button", { name: "Cancel" }),
      dialog.getByRole("heading"),
    ]) {
      await part.scrollIntoViewIfNeeded();
      expect(await isInSight(part)).toBe(true);
    }
    await page.context().close();
  });

  test("a menu follows the keys to its end", async () => {
    const page = await openTab(browser, "/invoices", LOW);
    await page.getByRole("button", { name: "Try to break it" }).press("Enter");
    const last = page.getByRole("menuitem").last();
    await last.waitFor();
    await page.keyboard.press("End");
    await expect.poll(() => isInSight(last)).toBe(true);
    await page.context().close();
  });
});

describe("the theme", () => {
  test("is there at once where motion is reduced", async () => {
    const page = await openTab(browser, "/people", { reducedMotion: "reduce" });
    await page.getByRole("row", { name: /Elif Kaya/ }).waitFor();
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    await page.context().close();
  });
});

/** Whether all of it is on the screen, and nothing over it. */
async function isInSight(part: Locator): Promise<boolean> {
  return await part.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    if (top < 0 || bottom > window.innerHeight) return false;
    const middle = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return element.contains(middle);
  });
}
