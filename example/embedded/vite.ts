/** Puts the backend into Vite's dev server, unless VITE_CONVEX_URL names a deployment. */
import type { AddressInfo } from "node:net";
import path from "node:path";
import { loadEnv, type Plugin } from "vite";
import { fillDesk, tamperRoute } from "../demo/index";
import { Backend } from "./backend";
import { loadComponent, type Mount } from "./engine";
import { demoToken, loadKeys } from "./keys";

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
      const url = deployment ? `"${deployment}"` : `globalThis.location?.origin + "${PREFIX}"`;
      const env = { URL: url, BACKEND: deployment ? '"deployment"' : '"embedded"' };
      const names = Object.entries(env).map(([k, v]) => [`import.meta.env.VITE_CONVEX_${k}`, v]);
      return { define: Object.fromEntries(names) as Record<string, string> };
    },
    async configureServer(server) {
      const { httpServer, middlewares, config, printUrls } = server;
      const keys = await loadKeys(path.join(config.root, ".demo-keys.json"));
      middlewares.use("/demo/token", async ({ url = "" }, response) => {
        const token = await demoToken(keys, /\?subject=(\w+)$/.exec(url)?.[1]);
        response.writeHead(token === null ? 404 : 200).end(JSON.stringify({ token }));
      });
      server.printUrls = () => {
        printUrls();
        config.logger.info(`  ➜  Convex:  ${deployment ?? "embedded, in memory"}`);
      };
      if (deployment || !httpServer) return;
      process.env.DEMO_JWKS = keys.jwks;
      const mounts = (await server.ssrLoadModule(app)).default as Mount[];
      const url = () => `http://localhost:${(httpServer.address() as AddressInfo).port}${PREFIX}`;
      const backend = new Backend(await Promise.all(mounts.map(loadComponent)), url);
      middlewares.use(PREFIX, backend.handle);
      middlewares.use("/demo/tamper", tamperRoute(backend.engine));
      httpServer.on("upgrade", backend.upgrade).on("close", () => backend.close());
      await fillDesk(backend.engine);
    },
    /** Edited functions make a new backend. */
    async hotUpdate({ modules, server }) {
      if (this.environment.name === "ssr" && modules.length > 0) await server.restart();
    },
  };
}
