import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { launchBrowser, openTab, openTabAs } from "./browser";
import { aClient, addressOf, anInvoice } from "./clients";
import { artefact, faultsOf, testLooks, type Look } from "./looks";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

const LOOKS: Look[] = [
  {
    name: "trash",
    path: "/trash",
    prepare: async (page) => {
      await expand(page, "INV-1029");
      await page.getByRole("cell", { name: "Stand concept" }).waitFor();
      await select(page, "INV-1029");
      await select(page, "INV-1030");
    },
  },
  {
    name: "trash, why not",
    path: "/trash",
    prepare: async (page) => {
      await restoreOf(page, "Hostess, day").click();
      await page.getByText("It has to come back first.").waitFor();
      await page.getByRole("button", { name: "Restore both" }).waitFor();
    },
  },
  {
    name: "trash, purge",
    path: "/trash",
    prepare: async (page) => {
      await expand(page, "INV-1029");
      await page.getByRole("button", { name: "Purge now" }).click();
      await page.getByText("1 invoice and 6 lines are deleted for good.").waitFor();
    },
  },
  {
    name: "trash, what has left it",
    path: "/trash?show=ended",
    prepare: async (page) => {
      await page.getByText("Purged", { exact: true }).first().waitFor();
      const current = page.locator("nav[aria-label='Which deletions'] [aria-current=page]");
      expect(await current.allInnerTexts()).toEqual(["Restored or purged"]);
    },
  },
  {
    name: "invoice, delete",
    path: "/invoices",
    prepare: async (page) => {
      await page.goto(await addressOf("INV-1028"));
      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByText("1 line", { exact: true }).waitFor();
    },
  },
];

testLooks(LOOKS);

describe("deleting an invoice", () => {
  test("says what goes along, and is undone from the toast", async () => {
    const { id, number } = await aDraft(["Menu", "Print"]);
    const page = await openTab(browser, `/invoices/${id}`, { reducedMotion: "reduce" });
    await page.getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("alertdialog");
    await dialog.getByText("2 lines", { exact: true }).waitFor();
    await dialog.getByLabel("Reason, if you like").fill("Twice.");
    await dialog.getByRole("button", { name: `Delete ${number}` }).click();

    const toast = page.getByText(`${number} moved to trash`);
    await toast.waitFor();
    await page.getByRole("row", { name: /INV-/ }).first().waitFor();
    expect(await page.getByRole("row", { name: new RegExp(number) }).count()).toBe(0);
    await page.screenshot({ path: artefact("invoice moved to trash light 1280") });
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("row", { name: new RegExp(number) }).waitFor();
    await page.context().close();
  });

  test("puts it into the trash with its lines, and its address leads there", async () => {
    const { id, number } = await aDraft(["Menu", "Print"]);
    await removeDrafts([id]);
    const page = await openTab(browser, `/invoices/${id}`);
    await page.getByRole("heading", { name: `${number} is in the trash` }).waitFor();
    await page.getByRole("link", { name: "Show in trash" }).click();
    const lines = page.getByRole("table", { name: `Lines that went along with ${number}` });
    await lines.getByRole("cell", { name: "Menu" }).waitFor();
    await lines.getByRole("cell", { name: "Print" }).waitFor();
    // The same for whoever gets the address.
    const other = await openTab(browser, page.url().replace(/^https?:\/\/[^/]+/, ""));
    await other.getByRole("table", { name: `Lines that went along with ${number}` }).waitFor();
    await other.context().close();
    await page.context().close();
  });
});

describe("a reason that is one long word", () => {
  test("stays within a phone, in the trash and in the history", async () => {
    const { id, number } = await aDraft(["Menu"]);
    const ada = await aClient("ada");
    await ada.mutation(api.invoices.remove, { id, reason: "x".repeat(200) });
    const viewport = { width: 375, height: 800 };
    const page = await openTab(browser, `/invoices/${id}`, { viewport });
    await page.getByText(/^“x+”$/).waitFor();
    const widthOf = () => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await widthOf()).toBe(375);
    await page.getByRole("link", { name: "Show in trash" }).click();
    await page.getByRole("table", { name: `Lines that went along with ${number}` }).waitFor();
    expect(await widthOf()).toBe(375);
    await page.context().close();
  });
});

