// @vitest-environment node
import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { aTempDir, bin, run, runNode, TIMEOUT_MS } from "./commands";
import { createHostApp } from "./hostApp";

let packed: string[];
let host: string;

beforeAll(async () => {
  const { dir, remove } = await aTempDir();
  const { code, stdout, stderr } = await run("npm", ["pack", "--json", "--pack-destination", dir]);
  if (code !== 0) throw new Error(stderr);
  const [tarball] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  packed = tarball.files.map((file) => file.path);
  host = path.join(dir, "host");
  await createHostApp(host, path.join(dir, tarball.filename));
  return remove;
}, TIMEOUT_MS);

describe("npm pack", () => {
  test("takes the build, the sources and the documents a user needs, nothing else", () => {
    const families = new Set(packed.map((file) => file.split("/")[0]));
    expect([...families].sort()).toEqual([
      "ARCHITECTURE.md",
      "CHANGELOG.md",
      "LICENSE",
      "NOTICE",
      "README.md",
      "dist",
      "docs",
      "llms.txt",
      "package.json",
      "skills",
      "src",
    ]);
  });

  test("takes only code and what points from the build to its sources", () => {
    const inFolders = packed.filter((file) => /^(dist|src)\//.test(file));
    expect(inFolders.filter((file) => !/\.(ts|tsx|js|map)$/.test(file))).toEqual([]);
    expect(inFolders.filter((file) => /\.(test|test-d)\./.test(file))).toEqual([]);
  });
});

describe("an app that installs the package", { timeout: TIMEOUT_MS }, () => {
  test("gets the component's types from the CLI", async () => {
    const api = await readFile(path.join(host, "convex/_generated/api.d.ts"), "utf8");
    expect(api).toContain(
      `platform: import("convex-platform/_generated/component.js").ComponentApi<"platform">`,
    );
  });

  test.for(["tsc", "tsc6"])("typechecks with %s, declaration files included", async (compiler) => {
    const { code, stdout } = await run(bin(compiler), ["--project", "convex"], host);
    expect(stdout).toBe("");
    expect(code).toBe(0);
  });

  test("mounts the component, audits and lists", async () => {
    const vitest = path.join(host, "node_modules/vitest/vitest.mjs");
    const { code, stdout } = await runNode([vitest, "run", "--reporter=json"], host);
    expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: 1, numFailedTests: 0 });
    expect(code).toBe(0);
  });
});
