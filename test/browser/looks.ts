import AxeBuilder from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, newVisitor } from "./browser";

/** A screen in a state of its own. */
export type Look = {
  name: string;
  path: string;
  /** Brings the screen into the state that is looked at. */
  prepare: (page: Page) => Promise<void>;
  /** Brings forward what only phones hide. */
  onPhone?: (page: Page) => Promise<void>;
};

const HEIGHT = 800;
const WIDTHS = [1280, 768, 375];
const PHONE = 375;
const THEMES = ["light", "dark"] as const;

/**
 * For each look: 0 axe violations and no overflow, in both themes and at each width. The screen is
 * loaded once; themes and widths change in place, as they do for people.
 */
export function testLooks(looks: Look[]): void {
  let browser: Browser;
  /** One for all: what a page has loaded, the next one finds in the cache. */
  let context: BrowserContext;
  beforeAll(async () => {
    browser = await launchBrowser();
    context = await newVisitor(browser, { reducedMotion: "reduce" });
  });
  afterAll(async () => {
    await context.close();
    await browser.close();
  });

  test.each(looks)(
    "$name is free of axe violations and overflow, in light and dark, at 375, 768 and 1280 px",
    async ({ name, path, prepare, onPhone }) => {
      const page = await context.newPage();
      await page.setViewportSize({ width: WIDTHS[0]!, height: HEIGHT });
      await page.goto(path);
      await prepare(page);
      const faults: unknown[] = [];
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: HEIGHT });
        if (width === PHONE) await onPhone?.(page);
        for (const colorScheme of THEMES) {
          await page.emulateMedia({ colorScheme });
          await painted(page);
          await page.screenshot({ path: artefact(`${name} ${colorScheme} ${width}`) });
          const found = await faultsOf(page);
          if (found.length > 0) faults.push([colorScheme, width, ...found]);
        }
        const taken = await page.evaluate(() => document.documentElement.scrollWidth);
        if (taken !== width) faults.push([width, `The page is ${taken} px wide.`]);
      }
      expect(faults).toEqual([]);
      await page.close();
    },
  );
}

/** What axe has against a page, with the elements. */
export async function faultsOf(page: Page) {
  // There are no frames whose results would have to be gathered in a page of its own; and what axe
  // says of elements that are as they should be takes it as long as the rest.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ["violations"] });
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

export function artefact(name: string): string {
  return `test/browser/artefacts/${name.replace(/\W+/g, "-")}.png`;
}

/** Once a layout that depends on the width has been drawn, and no colour is on its way any more. */
async function painted(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    await frame();
    // One colour that has arrived may set off those inherited from it.
    const isMoving = () => document.getAnimations().some((it) => it instanceof CSSTransition);
    while (isMoving()) await frame();
  });
}
