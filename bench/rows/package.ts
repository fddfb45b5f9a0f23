import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build, type BuildOptions } from "esbuild";
import type { Finding, Impl, Line } from "./line";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** What is measured as one package: ours, and the one peer that offers as much. */
type Packaged = Extract<Impl, "convex-platform" | "convex-audit-log">;

/** Where each package is built: what a host gets from npm. */
const PACKAGES: Record<Packaged, string> = {
  "convex-platform": root,
  "convex-audit-log": join(root, "node_modules/convex-audit-log"),
};

/**
 * What a host would import for all that our client does. As one bundle, so that what they share
 * counts once.
 */
const REPLACED_CLIENTS = [
  "convex-audit-log",
  "convex-ents",
  "@convex-dev/workpool",
  "@convex-dev/action-retrier",
  "@convex-dev/rate-limiter",
  "convex-helpers/server/customFunctions",
  "convex-helpers/server/pagination",
  "convex-helpers/server/rowLevelSecurity",
  "convex-helpers/server/triggers",
  "convex-helpers/validators",
];

/** Their components, of those of them that have one, and what those nest; each is deployed once. */
const REPLACED_COMPONENTS = [
  "convex-audit-log",
  "@convex-dev/aggregate",
  "@convex-dev/workpool",
  "@convex-dev/workpool/node_modules/@convex-dev/batch-worker",
  "@convex-dev/action-retrier",
  "@convex-dev/rate-limiter",
  "@convex-dev/batch-worker",
];
/** What our component nests. */
const NESTED_COMPONENTS = ["@convex-dev/rate-limiter", "@convex-dev/batch-worker"];

/** In sizes KB are 1,000 bytes. */
const KB = 1_000;

interface PackageCase {
  row: number;
  op: string;
  measure(): Promise<Partial<Record<Impl, Finding>>>;
}

/** Sizes and times of what is published. They do not depend on how much a log holds. */
const cases: PackageCase[] = [
  {
    row: 20,
    op: "client entry, minified and gzipped, without peers",
    measure: async () => ({
      "convex-platform": {
        figures: { bytes: await entryBytes(root, "client") },
        target: { atMost: { bytes: 6 * KB } },
      },
      "what it replaces": { figures: { bytes: await replacedBytes() } },
    }),
  },
  {
    row: 20,
    op: "React entry, minified and gzipped, without peers",
    measure: () =>
      ofEach(async (impl) => ({
        figures: { bytes: await entryBytes(PACKAGES[impl], "react") },
        target: { atMost: { bytes: 2 * KB } },
      })),
  },
  {
    row: 21,
    op: "cold import of the client, over convex/server",
    measure: () =>
      ofEach(async (impl) => ({ figures: { milliseconds: await importTime(PACKAGES[impl]) } })),
  },
  {
    row: 22,
    op: "type instantiations in a small host app, over the same app without",
    measure: () =>
      ofEach(async (impl) => ({
        figures: { instantiations: await addedInstantiations(impl) },
        target: { atMost: { instantiations: 1_500 } },
      })),
  },
  {
    row: 23,
    op: "component code, minified, all modules",
    measure: async () => ({
      "convex-platform": {
        figures: { bytes: await componentBytes(root) },
        target: { atMost: { bytes: 50 * KB } },
      },
    }),
  },
  {
    row: 23,
    op: "component code with the components nested in it, minified, all modules",
    measure: async () => ({
      "convex-platform": {
        figures: { bytes: (await componentBytes(root)) + (await bytesOf(NESTED_COMPONENTS)) },
      },
      "what it replaces": { figures: { bytes: await bytesOf(REPLACED_COMPONENTS) } },
    }),
  },
];

/** The rows about the package itself. They need `dist/`, which `npm run bench` builds first. */
export async function* measurePackage(isWanted: (row: number) => boolean): AsyncGenerator<Line> {
  for (const { row, op, measure } of cases.filter(({ row }) => isWanted(row))) {
    const found = await measure();
    for (const [impl, finding] of Object.entries(found) as [Impl, Finding][]) {
      yield { row, op, size: null, impl, ...finding };
    }
  }
}

async function ofEach(measure: (impl: Packaged) => Promise<Finding>) {
  const found: Partial<Record<Packaged, Finding>> = {};
  for (const impl of Object.keys(PACKAGES) as Packaged[]) found[impl] = await measure(impl);
  return found;
}

// --- Sizes -------------------------------------------------------------------------------------

async function entryBytes(directory: string, entry: "client" | "react"): Promise<number> {
  const [output] = await minified({
    entryPoints: [join(directory, `dist/${entry}/index.js`)],
    external: await peersOf(directory),
  });
  return gzipSync(output!).length;
}

async function replacedBytes(): Promise<number> {
  const contents = REPLACED_CLIENTS.map((name, i) => `export * as a${i} from "${name}";`);
  const [output] = await minified({
    stdin: { contents: contents.join("\n"), resolveDir: root },
    // The same that a host has for ours.
    external: await peersOf(root),
  });
  return gzipSync(output!).length;
}

async function bytesOf(components: string[]): Promise<number> {
  const sizes = components.map((name) => componentBytes(join(root, "node_modules", name)));
  return (await Promise.all(sizes)).reduce((total, size) => total + size, 0);
}

/**
 * As Convex bundles it: each module an entry, what they share apart. Dependencies count; files with
 * a dot in their name do not, except for the component's definition, because Convex leaves them out.
 */
async function componentBytes(directory: string): Promise<number> {
  const component = join(directory, "dist/component");
  const files = await readdir(component, { recursive: true });
  const modules = files.filter(
    (file) => /(^|\/)([^./]+|convex\.config)\.js$/.test(file) && !file.startsWith("_generated"),
  );
  const outputs = await minified({
    entryPoints: modules.map((file) => join(component, file)),
    external: await peersOf(directory),
  });
  return outputs.reduce((total, output) => total + output.length, 0);
}

/** Peer dependencies stay outside: the host has them already. */
async function peersOf(directory: string): Promise<string[]> {
  const manifest = JSON.parse(await readFile(join(directory, "package.json"), "utf8")) as {
    peerDependencies: Record<string, string>;
  };
  return Object.keys(manifest.peerDependencies).flatMap((name) => [name, `${name}/*`]);
}

async function minified(
  options: Pick<BuildOptions, "entryPoints" | "stdin" | "external">,
): Promise<Uint8Array[]> {
  const { outputFiles } = await build({
    ...options,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
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
