import { ConvexClient, ConvexHttpClient } from "convex/browser";
import type { FunctionReference } from "convex/server";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import mounts from "./app/mounts";
import { startEmbedded } from "./startEmbedded";

/** The fixture app on a free port, for the length of one test. */
export async function aBackend() {
  const backend = await startEmbedded({ app: mounts });
  onTestFinished(() => backend.close());
  return { ...backend, http: new ConvexHttpClient(backend.url, { logger: false }) };
}

type WebSocketClass = new (url: string) => WebSocket;

/** A client as browsers have it, over a WebSocket. */
export function aClient(url: string, webSocket: WebSocketClass = WebSocket): ConvexClient {
  const client = new ConvexClient(url, {
    webSocketConstructor: webSocket as unknown as typeof globalThis.WebSocket,
    logger: false,
  });
  onTestFinished(() => client.close());
  return client;
}

/** A WebSocket as one browser would open it. */
export function socketOf(userAgent: string): WebSocketClass {
  return class extends WebSocket {
    constructor(url: string) {
      super(url, { headers: { "user-agent": userAgent } });
    }
  };
}

/** Watches a query, until its outcome is the expected one. */
export async function untilQuery<Query extends FunctionReference<"query">>(
  client: ConvexClient,
  query: Query,
  args: Query["_args"],
  isExpected: (value: Query["_returnType"]) => boolean,
): Promise<Query["_returnType"]> {
  return await new Promise((resolve, reject) => {
    client.onUpdate(query, args, (value) => isExpected(value) && resolve(value), reject);
  });
}
