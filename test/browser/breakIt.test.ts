import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openTab, openTabAs } from "./browser";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

describe("try to break it", () => {
  test("a burst is refused, and heard again when the countdown says", async () => {
    const page = await openTab(browser, "/invoices");
    const trial = await open(page, "Too many calls");
    await trial.getByRole("button", { name: "Call eight times" }).click();
    const happened = trial.getByRole("status", { name: "What happened" });
    await happened.getByText("RATE_LIMITED").waitFor();
    const once = happened.getByRole("button", { name: "Call once" });
    expect(await once.isDisabled()).toBe(true);
    expect(await trial.getByRole("button", { name: /^Again in \d s$/ }).isDisabled()).toBe(true);

    const isKept = (element: Element) => element.contains(document.activeElement);
    expect(await trial.evaluate(isKept)).toBe(true);

    await happened.getByText("There is room again").waitFor();
    await once.click();
    await trial.getByText("1 call was heard.").waitFor();
    await page.context().close();
  });

  test("a burst leaves a denied entry to be opened", async () => {
    const page = await openTabAs(browser, "ben", "/invoices");
    const trial = await open(page, "Too many calls");
    await trial.getByRole("button", { name: "Call eight times" }).click();
    await trial.getByRole("link", { name: "Open the entry" }).click();
    const entry = page.getByRole("dialog", { name: "Entry" });
    await entry.getByText("breakIt:knock").first().waitFor();
    await entry.getByText("denied").waitFor();
    await page.context().close();
  });

  test("what Chloé may not do is refused, and Ada sees that she tried", async () => {
    const page = await openTab(browser, "/invoices");
    const trial = await open(page, "Void as Chloé");
    await trial.getByRole("button", { name: /^Void INV-\d+ as Chloé$/ }).click();
    await trial.getByText("FORBIDDEN").waitFor();
    await trial.getByRole("link", { name: "Open the entry" }).click();
    const entry = page.getByRole("dialog", { name: "Entry" });
    await entry.getByText(/^Chloé on /).waitFor();
    await page.keyboard.press("Escape");
    await page
      .getByRole("row", { name: /invoices.voided.*denied.*Chloé/ })
      .first()
      .waitFor();
    await page.context().close();
  });

  test("a forged token is not let in", async () => {
    const page = await openTab(browser, "/invoices");
    const trial = await open(page, "A forged token");
    await trial.getByRole("button", { name: "Forge and call" }).click();
    await trial.getByRole("status").getByText("Unauthenticated").first().waitFor();
    await page.context().close();
  });

  test("bad input is refused field by field", async () => {
    const page = await openTab(browser, "/audit-log");
    const trial = await open(page, "A title of spaces");
    await trial.getByRole("button", { name: "Send the invoice" }).click();
    await trial.getByText("VALIDATION_FAILED").waitFor();
    const fields = await trial.getByRole("term").allInnerTexts();
    expect(fields.sort()).toEqual([
      "customer",
      "dueOn",
      "lines.0.quantity",
      "lines.0.unitCents",
      "title",
    ]);
    await page.context().close();
  });

  test("an entry that was tampered with is named, until it is put back", async () => {
    const page = await openTab(browser, "/audit-log");
    let trial = await open(page, "Tamper with the log");
    await trial.getByRole("button", { name: "Edit an entry" }).click();
    await trial.getByRole("link", { name: "Verify the log" }).click();
    const verified = page.getByRole("dialog", { name: "Verify the log" });
    await verified.getByText("entry_changed").waitFor();
    await verified.getByRole("link", { name: "Open the entry" }).click();
    const entry = page.getByRole("dialog", { name: "Entry" });
    await entry.getByText("This is not what was sealed").waitFor();
    await page.keyboard.press("Escape");
    await entry.waitFor({ state: "detached" });

    trial = await open(page, "Tamper with the log");
    await trial.getByRole("button", { name: "Put it back" }).click();
    await trial.getByRole("button", { name: "Edit an entry" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Verify" }).click();
    await verified.getByText("Everything is as it was sealed.").waitFor();
    await page.context().close();
  });
});

/** Chooses a trial from the menu; gives its panel. */
async function open(page: Page, name: string) {
  await page.getByRole("button", { name: "Try to break it" }).click();
  await page.getByRole("menuitem", { name }).click();
  const trial = page.getByRole("dialog", { name });
  await trial.waitFor();
  return trial;
}
