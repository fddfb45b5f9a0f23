// @vitest-environment node
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { DOCUMENTS, fillBlocks } from "../../scripts/docs.mjs";

const read = (file: string) => readFileSync(file, "utf8");
const readme = read("README.md");

describe.each(DOCUMENTS)("%s", (file) => {
  const document = read(file);

  test("shows code as it is; `npm run docs` brings it up to date", () => {
    expect(fillBlocks(document)).toBe(document);
  });

  test("has no TypeScript that is not cut from a file", () => {
    const cut = document.match(/<!-- \S+#\S+ -->\n\n```tsx?\n/g) ?? [];
    expect(cut.length).toBeGreaterThan(3);
    expect(document.match(/```tsx?\n/g)).toHaveLength(cut.length);
  });

  test("links only to files that exist", () => {
    const links = [...document.matchAll(/\]\((\.[^)#]+)/g)].map(([, link]) => link!);
    const missing = links.filter((link) => !existsSync(path.join(path.dirname(file), link)));
    expect(missing).toEqual([]);
  });
});

describe("README", () => {
  test("has code by line 10, the install by line 25 and the mount by line 40", () => {
    const lines = readme.split("\n");
    const lineOf = (text: string) => lines.findIndex((line) => line.includes(text)) + 1;
    expect(lineOf("```ts")).toBeLessThanOrEqual(10);
    expect(lineOf("npm install convex-platform")).toBeLessThanOrEqual(25);
    expect(lineOf("app.use(platform)")).toBeLessThanOrEqual(40);
  });
});

describe("what agents read", () => {
  test("links only to files that exist", () => {
    const links = [...read("llms.txt").matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
  });

  test("names only methods that exist", async () => {
    const { platform } = await import("../../example/convex/platform");
    const skill = read("skills/convex-platform/SKILL.md") + readme;
    const named = [...skill.matchAll(/(?<!\/)platform\.(\w+)(?:\.(\w+))?[(`]/g)];
    expect(named.length).toBeGreaterThan(20);
    const missing = named.filter(([, area, method]) => {
      const found: unknown = Reflect.get(platform, area!);
      return method === undefined ? !found : !Reflect.get(Object(found), method);
    });
    expect(missing.map(([name]) => name)).toEqual([]);
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
