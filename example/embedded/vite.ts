/** Puts the backend into Vite's dev server, unless VITE_CONVEX_URL names a deployment. */
import type { AddressInfo } from "node:net";
import path from "node:path";
import { loadEnv, type Plugin } from "vite";
import { Backend, webHandler } from "./backend";
import { loadComponent, type Mount } from "./engine";
import { demoToken, loadDemoKeys } from "./keys";

/** Not `/convex`: below that Vite serves the modules of example/convex to the browser. */
const PREFIX = "/embedded-convex";

/** @param app - module whose default export lists what to mount, such as app.ts */
export function embeddedConvex({ app }: { app: string }): Plugin {
  let deployment: string | undefined;
  return {
    name: "embedded-convex",
    apply: "serve",
    config({ root = "." }, { mode }) {
      const folders = [path.resolve(root), path.resolve(root, "..")];
      deployment = folders.map((folder) => loadEnv(mode, folder).VITE_CONVEX_URL).find(Boolean);
      const here = `globalThis.location?.origin + "${PREFIX}"`;
      const url = deployment ? JSON.stringify(deployment) : here;
      const backend = deployment ? '"deployment"' : '"embedded"';
      const env = { VITE_CONVEX_URL: url, VITE_CONVEX_BACKEND: backend };
      const define = Object.entries(env).map(([name, code]) => [`import.meta.env.${name}`, code]);
      return { define: Object.fromEntries(define) as Record<string, string> };
    },
    async configureServer(server) {
      const { httpServer, middlewares, config, printUrls } = server;
      const keys = await loadDemoKeys(path.join(config.root, ".demo-keys.json"));
      middlewares.use(
        "/demo/token",
        webHandler(async ({ url }) => {
          const token = await demoToken(keys, new URL(url).searchParams.get("subject") ?? "");
          return Response.json({ token }, { status: token === null ? 404 : 200 });
        }),
      );
      server.printUrls = () => {
        printUrls();
        const backend = deployment ?? "embedded, in memory: a restart starts afresh";
        config.logger.info(`  ➜  Convex:  ${backend}`);
      };
      if (deployment || !httpServer) return;
      process.env.DEMO_JWKS = keys.jwks;
      const mounts = (await server.ssrLoadModule(app)).default as Mount[];
      const url = () => `http://localhost:${(httpServer.address() as AddressInfo).port}${PREFIX}`;
      const backend = new Backend(await Promise.all(mounts.map(loadComponent)), url);
      middlewares.use(PREFIX, backend.handle);
      httpServer.on("upgrade", backend.upgrade);
      httpServer.on("close", () => backend.close());
      if (backend.engine.find("", "seed:run")) await backend.engine.run("", "seed:run");
    },
    /** Edited functions make a new backend. */
    async hotUpdate({ modules, server }) {
      if (this.environment.name === "ssr" && modules.length > 0) await server.restart();
    },
  };
}
