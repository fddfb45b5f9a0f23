import { AsyncLocalStorage } from "node:async_hooks";
import { jsonToConvex, type JSONValue } from "convex/values";
import { runningComponent } from "./functions";
import { addRow, declaredIndexes, rangeOf, type QueryJson } from "./ranges";
import { currentRecording, type Document } from "./recording";
import { openTransaction, uncharged } from "./transactions";

/** The door between Convex's server library and the backend, here convex-test. */
interface Syscalls {
  syscall(this: void, op: string, args: string): string;
  asyncSyscall(this: void, op: string, args: string): Promise<string>;
  jsSyscall(this: void, op: string, args: unknown): Promise<unknown>;
}

const hooked = new WeakSet<Syscalls>();
/** Set inside `runQuery(…, { useStaleSnapshot: true })`. */
const staleSnapshot = new AsyncLocalStorage<true>();

/**
 * Listens at the door: every read and write of every function passes here.
 *
 * Call it after `convexTest()`, which puts up the door. Only what a {@link record} covers is
 * looked at, so filling a world costs nothing extra.
 */
export function hookSyscalls(): void {
  const holder = globalThis as unknown as { Convex: Syscalls };
  const convex = holder.Convex;
  if (hooked.has(convex)) return;
  holder.Convex = {
    syscall: (op, args) => {
      const result = convex.syscall(op, args);
      if (op === "1.0/queryStream" && isRecording()) openRange(args, result);
      return result;
    },
    asyncSyscall: (op, args) => {
      const observe = isRecording() ? OBSERVERS[op] : undefined;
      if (!observe) return convex.asyncSyscall(op, args);
      return observe({
        op,
        args: JSON.parse(args) as Args,
        forward: () => convex.asyncSyscall(op, args),
        peek: async (id) => {
          const reading = uncharged(() => convex.asyncSyscall("1.0/get", JSON.stringify({ id })));
          return parse<Document | null>(await reading);
        },
      });
    },
    jsSyscall: (op, args) => convex.jsSyscall(op, args),
  };
  hooked.add(holder.Convex);
}

/** The arguments of the syscalls observed, as far as they are looked at. */
interface Args {
  id: string;
  table?: string;
  queryId: number;
  query: QueryJson;
  pageSize: number;
  udfType: "query" | "mutation" | "snapshotQuery";
}

interface Call {
  op: string;
  args: Args;
  forward(this: void): Promise<string>;
  /** Reads a document at no charge. */
  peek(this: void, id: string): Promise<Document | null>;
}

/** Each calls `forward` before it first awaits: listening must not change the order of things. */
const OBSERVERS: Record<string, (call: Call) => Promise<string>> = {
  "1.0/runUdf": observeNestedCall,
  "1.0/get": observeGet,
  "1.0/queryStreamNext": observeNextRow,
  "1.0/queryPage": observePage,
  "1.0/insert": observeInsert,
  "1.0/shallowMerge": observeChange,
  "1.0/replace": observeChange,
  "1.0/remove": observeChange,
};

function observeNestedCall({ args, forward }: Call): Promise<string> {
  return args.udfType === "snapshotQuery" ? staleSnapshot.run(true, forward) : forward();
}

function observeGet({ args, forward }: Call): Promise<string> {
  if (!staleSnapshot.getStore()) openTransaction()?.transaction.points.add(pointOf(args.id));
  return forward();
}

function openRange(args: string, result: string): void {
  const open = openTransaction();
  const { query } = JSON.parse(args) as Args;
  const { queryId } = JSON.parse(result) as { queryId: number };
  const range = currentRange(query);
  open?.cursors.set(cursorOf(queryId), range);
  open?.transaction.ranges.push(range);
}

async function observeNextRow({ args, forward }: Call): Promise<string> {
  const range = openTransaction()?.cursors.get(cursorOf(args.queryId));
  const result = await forward();
  const { value, done } = parse<{ value: Document; done: boolean }>(result);
  if (range && !done) addRow(range, value);
  return result;
}

async function observePage({ args, forward }: Call): Promise<string> {
  const range = currentRange(args.query);
  openTransaction()?.transaction.ranges.push(range);
  const result = await forward();
  const { page, isDone } = parse<{ page: Document[]; isDone: boolean }>(result);
  for (const row of page) addRow(range, row);
  range.limit = isDone ? null : page.length;
  return result;
}

async function observeInsert({ forward, peek }: Call): Promise<string> {
  const result = await forward();
  const { _id } = JSON.parse(result) as { _id: string };
  addWrite(_id, null, await peek(_id));
  return result;
}

async function observeChange({ op, args, forward, peek }: Call): Promise<string> {
  openTransaction()?.transaction.points.add(pointOf(args.id));
  const before = peek(args.id).catch(() => null); // a bad id: `forward` says so better
  const result = await forward();
  addWrite(args.id, await before, op === "1.0/remove" ? null : await peek(args.id));
  return result;
}

function addWrite(id: string, before: Document | null, after: Document | null): void {
  const component = runningComponent();
  const table = id.replace(/^\d+/, ""); // convex-test's ids: a number, then the table
  openTransaction()?.transaction.writes.push({
    component: component?.path ?? "",
    table,
    id,
    before,
    after,
    indexes: declaredIndexes(component?.schema, table),
  });
}

function currentRange(query: QueryJson) {
  const component = runningComponent();
  const range = rangeOf(query, component?.path ?? "", component?.schema);
  return Object.assign(range, { isSnapshot: staleSnapshot.getStore() ?? false });
}

/** Ids are unique in a component only. */
function pointOf(id: string): string {
  return `${runningComponent()?.path ?? ""}/${id}`;
}

function cursorOf(queryId: number): string {
  return `${runningComponent()?.path ?? ""}/${queryId}`;
}

function isRecording(): boolean {
  return currentRecording() !== undefined;
}

function parse<Result>(json: string): Result {
  return jsonToConvex(JSON.parse(json) as JSONValue) as Result;
}
