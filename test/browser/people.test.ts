import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser, openTab, openTabAs } from "./browser";
import { addressOf } from "./clients";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

describe("roles", () => {
  test("the last administrator keeps theirs, and the refusal says why", async () => {
    const ada = await openTab(browser, "/roles");
    const dialog = await changeRoles(ada, "Ada");
    await dialog.getByText("admin", { exact: true }).click();
    await dialog.getByText("Ada will no longer be able to").waitFor();
    await dialog.getByRole("button", { name: "Save roles" }).click();
    const alert = dialog.getByRole("alert");
    expect(await alert.innerText()).toBe(
      "This is the last administrator. Make somebody else administrator first.",
    );
  });

  test("a role works in the other open tab at once, and its end too", async () => {
    const ada = await openTab(browser, "/roles");
    const chloe = await openTabAs(browser, "chloe", "/invoices");
    const refused = chloe.getByRole("button", { name: "New invoice" });
    await refused.waitFor();

    await toggleEditor(ada, "Chloé will be able to write new invoices");
    await chloe.getByRole("link", { name: "New invoice" }).waitFor();
    await toggleEditor(ada, "Chloé will no longer be able to write new invoices");
    await refused.waitFor();
  });

  test("who may not give out roles is told what it takes", async () => {
    const ben = await openTabAs(browser, "ben", "/roles");
    const button = ben.getByRole("button", { name: "Change the roles of Ben" });
    await button.focus();
    expect(await button.isDisabled()).toBe(true);
    await ben.keyboard.press("Shift+Tab");
    await ben.keyboard.press("Tab");
    expect(await ben.getByRole("tooltip").innerText()).toBe(
      "As editor you may not give out roles. It takes the role admin.",
    );
    await ben.keyboard.press("Enter");
    expect(await ben.getByRole("alertdialog").count()).toBe(0);
  });
});

describe("a viewer", () => {
  test("reads an invoice, and no button of it works", async () => {
    const chloe = await openTabAs(browser, "chloe", await addressOf("INV-1023"));
    await chloe.getByRole("heading", { name: "INV-1023" }).waitFor();
    for (const name of ["Void", "Mark as paid"]) {
      expect(await chloe.getByRole("button", { name }).isDisabled()).toBe(true);
    }
    await chloe.goto(await addressOf("INV-1026"));
    await chloe.getByText("As viewer you may not edit drafts.").waitFor();
    expect(await chloe.getByRole("textbox").count()).toBe(0);
  });

  test("who calls past the buttons is refused, and an administrator sees it", async () => {
    const ada = await openTab(browser, "/overview");
    await ada.getByRole("heading", { name: "Latest events" }).waitFor();
    const id = await invoiceIdOf(ada, "INV-1023");
    const answer = await callAs("chloe", "attempts:tryToVoid", { id, reason: "mistake" });
    expect(answer).toMatchObject({ value: { ok: false, error: { code: "FORBIDDEN" } } });
    await ada.getByRole("link", { name: /invoices.voided refused Chloé/ }).waitFor();
  });
});

