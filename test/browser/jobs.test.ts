import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { launchBrowser, openTab, openTabAs } from "./browser";
import { aClient } from "./clients";
import { faultsOf, testLooks, type Look } from "./looks";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

/** What the seed begins: it fails for good after its last attempt, some seconds after the start. */
const FAILED = "Proofs of the summer label";

const LOOKS: Look[] = [
  {
    name: "jobs",
    path: "/jobs",
    prepare: async (page) => {
      const ada = await aClient("ada");
      await ada.mutation(api.reports.start, { day: "2026-09-15" });
      await ada.mutation(api.mails.remindAll, {});
      await page.getByText("Running").first().waitFor();
    },
  },
  {
    name: "jobs, failed",
    path: "/jobs?state=failed",
    prepare: async (page) => await rowOf(page, FAILED).waitFor(),
  },
  {
    name: "jobs, one of them",
    path: "/jobs?state=failed",
    prepare: async (page) => {
      await titleOf(page, FAILED).click();
      await page.getByRole("img", { name: /^4 attempts, with waits of/ }).waitFor();
    },
  },
  {
    name: "jobs, a report",
    path: "/jobs?state=completed",
    prepare: async (page) => {
      await titleOf(page, "Report, 2026-10").click();
      await page.getByRole("table", { name: "Invoices that are due in 2026-10" }).waitFor();
    },
  },
  {
    name: "jobs, redrive",
    path: "/jobs?state=failed",
    prepare: async (page) => {
      await rowOf(page, FAILED).waitFor();
      await page.getByRole("button", { name: /^Retry all \d+$/ }).click();
      await page.getByRole("alertdialog").waitFor();
    },
  },
];

testLooks(LOOKS);

describe("a failing job", () => {
  test("waits longer and longer, fails readably, and gets through by a retry", async () => {
    const page = await openTab(browser, "/jobs", { reducedMotion: "reduce" });
    // In a busy queue, the wait for a place comes on top.
    await page.getByText("0 running, 0 waiting").waitFor();
    await page.getByRole("button", { name: "Start a flaky job" }).click();
    const drawer = page.getByRole("dialog", { name: "Job" });
    await drawer.getByText("1. failed").waitFor();
    await drawer.getByRole("button", { name: /^Retry/ }).waitFor();
    await drawer.getByText("421 The server of press@larkspur.example is busy").first().waitFor();
    const told = await drawer.getByRole("img", { name: /^4 attempts/ }).getAttribute("aria-label");
    const waits = [...told!.matchAll(/([\d.]+) s/g)].map(([, seconds]) => Number(seconds));
    expect(waits).toHaveLength(3);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));

    // The address leads others to the same job.
    const other = await openTab(browser, page.url().replace(/^https?:\/\/[^/]+/, ""));
    await other.getByRole("dialog", { name: "Job" }).getByText("4. failed").waitFor();
    await drawer.getByRole("button", { name: /^Retry/ }).click();
    await drawer.getByText("5. completed").waitFor();
    await other.getByRole("dialog", { name: "Job" }).getByText("5. completed").waitFor();
    await other.context().close();
    await page.context().close();
  });

  test("is offered where one may try to break things", async () => {
    const page = await openTab(browser, "/invoices", { reducedMotion: "reduce" });
    await page.getByRole("button", { name: "Try to break it" }).click();
    await page.getByRole("menuitem", { name: "A failing job" }).click();
    await page.getByRole("button", { name: "Send the mail" }).click();
    const happened = page.getByRole("status", { name: "What happened" });
    await happened.getByText("421 The server").waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await happened.getByRole("link", { name: "Open the job" }).click();
    await page.getByRole("dialog", { name: "Job" }).getByText("4. failed").waitFor();
    await page.context().close();
  });
});

describe("a report", () => {
  test("has a bar while it is built, and its figures in the end", async () => {
    const page = await openTab(browser, "/jobs", { reducedMotion: "reduce" });
    await page.getByRole("button", { name: "Start a report" }).click();
    const drawer = page.getByRole("dialog", { name: "Job" });
    const bar = drawer.getByRole("progressbar", { name: "Reading sent invoices" });
    await bar.waitFor();
    expect(await bar.getAttribute("aria-valuetext")).toBe("25%");
    await drawer.getByRole("table", { name: /^Invoices that are due in/ }).waitFor();
    await drawer.getByRole("status").getByText("Completed").waitFor();
    await page.context().close();
  });
});

describe("the queue", () => {
  test("is paused and resumed; what waits in it is cancelled", async () => {
    const page = await openTab(browser, "/jobs", { reducedMotion: "reduce" });
    await page.getByText("0 waiting").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("paused", { exact: true }).waitFor();
    const ada = await aClient("ada");
    const mail = { to: "press@larkspur.example", subject: "Cancelled in time" };
    await ada.mutation(api.mails.sendOne, mail);
    const row = rowOf(page, mail.subject);
    await row.getByText("for a free place").waitFor();
    await row.getByRole("button", { name: `Cancel ${mail.subject}` }).click();
    await page.getByText(`“${mail.subject}” is cancelled.`).waitFor();
    await row.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("2 at a time").waitFor();
    await page.getByRole("link", { name: /^Cancelled/ }).click();
    await rowOf(page, mail.subject).waitFor();
    const current = page.locator("nav[aria-label='Jobs by state'] [aria-current=page]");
    expect(await current.allInnerTexts()).toEqual([expect.stringMatching(/^Cancelled/)]);
    await page.context().close();
  });
});

