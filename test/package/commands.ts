import { execFile } from "node:child_process";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** The repository: vitest runs from its root. */
export const ROOT = process.cwd();

/** Longest a test of this folder may take: most of them start compilers or the Convex CLI. */
export const TIMEOUT_MS = 60_000;

export type Outcome = { code: number; stdout: string; stderr: string };

/** Runs a program to its end. A program that fails is an outcome, one that is missing an error. */
export async function run(command: string, args: string[], cwd: string = ROOT): Promise<Outcome> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, {
      cwd,
      maxBuffer: 64 * 1024 * 1024,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    if (isOutcome(error)) return error;
    throw error;
  }
}

/** Runs a script with this Node. */
export async function runNode(args: string[], cwd?: string): Promise<Outcome> {
  return await run(process.execPath, args, cwd);
}

/** A program that one of the repository's development dependencies brings. */
export function bin(name: string): string {
  return path.join(ROOT, "node_modules", ".bin", name);
}

/** An empty folder outside the repository, and how to get rid of it. */
export async function aTempDir(): Promise<{ dir: string; remove: () => Promise<void> }> {
  // Some systems reach their temporary folder through a link; the CLI compares real paths.
  const dir = await mkdtemp(path.join(await realpath(tmpdir()), "convex-platform-"));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

function isOutcome(error: unknown): error is Outcome {
  return error instanceof Error && "code" in error && typeof error.code === "number";
}
