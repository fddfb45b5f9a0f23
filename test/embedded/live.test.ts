// @vitest-environment node
import { BaseConvexClient } from "convex/browser";
import type { PaginationResult } from "convex/server";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { api } from "./app/api";
import { gate, runs } from "./app/notes";
import { aBackend, aClient, untilQuery } from "./clients";

const DAY_MS = 24 * 3_600_000;

describe("a watched query", () => {
  test("follows what another client writes", async () => {
    const { url, http } = await aBackend();
    const watcher = aClient(url);
    await untilQuery(watcher, api.notes.list, {}, (texts) => texts.length === 0);
    await http.mutation(api.notes.add, { text: "milk" });
    await untilQuery(watcher, api.notes.list, {}, (texts) => texts.includes("milk"));
  });

  test("follows an action, a scheduled function and a component", async () => {
    const { url, http } = await aBackend();
    const watcher = aClient(url);
    await untilQuery(watcher, api.notes.list, {}, () => true);
    await http.action(api.notes.shout, { text: "eggs" });
    await untilQuery(watcher, api.notes.list, {}, (texts) => texts.includes("EGGS"));
    await http.mutation(api.notes.addLater, { text: "later", inMs: 0 });
    await untilQuery(watcher, api.notes.list, {}, (texts) => texts.includes("later"));
    await untilQuery(watcher, api.notes.countStrokes, { reason: "x" }, (count) => count === 0);
    await http.mutation(api.notes.addStroke, { reason: "x" });
    await untilQuery(watcher, api.notes.countStrokes, { reason: "x" }, (count) => count === 1);
  });

  test("of one document follows that document", async () => {
    const { url, http } = await aBackend();
    const id = await http.mutation(api.notes.add, { text: "milk" });
    const watcher = aClient(url);
    await untilQuery(watcher, api.notes.find, { id }, (text) => text === "milk");
    await http.mutation(api.notes.rename, { id, text: "oats" });
    await untilQuery(watcher, api.notes.find, { id }, (text) => text === "oats");
  });

  test("does not run again for a component's table of the same name", async () => {
    const { url, http } = await aBackend();
    const watcher = aClient(url);
    await untilQuery(watcher, api.notes.list, {}, () => true);
    await untilQuery(watcher, api.notes.countStrokes, { reason: "x" }, (count) => count === 0);
    const before = runs.list;
    await http.mutation(api.notes.addStroke, { reason: "x" });
    await untilQuery(watcher, api.notes.countStrokes, { reason: "x" }, (count) => count === 1);
    expect(runs.list).toBe(before);
  });

  test("is the same after the mutation of its own client", async () => {
    const client = aClient((await aBackend()).url);
    await untilQuery(client, api.notes.list, {}, () => true);
    await client.mutation(api.notes.add, { text: "milk" });
    expect(client.client.localQueryResult("notes:list", {})).toEqual(["milk"]);
  });

  test("shows one moment together with the other ones", async () => {
    const { url, http } = await aBackend();
    const id = await http.mutation(api.notes.add, { text: "milk", rank: -1 });
    const totals: number[] = [];
    const client = new BaseConvexClient(
      url,
      () => {
        const below = client.localQueryResult("notes:countBelow", { rank: 0 });
        const from = client.localQueryResult("notes:countFrom", { rank: 0 });
        if (below !== undefined && from !== undefined) totals.push(Number(below) + Number(from));
      },
      { webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket, logger: false },
    );
    onTestFinished(() => client.close());
    client.subscribe("notes:countBelow", { rank: 0 });
    client.subscribe("notes:countFrom", { rank: 0 });
    await http.action(api.notes.shuffle, { id, times: 100 });
    await client.mutation("notes:add", { text: "last" });
    expect(totals.length).toBeGreaterThan(3);
    expect(new Set(totals.slice(0, -1))).toEqual(new Set([1]));
    expect(totals.at(-1)).toBe(2);
  });
});

