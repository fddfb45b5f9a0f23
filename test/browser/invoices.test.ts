import { isPlatformError } from "convex-platform";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { tokenIdentifierOf } from "../../example/convex/people";
import { launchBrowser, openTab } from "./browser";
import { aClient, allIds, anInvoice } from "./clients";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

describe("signed out", () => {
  test("nothing is shown, and what one writes anyway is refused", async () => {
    const page = await openTab(browser, "/invoices");
    await page.getByRole("row", { name: /INV-/ }).first().waitFor();
    await page.getByRole("button", { name: /Signed in as Ada/ }).click();
    await page.getByRole("menuitemradio", { name: "Signed out" }).click();
    await page.getByText("Nobody is signed in.").waitFor();
    expect(await page.getByRole("row").count()).toBe(0);

    const stranger = await aClient();
    const refused: unknown = await stranger
      .mutation(api.invoices.create, anInvoice())
      .catch((error: unknown) => error);
    expect(isPlatformError(refused, "UNAUTHENTICATED")).toBe(true);
    const paginationOpts = { numItems: 5, cursor: null };
    expect((await stranger.query(api.invoices.list, { paginationOpts })).page).toEqual([]);
    await page.context().close();
  });
});

describe("signed in as Ada", () => {
  test("has a profile that was synced since the desk opened", async () => {
    const page = await openTab(browser, "/invoices");
    await page.getByRole("row", { name: /INV-/ }).first().waitFor();
    const ada = await aClient("ada");
    const me = await ada.query(api.userProfiles.me, {});
    expect(me).toMatchObject({ status: "active", name: "Ada" });
    expect(me!.identities[0]!.syncedAt).toBeGreaterThan(inject("startedAt"));
    await page.context().close();
  });
});

describe("an invoice by keyboard", () => {
  test("with a title of spaces is refused under the field, and leaves nothing behind", async () => {
    const ada = await aClient("ada");
    const before = await allIds(ada, { action: "invoices.created" });
    const page = await openTab(browser, "/invoices/new");
    await write(page, { customer: "Kiosk am Kanal", title: "   " });
    await page.getByText("The invoice was not saved.").waitFor();
    const title = page.getByLabel("Title");
    expect(await title.getAttribute("aria-invalid")).toBe("true");
    const described = await title.evaluate((input) =>
      (input.getAttribute("aria-describedby") ?? "")
        .split(" ")
        .map((id) => document.getElementById(id)?.textContent)
        .join(" "),
    );
    expect(described).toContain("This is required.");
    expect(await allIds(ada, { action: "invoices.created" })).toEqual(before);
    await page.context().close();
  });

  test("is stored trimmed, and its entry is by Ada", async () => {
    const page = await openTab(browser, "/invoices/new");
    await write(page, { customer: "  Kiosk am Kanal ", title: "  Awning  " });
    const number = await page.getByRole("heading", { name: /^INV-\d+$/ }).innerText();
    const ada = await aClient("ada");
    const id = (await ada.query(api.invoices.findByNumber, { number }))!;
    expect(await ada.query(api.invoices.get, { id })).toMatchObject({
      customer: "Kiosk am Kanal",
      title: "Awning",
    });
    const target = { table: "invoices", id };
    const paginationOpts = { numItems: 5, cursor: null };
    const { page: entries } = await ada.query(api.auditLogs.list, { target, paginationOpts });
    expect(entries.filter(({ action }) => action.startsWith("invoices."))).toMatchObject([
      { action: "invoices.created", actor: { id: tokenIdentifierOf({ subject: "ada" }) } },
    ]);
    await page.context().close();
  });

  test("is written once, however often Enter is pressed", async () => {
    const page = await openTab(browser, "/invoices/new");
    const customer = "Kiosk am Kanal, twice";
    await page.getByLabel("Customer").fill(customer);
    await page.getByLabel("Title").fill("Awning");
    await page.getByLabel("Description").fill("Drawing");
    // As Enter does, and faster than any answer.
    await page.getByRole("form", { name: "Invoice" }).evaluate(async (form: HTMLFormElement) => {
      form.requestSubmit();
      await new Promise((later) => setTimeout(later));
      form.requestSubmit();
    });
    await page.getByRole("heading", { name: /^INV-\d+$/ }).waitFor();
    const ada = await aClient("ada");
    const found = await ada.query(api.invoiceSearch.find, { text: customer });
    expect(found).toHaveLength(1);
    await page.context().close();
  });

  test("edited in two fields shows exactly these two in its history", async () => {
    const ada = await aClient("ada");
    const id = await ada.mutation(api.invoices.create, anInvoice({ title: "Newspaper stand" }));
    const page = await openTab(browser, `/invoices/${id}`);
    await retype(page, "Customer", "Kiosk am Markt");
    await retype(page, "Title", "Newspaper rack");
    await page.keyboard.press("Enter");
    await page.getByText(/was saved/).waitFor();

    await page.getByRole("tab", { name: "Invoice" }).focus();
    await page.keyboard.press("ArrowRight");
    const latest = page.getByRole("list", { name: "History" }).getByRole("listitem").first();
    await latest.getByText("invoices.updated").waitFor();
    const fields = latest.getByRole("rowheader");
    expect((await fields.allInnerTexts()).sort()).toEqual(["customer", "title"]);
    const after = latest.getByRole("row").filter({ hasText: "title" }).getByRole("cell").last();
    expect(await after.innerText()).toContain("Newspaper rack");
    await page.context().close();
  });
});

async function write(page: Page, { customer, title }: { customer: string; title: string }) {
  await page.getByLabel("Customer").focus();
  await page.keyboard.type(customer);
  await page.keyboard.press("Tab");
  await page.keyboard.type(title);
  await page.getByLabel("Description").focus();
  await page.keyboard.type("Drawing");
  await page.keyboard.press("Enter");
}

async function retype(page: Page, label: string, text: string) {
  await page.getByLabel(label).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}
