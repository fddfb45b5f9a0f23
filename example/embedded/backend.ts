/** What clients reach: functions over WebSocket and HTTP, files, and HTTP actions below `/site`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { JSONValue } from "convex/values";
import { WebSocketServer, type WebSocket } from "ws";
import { verifyToken } from "./auth";
import { Engine, NOBODY, type Caller, type Component, type Outcome } from "./engine";
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
    for (const timer of this.engine.timers) clearTimeout(timer);
    for (const socket of this.sockets.clients) socket.terminate();
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const open = (ws: WebSocket) => new Session(ws, this, strangerOf(request));
    if (request.url?.endsWith("/sync")) this.sockets.handleUpgrade(request, socket, head, open);
  };

  readonly handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const failed = (error: unknown) => new Response(`${error}`, { status: 500 });
    const answer = await this.respond(incoming).catch(failed);
    outgoing.setHeaders(answer.headers).writeHead(answer.status);
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  };

  private async respond(incoming: IncomingMessage): Promise<Response> {
    const { engine } = this;
    const { method = "GET", url = "/" } = incoming;
    const headers = incoming.headers as Record<string, string>;
    const body = method === "GET" || method === "HEAD" ? null : await buffer(incoming);
    const request = new Request(new URL(url, "http://embedded"), { method, headers, body });
    const stranger = strangerOf(incoming);
    const { pathname, search, searchParams } = new URL(request.url);
    const [, area, endpoint = "", file = ""] = pathname.split("/");
    const token = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    const verified = token === undefined ? {} : await verifyToken(token, engine).catch(String);
    const caller = typeof verified === "string" ? stranger : { ...stranger, ...verified };
    if (area === "site") return await engine.fetch(pathname.slice(5) + search, request, caller);
    if (endpoint === "storage" && file === "upload") {
      const id = await engine.upload(searchParams.get("token") ?? "", await request.blob());
      return Response.json({ storageId: id }, { status: id === null ? 401 : 200 });
    }
    if (endpoint === "storage") {
      const blob = await engine.download(file);
      return new Response(blob, { status: blob ? 200 : 404 });
    }
    if (typeof verified !== "string") return await this.run(endpoint, request, caller);
    return Response.json({ code: "Unauthenticated", message: verified }, { status: 401 });
  }

  private async run(endpoint: string, request: Request, caller: Caller): Promise<Response> {
    const now = encodeTs(await this.engine.refresh([], caller));
    if (endpoint === "query_ts") return Response.json({ ts: now });
    const { path, args, ts = now } = (await request.json()) as FunctionCall;
    if (ts !== now) return new Response("Only the latest data is in memory.", { status: 400 });
    const outcome = await this.engine.call(endpoint.replace("_at_ts", ""), path, args[0], caller);
    const [status, code] = outcome.success ? ["success", 200] : ["error", FUNCTION_FAILED];
    return Response.json({ status, ...outcome, logLines: [] }, { status: code });
  }
}

/** The other end of a connection, before it says who it is. */
function strangerOf({ socket, headers }: IncomingMessage): Caller {
  const ip = socket.remoteAddress?.replace(/^::ffff:/, "") ?? null;
  return { ...NOBODY, ip, userAgent: headers["user-agent"] ?? null };
}