describe("an edit that removes a line", () => {
  test("is undone for that line, and keeps the rest", async () => {
    const { id } = await aDraft(["Menu", "Print", "Post"]);
    const page = await openTab(browser, `/invoices/${id}`, { reducedMotion: "reduce" });
    await page.getByLabel("Title").fill("Kiosk, second version");
    await page.getByRole("button", { name: "Remove line 2" }).click();
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("Saved; 1 line moved to trash").waitFor();
    expect(await descriptions(page)).toEqual(["Menu", "Post"]);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("group", { name: "Line 3" }).waitFor();
    expect(await descriptions(page)).toEqual(["Menu", "Print", "Post"]);
    expect(await page.getByLabel("Title").inputValue()).toBe("Kiosk, second version");
    await page.context().close();
  });
});

describe("restoring three together", () => {
  test("never takes a row from the invoices, and from the trash exactly these", async () => {
    const drafts = [await aDraft(["One"]), await aDraft(["Two"]), await aDraft(["Three"])];
    const deletions = await removeDrafts(drafts.map(({ id }) => id));
    const invoices = await openTab(browser, "/invoices");
    await invoices.getByRole("row", { name: /INV-/ }).first().waitFor();
    const page = await openTab(browser, "/trash");
    for (const { number } of drafts) await select(page, number);
    await page.getByText("3 selected").waitFor();
    await watchCount(invoices, "[role=grid] [role=row]");
    await watchCount(page, "[data-deletion]");

    await page.getByRole("button", { name: "Restore 3" }).click();
    await page.getByText("3 deletions restored.").waitFor();
    for (const { number } of drafts) {
      await invoices.getByRole("row", { name: new RegExp(number) }).waitFor();
      expect(await rowOf(page, number).count()).toBe(0);
    }
    const shown = await countsOf(invoices);
    expect(Math.min(...shown)).toBe(shown[0]);
    const left = await countsOf(page);
    expect(Math.min(...left)).toBe(left[0]! - 3);
    const ada = await aClient("ada");
    for (const id of deletions) {
      expect(await ada.query(api.trash.get, { id })).toMatchObject({ state: "restored" });
    }
    await invoices.context().close();
    await page.context().close();
  });
});

describe("the trash by keyboard", () => {
  test("is reached, opened, restored from, and left where one was", async () => {
    const [first, second] = [await aDraft(["One"]), await aDraft(["Two"])];
    const page = await openTab(browser, `/invoices/${first.id}`, { reducedMotion: "reduce" });
    await page.getByRole("button", { name: "Delete" }).focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("Reason, if you like").waitFor();
    await page.keyboard.type("By mistake.");
    await page.keyboard.press("Enter");
    await page.getByText(`${first.number} moved to trash`).waitFor();
    await removeDrafts([second.id]);

    // A dialog has its keys to itself until it is gone.
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    const title = page.getByRole("button", { name: new RegExp(`^${second.number}`) });
    await title.waitFor();
    await title.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("table", { name: new RegExp(`with ${second.number}`) }).waitFor();
    expect(new URL(page.url()).searchParams.get("open")).toBe(
      await rowOf(page, second.number).getAttribute("data-deletion"),
    );
    await page.keyboard.press("Tab");
    expect(await restoreOf(page, second.number).evaluate(isFocused)).toBe(true);
    await page.keyboard.press("Enter");
    await rowOf(page, second.number).waitFor({ state: "detached" });
    // Somebody without a pointer goes on with the row behind it.
    const next = page.getByRole("button", { name: new RegExp(`^${first.number}`) });
    await expect.poll(() => next.evaluate(isFocused)).toBe(true);

    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Space");
    await page.getByText("1 selected").waitFor();
    await page.getByRole("button", { name: "Restore 1" }).focus();
    await page.keyboard.press("Enter");
    await rowOf(page, first.number).waitFor({ state: "detached" });
    await page.context().close();
  });
});

describe("what cannot come back", () => {
  test("says why, and offers the way round it", async () => {
    const { id, number } = await aDraft(["Menu", "Varnish"]);
    const ada = await aClient("ada");
    const [menu] = (await ada.query(api.invoices.get, { id }))!.lines;
    const { description, quantity, unitCents } = menu!;
    const lines = [{ id: menu!._id, description, quantity, unitCents }];
    await ada.mutation(api.invoices.update, { id, ...anInvoice({ lines }) });
    await removeDrafts([id]);

    const page = await openTab(browser, "/trash");
    const line = page.locator("[data-deletion]", { hasText: `Line of ${number}` });
    await line.getByRole("button", { name: "Restore Varnish" }).click();
    await line.getByText(`${number}, which it is a line of, is in the trash itself.`).waitFor();
    await line.getByRole("button", { name: "Restore both" }).click();
    await line.waitFor({ state: "detached" });
    await rowOf(page, number).waitFor({ state: "detached" });
    expect((await ada.query(api.invoices.get, { id }))!.lines).toHaveLength(2);
    await page.context().close();
  });
});

