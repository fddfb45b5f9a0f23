/** What clients reach: functions over WebSocket and HTTP, files, and HTTP actions below `/site`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { AuthConfig } from "convex/server";
import type { JSONValue } from "convex/values";
import { WebSocketServer } from "ws";
import { verifyToken } from "./auth";
import { Engine, named, type Caller, type Component, type Outcome } from "./engine";
import { encodeTs, Session } from "./session";

const FUNCTION_FAILED = 560;
type FunctionCall = { path: string; args: [JSONValue]; ts?: string };

export class Backend {
  readonly engine: Engine;
  /** By session and request, for clients that send a call again after a reconnect. */
  readonly outcomes = new Map<string, Promise<Outcome>>();
  private readonly sockets = new WebSocketServer({ noServer: true });

  /** @param url - where clients find what `handle` serves */
  constructor(components: Component[], url: () => string) {
    this.engine = new Engine(components, url);
  }

  close(): void {
    this.engine.close();
    for (const socket of this.sockets.clients) socket.terminate();
  }

  /** @throws when the app's auth.config.ts does not vouch for the token */
  async verify(token: string) {
    const config = this.engine.find("", "auth.config") as AuthConfig | undefined;
    return await verifyToken(token, config?.providers ?? []);
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (!request.url?.endsWith("/sync")) return;
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      new Session(webSocket, this, strangerOf(request));
    });
  };

  readonly handle = webHandler(async (request, stranger) => {
    const { pathname, search, searchParams } = new URL(request.url);
    const [, area, endpoint = "", file = ""] = pathname.split("/");
    const token = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    const verified = token === undefined ? stranger : await this.verify(token).catch(String);
    const caller = typeof verified === "string" ? stranger : { ...stranger, ...verified };
    if (area === "site")
      return await this.engine.fetch(pathname.slice(5) + search, request, caller);
    if (endpoint === "storage" && file === "upload") {
      const id = await this.engine.upload(searchParams.get("token") ?? "", await request.blob());
      return Response.json({ storageId: id }, { status: id === null ? 401 : 200 });
    }
    if (endpoint === "storage") {
      const blob = await this.engine.download(file);
      return new Response(blob, { status: blob ? 200 : 404 });
    }
    if (typeof verified !== "string") return await this.run(endpoint, request, caller);
    return Response.json({ code: "Unauthenticated", message: verified }, { status: 401 });
  });

  private async run(endpoint: string, request: Request, caller: Caller): Promise<Response> {
    const now = encodeTs(await this.engine.refresh([], caller));
    if (endpoint === "query_ts") return Response.json({ ts: now });
    const { path, args, ts = now } = (await request.json()) as FunctionCall;
    if (ts !== now) return new Response("Only the latest data is in memory.", { status: 400 });
    const outcome = await this.engine.call(endpoint.replace("_at_ts", ""), path, args[0], caller);
    const [status, code] = outcome.success ? ["success", 200] : ["error", FUNCTION_FAILED];
    return Response.json({ status, ...named(outcome), logLines: [] }, { status: code });
  }
}

/** A handler of Node in terms of the web's requests and responses. */
export function webHandler(respond: (request: Request, stranger: Caller) => Promise<Response>) {
  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = "GET", url = "/" } = incoming;
    const headers = incoming.headers as Record<string, string>;
    const body = method === "GET" || method === "HEAD" ? null : await buffer(incoming);
    const request = new Request(new URL(url, "http://embedded"), { method, headers, body });
    const failed = (error: unknown) => new Response(`${error}`, { status: 500 });
    const answer = await respond(request, strangerOf(incoming)).catch(failed);
    outgoing.setHeaders(answer.headers).writeHead(answer.status);
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  };
}

/** The other end of a connection, before it says who it is. */
function strangerOf({ socket, headers }: IncomingMessage): Caller {
  const ip = socket.remoteAddress?.replace(/^::ffff:/, "") ?? null;
  return { identity: null, ip, userAgent: headers["user-agent"] ?? null };
}
