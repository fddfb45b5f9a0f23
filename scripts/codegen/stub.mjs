// A deployment that can do one thing: answer the requests of `convex codegen`.
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { analyzePush } from "./analyze.mjs";

/** Endpoints `convex codegen` calls: which modules the deployment has, and what is in these. */
const ENDPOINTS = {
  "/api/get_config_hashes": () => ({
    config: { functions: "" },
    moduleHashes: [],
    nodeDependencies: [],
    udfServerVersion: null,
  }),
  "/api/deploy2/start_push": analyzePush,
};

/**
 * Starts the stub on a free local port.
 *
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startStubDeployment() {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Errors go back in a deployment's own shape, so that the CLI prints them as it always does.
 *
 * @param {import("node:http").IncomingMessage} request
 * @returns {Promise<{ status: number, body: unknown }>}
 */
async function answer(request) {
  const endpoint = ENDPOINTS[request.url ?? ""];
  if (endpoint === undefined) {
    const message = `${request.url} is unknown here: this stub only knows what codegen needs.`;
    return { status: 404, body: { code: "NotFound", message } };
  }
  try {
    return { status: 200, body: await endpoint(await readJson(request)) };
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { status: 400, body: { code: "AnalyzeFailed", message } };
  }
}

/** @param {import("node:http").IncomingMessage} request */
async function readJson(request) {
  const raw = await buffer(request);
  const isCompressed = request.headers["content-encoding"] === "br";
  return JSON.parse((isCompressed ? await promisify(brotliDecompress)(raw) : raw).toString());
}
