import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { launchBrowser, newVisitor } from "./browser";
import { aClient, allIds, anInvoice } from "./clients";

let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  browser = await launchBrowser();
});
beforeEach(async () => {
  context = await newVisitor(browser, { reducedMotion: "reduce" });
});
afterEach(async () => {
  await context.close();
});
afterAll(async () => {
  await browser.close();
});

describe("while an answer is on its way", () => {
  test("what is being saved stands still, and nothing typed is lost unseen", async () => {
    const ada = await aClient("ada");
    const id = await ada.mutation(api.invoices.create, anInvoice({ title: "Awning" }));
    const { page, answers } = await open(`/invoices/${id}`);
    const title = page.getByLabel("Title");
    await title.fill("Awning, red");
    answers.hold();
    await page.getByRole("button", { name: "Save changes" }).click();
    await title.pressSequentially(" and white");
    expect(await title.inputValue()).toBe("Awning, red");
    answers.release();
    await page.getByText(/was saved/).waitFor();
    await title.pressSequentially(" and white");
    expect(await title.inputValue()).toBe("Awning, red and white");
  });

  test("the people of one status are not shown as those of another", async () => {
    const { page, answers } = await open("/people?words=ada");
    const ada = page.getByRole("row", { name: /Ada/ });
    await ada.waitFor();
    answers.hold();
    await page.getByRole("link", { name: "Suspended" }).click();
    await page.getByRole("status", { name: "Searching people" }).waitFor();
    expect(await ada.count()).toBe(0);
    answers.release();
    await page.getByText("No name or e-mail begins with “ada”.").waitFor();
  });

  test.each([
    ["/audit-log", "Search the log", "Nothing in the log matches."],
    ["/people", "Search people", "No name or e-mail begins with"],
  ])("nobody is told that there is nothing: %s", async (path, label, nothing) => {
    const { page, answers } = await open(`${path}?words=zzz`);
    await page.getByText(nothing).waitFor();
    answers.hold();
    await page.getByRole("searchbox", { name: label }).fill("ada");
    await page.waitForURL(/words=ada/);
    await page.getByText(nothing).waitFor({ state: "detached" });
    answers.release();
    await page.getByRole("row", { name: /Ada/ }).first().waitFor();
  });

  test("Enter in the search opens nothing that was found for other letters", async () => {
    const { page, answers } = await open("/roles");
    await page.getByRole("heading", { level: 1, name: "Roles" }).waitFor();
    await page.keyboard.press("Control+k");
    const field = page.getByRole("searchbox", { name: "Search" });
    await field.fill("101");
    await page.getByRole("option", { name: /INV-1019/ }).waitFor();
    answers.hold();
    await field.fill("1014");
    await page.getByRole("option", { name: /INV-1019/ }).waitFor({ state: "detached" });
    await page.getByRole("option", { name: /INV-1014/ }).waitFor();
    await page.keyboard.press("Enter");
    answers.release();
    await page.getByRole("heading", { level: 1, name: "INV-1014" }).waitFor();
  });

  test("a second press writes no second file", async () => {
    const ada = await aClient("ada");
    const before = await allIds(ada, { action: "auditLogs.exported" });
    const { page, answers } = await open("/audit-log?panel=export");
    const write = page.getByRole("button", { name: "Write the file" });
    await write.waitFor();
    answers.hold();
    await write.click();
    await write.click({ force: true });
    answers.release();
    await page.getByRole("link", { name: "Download" }).waitFor();
    const after = await allIds(ada, { action: "auditLogs.exported" });
    // One where it began, one where it ended.
    expect(after.length - before.length).toBe(2);
  });
});

/** A tab whose backend is heard only while its answers are not held. */
async function open(path: string) {
  let released = Promise.resolve();
  let release = () => {};
  await context.routeWebSocket(/embedded-convex/, (socket) => {
    const server = socket.connectToServer();
    // One after the other, as they were said.
    let last = Promise.resolve();
    server.onMessage((message) => {
      last = last.then(() => released).then(() => socket.send(message));
    });
  });
  const page: Page = await context.newPage();
  await page.goto(path);
  const hold = () => {
    released = new Promise((resolve) => {
      release = resolve;
    });
  };
  return { page, answers: { hold, release: () => release() } };
}
