// @vitest-environment node
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { createLogger, createServer } from "vite";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { embeddedConvex } from "../../example/embedded/vite";
import { api } from "./app/api";

const DEPLOYMENT = "https://happy-animal-123.convex.cloud";
const PAGE = "console.log(import.meta.env.VITE_CONVEX_URL, import.meta.env.VITE_CONVEX_BACKEND);";

/** A project with one page in `<root>/example`, whose backend is the fixture app. */
function aProject({ env = "" } = {}): string {
  const root = mkdtempSync(path.join(tmpdir(), "embedded-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(path.join(root, "example"));
  writeFileSync(path.join(root, ".env.local"), env);
  writeFileSync(path.join(root, "example", "page.js"), PAGE);
  mkdirSync(path.join(root, "example", "convex"));
  writeFileSync(path.join(root, "example", "convex", "people.js"), "export const PEOPLE = [];");
  const mounts = JSON.stringify(path.resolve(import.meta.dirname, "app", "mounts.ts"));
  writeFileSync(path.join(root, "example", "app.ts"), `export { default } from ${mounts};`);
  return path.join(root, "example");
}

async function aDevServer(root: string) {
  const info = vi.fn();
  const server = await createServer({
    root,
    configFile: false,
    customLogger: { ...createLogger("info"), info },
    optimizeDeps: { noDiscovery: true },
    plugins: [embeddedConvex({ app: "/app.ts" })],
    server: { host: "127.0.0.1", port: 0, watch: null },
  });
  onTestFinished(() => server.close());
  await server.listen();
  server.printUrls();
  const address = server.httpServer!.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  return { url, printed: info.mock.calls.flat().join("\n") };
}

async function signIn(url: string, subject: string): Promise<Response> {
  return await fetch(`${url}/demo/token?subject=${subject}`, { method: "POST" });
}

describe("a dev server without a deployment", () => {
  test("serves the app on its own port, with its seed", async () => {
    const { url } = await aDevServer(aProject());
    const http = new ConvexHttpClient(`${url}/embedded-convex`, { logger: false });
    await http.mutation(api.notes.add, { text: "milk" });
    expect(await http.query(api.notes.list)).toEqual(["seeded", "milk"]);
    expect(await http.mutation(api.files.place, {})).toMatch(
      /^http:\/\/localhost:\d+\/embedded-convex\/api/,
    );
  });

  test("still gives the page the modules it shares with the app", async () => {
    const { url } = await aDevServer(aProject());
    expect(await (await fetch(`${url}/convex/people.js`)).text()).toContain("PEOPLE");
  });

  test("signs the people of the demo in, nobody else", async () => {
    const { url } = await aDevServer(aProject());
    const { token } = (await (await signIn(url, "chloe")).json()) as { token: string };
    const http = new ConvexHttpClient(`${url}/embedded-convex`, { auth: token, logger: false });
    expect(await http.query(api.notes.whoAmI)).toMatchObject({ subject: "chloe", name: "Chloé" });
    expect((await signIn(url, "mallory")).status).toBe(404);
  });

  test("keeps the keys for itself, and for the next run", async () => {
    const root = aProject();
    const first = await (await signIn((await aDevServer(root)).url, "ada")).json();
    expect(statSync(path.join(root, ".demo-keys.json")).mode & 0o777).toBe(0o600);
    const http = new ConvexHttpClient(`${(await aDevServer(root)).url}/embedded-convex`, {
      logger: false,
    });
    http.setAuth((first as { token: string }).token);
    expect(await http.query(api.notes.whoAmI)).toMatchObject({ subject: "ada" });
  });

  test("says so, in the terminal and to the page", async () => {
    const { url, printed } = await aDevServer(aProject());
    expect(printed).toContain("Convex:  embedded, in memory");
    const page = await (await fetch(`${url}/page.js`)).text();
    expect(page).toContain('"VITE_CONVEX_BACKEND": "embedded"');
    expect(page).toContain('"VITE_CONVEX_URL": globalThis.location?.origin + "/embedded-convex"');
  });
});

describe("a dev server with a deployment", () => {
  const isAside = async ({ url, printed }: Awaited<ReturnType<typeof aDevServer>>) => {
    expect(printed).toContain(`Convex:  ${DEPLOYMENT}`);
    const page = await (await fetch(`${url}/page.js`)).text();
    expect(page).toContain('"VITE_CONVEX_BACKEND": "deployment"');
    expect(page).toContain(`"VITE_CONVEX_URL": "${DEPLOYMENT}"`);
    expect((await fetch(`${url}/embedded-convex/api/query_ts`, { method: "POST" })).status).toBe(
      404,
    );
    expect((await signIn(url, "ada")).status).toBe(200);
  };

  test("in its environment leaves the functions to that", async () => {
    vi.stubEnv("VITE_CONVEX_URL", DEPLOYMENT);
    onTestFinished(() => void vi.unstubAllEnvs());
    await isAside(await aDevServer(aProject()));
  });

  test("in the .env.local above its root leaves the functions to that", async () => {
    await isAside(await aDevServer(aProject({ env: `VITE_CONVEX_URL=${DEPLOYMENT}\n` })));
  });
});
