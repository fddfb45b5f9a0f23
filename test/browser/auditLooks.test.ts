import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openTab } from "./browser";

type Look = {
  name: string;
  path: string;
  /** Brings the screen into the state that is looked at. */
  prepare: (page: Page) => Promise<void>;
};

const LOOKS: Look[] = [
  {
    name: "audit log filtered",
    path: "/audit-log?within=week&action=invoices.created&outcome=success",
    prepare: async (page) => {
      await page.getByText("Looked up by action; outcome picked out of those.").waitFor();
      await page.getByRole("img", { name: /^Entries by/ }).waitFor();
      // Only phones hide them at first.
      const filters = page.getByRole("button", { name: "Filters" });
      if (await filters.isVisible()) await filters.click();
    },
  },
  {
    name: "audit log nothing found",
    path: "/audit-log?words=nobodyeverwrotethis",
    prepare: async (page) => await page.getByText("Nothing in the log matches.").waitFor(),
  },
  {
    name: "audit log verified",
    path: "/audit-log?panel=verify",
    prepare: async (page) => await page.getByText("Everything is as it was sealed.").waitFor(),
  },
  {
    name: "audit log export",
    path: "/audit-log?panel=export",
    prepare: async (page) =>
      await page.getByRole("dialog").getByRole("button", { name: "Write the file" }).waitFor(),
  },
  {
    name: "audit log exported",
    path: "/audit-log?panel=export",
    prepare: async (page) => {
      await page.getByRole("button", { name: "Write the file" }).click();
      await page.getByRole("link", { name: "Download" }).waitFor();
    },
  },
  {
    name: "break it menu",
    path: "/audit-log",
    prepare: async (page) => {
      await page.getByRole("row").nth(1).waitFor();
      await page.getByRole("button", { name: "Try to break it" }).click();
      await page.getByRole("menuitem").first().waitFor();
    },
  },
  {
    name: "break it refused",
    path: "/audit-log",
    prepare: async (page) => {
      await page.getByRole("button", { name: "Try to break it" }).click();
      await page.getByRole("menuitem", { name: "A title of spaces" }).click();
      await page.getByRole("button", { name: "Send the invoice" }).click();
      await page.getByText("VALIDATION_FAILED").waitFor();
    },
  },
];

const SIZES = (["light", "dark"] as const).flatMap((colorScheme) =>
  [375, 768, 1280].map((width) => ({ colorScheme, width })),
);

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

describe.each(LOOKS)("$name", ({ name, path, prepare }) => {
  test.each(SIZES)(
    "is free of axe violations and overflow, $colorScheme at $width px",
    async ({ colorScheme, width }) => {
      const viewport = { width, height: 800 };
      const page = await openTab(browser, path, { viewport, colorScheme, reducedMotion: "reduce" });
      await prepare(page);
      const file = `${name} ${colorScheme} ${width}`.replace(/\W+/g, "-");
      await page.screenshot({ path: `test/browser/artefacts/${file}.png` });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      await page.context().close();
    },
  );
});
