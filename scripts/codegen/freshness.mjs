// Compares committed generated files with what codegen writes today.
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const GENERATED_DIRS = ["src/component/_generated", "example/convex/_generated"];

/** Everything generated files are made from. A source missing here fails codegen in the copy. */
const SOURCES = [
  "package.json",
  "convex.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "src",
  "example/convex",
];

/**
 * Runs `use` in a temporary copy of the sources that holds no generated file.
 *
 * @template T
 * @param {string} root
 * @param {(copy: string) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withFreshCopy(root, use) {
  const copy = mkdtempSync(path.join(tmpdir(), "codegen-check-"));
  try {
    for (const source of SOURCES) {
      cpSync(path.join(root, source), path.join(copy, source), {
        recursive: true,
        filter: (file) => path.basename(file) !== "_generated",
      });
    }
    symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"), "junction");
    return await use(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * Files of one generated folder that are not as they should be.
 *
 * @param {string} root - as committed
 * @param {string} fresh - as generated now
 * @param {string} dir - the folder, relative to both
 * @returns {{ file: string, state: "out of date" | "missing" | "left over" }[]}
 */
export function differences(root, fresh, dir) {
  const committed = readFiles(path.join(root, dir));
  const generated = readFiles(path.join(fresh, dir));
  const names = [...new Set([...committed.keys(), ...generated.keys()])].sort();
  return names
    .filter((name) => committed.get(name) !== generated.get(name))
    .map((name) => ({ file: path.posix.join(dir, name), state: stateOf(name) }));

  /** @param {string} name */
  function stateOf(name) {
    if (!committed.has(name)) return "missing";
    return generated.has(name) ? "out of date" : "left over";
  }
}

/**
 * @param {string} dir
 * @returns {Map<string, string>} text by file name; empty when there is no such folder
 */
function readFiles(dir) {
  if (!existsSync(dir)) return new Map();
  const files = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map(({ name }) => [name, readFileSync(path.join(dir, name), "utf8")]));
}