describe("a hold and a purge", () => {
  test("a held deletion stays; a purge names what is lost, and wants the name typed", async () => {
    const { id, number } = await aDraft(["Menu", "Print"]);
    await removeDrafts([id]);
    const page = await openTab(browser, "/trash");
    await expand(page, number);
    await page.getByRole("button", { name: "Hold" }).click();
    await page.getByLabel("Reason").fill("The auditors ask for it.");
    await page.getByRole("button", { name: "Put on hold" }).click();
    await rowOf(page, number).getByText("On hold", { exact: true }).waitFor();
    expect(await restoreOf(page, number).isDisabled()).toBe(true);
    expect(await page.getByRole("button", { name: "Purge now" }).count()).toBe(0);
    await page.getByRole("button", { name: "Release" }).click();
    await page.getByLabel("Reason").fill("They are done.");
    await page.getByRole("alertdialog").getByRole("button", { name: "Release" }).click();

    await page.getByRole("button", { name: "Purge now" }).click();
    await page.getByText("1 invoice and 2 lines are deleted for good.").waitFor();
    const purge = page.getByRole("button", { name: `Purge ${number}` });
    expect(await purge.isDisabled()).toBe(true);
    await page.getByLabel(`Type ${number} to confirm`).fill(number);
    await purge.click();
    await rowOf(page, number).waitFor({ state: "detached" });

    await page.getByRole("link", { name: "Restored or purged" }).click();
    await rowOf(page, number).getByText("Purged", { exact: true }).waitFor();
    await page.context().close();
  });
});

describe("a viewer", () => {
  test("sees the trash, and is told what it takes to restore", async () => {
    const chloe = await openTabAs(browser, "chloe", "/trash");
    const button = restoreOf(chloe, "INV-1030");
    await button.waitFor();
    expect(await button.isDisabled()).toBe(true);
    await button.focus();
    await chloe.keyboard.press("Shift+Tab");
    await chloe.keyboard.press("Tab");
    expect(await chloe.getByRole("tooltip").innerText()).toBe(
      "As viewer you may not restore what was deleted. It takes the role editor or admin.",
    );
    await chloe.context().close();
  });
});

// --- The world -------------------------------------------------------------------------------

async function aDraft(descriptions: string[]) {
  const ada = await aClient("ada");
  const lines = descriptions.map((description) => ({ description, quantity: 1, unitCents: 100 }));
  const id = await ada.mutation(api.invoices.create, anInvoice({ lines }));
  const { number } = (await ada.query(api.invoices.get, { id }))!;
  return { id, number };
}

/** @returns the deletions */
async function removeDrafts(ids: Awaited<ReturnType<typeof aDraft>>["id"][]): Promise<string[]> {
  const ada = await aClient("ada");
  const removed: string[] = [];
  for (const id of ids) removed.push(await ada.mutation(api.invoices.remove, { id }));
  return removed;
}

// --- The screen ------------------------------------------------------------------------------

function rowOf(page: Page, name: string): Locator {
  const title = page.locator("[aria-expanded]", { hasText: name });
  return page.locator("[data-deletion]").filter({ has: title });
}

function restoreOf(page: Page, name: string): Locator {
  return page.getByRole("button", { name: `Restore ${name}` });
}

async function expand(page: Page, name: string): Promise<void> {
  await rowOf(page, name).locator("[aria-expanded]").click();
}

async function select(page: Page, name: string): Promise<void> {
  // The box itself is hidden under its picture.
  await rowOf(page, name).locator("label").click();
}

/** What is in the fields, line by line. */
async function descriptions(page: Page): Promise<string[]> {
  const fields = await page.getByLabel("Description").all();
  return await Promise.all(fields.map((field) => field.inputValue()));
}

function isFocused(element: Element): boolean {
  return element === document.activeElement;
}

/** Notes how many there are, now and after each change. */
async function watchCount(page: Page, selector: string): Promise<void> {
  await page.evaluate((selector) => {
    const count = () => document.querySelectorAll(selector).length;
    const counts = [count()];
    new MutationObserver(() => counts.push(count())).observe(document.body, {
      childList: true,
      subtree: true,
    });
    Object.assign(window, { counts });
  }, selector);
}

async function countsOf(page: Page): Promise<number[]> {
  return await page.evaluate(() => (window as unknown as { counts: number[] }).counts);
}
