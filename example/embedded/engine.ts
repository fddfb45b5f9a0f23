/** Runs Convex functions in this process, in memory, on convex-test. */
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash, randomUUID } from "node:crypto";
import { convexTest, type TestConvexRoot } from "convex-test";
import { makeFunctionReference } from "convex/server";
import type * as Convex from "convex/server";
import { convexToJson, jsonToConvex, type JSONValue, type Value } from "convex/values";
import { JOBS, keyOf, observeSyscalls, running, type Trace } from "./syscalls";

/** The app (`path: ""`) or a component it mounts. */
export type Mount = {
  path: string;
  schema: Convex.SchemaDefinition<Convex.GenericSchema, boolean>;
  modules: Record<string, () => Promise<unknown>>;
};
/** Its modules are loaded, under names such as `lib/tasks`. */
export type Component = Mount & { loaded: Record<string, Record<string, unknown>> };
export type Caller = Pick<Convex.RequestMetadata, "ip" | "userAgent"> & {
  identity: Convex.UserIdentity | null;
  expiresAt?: number;
};
/** What a function returned or, without success, the message of what it threw. */
export type Outcome = { success: boolean; result: JSONValue; errorData?: JSONValue | undefined };
/** A query that a client watches. */
export type Query = {
  path: string;
  args: JSONValue;
  /** Where its page ended, when it has one. */
  journal: string | null;
  /** What the outcome depends on, and whether some of that has been written since. */
  reads: ReadonlySet<string>;
  stale: boolean;
  outcome?: Outcome;
};

type ReadCtx = Convex.GenericQueryCtx<Convex.GenericDataModel>;
type FileCtx = Convex.GenericMutationCtx<Convex.GenericDataModel> &
  Pick<Convex.GenericActionCtx<Convex.GenericDataModel>, "storage">;
/** What convexTest returns. Its types leave the last two out, which is why its version is pinned. */
type Accessor = TestConvexRoot<Convex.GenericDataModel> & {
  runInComponent<T>(path: string, run: (ctx: FileCtx) => Promise<T>): Promise<T>;
  fun(at: { componentPath: string; udfPath: string }, args: Value): Promise<unknown>;
};
type Interval = { type: string; seconds?: number; minutes?: number; hours?: number };

const NOBODY: Caller = { identity: null, ip: null, userAgent: null };
const NO_MODULE = /(^|\/)convex\.config\.\w+$|\.d\.ts$/;

export class Engine {
  /** Each hears of every write. */
  readonly listeners = new Set<(written: string[]) => void>();
  readonly timers = new Set<NodeJS.Timeout>();
  private readonly t: Accessor;
  private readonly components: Component[];
  private readonly url: () => string;
  private readonly outside = AsyncLocalStorage.snapshot();
  private readonly secret = randomUUID();
  /** By the token in its address: a file, or a component that takes files. */
  private readonly files = new Map<string, { component: string; storageId: string | undefined }>();

