// @vitest-environment node
import { appendFile, cp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { aTempDir, ROOT, runNode, TIMEOUT_MS, type Outcome } from "./commands";

describe("codegen:check", { timeout: TIMEOUT_MS }, () => {
  test("passes on what is committed", async () => {
    expect(await check(ROOT)).toMatchObject({ code: 0, stdout: "Generated code is fresh.\n" });
  });

  test("names every file that is out of date, missing or left over", async () => {
    const copy = await aCopyOfTheSources();
    await appendFile(path.join(copy, "src/component/_generated/component.ts"), "// by hand\n");
    await rm(path.join(copy, "src/component/_generated/api.ts"));
    await writeFile(path.join(copy, "example/convex/_generated/old.d.ts"), "");

    const { code, stderr } = await check(copy);

    expect(code).toBe(1);
    expect(stderr.split("\n").filter((line) => line.includes("/_generated/"))).toEqual([
      "src/component/_generated/api.ts is missing",
      "src/component/_generated/component.ts is out of date",
      "example/convex/_generated/old.d.ts is left over",
    ]);
  });

  test("sees a function that was added without codegen, and writes nothing", async () => {
    const copy = await aCopyOfTheSources();
    await writeFile(
      path.join(copy, "src/component/added.ts"),
      `import { v } from "convex/values";
       import { query } from "./functions.js";
       export const added = query({ args: {}, returns: v.null(), handler: () => null });`,
    );
    const before = await contentsOf(copy);

    const { code, stderr } = await check(copy);

    expect(code).toBe(1);
    expect(stderr).toContain("src/component/_generated/component.ts is out of date");
    expect(await contentsOf(copy)).toEqual(before);
  });
});

async function check(root: string): Promise<Outcome> {
  return await runNode([path.join(ROOT, "scripts/codegen.mjs"), "--check"], root);
}

async function aCopyOfTheSources(): Promise<string> {
  const { dir, remove } = await aTempDir();
  onTestFinished(remove);
  const sources = ["package.json", "convex.json", "tsconfig.json", "tsconfig.build.json", "src"];
  for (const source of [...sources, "example/convex"]) {
    await cp(path.join(ROOT, source), path.join(dir, source), { recursive: true });
  }
  await symlink(path.join(ROOT, "node_modules"), path.join(dir, "node_modules"));
  return dir;
}

/** Text by path of every file below `dir`. */
async function contentsOf(dir: string): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = files.map(async ({ parentPath, name }) => {
    const file = path.join(parentPath, name);
    return [path.relative(dir, file), await readFile(file, "utf8")] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}
