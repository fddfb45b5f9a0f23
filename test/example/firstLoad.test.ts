// @vitest-environment node
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { beforeAll, expect, test } from "vitest";

const MOST_BYTES = 250_000;
const SCREEN = /\/src\/\w+\/(\w+Screen)\.tsx$/;

type Output = Rolldown.RolldownOutput["output"][number];
type Chunk = Extract<Output, { type: "chunk" }>;

const files = new Map<string, Output>();

beforeAll(async () => {
  // As people build it: vitest says "test", where React is its development version.
  const { NODE_ENV } = process.env;
  process.env["NODE_ENV"] = "production";
  const settings = { root: "example", configLoader: "runner", logLevel: "error" } as const;
  const built = await build({ ...settings, mode: "production", build: { write: false } });
  process.env["NODE_ENV"] = NODE_ENV;
  for (const output of (built as Rolldown.RolldownOutput).output)
    files.set(output.fileName, output);
});

function chunks(): Chunk[] {
  return [...files.values()].filter((file) => file.type === "chunk");
}

/** What a browser has to have of these files before they run, with the styles. */
function bytesOf(roots: string[]): number {
  const needed = new Set<string>();
  const add = (name: string) => {
    const file = files.get(name);
    if (needed.has(name) || !file) return;
    needed.add(name);
    if (file.type === "chunk") file.imports.forEach(add);
  };
  roots.forEach(add);
  for (const name of files.keys()) if (name.endsWith(".css")) needed.add(name);
  const contents = [...needed].map((name) => {
    const file = files.get(name)!;
    return file.type === "chunk" ? file.code : file.source;
  });
  return contents.reduce((sum, content) => sum + gzipSync(content).length, 0);
}

test("each screen, opened directly, takes 250 kB compressed at most", () => {
  const entry = chunks().find(({ isEntry }) => isEntry)!;
  const screens = chunks().filter(({ facadeModuleId }) => SCREEN.test(facadeModuleId ?? ""));
  expect(screens.length).toBeGreaterThanOrEqual(9);
  const tooHeavy = screens
    .map(({ fileName }) => ({ fileName, bytes: bytesOf([entry.fileName, fileName]) }))
    .filter(({ bytes }) => bytes > MOST_BYTES);
  expect(tooHeavy).toEqual([]);
});
