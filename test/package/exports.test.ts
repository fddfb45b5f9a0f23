// @vitest-environment node
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import rootConfig from "../../convex.config";
import componentConfig from "../../src/component/convex.config";
import { ROOT, runNode, TIMEOUT_MS } from "./commands";

// Only Convex's own bundler gives nested components the path that `use` asks for.
vi.mock("@convex-dev/rate-limiter/convex.config.js", () => ({
  default: { componentDefinitionPath: "rateLimiter", _name: "rateLimiter" },
}));

type Target = string | { types?: string; default?: string };

const { exports } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
  exports: Record<string, Target>;
};
const targets = Object.entries(exports).flatMap(([entry, target]) =>
  Object.values(typeof target === "string" ? { default: target } : target).map((file) => ({
    entry,
    file,
  })),
);
/** Without `convex.config`, which the CLI bundles: the components it nests import without extensions. */
const javaScriptEntries = targets
  .filter(({ entry, file }) => /(?<!\.d)\.js$/.test(file) && !entry.includes("convex.config"))
  .map(({ entry }) => entry);

describe("package exports", () => {
  test.for(targets)("$entry has its $file", ({ file }) => {
    expect(existsSync(path.join(ROOT, file))).toBe(true);
  });

  test.for(javaScriptEntries)("%s loads in Node", { timeout: TIMEOUT_MS }, async (entry) => {
    const specifier = path.posix.join("convex-platform", entry);
    const script = `import(${JSON.stringify(specifier)}).then((m) => console.log(Object.keys(m)));`;
    const { code, stdout, stderr } = await runNode(["--eval", script]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout.trim()).not.toBe("[]");
  });

  test("./test gives register, schema and modules", async () => {
    const { default: platformTest } = await import("convex-platform/test");
    expect(Object.keys(platformTest)).toEqual(["register", "schema", "modules"]);
  });
});

describe("the convex.config at the root", () => {
  test("is the component's own", () => {
    expect(rootConfig).toBe(componentConfig);
  });

  // Otherwise the CLI would take the whole repository for a folder of functions.
  test("is no way into the package", () => {
    const outsideDist = targets.filter(({ file }) => /^\.\/convex\.config/.test(file));
    expect(outsideDist).toEqual([]);
  });
});
