import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Finding, Impl, Line } from "./line";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** What is measured as a package: ours, and the one peer that offers as much. */
type Packaged = Extract<Impl, "convex-platform" | "convex-audit-log">;

/** Where each package is built: what a host gets from npm. */
const PACKAGES: Record<Packaged, string> = {
  "convex-platform": root,
  "convex-audit-log": join(root, "node_modules/convex-audit-log"),
};

/** In sizes KB are 1,000 bytes. */
const KB = 1_000;

interface PackageCase {
  row: number;
  op: string;
  measure(impl: Packaged): Promise<Finding>;
}

/** Sizes and times of what is published. They do not depend on how much a log holds. */
const cases: PackageCase[] = [
  {
    row: 20,
    op: "client entry, minified and gzipped, without peers",
    measure: async (impl) => ({
      figures: { bytes: await entryBytes(PACKAGES[impl], "client") },
      target: { atMost: { bytes: 6 * KB } },
    }),
  },
  {
    row: 20,
    op: "React entry, minified and gzipped, without peers",
    measure: async (impl) => ({
      figures: { bytes: await entryBytes(PACKAGES[impl], "react") },
      target: { atMost: { bytes: 2 * KB } },
    }),
  },
  {
    row: 21,
    op: "cold import of the client, over convex/server",
    measure: async (impl) => ({ figures: { milliseconds: await importTime(PACKAGES[impl]) } }),
  },
  {
    row: 22,
    op: "type instantiations in a small host app, over the same app without",
    measure: async (impl) => ({
      figures: { instantiations: await addedInstantiations(impl) },
      target: { atMost: { instantiations: 1_500 } },
    }),
  },
  {
    row: 23,
    op: "component code, minified, all modules",
    measure: async (impl) => ({
      figures: { bytes: await componentBytes(PACKAGES[impl]) },
      target: { atMost: { bytes: 50 * KB } },
    }),
  },
];

/** The rows about the package itself. They need `dist/`, which `npm run bench` builds first. */
export async function* measurePackage(isWanted: (row: number) => boolean): AsyncGenerator<Line> {
  for (const { row, op, measure } of cases.filter(({ row }) => isWanted(row))) {
    for (const impl of Object.keys(PACKAGES) as Packaged[]) {
      yield { row, op, size: null, impl, ...(await measure(impl)) };
    }
  }
}

// --- Sizes -------------------------------------------------------------------------------------

async function entryBytes(directory: string, entry: "client" | "react"): Promise<number> {
  const [output] = await minified(directory, [join(directory, `dist/${entry}/index.js`)]);
  return gzipSync(output!).length;
}

/** As Convex bundles it: each module an entry, what they share apart. Dependencies count. */
async function componentBytes(directory: string): Promise<number> {
  const component = join(directory, "dist/component");
  const files = await readdir(component, { recursive: true });
  const modules = files.filter((file) => file.endsWith(".js") && !file.startsWith("_generated"));
  const outputs = await minified(
    directory,
    modules.map((file) => join(component, file)),
  );
  return outputs.reduce((total, output) => total + output.length, 0);
}

/** Peer dependencies stay outside: the host has them already. */
async function minified(directory: string, entryPoints: string[]): Promise<Uint8Array[]> {
  const manifest = JSON.parse(await readFile(join(directory, "package.json"), "utf8")) as {
    peerDependencies: Record<string, string>;
  };
  const { outputFiles } = await build({
    entryPoints,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    external: Object.keys(manifest.peerDependencies).flatMap((name) => [name, `${name}/*`]),
    outdir: "out",
    write: false,
  });
  return outputFiles.map(({ contents }) => contents);
}

// --- Time --------------------------------------------------------------------------------------

const PROCESSES = 15;

/** Median of fresh processes: nothing is cached but the files themselves. */
async function importTime(directory: string): Promise<number> {
  const entry = pathToFileURL(join(directory, "dist/client/index.js")).href;
  const script = `
    await import("convex/server");
    const start = performance.now();
    await import(${JSON.stringify(entry)});
    console.log(performance.now() - start);
  `;
  const times: number[] = [];
  while (times.length < PROCESSES) {
    const args = ["--input-type=module", "--eval", script];
    const { stdout } = await run(process.execPath, args, { cwd: root });
    times.push(Number(stdout));
  }
  return times.sort((a, b) => a - b)[(PROCESSES - 1) / 2]!;
}

// --- Types -------------------------------------------------------------------------------------

const TYPE_APPS: Record<Packaged, string> = {
  "convex-platform": "platform.ts",
  "convex-audit-log": "convexAuditLog.ts",
};

async function addedInstantiations(impl: Packaged): Promise<number> {
  const [without, with_] = await Promise.all([
    countInstantiations("bare.ts"),
    countInstantiations(TYPE_APPS[impl]),
  ]);
  return with_ - without;
}

async function countInstantiations(file: string): Promise<number> {
  const options =
    "--ignoreConfig --noEmit --strict --skipLibCheck --extendedDiagnostics " +
    "--target esnext --module esnext --moduleResolution bundler";
  const args = [...options.split(" "), join("bench/types", file)];
  const { stdout } = await run(join(root, "node_modules/.bin/tsc"), args, { cwd: root });
  const [, count] = /^Instantiations:\s+(\d+)$/m.exec(stdout) ?? [];
  if (count === undefined) throw new Error(`tsc does not say how many types it made:\n${stdout}`);
  return Number(count);
}
