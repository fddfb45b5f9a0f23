import { convexTest, type TestConvex } from "convex-test";
import type { GenericSchema, SchemaDefinition } from "convex/server";
import { countedModules, type Modules } from "./functions";
import { hookSyscalls } from "./syscalls";
import { hookTransactions } from "./transactions";

export { conflictBetween } from "./conflicts";
export { costOf, difference, withinHostCall, type Cost } from "./cost";
export { modulesLoaded } from "./functions";
export { record, type Recording } from "./recording";

/** An app on convex-test that can be recorded. */
export type World = TestConvex<SchemaDefinition<GenericSchema, boolean>>;

/**
 * Opens an empty app whose functions can be recorded, components registered on it included.
 *
 * It enforces the backend's limits by transaction, which convex-test does not do by itself.
 *
 * @param functions - the host's functions by module name: `{ auditing: () => import("./auditing") }`
 */
export function openWorld(
  schema: SchemaDefinition<GenericSchema, boolean>,
  functions: Modules,
): World {
  const modules = countedModules(toModules(functions), { path: "", schema });
  const t = convexTest({ schema, modules, transactionLimits: true });
  hookTransactions();
  hookSyscalls();
  return {
    ...t,
    registerComponent: (path, componentSchema, glob) =>
      t.registerComponent(path, componentSchema, {
        ...countedModules(glob, { path, schema: componentSchema }),
      }),
  };
}

/** convex-test finds the root of the modules by their `_generated` folder, so there has to be one. */
function toModules(functions: Modules): Modules {
  const named = Object.entries(functions).map(([name, load]) => [`./${name}.ts`, load] as const);
  return { "./_generated/api.ts": async () => ({}), ...Object.fromEntries(named) };
}
