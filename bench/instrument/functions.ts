import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import type { GenericSchema, SchemaDefinition } from "convex/server";
import { currentRecording, type FunctionKind } from "./recording";
import { openTransaction } from "./transactions";

/** Modules as `import.meta.glob` gives them. */
export type Modules = Record<string, () => Promise<unknown>>;

/** A component of a world; the host app is the one with the empty path. */
export interface Component {
  path: string;
  schema: SchemaDefinition<GenericSchema, boolean>;
}

const running = new AsyncLocalStorage<Component>();

/** The component whose function is running: convex-test does not say it to outsiders. */
export function runningComponent(): Component | undefined {
  return running.getStore();
}

/** What `query`, `mutation` and `action` of Convex return, as far as it matters here. */
interface RegisteredFunction {
  (...args: unknown[]): unknown;
  _handler(this: void, ctx: unknown, args: unknown): unknown;
  isQuery?: boolean;
  isMutation?: boolean;
  isAction?: boolean;
}

/**
 * The same modules, with every Convex function in them counted when it runs.
 *
 * convex-test loads a module when it is first called, amid a transaction, where it forbids timers.
 * A loader may need them (Vite's does), so it runs in the context of whoever made the world.
 */
export function countedModules(modules: Modules, component: Component): Modules {
  return Object.fromEntries(
    Object.entries(modules).map(([path, load]) => {
      const loadOutside = AsyncResource.bind(load);
      let loading: Promise<unknown> | undefined;
      return [path, () => (loading ??= underWay(loadCounted(path, loadOutside, component)))];
    }),
  );
}

const loads = new Set<Promise<unknown>>();

function underWay(load: Promise<unknown>): Promise<unknown> {
  const ended = load.finally(() => loads.delete(ended));
  loads.add(ended);
  return ended;
}

/** Waits for modules that are being loaded: of all that functions do, this alone takes real time. */
export async function modulesLoaded(): Promise<void> {
  while (loads.size > 0) await Promise.all(loads);
}

async function loadCounted(
  path: string,
  load: () => Promise<unknown>,
  component: Component,
): Promise<unknown> {
  const moduleName = path.replace(/^.*\//, "").replace(/\.[^.]+$/, "");
  const exports = Object.entries((await load()) as Record<string, unknown>);
  return Object.fromEntries(
    exports.map(([name, value]) => {
      if (!isRegisteredFunction(value)) return [name, value];
      const fullName = [component.path, `${moduleName}:${name}`].filter(Boolean).join("/");
      return [name, counted(value, fullName, component)];
    }),
  );
}

/** A stand-in that is `fn` in everything but its handler; convex-test calls nothing else. */
function counted(fn: RegisteredFunction, name: string, component: Component): RegisteredFunction {
  const kind = fn.isQuery ? "query" : fn.isMutation ? "mutation" : "action";
  const handler: RegisteredFunction["_handler"] = (ctx, args) => {
    count(kind, name);
    return running.run(component, () => fn._handler(ctx, args));
  };
  return new Proxy(fn, {
    get: (target, key) => (key === "_handler" ? handler : (Reflect.get(target, key) as unknown)),
  });
}

/**
 * The first function in a transaction is what it was opened for, and a call of its own.
 * The others run inside it, and so do components' functions: nobody pays a call for those.
 */
function count(kind: FunctionKind, name: string): void {
  const recording = currentRecording();
  const transaction = openTransaction()?.transaction;
  const isNested = kind !== "action" && transaction?.name !== undefined;
  if (transaction && !isNested && kind !== "action") transaction.name = name;
  if (!recording) return;
  if (isNested) recording.nested++;
  else recording.calls[kind]++;
}

function isRegisteredFunction(value: unknown): value is RegisteredFunction {
  return typeof value === "function" && "_handler" in value && typeof value._handler === "function";
}