  /** @param components - the app first; @param url - where clients reach the backend, asked late */
  constructor(components: Component[], url: () => string) {
    this.components = components;
    this.url = url;
    const [app, ...mounted] = components;
    const options = { schema: app!.schema, modules: loaders(app!), transactionLimits: true };
    this.t = convexTest(options) as unknown as Accessor;
    for (const each of mounted) this.t.registerComponent(each.path, each.schema, loaders(each));
    observeSyscalls();
    this.enter(() => this.startCrons());
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** Runs a public function for a client. */
  async call(kind: string, path: string, args: JSONValue, caller: Caller): Promise<Outcome> {
    return await outcomeOf(async () => {
      this.assertPublic(kind, path);
      return await this.run("", path, args, caller);
    });
  }

  /** Runs any function. */
  async run(component: string, path: string, args: JSONValue = {}, caller = NOBODY) {
    const at = { componentPath: component, udfPath: path };
    return await this.enter(() => this.as(caller).fun(at, jsonToConvex(args)));
  }

  /**
   * Asks the stale ones of these queries for a client, in one transaction: they see one moment, and
   * share its limits. Nothing commits meanwhile.
   *
   * @returns the timestamp of that moment
   */
  async refresh(queries: Query[], caller: Caller): Promise<bigint> {
    const transaction = async (ctx: ReadCtx) => {
      for (const query of queries) if (query.stale) await this.ask(query, ctx);
      return ctx.meta.getSnapshotTs();
    };
    return await this.enter(() => this.as(caller).query(transaction));
  }

  private async ask(query: Query, ctx: ReadCtx): Promise<void> {
    const { path, args, journal } = query;
    const trace: Trace = { path, reads: [], journal };
    query.outcome = await outcomeOf(async () => {
      this.assertPublic("query", path);
      const values = jsonToConvex(args) as Record<string, Value>;
      const run = () => ctx.runQuery(makeFunctionReference<"query">(path), values);
      return await this.enter(run, trace);
    });
    query.reads = new Set((await Promise.all(trace.reads)).map((subjects) => subjects.at(-1)!));
    query.journal = trace.journal;
    query.stale = false;
  }

  async fetch(path: string, init: RequestInit, caller: Caller): Promise<Response> {
    if (!this.find("", "http")) return new Response("This app has no http.ts.", { status: 404 });
    return await this.enter(() => this.as(caller).fetch(path, init));
  }

  /** What `lib/tasks:run` names, `undefined` when there is no such export. */
  find(component: string, path: string): unknown {
    const [name, exported = "default"] = path.split(":");
    return this.components.find((c) => c.path === component)!.loaded[name!]?.[exported];
  }

  /** Where to upload to a component or, with a storage id, where to download: always the same. */
  fileUrl(component: string, storageId?: string): string {
    const file = [this.secret, component, storageId].join(" ");
    const token = createHash("sha256").update(file).digest("hex");
    this.files.set(token, { component, storageId });
    return `${this.url()}/api/storage/${storageId === undefined ? "upload?token=" : ""}${token}`;
  }

  /** @returns the storage id, or `null` when no function gave this token out */
  async upload(token: string, blob: Blob): Promise<string | null> {
    const { component, storageId } = this.files.get(token) ?? {};
    if (component === undefined || storageId !== undefined) return null;
    const store = async ({ storage, db }: FileCtx) => {
      const id = await storage.store(blob);
      await db.patch(id as never, { contentType: blob.type }); // convex-test keeps size and hash
      return id;
    };
    return await this.enter(() => this.t.runInComponent(component, store));
  }

  async download(token: string): Promise<Blob | null> {
    const { component = "", storageId } = this.files.get(token) ?? {};
    if (storageId === undefined) return null;
    let blob: Blob | null = null;
    const read = async ({ storage }: FileCtx) => void (blob = await storage.get(storageId));
    await this.enter(() => this.t.runInComponent(component, read));
    return blob;
  }

  /** Listeners must not run as part of the function whose write they hear of. */
  wrote(keys: string[]): void {
    for (const listener of this.listeners) this.outside(() => listener(keys));
  }

  /** convex-test moves jobs from state to state without a syscall, when they begin and end. */
  async jobsMoved(): Promise<void> {
    const keys = this.components.map(({ path }) => keyOf(path, JOBS));
    this.wrote(keys);
    await this.t.finishInProgressScheduledFunctions();
    this.wrote(keys);
  }

  private startCrons(): void {
    for (const { path } of this.components) {
      const { crons = {} } = (this.find(path, "crons") ?? {}) as Partial<Convex.Crons>;
      for (const { name, args, schedule } of Object.values(crons)) {
        const { type, seconds = 0, minutes = 0, hours = 0 } = schedule as Interval;
        const run = async () => {
          await this.run(path, name, (args as JSONValue[])[0]).catch(console.error);
          setTimeout(() => void run(), 1000 * (seconds + 60 * (minutes + 60 * hours)));
        };
        if (type === "interval") setTimeout(() => void run(), 0);
        else console.warn(`[convex] the cron for ${name} never runs: only intervals do here`);
      }
    }
  }

  private enter<T>(run: () => T, trace?: Trace): T {
    return running.run({ engine: this, trace }, run);
  }

  private as({ identity, ip, userAgent }: Caller): Accessor {
    const t = this.t.withRequestMetadata({ ip, userAgent });
    return (identity ? t.withIdentity(identity) : t) as Accessor;
  }

  private assertPublic(kind: string, path: string): void {
    const registered = (this.find("", path) ?? {}) as Record<string, unknown>;
    if (registered.isPublic && registered[`is${kind[0]!.toUpperCase()}${kind.slice(1)}`]) return;
    throw new Error(`Could not find public function for '${path}'.`);
  }
}

/** Comes first: convex-test asks for modules inside transactions, where loading one may fail. */
export async function loadComponent(mount: Mount): Promise<Component> {
  const files = Object.keys(mount.modules);
  const root = files.find((file) => file.includes("_generated/"))?.split("_generated/")[0] ?? "";
  const loading = files.map(async (file) => {
    const name = file.slice(root.length).replace(/\.[^.]+$/, "");
    return NO_MODULE.test(file) ? [] : [[name, await mount.modules[file]!()]];
  });
  return { ...mount, loaded: Object.fromEntries((await Promise.all(loading)).flat()) };
}

/** As convex-test wants them: the names of files, one of them in a folder `_generated`. */
function loaders({ loaded }: Component): Mount["modules"] {
  const modules = Object.entries(loaded);
  return Object.fromEntries(modules.map(([name, module]) => [`./${name}.js`, async () => module]));
}

async function outcomeOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { success: true, result: convexToJson(((await run()) ?? null) as Value) };
  } catch (thrown) {
    const error: Error & { data?: Value } = thrown instanceof Error ? thrown : Error(`${thrown}`);
    const isConvexError = Symbol.for("ConvexError") in error;
    const errorData = isConvexError ? convexToJson(error.data ?? null) : undefined;
    return { success: false, result: `Uncaught ${error.name}: ${error.message}`, errorData };
  }
}

/** An outcome in the words of HTTP, and of queries on the WebSocket. */
export function named({ success, result, errorData }: Outcome) {
  return success ? { value: result } : { errorMessage: result, errorData };
}
