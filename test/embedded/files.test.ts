// @vitest-environment node
import type { ConvexHttpClient } from "convex/browser";
import type { GenericId } from "convex/values";
import { describe, expect, test } from "vitest";
import { api } from "./app/api";
import { aBackend, aClient, untilQuery } from "./clients";

const PNG = new Blob([new Uint8Array([137, 80, 78, 71])], { type: "image/png" });

async function upload(http: ConvexHttpClient, body: Blob): Promise<GenericId<"_storage">> {
  const address = await http.mutation(api.files.place, {});
  const response = await fetch(address, { method: "POST", body });
  return ((await response.json()) as { storageId: GenericId<"_storage"> }).storageId;
}

describe("a file", () => {
  test("goes up to an address a function gives, and down from another", async () => {
    const { http } = await aBackend();
    const id = await upload(http, PNG);
    expect(await http.query(api.files.contentType, { id })).toBe("image/png");
    const response = await fetch((await http.query(api.files.address, { id }))!);
    expect(response.headers.get("content-type")).toBe("image/png");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(
      new Uint8Array(await PNG.arrayBuffer()),
    );
  });

  test("keeps its address until it is removed", async () => {
    const { url, http } = await aBackend();
    const id = await upload(http, PNG);
    const address = await http.query(api.files.address, { id });
    expect(await http.query(api.files.address, { id })).toBe(address);
    const watcher = aClient(url);
    await untilQuery(watcher, api.files.address, { id }, (current) => current === address);
    await http.mutation(api.files.remove, { id });
    await untilQuery(watcher, api.files.address, { id }, (current) => current === null);
    expect((await fetch(address!)).status).toBe(404);
  });

  test("is neither taken nor given without such an address", async () => {
    const { url, http } = await aBackend();
    const guess = `${url}/api/storage/upload`;
    expect((await fetch(guess, { method: "POST", body: PNG })).status).toBe(401);
    expect((await fetch(`${guess}?token=x`, { method: "POST", body: PNG })).status).toBe(401);
    expect((await fetch(`${url}/api/storage/x`)).status).toBe(404);
    const token = new URL(await http.mutation(api.files.place, {})).searchParams.get("token");
    expect((await fetch(`${url}/api/storage/${token}`)).status).toBe(404);
  });
});

describe("an HTTP action", () => {
  test("gets the request and gives the response", async () => {
    const { siteUrl, tokenFor } = await aBackend();
    const response = await fetch(`${siteUrl}/api/echo?to=me`, {
      method: "POST",
      body: "hello",
      headers: { Authorization: `Bearer ${await tokenFor("ada")}`, "User-Agent": "curl" },
    });
    expect(response.status).toBe(202);
    expect(response.headers.get("x-echo")).toBe("yes");
    expect(await response.json()).toEqual({
      said: "hello",
      to: "me",
      by: "Ada",
      userAgent: "curl",
    });
  });

  test("may have its own idea of authorization", async () => {
    const { siteUrl } = await aBackend();
    const init = { method: "POST", body: "hello", headers: { Authorization: "Bearer not-ours" } };
    const response = await fetch(`${siteUrl}/api/echo`, init);
    expect(await response.json()).toMatchObject({ said: "hello", to: null });
  });

  test("answers at its own path only", async () => {
    const { url, siteUrl } = await aBackend();
    expect((await fetch(`${siteUrl}/nothing`)).status).toBe(404);
    expect((await fetch(`${url}/api/echo`, { method: "POST", body: "{}" })).status).not.toBe(202);
  });
});
