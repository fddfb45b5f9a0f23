// @vitest-environment node
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fillBlocks } from "../../scripts/docs.mjs";

const read = (file: string) => readFileSync(file, "utf8");
const readme = read("README.md");

describe("README", () => {
  test("shows the example's code as it is; `npm run docs` brings it up to date", () => {
    expect(fillBlocks(readme)).toBe(readme);
  });

  test("has no TypeScript that is not cut from a file", () => {
    const cut = readme.match(/<!-- \S+#\S+ -->\n\n```ts\n/g) ?? [];
    expect(cut.length).toBeGreaterThan(4);
    expect(readme.match(/```tsx?\n/g)).toHaveLength(cut.length);
  });

  test("has code by line 10, the install by line 25 and the mount by line 40", () => {
    const lines = readme.split("\n");
    const lineOf = (text: string) => lines.findIndex((line) => line.includes(text)) + 1;
    expect(lineOf("```ts")).toBeLessThanOrEqual(10);
    expect(lineOf("npm install convex-platform")).toBeLessThanOrEqual(25);
    expect(lineOf("app.use(platform)")).toBeLessThanOrEqual(40);
  });

  test("links only to files that exist", () => {
    const links = [...readme.matchAll(/\]\(\.\/([^)#]+)/g)].map(([, file]) => file!);
    expect(links.filter((file) => !existsSync(file))).toEqual([]);
  });
});

describe("README and CONTRIBUTING", () => {
  test("name only scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [
      ...(readme + read("CONTRIBUTING.md")).matchAll(/`npm ((?:run )?[\w:]+)|&& npm (\S+)`/g),
    ]
      .map(([, first, second]) => (first ?? second ?? "").replace("run ", ""))
      .filter((name) => !["install", "ci"].includes(name));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
