/** Runs Convex functions in this process, in memory, on convex-test. */
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash, randomUUID } from "node:crypto";
import { convexTest, type TestConvexRoot } from "convex-test";
import * as Convex from "convex/server";
import { convexToJson, jsonToConvex, type JSONValue, type Value } from "convex/values";
import { JOBS, keyOf, observeSyscalls, running, type Trace } from "./syscalls";

/** The app (`path: ""`) or a component it mounts. */
export type Mount = {
  path: string;
  schema: Convex.SchemaDefinition<Convex.GenericSchema, boolean>;
  modules: Record<string, () => Promise<unknown>>;
};
/** Its modules are loaded, under names such as `lib/tasks`. */
export type Component = Mount & { loaded: Record<string, Module> };
type Module = Record<string, unknown>;
export type Caller = Pick<Convex.RequestMetadata, "ip" | "userAgent"> & {
  identity: Convex.UserIdentity | null;
  expiresAt: number;
};
export const NOBODY: Caller = { identity: null, expiresAt: Infinity, ip: null, userAgent: null };
/** What a function returned or, without success, what it threw. */
export type Outcome = { success: boolean } & {
  [name in "value" | "errorMessage" | "errorData"]?: JSONValue | undefined;
};
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

export class Engine {
  readonly listeners = new Set<(written: string[]) => void>();
  readonly timers = new Set<NodeJS.Timeout>();
  readonly t: Accessor;
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
    this.t = convexTest({ ...app!, transactionLimits: true }) as unknown as Accessor;
    for (const each of mounted) this.t.registerComponent(each.path, each.schema, each.modules);
    observeSyscalls();
    this.enter(() => this.startCrons());
  }

  /** Runs a public function for a client. Its arguments are checked, except what is in a `v.record`. */
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

  /** Asks the stale queries in one transaction: all see the moment it returns, and share its limits. */
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
      const run = () => ctx.runQuery(Convex.makeFunctionReference<"query">(path), values);
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
    await this.t.finishInProgressScheduledFunctions().catch(console.warn);
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

  enter<T>(run: () => T, trace?: Trace): T {
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

/** Loads all modules: convex-test asks for them inside transactions, where that may fail. */
export async function loadComponent(mount: Mount): Promise<Component> {
  const files = Object.entries(mount.modules);
  const root = files.find(([file]) => file.includes("_generated/"))?.[0].split("_generated/")[0];
  const loaded: Component["loaded"] = {};
  for (const [file, load] of files) {
    const name = file.slice(root?.length).replace(/\.[^.]+$/, "");
    if (!name.includes(".") || name === "auth.config") loaded[name] = (await load()) as Module;
  }
  const modules = Object.entries(loaded).map(([name, it]) => [`./${name}.js`, async () => it]);
  return { ...mount, modules: Object.fromEntries(modules), loaded };
}

async function outcomeOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { success: true, value: convexToJson(((await run()) ?? null) as Value) };
  } catch (thrown) {
    const error: Error & { data?: Value } = thrown instanceof Error ? thrown : Error(`${thrown}`);
    const isConvexError = Symbol.for("ConvexError") in error;
    const errorData = isConvexError ? convexToJson(error.data ?? null) : undefined;
    return { success: false, errorMessage: `Uncaught ${error.name}: ${error.message}`, errorData };
  }
}
