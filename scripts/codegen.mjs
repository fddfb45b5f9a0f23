// Writes every `_generated` folder of the repository without a deployment, or says which are stale.
//
//   npm run codegen          writes them, and builds dist on the way
//   npm run codegen:check    writes nothing; exits 1 and names the files that are out of date
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { convexCodegen } from "./codegen/cli.mjs";
import { GENERATED_DIRS, differences, withFreshCopy } from "./codegen/freshness.mjs";

const COMPONENT_DIR = "./src/component";
const BUILD_SCRIPT = fileURLToPath(new URL("build.mjs", import.meta.url));

const { values: options } = parseArgs({ options: { check: { type: "boolean", default: false } } });
try {
  await (options.check ? check(process.cwd()) : generate(process.cwd()));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/**
 * The order matters: `dist` is built from the component's generated files, and the example imports
 * the package by its own name, so it resolves through `dist`.
 *
 * @param {string} root - the repository, or a copy of it
 */
async function generate(root) {
  await convexCodegen(root, ["--component-dir", COMPONENT_DIR]);
  execFileSync(process.execPath, [BUILD_SCRIPT], { cwd: root, stdio: "inherit" });
  await convexCodegen(root);
}

/**
 * Generates into a copy without any generated file, and compares. The CLI's own `--dry-run` is not
 * enough: it creates folders, and the example would be judged by whatever `dist` lies around.
 *
 * @param {string} root
 */
async function check(root) {
  const stale = await withFreshCopy(root, async (copy) => {
    await generate(copy);
    return GENERATED_DIRS.flatMap((dir) => differences(root, copy, dir));
  });
  for (const { file, state } of stale) console.error(`${file} is ${state}`);
  if (stale.length > 0) {
    throw new Error("Generated code is stale: run `npm run codegen` and commit what it writes.");
  }
  console.log("Generated code is fresh.");
}
