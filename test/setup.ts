/**
 * Makes convex-test refuse what a deployment refuses, wherever a test runs the component:
 * `.paginate()` inside a component, and calls of a component's internal functions by its host.
 */
import { convexTest } from "convex-test";

type Syscalls = { asyncSyscall(op: string, args: string): Promise<string> };
type Exports = Record<string, { isInternal?: boolean } | undefined>;

const componentModules = import.meta.glob<Exports>("../src/component/**/*.ts");

// The first call installs the global that every later one shares.
convexTest({ modules: { "./_generated/api.js": async () => ({}) } });
guard((globalThis as unknown as { Convex: Syscalls }).Convex);

function guard(convex: Syscalls): void {
  const inner = Object.getOwnPropertyDescriptor(convex, "asyncSyscall")!;
  Object.defineProperty(convex, "asyncSyscall", {
    get: () => async (op: string, args: string) => {
      const asyncSyscall = inner.get!.call(convex) as Syscalls["asyncSyscall"];
      if (op === "1.0/queryPage") await refuseInComponent(asyncSyscall);
      if (op === "1.0/runUdf") await refuseInternal(JSON.parse(args) as { reference?: string });
      return await asyncSyscall(op, args);
    },
  });
}

async function refuseInComponent(asyncSyscall: Syscalls["asyncSyscall"]): Promise<void> {
  const metadata = await asyncSyscall("1.0/getFunctionMetadata", "{}");
  if ((JSON.parse(metadata) as { componentPath: string }).componentPath !== "") {
    throw new Error("paginate() is only supported in the app.");
  }
}

async function refuseInternal({ reference }: { reference?: string }): Promise<void> {
  const [, , , ...path] = reference?.split("/") ?? [];
  const name = path.pop();
  const load = componentModules[`../src/component/${path.join("/")}.ts`];
  if (!load || name === undefined) return;
  if ((await load())[name]?.isInternal) {
    throw new Error(
      `${path.join("/")}:${name} is internal to the component; its host cannot call it.`,
    );
  }
}