describe("people", () => {
  test("a profile tells what its last sync changed", async () => {
    const ada = await openTab(browser, "/people");
    await ada.getByRole("row", { name: /Elif Kaya/ }).click();
    const drawer = ada.getByRole("dialog", { name: "Person" });
    const changed = drawer.getByRole("row", { name: /^locale/ });
    expect(await changed.innerText()).toMatch(/"tr"\s+"de"/);
  });

  test("the address keeps what is searched and who is open", async () => {
    const ada = await openTab(browser, "/people");
    await ada.getByRole("searchbox", { name: "Search people" }).fill("dmi");
    await ada.waitForURL(/words=dmi/);
    await ada.getByRole("row", { name: /Dmitri/ }).click();
    await ada.getByRole("dialog", { name: "Person" }).getByText("editor").waitFor();
    const current = ada.locator("nav[aria-label=Status] [aria-current=page]");
    expect(await current.allInnerTexts()).toEqual(["Active"]);
    const other = await openTab(browser, new URL(ada.url()).pathname + new URL(ada.url()).search);
    await other.getByRole("dialog", { name: "Person" }).getByText("Dmitri").first().waitFor();
    await other.keyboard.press("Escape");
    await other.getByRole("dialog").waitFor({ state: "detached" });
    expect(await other.getByRole("row").count()).toBe(2);
  });

  test("the search takes letters where they are typed", async () => {
    const ada = await openTab(browser, "/people?words=tri");
    const field = ada.getByRole("searchbox", { name: "Search people" });
    await field.focus();
    await ada.keyboard.press("Home");
    await ada.keyboard.type("Dmi");
    await ada.waitForURL(/words=Dmitri/);
    expect(await field.inputValue()).toBe("Dmitri");
  });

  test("suspending wants a reason, keeps the other tab out at once, and can be undone", async () => {
    const chloe = await openTabAs(browser, "chloe", "/invoices");
    const row = chloe.getByRole("row", { name: /INV-/ }).first();
    await row.waitFor();
    const ada = await openTab(browser, "/people");
    await ada.getByRole("row", { name: /Chloé/ }).click();
    await ada.getByRole("button", { name: "Suspend" }).click();
    const dialog = ada.getByRole("alertdialog");
    await dialog.getByRole("button", { name: "Suspend Chloé" }).click();
    await dialog.getByText("This is required.").waitFor();
    await dialog.getByLabel("Reason").fill("Lost her laptop.");
    await dialog.getByRole("button", { name: "Suspend Chloé" }).click();
    await chloe.getByText("Chloé has no access at the moment.").waitFor();
    expect(await row.count()).toBe(0);

    await ada.getByText("“Lost her laptop.”").waitFor();
    await ada.getByRole("button", { name: "Reactivate" }).click();
    await row.waitFor();
  });

  test("a name that was saved by keyboard leaves the focus where it was", async () => {
    const ada = await openTab(browser, "/people");
    await ada.getByRole("row", { name: /Imke/ }).click();
    const field = ada.getByLabel("Shown here as");
    const isFocused = (element: Element) => element === document.activeElement;
    await field.fill("Imke");
    await field.press("Enter");
    await ada.getByText("The name of Imke was saved.").waitFor();
    expect(await field.evaluate(isFocused)).toBe(true);

    await field.fill("");
    const save = ada.getByRole("button", { name: "Save" });
    await save.press("Enter");
    await ada.getByRole("heading", { name: "Imke de Vries" }).waitFor();
    expect(await save.evaluate(isFocused)).toBe(true);
    await ada.keyboard.press("Escape");
    await ada.getByRole("dialog", { name: "Person" }).waitFor({ state: "detached" });
  });

  test("a name that is too long is refused at its field", async () => {
    const ada = await openTab(browser, "/people");
    await ada.getByRole("row", { name: /Imke/ }).click();
    const field = ada.getByLabel("Shown here as");
    await field.fill("x".repeat(201));
    await ada.getByRole("button", { name: "Save" }).click();
    await ada.getByRole("dialog", { name: "Person" }).locator("[slot=errorMessage]").waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
  });
});

describe("the overview", () => {
  test("says in words what its pictures show", async () => {
    const ada = await openTab(browser, "/overview");
    const picture = ada.getByRole("img", { name: /^Active people by role/ });
    expect(await picture.getAttribute("aria-label")).toMatch(/1 admin, 2 editors, 4 viewers/);
  });

  test("verifies what is sealed", async () => {
    const ada = await openTab(browser, "/overview");
    await ada.getByRole("button", { name: "Seal now" }).click();
    await ada.getByText("The log is sealed up to now.").waitFor();
    await ada.getByRole("button", { name: "Verify" }).click();
    await ada.getByText(/^Nothing was changed/).waitFor();
  });
});

async function changeRoles(page: Page, name: string) {
  await page.getByRole("button", { name: `Change the roles of ${name}` }).click();
  const dialog = page.getByRole("alertdialog", { name: `Roles of ${name}` });
  await dialog.waitFor();
  return dialog;
}

async function toggleEditor(page: Page, preview: string): Promise<void> {
  const dialog = await changeRoles(page, "Chloé");
  await dialog.getByText("editor", { exact: true }).click();
  await dialog.getByText(preview).waitFor();
  await dialog.getByRole("button", { name: "Save roles" }).click();
  await dialog.waitFor({ state: "detached" });
}

async function invoiceIdOf(page: Page, number: string): Promise<string> {
  const { value } = await callAs("ada", "invoices:findByNumber", { number }, "query");
  expect(value, `${number} on ${page.url()}`).toEqual(expect.any(String));
  return value as string;
}

/** What somebody can do who knows the backend's address and has a token. */
async function callAs(subject: string, path: string, args: object, kind = "mutation") {
  const demoUrl = inject("demoUrl");
  const signIn = await fetch(`${demoUrl}/demo/token?subject=${subject}`, { method: "POST" });
  const { token } = (await signIn.json()) as { token: string };
  const answer = await fetch(`${demoUrl}/embedded-convex/api/${kind}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ path, args: [args], format: "convex_encoded_json" }),
  });
  return (await answer.json()) as { value?: unknown };
}
