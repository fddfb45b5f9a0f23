// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import componentSchema from "../../src/component/schema";
import { aTempDir, bin, ROOT, run, runNode, TIMEOUT_MS } from "./commands";

/** The parts of the CLI's push request that are looked at here. */
type Push = {
  appDefinition: { changedModules: Module[] };
  componentDefinitions: Component[];
  nodeDependencies: unknown[];
};
type Component = { definitionPath: string; schema: Module | null; functions: Module[] };
type Module = { path: string; source: string; sourceMap?: string; environment: string };

/** What a deployment makes of the push, by definition path; "" is the app. */
type Analysis = Record<
  string,
  {
    definition: {
      definitionType: { name?: string };
      childComponents: { name: string; path: string }[];
    };
  }
>;

const COMPONENT = "../../dist/component";

let push: Push;
let component: Component;
let analysis: Analysis;

beforeAll(async () => {
  const { dir, remove } = await aTempDir();
  const file = await writePushRequest(dir);
  push = JSON.parse(readFileSync(file, "utf8")) as Push;
  const found = push.componentDefinitions.find((c) => c.definitionPath === COMPONENT);
  if (found === undefined) throw new Error(`The push does not contain ${COMPONENT}.`);
  component = found;
  analysis = await analyze(file);
  return remove;
}, TIMEOUT_MS);

describe("what the CLI pushes to a deployment", () => {
  test("mounts the component as platform, from dist", () => {
    expect(analysis[""]?.definition.childComponents).toMatchObject([
      { name: "platform", path: COMPONENT },
    ]);
    expect(analysis[COMPONENT]?.definition.definitionType.name).toBe("platform");
  });

  test("has each module of the example and of the component", () => {
    expect(entryPoints(push.appDefinition.changedModules)).toEqual(modulesIn("example/convex"));
    expect(entryPoints(component.functions)).toEqual(modulesIn("src/component"));
  });

  test("has the component's tables", async () => {
    const bundle = Buffer.from(component.schema?.source ?? "").toString("base64");
    const { default: pushed } = (await import(`data:text/javascript;base64,${bundle}`)) as {
      default: typeof componentSchema;
    };
    expect(Object.keys(pushed.tables)).toEqual(Object.keys(componentSchema.tables));
  });

  test("runs nothing in Node", () => {
    const forNode = allModules().filter(
      ({ environment, source }) => environment !== "isolate" || /["']node:/.test(source),
    );
    expect(forNode.map((module) => module.path)).toEqual([]);
    expect(push.nodeDependencies).toEqual([]);
  });

  test("is bundled from nothing but sources and declared packages", () => {
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(path.join(ROOT, "package.json"), "utf8"),
    ) as Record<string, Record<string, string>>;
    const packages = Object.keys({ ...dependencies, ...peerDependencies });
    const allowed = [
      "src/shared",
      "src/component",
      ...packages.map((name) => `node_modules/${name}`),
    ];
    const strays = sourcesOf(component.functions).filter(
      (source) => !allowed.some((folder) => source.startsWith(`${folder}/`)),
    );
    expect(strays).toEqual([]);
    expect(sourcesOf(allModules()).filter((source) => /^test\/|\.test\./.test(source))).toEqual([]);
  });
});

/** Everything the CLI would send, written to a file; it asks no server. */
async function writePushRequest(dir: string): Promise<string> {
  const file = path.join(dir, "push");
  const { code, stderr } = await run(bin("convex"), [
    ...["deploy", "--push-all-modules", "--write-push-request", file],
    ...["--url", "http://127.0.0.1:8000", "--admin-key", "no|one"],
    ...["--codegen", "disable", "--typecheck", "disable"],
  ]);
  if (code !== 0) throw new Error(stderr);
  return `${file}.json`;
}

/** Uses the stub deployment of codegen, in a Node of its own: it imports the pushed bundles. */
async function analyze(file: string): Promise<Analysis> {
  const stub = pathToFileURL(path.join(ROOT, "scripts/codegen/analyze.mjs")).href;
  const script = `
    import { readFileSync } from "node:fs";
    import { analyzePush } from ${JSON.stringify(stub)};
    const push = JSON.parse(readFileSync(${JSON.stringify(file)}, "utf8"));
    console.log(JSON.stringify((await analyzePush(push)).analysis));`;
  const { code, stdout, stderr } = await runNode(["--input-type=module", "--eval", script]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Analysis;
}

function allModules(): Module[] {
  return [
    ...push.appDefinition.changedModules,
    ...push.componentDefinitions.flatMap(({ functions }) => functions),
  ];
}

/** Paths of modules, without the chunks they share. */
function entryPoints(modules: Module[]): string[] {
  return modules
    .map((module) => module.path)
    .filter((name) => !name.startsWith("_deps/"))
    .sort();
}

/** The modules a functions folder ought to give. */
function modulesIn(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder))
    .filter((name) => /^(\w+|auth\.config)\.ts$/.test(name) && name !== "schema.ts")
    .map((name) => name.replace(/\.ts$/, ".js"))
    .sort();
}

/** Source files, relative to the repository. Source maps name them relative to the app's folder. */
function sourcesOf(modules: Module[]): string[] {
  const sources = modules.flatMap(
    ({ sourceMap }) =>
      (JSON.parse(sourceMap ?? `{ "sources": [] }`) as { sources: string[] }).sources,
  );
  return [...new Set(sources.map((source) => source.replace(/^(\.\.\/)+/, "")))];
}
