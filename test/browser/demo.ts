import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the demo answers, without a slash at the end. */
    demoUrl: string;
    /** When it was started, in ms since 1970. */
    startedAt: number;
    /** Where Chromium listens. */
    browserUrl: string;
  }
}

const READY_WITHIN_MS = 150_000;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** One demo and one browser for all files. */
export default async function setUp({ provide }: TestProject) {
  provide("startedAt", Date.now());
  const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
  const [demo, browser] = await Promise.all([
    startDemo(),
    chromium.launchServer({ executablePath, args: FLAGS }),
  ]);
  provide("demoUrl", demo.demoUrl);
  provide("browserUrl", browser.wsEndpoint());
  return async () => {
    await browser.close();
    await demo.stop();
  };
}

/** Starts the demo as `npm run demo` does, on a free port and with the embedded backend. */
export async function startDemo(): Promise<{ demoUrl: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const args = ["node_modules/vite/bin/vite.js", "example", "--port", String(port), "--strictPort"];
  // Not the deployment a developer may have in .env.local, and as people run it: where NODE_ENV is
  // "test", react-aria's virtualizer asks for variables that no browser has.
  const env = { ...process.env, VITE_CONVEX_URL: "", NODE_ENV: "development" };
  const demo = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const output = outputOf(demo);
  const demoUrl = `http://localhost:${port}`;
  await untilReady(demoUrl, demo, output);
  const stop = async () => {
    demo.kill();
    await once(demo, "exit");
  };
  return { demoUrl, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function outputOf({ stdout, stderr }: ChildProcess): string[] {
  const lines: string[] = [];
  for (const stream of [stdout, stderr]) stream?.on("data", (data) => lines.push(String(data)));
  return lines;
}

async function untilReady(url: string, demo: ChildProcess, output: string[]): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answers(url))) {
    if (demo.exitCode !== null || Date.now() > deadline) {
      demo.kill();
      throw new Error(`The demo did not start:\n${output.join("")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
