import type { Browser, BrowserContext, Page, WebSocketRoute } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { launchBrowser, newVisitor } from "./browser";
import { aClient, anInvoice } from "./clients";
import { artefact, faultsOf } from "./looks";

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

describe("without a connection", () => {
  test("the screen stays, says so, and shows what happened meanwhile when it is back", async () => {
    const connection = await aConnection();
    const page = await open("/invoices");
    await connection.breakOff();
    await page.getByText("No connection.").waitFor();
    await page.getByRole("status").getByText("Offline").waitFor();
    expect(await page.getByRole("row", { name: /INV-/ }).count()).toBeGreaterThan(0);
    for (const width of [375, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await faultsOf(page)).toEqual([]);
      await page.screenshot({ path: artefact(`offline ${width}`) });
    }

    const ada = await aClient("ada");
    const customer = "Kiosk am Kanal, meanwhile";
    await ada.mutation(api.invoices.create, anInvoice({ customer }));
    await connection.restore();
    await page.getByRole("row", { name: new RegExp(customer) }).waitFor();
    await page.getByText("No connection.").waitFor({ state: "detached" });
  });

  test("what can be done with what is selected in the trash stays in sight", async () => {
    const connection = await aConnection();
    const page = await context.newPage();
    await page.goto("/trash");
    await page.getByText("Select all").click();
    await connection.breakOff();
    await page.getByText("No connection.").waitFor();
    for (const width of [375, 1280]) {
      await page.setViewportSize({ width, height: 600 });
      const bar = (await page.getByRole("region", { name: "Selected deletions" }).boundingBox())!;
      const note = (await page.getByText("No connection.").boundingBox())!;
      expect(bar.y + bar.height, `at ${width} px`).toBeLessThanOrEqual(note.y);
    }
  });

  test("what is saved waits, and is written once it is back", async () => {
    const connection = await aConnection();
    const page = await open("/invoices");
    await page.getByRole("link", { name: "New invoice" }).click();
    const customer = "Kiosk am Kanal, later";
    await page.getByLabel("Customer").fill(customer);
    await page.getByLabel("Title").fill("Awning");
    await page.getByLabel("Description").fill("Drawing");
    await connection.breakOff();
    await page.getByText("No connection.").waitFor();
    await page.getByRole("button", { name: "Save draft" }).click();
    await connection.restore();
    await page.getByRole("heading", { name: /^INV-\d+$/ }).waitFor();
    const ada = await aClient("ada");
    expect(await ada.query(api.invoiceSearch.find, { text: customer })).toHaveLength(1);
  });

  test("a part that was not loaded yet comes when it is back", async () => {
    const page = await open("/invoices");
    await context.setOffline(true);
    await page.getByRole("button", { name: "Help and shortcuts" }).click();
    await page.getByRole("link", { name: "Roles" }).click();
    await context.setOffline(false);
    await page.getByRole("dialog", { name: "Help" }).waitFor();
    await page.getByRole("heading", { level: 1, name: "Roles" }).waitFor();
  });
});

async function open(path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(path);
  await page.getByRole("row", { name: /INV-/ }).first().waitFor();
  return page;
}

/** The connection of the app to its backend; that of the dev server to the page is another. */
async function aConnection() {
  const open = new Set<WebSocketRoute>();
  let isBroken = false;
  await context.routeWebSocket(/embedded-convex/, async (socket) => {
    if (isBroken) return await socket.close();
    socket.connectToServer();
    open.add(socket);
  });
  return {
    breakOff: async () => {
      isBroken = true;
      await Promise.all([...open].map((socket) => socket.close()));
      open.clear();
    },
    restore: () => {
      isBroken = false;
    },
  };
}
