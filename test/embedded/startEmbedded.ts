import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Backend } from "../../example/embedded/backend";
import { loadComponent, type Mount } from "../../example/embedded/engine";
import { createKeys, demoToken, type DemoKeys } from "../../example/embedded/keys";

export type Embedded = {
  backend: Backend;
  /** For `ConvexClient` and `ConvexHttpClient`. */
  url: string;
  /** Where HTTP actions are. */
  siteUrl: string;
  /** What the app trusts. */
  keys: DemoKeys;
  /** @returns a token as the demo's sign-in gives it to this person (`ada`, `ben`, `chloe`) */
  tokenFor(subject: string): Promise<string>;
  close(): Promise<void>;
};

/** One pair for the process: auth.config.ts reads the public key once, when it is loaded. */
const keysOfProcess = createKeys();

/** Serves an app the way the dev server does, without Vite and on a port of its own. */
export async function startEmbedded({ app, seed = false }: { app: Mount[]; seed?: boolean }) {
  const keys = await keysOfProcess;
  process.env.DEMO_JWKS = keys.jwks;
  let url = "";
  const backend = new Backend(await Promise.all(app.map(loadComponent)), () => url);
  if (seed) await backend.engine.run("", "seed:run");
  const server = createServer((request, response) => void backend.handle(request, response));
  server.on("upgrade", backend.upgrade).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    backend,
    url,
    siteUrl: `${url}/site`,
    keys,
    tokenFor: async (subject) => (await demoToken(keys, subject))!,
    close: async () => {
      backend.close();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  } satisfies Embedded as Embedded;
}