describe("pages", () => {
  test("stay gapless when something is inserted", async () => {
    const { url, http } = await aBackend();
    for (const rank of [10, 20, 30, 40])
      await http.mutation(api.notes.add, { text: `${rank}`, rank });
    const watcher = aClient(url);
    const first = { paginationOpts: { numItems: 2, cursor: null } };
    const { continueCursor: cursor } = await untilQuery(watcher, api.notes.page, first, () => true);
    const second = { paginationOpts: { numItems: 2, cursor } };
    await untilQuery(watcher, api.notes.page, second, () => true);

    await http.mutation(api.notes.add, { text: "15", rank: 15 });
    await http.mutation(api.notes.add, { text: "35", rank: 35 });
    const has = (text: string) => (result: PaginationResult<string>) => result.page.includes(text);
    const pages = await Promise.all([
      untilQuery(watcher, api.notes.page, first, has("15")),
      untilQuery(watcher, api.notes.page, second, has("35")),
    ]);
    expect(pages.map(({ page }) => page)).toEqual([
      ["10", "15", "20"],
      ["30", "35", "40"],
    ]);
  });
});

describe("a lost connection", () => {
  test("does not run a mutation twice", async () => {
    const { url, http } = await aBackend();
    const sockets: WebSocket[] = [];
    /** Breaks down, the first time, when the mutation has run and its response is on the way. */
    class Unreliable extends WebSocket {
      constructor(address: string) {
        super(address);
        sockets.push(this);
      }
      override emit(event: string | symbol, ...args: unknown[]): boolean {
        const isResponse = event === "message" && String(args[0]).includes("MutationResponse");
        if (!isResponse || sockets.length > 1) return super.emit(event, ...args);
        this.terminate();
        return true;
      }
    }
    const client = aClient(url, Unreliable);
    await client.mutation(api.notes.add, { text: "once" });
    expect(sockets).toHaveLength(2);
    expect(await http.query(api.notes.list)).toEqual(["once"]);
  });

  test("is taken up with the queries that were watched", async () => {
    const { url, http } = await aBackend();
    const sockets: WebSocket[] = [];
    class Known extends WebSocket {
      constructor(address: string) {
        super(address);
        sockets.push(this);
      }
    }
    const watcher = aClient(url, Known);
    await untilQuery(watcher, api.notes.list, {}, () => true);
    sockets[0]!.terminate();
    await http.mutation(api.notes.add, { text: "meanwhile" });
    await untilQuery(watcher, api.notes.list, {}, (texts) => texts.includes("meanwhile"));
  });

  test("comes after a message that makes no sense, and only then", async () => {
    const { url } = await aBackend();
    const socket = new WebSocket(`${url.replace("http", "ws")}/api/1.0.0/sync`);
    await new Promise((resolve) => socket.on("open", resolve));
    socket.send("{");
    await new Promise((resolve) => socket.on("close", resolve));
    await aClient(url).mutation(api.notes.add, { text: "still there" });
  });
});

describe("time", () => {
  test("runs a function in 100 days not at once", async () => {
    const { url, http } = await aBackend();
    await http.mutation(api.notes.addLater, { text: "in 100 days", inMs: 100 * DAY_MS });
    await http.mutation(api.notes.addLater, { text: "now", inMs: 5 });
    const client = aClient(url);
    const texts = await untilQuery(client, api.notes.list, {}, (list) => list.includes("now"));
    expect(texts).toEqual(["now"]);
  });

  test("shows how a scheduled function ended", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { url, http } = await aBackend();
    const watcher = aClient(url);
    const far = await http.mutation(api.notes.addLater, { text: "x", inMs: DAY_MS });
    await untilQuery(watcher, api.notes.jobState, { id: far }, (state) => state === "pending");
    const good = await http.mutation(api.notes.addLater, { text: "x", inMs: 0 });
    await untilQuery(watcher, api.notes.jobState, { id: good }, (state) => state === "success");
    const bad = await http.mutation(api.notes.crashLater, {});
    await untilQuery(watcher, api.notes.jobState, { id: bad }, (state) => state === "failed");
  });

  test("lets a running action be cancelled, and goes on", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const { url, http } = await aBackend();
    const watcher = aClient(url);
    const id = await http.mutation(api.notes.waitLater, {});
    await untilQuery(watcher, api.notes.jobState, { id }, (state) => state === "inProgress");
    await http.mutation(api.notes.cancel, { id });
    await untilQuery(watcher, api.notes.jobState, { id }, (state) => state === "canceled");
    gate.open();
    const next = await http.mutation(api.notes.addLater, { text: "next", inMs: 0 });
    await untilQuery(watcher, api.notes.jobState, { id: next }, (state) => state === "success");
  });

  test("runs the crons of a component, again and again", async () => {
    const client = aClient((await aBackend()).url);
    await untilQuery(client, api.notes.countStrokes, { reason: "cron" }, (count) => count === 2);
  });
});
