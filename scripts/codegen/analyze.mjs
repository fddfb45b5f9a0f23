// What a deployment learns from pushed code: it imports the bundles and asks them to describe
// themselves. Shapes are those of the CLI's deploy API, orderings those of the backend.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { canonicalValidator, describeModule, publicExports } from "./functions.mjs";

/**
 * @typedef {import("./functions.mjs").ModuleAnalysis} ModuleAnalysis
 *
 * @typedef {object} Bundle - one module as the CLI uploads it
 * @property {string} path
 * @property {string} source
 *
 * @typedef {object} Definition - the app, or one component
 * @property {string} definitionPath - folder relative to the app's functions; "" is the app itself
 * @property {Bundle | null} definition - its `convex.config`
 * @property {string[]} dependencies - definition paths of the components its config imports
 * @property {Bundle[]} functions
 * @property {string} udfServerVersion
 *
 * @typedef {object} Push
 * @property {Omit<Definition, "definitionPath" | "functions"> & { changedModules: Bundle[] }} appDefinition
 * @property {Definition[]} componentDefinitions
 */

/** What codegen does not read, but the CLI wants to see: a deployment with nothing in it. */
const EMPTY_DEPLOYMENT = {
  environmentVariables: {},
  externalDepsId: null,
  componentDefinitionPackages: {},
  appAuth: [],
  app: {
    definitionPath: "",
    componentPath: "",
    args: {},
    childComponents: {},
    httpRoutes: { httpModuleRoutes: null, mounts: [] },
    exports: {},
  },
  schemaChange: { allocatedComponentIds: {}, schemaIds: {} },
};

/** An app without a `convex.config`. */
const PLAIN_APP = { definitionType: { type: "app" }, childComponents: [], httpMounts: {} };

/**
 * Answers a push.
 *
 * @param {Push} push
 */
export async function analyzePush({ appDefinition, componentDefinitions }) {
  const { changedModules, ...app } = appDefinition;
  const definitions = childrenFirst([
    ...componentDefinitions,
    { ...app, definitionPath: "", functions: changedModules },
  ]);
  const workDir = await mkdtemp(path.join(tmpdir(), "convex-codegen-"));
  try {
    await writeFile(path.join(workDir, "package.json"), '{ "type": "module" }');
    /** @type {Record<string, Awaited<ReturnType<typeof analyzeDefinition>>>} */
    const analysis = {};
    for (const [index, definition] of definitions.entries()) {
      const dir = path.join(workDir, String(index));
      const nameOf = (child) => analysis[child].definition.definitionType.name;
      analysis[definition.definitionPath] = await analyzeDefinition(dir, definition, nameOf);
    }
    return { ...EMPTY_DEPLOYMENT, analysis };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/**
 * A parent's config is evaluated after its children's: it may use their default names.
 *
 * @param {Definition[]} definitions
 * @returns {Definition[]}
 */
function childrenFirst(definitions) {
  /** @type {Map<string, Definition>} */
  const ordered = new Map();
  while (ordered.size < definitions.length) {
    const next = definitions.find(
      ({ definitionPath, dependencies }) =>
        !ordered.has(definitionPath) && dependencies.every((child) => ordered.has(child)),
    );
    if (next === undefined) {
      const left = definitions.map((d) => d.definitionPath).filter((p) => !ordered.has(p));
      throw new Error(`These components mount each other in a circle: ${left.join(", ")}`);
    }
    ordered.set(next.definitionPath, next);
  }
  return [...ordered.values()];
}

/**
 * @param {string} dir - where this definition's bundles are written
 * @param {Definition} pushed
 * @param {(child: string) => string} nameOf - default name of a component evaluated before
 */
async function analyzeDefinition(dir, pushed, nameOf) {
  const { definitionPath, udfServerVersion } = pushed;
  const [definition, functions] = await Promise.all([
    evaluateConfig(dir, pushed, nameOf),
    analyzeModules(dir, pushed.functions),
  ]);
  return {
    definition: {
      ...definition,
      path: definitionPath,
      // A deployment leaves the app's own exports empty: `api` is typed from the source files.
      exports: publicExports(definitionPath === "" ? {} : functions),
    },
    // Only read with `codegen.staticDataModel`, which this project does not use.
    schema: null,
    functions,
    udfConfig: {
      serverVersion: udfServerVersion,
      importPhaseRngSeed: null,
      importPhaseUnixTimestamp: null,
    },
  };
}

/**
 * Runs a `convex.config`. The bundler left its imports of other components as
 * `./_componentDeps/<base64url of the definition path>`; they get the little that `use` needs.
 *
 * @param {string} dir
 * @param {Definition} pushed
 * @param {(child: string) => string} nameOf
 */
async function evaluateConfig(dir, { definition, dependencies }, nameOf) {
  if (definition === null) return PLAIN_APP;
  let { source } = definition;
  for (const child of dependencies) {
    const specifier = `./_componentDeps/${Buffer.from(child).toString("base64url")}`;
    const standIn = { componentDefinitionPath: child, defaultName: nameOf(child) };
    await writeBundle(dir, {
      path: `${specifier}.js`,
      source: `export default ${JSON.stringify(standIn)};`,
    });
    source = source.replaceAll(`"${specifier}"`, `"${specifier}.js"`);
  }
  const config = await import(await writeBundle(dir, { path: definition.path, source }));
  const exported = config.default.export();
  const envVars = [...(exported.envVars ?? [])]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, env]) => [name, { ...env, value: canonicalValidator(env.value) }]);
  return { ...exported, envVars };
}

/**
 * @param {string} dir
 * @param {Bundle[]} bundles
 * @returns {Promise<Record<string, ModuleAnalysis>>} by module path, chunks left out
 */
async function analyzeModules(dir, bundles) {
  const urls = await Promise.all(bundles.map((bundle) => writeBundle(dir, bundle)));
  /** @type {Record<string, ModuleAnalysis>} */
  const functions = {};
  for (const [index, bundle] of bundles.entries()) {
    // A deployment evaluates auth.config by itself; it holds no functions.
    if (bundle.path.startsWith("_deps/") || bundle.path === "auth.config.js") continue;
    functions[bundle.path] = describeModule(bundle.path, await import(urls[index]));
  }
  return functions;
}

/**
 * @param {string} dir
 * @param {Bundle} bundle
 * @returns {Promise<string>} what to import
 */
async function writeBundle(dir, bundle) {
  const file = path.join(dir, bundle.path);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bundle.source);
  return pathToFileURL(file).href;
}