describe("what is about many jobs", () => {
  test("names the number first: a batch, and all that have failed", async () => {
    const page = await openTab(browser, "/jobs", { reducedMotion: "reduce" });
    await page.getByRole("button", { name: "Send reminders" }).click();
    await page.getByText("Jobs of one batch").waitFor();
    const batch = page.getByRole("listitem").filter({ hasText: "Reminders, 7 jobs" }).first();
    await batch.getByText("6 completed, 1 failed").waitFor();
    await batch.getByRole("button", { name: "Retry failed" }).click();
    await page.getByRole("heading", { name: "Try 1 failed job again?" }).waitFor();
    await page.getByRole("button", { name: "Try 1 failed job again" }).click();
    await page.getByText("1 failed job on the way again.").waitFor();

    await page.goto("/jobs?state=failed");
    const all = page.getByRole("button", { name: /^Retry all \d+$/ });
    await all.waitFor();
    await all.click();
    const dialog = page.getByRole("alertdialog");
    const title = await dialog.getByRole("heading").innerText();
    const [, count] = /^Try (\d+) failed jobs? again\?$/.exec(title)!;
    await dialog.getByRole("button", { name: /^Try / }).click();
    await page.getByText(new RegExp(`^${count} jobs? of ${count} looked at$`)).waitFor();
    expect(new URL(page.url()).searchParams.get("redrive")).not.toBeNull();
    await page.getByRole("button", { name: "Dismiss" }).click();
    await page.getByText("Tried again").waitFor({ state: "detached" });
    await page.context().close();
  });
});

describe("the states on a phone", () => {
  test("move until the one in the address is in sight", async () => {
    const page = await openTab(browser, "/jobs?state=cancelled", {
      viewport: { width: 375, height: 800 },
    });
    const tab = page.getByRole("link", { name: /^Cancelled \d/ });
    await tab.waitFor();
    const { x, width } = (await tab.boundingBox())!;
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(375);
    await page.context().close();
  });
});

describe("the jobs by keyboard", () => {
  test("are reached, opened, tried again, and left where one was", async () => {
    const ada = await aClient("ada");
    const mail = { to: "nobody at all", subject: "By keyboard" };
    const id = await ada.mutation(api.mails.sendOne, mail);
    const page = await openTab(browser, "/invoices", { reducedMotion: "reduce" });
    await page.getByRole("row", { name: /INV-/ }).first().waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("j");
    const tab = page.getByRole("link", { name: /^Failed/ });
    await tab.waitFor();
    await tab.focus();
    await page.keyboard.press("Enter");
    const title = titleOf(page, mail.subject);
    await title.waitFor();
    await title.focus();
    await page.keyboard.press("Enter");
    const drawer = page.getByRole("dialog", { name: "Job" });
    await drawer.getByText("NO_ADDRESS").first().waitFor();
    expect(new URL(page.url()).searchParams.get("job")).toBe(id);
    await page.keyboard.press("Escape");
    await expect.poll(() => title.evaluate(isFocused)).toBe(true);
    await page.keyboard.press("Tab");
    const retry = page.getByRole("button", { name: `Retry ${mail.subject}` });
    expect(await retry.evaluate(isFocused)).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByText(`“${mail.subject}” is tried again.`).waitFor();
    await page.context().close();
  });
});

describe("a viewer", () => {
  test("sees jobs, and is told what it takes to start one or to pause the queue", async () => {
    const chloe = await openTabAs(browser, "chloe", "/jobs?state=completed");
    await rowOf(chloe, "Report, 2026-").waitFor();
    await expectReason(
      chloe,
      "Start a report",
      "As viewer you may not start jobs. It takes the role editor or admin.",
    );
    await expectReason(
      chloe,
      "Pause",
      "As viewer you may not pause a queue. It takes the role admin.",
    );
    await chloe.context().close();
  });
});

// --- The screen ------------------------------------------------------------------------------

function titleOf(page: Page, name: string): Locator {
  return page.locator("[data-job] [aria-haspopup=dialog]", { hasText: name }).first();
}

function rowOf(page: Page, name: string): Locator {
  return page.locator("[data-job]", { hasText: name }).first();
}

/** Somebody without a pointer comes to the button, and hears why it does nothing. */
async function expectReason(page: Page, name: string, reason: string): Promise<void> {
  const button = page.getByRole("button", { name });
  expect(await button.isDisabled()).toBe(true);
  await button.focus();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  await page.getByRole("tooltip", { name: reason }).or(page.getByText(reason)).first().waitFor();
}

function isFocused(element: Element): boolean {
  return element === document.activeElement;
}
