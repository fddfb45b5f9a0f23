/** One client's WebSocket: the other side of convex/src/browser/sync/protocol.ts. */
import { setImmediate as turn } from "node:timers/promises";
import type { JSONValue } from "convex/values";
import type { WebSocket } from "ws";
import { verifyToken } from "./auth";
import type { Backend } from "./backend";
import { NOBODY, type Caller, type Query } from "./engine";

type Call = { type: "Mutation" | "Action"; requestId: number; udfPath: string; args: JSONValue[] };
type Authenticate = { type: "Authenticate"; value?: string; baseVersion: number };
type Add = { type: "Add"; queryId: number; udfPath: string; args: JSONValue[]; journal?: string };
type Remove = { type: "Remove"; queryId: number };
type Message =
  | Call
  | Authenticate
  | { type: "Connect"; sessionId: string }
  | { type: "ModifyQuerySet"; newVersion: number; modifications: (Add | Remove)[] };

export class Session {
  private id = "";
  private caller: Caller;
  private querySet = 0;
  private identity = 0;
  private sent = { querySet: 0, identity: 0, ts: encodeTs(0n) };
  private idle = true;
  private work = Promise.resolve();
  private readonly queries = new Map<number, Query & { sent?: string }>();
  private readonly inbox: string[] = [];
  private readonly committed: object[] = [];
  private readonly modifications: object[] = [];
  private readonly socket: WebSocket;
  private readonly backend: Backend;

  constructor(socket: WebSocket, backend: Backend, caller: Caller) {
    this.socket = socket;
    this.backend = backend;
    this.caller = caller;
    backend.engine.listeners.add(this.noteWrite);
    const pings = setInterval(() => this.send({ type: "Ping" }), 15_000);
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      backend.engine.listeners.delete(this.noteWrite);
      clearInterval(pings);
    });
    socket.on("message", (data) => {
      this.inbox.push(String(data));
      this.wake();
    });
  }

  private send(message: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private readonly noteWrite = (written: string[]): void => {
    for (const query of this.queries.values()) {
      query.stale ||= written.some((key) => query.reads.has(key));
      if (query.stale) this.wake();
    }
  };

  /** Steps follow each other. What happens before one begins is part of it. */
  private wake(): void {
    if (!this.idle) return;
    this.idle = false;
    this.work = this.work.then(() => this.step()).catch(() => this.socket.terminate());
  }

  private async step(): Promise<void> {
    await turn();
    this.idle = true;
    // The client comes back with the same token, is told that it has expired, and gets a new one.
    if (Date.now() > this.caller.expiresAt) return this.socket.close();
    for (const message of this.inbox.splice(0)) await this.receive(JSON.parse(message) as Message);
    await this.advance();
  }

  private async receive(message: Message): Promise<void> {
    if (message.type === "Connect") this.id = message.sessionId;
    if (message.type === "Authenticate") await this.authenticate(message);
    // convex-test keeps mutations in the order in which they come.
    if (message.type === "Mutation" || message.type === "Action") void this.respond(message);
    if (message.type === "ModifyQuerySet") {
      this.querySet = message.newVersion;
      for (const change of message.modifications) this.changeQueries(change);
    }
  }

  /** Who shows a token that does not hold is nobody from then on. */
  private async authenticate({ value, baseVersion }: Authenticate): Promise<void> {
    const { ip, userAgent } = this.caller;
    this.caller = { ...NOBODY, ip, userAgent };
    try {
      if (value !== undefined)
        Object.assign(this.caller, await verifyToken(value, this.backend.engine));
      this.identity = baseVersion + 1;
      for (const query of this.queries.values()) query.stale = true;
    } catch (error) {
      this.send({ type: "AuthError", error: `${error}`, baseVersion, authUpdateAttempted: true });
    }
  }

  private changeQueries(change: Add | Remove): void {
    const { type, queryId } = change;
    if (type === "Add") {
      const { udfPath: path, args, journal = null } = change;
      const query = { path, args: args[0] ?? {}, journal, reads: new Set<string>(), stale: true };
      this.queries.set(queryId, query);
    } else {
      this.queries.delete(queryId);
      this.modifications.push({ type: "QueryRemoved", queryId });
    }
  }

  /** A call that is sent again after a reconnect is answered again, but not run again. */
  private async respond({ type, requestId, udfPath, args }: Call): Promise<void> {
    const { engine, outcomes } = this.backend;
    const key = `${this.id}/${requestId}`;
    const run = outcomes.get(key) ?? engine.call(type, udfPath, args[0]!, this.caller);
    outcomes.set(key, run);
    const { success, value, errorMessage, errorData } = await run;
    const result = success ? value : errorMessage;
    const answer = { type: `${type}Response`, requestId, success, result, errorData, logLines: [] };
    if (type === "Action" || !success) return this.send(answer);
    this.committed.push(answer);
    this.wake();
  }

  /** Takes the client to one moment: outcomes that changed, and mutations the moment includes. */
  private async advance(): Promise<void> {
    const { querySet, identity, sent: startVersion } = this;
    const committed = this.committed.splice(0);
    const ts = encodeTs(await this.backend.engine.refresh([...this.queries.values()], this.caller));
    for (const [queryId, query] of this.queries) {
      const type = query.outcome?.success ? "QueryUpdated" : "QueryFailed";
      const change = { type, queryId, ...query.outcome, journal: query.journal, logLines: [] };
      const json = JSON.stringify(change);
      if (json !== query.sent) this.modifications.push(change);
      query.sent = json;
    }
    const modifications = this.modifications.splice(0);
    const moved = querySet !== startVersion.querySet || identity !== startVersion.identity;
    if (!moved && committed.length + modifications.length === 0) return;
    for (const answer of committed) this.send({ ...answer, ts });
    this.sent = { querySet, identity, ts };
    this.send({ type: "Transition", startVersion, endVersion: this.sent, modifications });
  }
}

/** A timestamp as it crosses the wire: eight bytes in base64. */
export function encodeTs(ts: bigint): string {
  return Buffer.from(BigUint64Array.of(ts).buffer).toString("base64");
}
