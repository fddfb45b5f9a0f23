// @vitest-environment node
import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { describe, expect, test } from "vitest";
import { api } from "./app/api";
import { aBackend, aClient, socketOf } from "./clients";

const NO_SUCH_FUNCTION = /Could not find public function/;

describe("ConvexHttpClient", () => {
  test("runs queries, mutations and actions", async () => {
    const { http } = await aBackend();
    const id = await http.mutation(api.notes.add, { text: "milk" });
    expect(await http.query(api.notes.find, { id })).toBe("milk");
    expect(await http.action(api.notes.shout, { text: "eggs" })).toBe("EGGS");
    expect(await http.query(api.notes.list)).toEqual(["milk", "EGGS"]);
  });

  test("gets the data of a ConvexError", async () => {
    const { http } = await aBackend();
    const data = { code: "FORBIDDEN", attempts: 3n };
    await expect(http.mutation(api.notes.refuse, { text: "x" })).rejects.toMatchObject({ data });
    await expect(http.query(api.notes.refuseToShow)).rejects.toMatchObject({ data });
    expect(await http.query(api.notes.list)).toEqual([]);
  });

  test("gets the data of a component's ConvexError", async () => {
    const { http } = await aBackend();
    const refused = http.mutation(api.notes.refuseStroke, {});
    await expect(refused).rejects.toMatchObject({ data: { code: "FULL" } });
  });

  test("gets the message of any other error, as from a development deployment", async () => {
    const { http } = await aBackend();
    await expect(http.mutation(api.notes.crash, {})).rejects.toThrow("Uncaught TypeError: a bug");
  });

  test("reads several queries at one timestamp", async () => {
    const { http } = await aBackend();
    await http.mutation(api.notes.add, { text: "milk" });
    expect(await http.consistentQuery(api.notes.list)).toEqual(["milk"]);
    await http.mutation(api.notes.add, { text: "eggs" });
    await expect(http.consistentQuery(api.notes.list)).rejects.toThrow("Only the latest data");
  });
});

describe("ConvexClient", () => {
  test("runs queries, mutations and actions", async () => {
    const client = aClient((await aBackend()).url);
    const id = await client.mutation(api.notes.add, { text: "milk" });
    expect(await client.query(api.notes.find, { id })).toBe("milk");
    expect(await client.action(api.notes.shout, { text: "eggs" })).toBe("EGGS");
  });

  test("gets the data of a ConvexError", async () => {
    const client = aClient((await aBackend()).url);
    const data = { code: "FORBIDDEN", attempts: 3n };
    await expect(client.mutation(api.notes.refuse, { text: "x" })).rejects.toMatchObject({ data });
    await expect(client.query(api.notes.refuseToShow, {})).rejects.toMatchObject({ data });
  });

  test("keeps mutations in the order in which they were sent", async () => {
    const client = aClient((await aBackend()).url);
    const texts = Array.from({ length: 20 }, (_, i) => `note ${i}`);
    await Promise.all(texts.map((text, rank) => client.mutation(api.notes.add, { text, rank })));
    expect(await client.query(api.notes.list, {})).toEqual(texts);
  });
});

describe("clients reach", () => {
  const functions = ["notes:purge", "notes:runs", "notes:nothing", "nowhere:list", "tally:strokes"];

  test.each(functions)("not %s, over HTTP", async (name) => {
    const { http } = await aBackend();
    const call = http.mutation(makeFunctionReference<"mutation">(name), {});
    await expect(call).rejects.toThrow(NO_SUCH_FUNCTION);
  });

  test.each(functions)("not %s, over the WebSocket", async (name) => {
    const client = aClient((await aBackend()).url);
    const call = client.mutation(makeFunctionReference<"mutation">(name), {});
    await expect(call).rejects.toThrow(NO_SUCH_FUNCTION);
    const query = client.query(makeFunctionReference<"query">(name), {});
    await expect(query).rejects.toThrow(NO_SUCH_FUNCTION);
  });

  test("no function as one of another kind", async () => {
    const { http } = await aBackend();
    const list = makeFunctionReference<"mutation">("notes:list");
    await expect(http.mutation(list, {})).rejects.toThrow(NO_SUCH_FUNCTION);
    const add = makeFunctionReference<"query">("notes:add");
    await expect(http.query(add, { text: "x" })).rejects.toThrow(NO_SUCH_FUNCTION);
  });

  test("nothing with an admin key", async () => {
    const { url } = await aBackend();
    const http = new ConvexHttpClient(url, { logger: false });
    (http as unknown as { setAdminAuth(key: string): void }).setAdminAuth("key");
    const purge = makeFunctionReference<"mutation">("notes:purge");
    await expect(http.mutation(purge, {})).rejects.toThrow(NO_SUCH_FUNCTION);
  });
});

describe("arguments", () => {
  test.each([
    ["a missing field", {}],
    ["a field too many", { text: "x", color: "red" }],
    ["another type", { text: 1 }],
    ["null for an optional field", { text: "x", rank: null }],
  ])("are refused with %s", async (_, args) => {
    const { http } = await aBackend();
    const add = makeFunctionReference<"mutation">("notes:add");
    await expect(http.mutation(add, args)).rejects.toThrow(/Validator error/);
    expect(await http.query(api.notes.list)).toEqual([]);
  });

  test("are refused with an id of another table", async () => {
    const { http } = await aBackend();
    const id = await http.mutation(api.notes.addLater, { text: "x", inMs: 60_000 });
    const find = makeFunctionReference<"query">("notes:find");
    await expect(http.query(find, { id })).rejects.toThrow(/Expected ID for table "notes"/);
  });

  test("must be JSON", async () => {
    const { url } = await aBackend();
    const response = await fetch(`${url}/api/mutation`, { method: "POST", body: "{" });
    expect(response.status).toBe(500);
  });
});

describe("limits", () => {
  test("of a transaction hold", async () => {
    const { http } = await aBackend();
    await http.mutation(api.notes.scheduleMany, { count: 1000 });
    const tooMany = http.mutation(api.notes.scheduleMany, { count: 1001 });
    await expect(tooMany).rejects.toThrow(/Scheduled too many functions/);
  });

  test("keep paginate() out of components", async () => {
    const { http } = await aBackend();
    const paginationOpts = { numItems: 1, cursor: null };
    await expect(http.query(api.notes.pageStrokes, { paginationOpts })).rejects.toThrow(
      "paginate() is only supported in the app itself",
    );
  });
});

describe("getRequestMetadata", () => {
  test("tells address and browser of the connection", async () => {
    const { url, http } = await aBackend();
    const origin = { ip: "127.0.0.1", userAgent: "node" };
    expect(await http.mutation(api.notes.whereAmI, {})).toEqual(origin);
    const [a, b] = ["Firefox", "Safari"].map((userAgent) => aClient(url, socketOf(userAgent)));
    expect(await a!.mutation(api.notes.whereAmI, {})).toEqual({ ...origin, userAgent: "Firefox" });
    expect(await b!.mutation(api.notes.whereAmI, {})).toEqual({ ...origin, userAgent: "Safari" });
  });
});
