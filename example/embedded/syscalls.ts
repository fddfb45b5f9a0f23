/**
 * Convex functions reach their backend through a global, `Convex`. This layer before convex-test's
 * tells the engine what they read and write, and answers where a deployment answers otherwise.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { convexToJson, type Value } from "convex/values";
import type { Engine } from "./engine";

/** One run of a query: what it reads, and where its page ends. */
export type Trace = { path: string; reads: Promise<string[]>[]; journal: string | null };
type Run = { engine: Engine; trace?: Trace | undefined };
type Syscalls = {
  syscall(op: string, json: string): string;
  asyncSyscall(op: string, json: string): Promise<string>;
  jsSyscall(op: string, args: object): Promise<unknown>;
};
/** Which of these there are depends on the syscall. */
type Args = { [name in "id" | "table" | "storageId" | "endCursor"]?: string } & {
  query?: { source: { tableName?: string; indexName?: string } };
};

export const JOBS = "_scheduled_functions";
const READ = /\/(get|count|queryStream|queryPage|storageGetUrl)$/;
const WRITE = /\/(insert|shallowMerge|replace|remove|schedule|cancel_job|storageDelete)$/;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What happens inside belongs to that engine; everything else passes the layer untouched. */
export const running = new AsyncLocalStorage<Run>();
let inner: Syscalls | undefined;

/** Call it after `convexTest`, which installs what this wraps. */
export function observeSyscalls(): void {
  if (inner) return;
  const scope = globalThis as unknown as { Convex: Syscalls };
  const backend = (inner = scope.Convex);
  scope.Convex = {
    syscall(op, json) {
      if (READ.test(op)) running.getStore()?.trace?.reads.push(subjectsOf(json));
      return backend.syscall(op, json);
    },
    async asyncSyscall(op, json) {
      const run = running.getStore();
      return await (run ? perform(op, json, run) : backend.asyncSyscall(op, json));
    },
    jsSyscall: (op, args) => backend.jsSyscall(op, args),
  };
  keepTimers();
}

async function perform(op: string, json: string, { engine, trace }: Run): Promise<string> {
  if (READ.test(op)) trace?.reads.push(subjectsOf(json));
  if (op === "1.0/queryPage") return await readPage(json, trace);
  const answer = await inner!.asyncSyscall(op, json).catch((error: { data?: Value }) => {
    // The maker of a syscall decodes its error; convex-test has done that already, and twice fails.
    if (error.data !== undefined) error.data = convexToJson(error.data);
    throw error;
  });
  // Before the commit: a query that is asked again waits for that.
  if (WRITE.test(op)) engine.wrote(await subjectsOf(json));
  if (op === "1.0/getRequestMetadata") return answer.replace("fake-request-id", "request");
  if (!/\/storage(GetUrl|GenerateUploadUrl)$/.test(op) || answer === "null") return answer;
  const { componentPath } = await callingFunction();
  return JSON.stringify(engine.fileUrl(componentPath, (JSON.parse(json) as Args).storageId));
}

/** Read again, a page ends where it ended before: no row falls between two pages. */
async function readPage(json: string, trace?: Trace): Promise<string> {
  const { name, componentPath } = await callingFunction();
  if (componentPath !== "") throw new Error("paginate() is only supported in the app itself.");
  if (trace?.path !== name) return await inner!.asyncSyscall("1.0/queryPage", json);
  const args = JSON.parse(json) as Args;
  const pinned = JSON.stringify({ ...args, endCursor: args.endCursor ?? trace.journal });
  const answer = await inner!.asyncSyscall("1.0/queryPage", pinned);
  trace.journal = (JSON.parse(answer) as { continueCursor: string }).continueCursor;
  return answer;
}

/** The table which a syscall is about and, if it names one, the document. */
async function subjectsOf(json: string): Promise<string[]> {
  const { componentPath } = await callingFunction();
  const { id, table, storageId, query } = JSON.parse(json) as Args;
  const source = query?.source.tableName ?? query?.source.indexName?.split(".")[0];
  // An id of convex-test is a number and the name of its table.
  const named = source ?? table ?? id?.replace(/^\d+/, "") ?? (storageId ? "_storage" : JOBS);
  if (named === JOBS) return [keyOf(componentPath, JOBS)];
  return [named, id ?? storageId ?? []].flat().map((what) => keyOf(componentPath, what));
}

/** What queries depend on: a table, or one document, of the app (`""`) or a component. */
export const keyOf = (component: string, what: string) => `${component}/${what}`;

async function callingFunction(): Promise<{ name: string; componentPath: string }> {
  const metadata = await inner!.asyncSyscall("1.0/getFunctionMetadata", "{}");
  return JSON.parse(metadata) as { name: string; componentPath: string };
}

/** An engine's timers end with it. Those Node would fire at once, above 24.8 days, are set in steps. */
function keepTimers(): void {
  const set = globalThis.setTimeout;
  const setKept = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const engine = running.getStore()?.engine;
    if (!engine) return set(run, ms, ...args);
    const fire = () => {
      engine.timers.delete(timer);
      if (ms > LONGEST_TIMER_MS) return void setKept(run, ms - LONGEST_TIMER_MS, ...args);
      run(...args);
      void engine.jobsMoved();
    };
    const timer = set(fire, Math.min(ms, LONGEST_TIMER_MS));
    engine.timers.add(timer);
    return timer;
  };
  globalThis.setTimeout = Object.assign(setKept, set);
}
