import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NOON } from "../factories.js";
import { aJobsWorld, Failure } from "./jobWorld.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: NOON });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("smoke", () => {
  test("J07 completes", async () => {
    const w = await aJobsWorld();
    w.behave("work", () => ({ pages: 3 }));
    const id = await w.enqueue({ hears: "ctx" });
    expect((await w.get(id)).status).toBe("pending");
    await w.pass(0);
    expect(await w.get(id)).toMatchObject({
      status: "completed",
      attempt: 1,
      result: { pages: 3 },
    });
    expect(w.callbacks).toEqual([
      { jobId: id, status: "completed", result: { pages: 3 }, context: "ctx" },
    ]);
    expect((await w.list({ queue: "default" })).page).toHaveLength(1);
    expect((await w.list({ status: "completed" })).page).toHaveLength(1);
  });
  test("J08 retries", async () => {
    const w = await aJobsWorld();
    w.behave("work", () => {
      throw new Failure("no");
    });
    const id = await w.enqueue({ hears: "ctx" });
    await w.pass(0);
    expect(await w.get(id)).toMatchObject({ status: "retrying", attempt: 2 });
    await w.pass(1000);
    await w.pass(2000);
    expect(await w.get(id)).toMatchObject({ status: "failed", attempt: 3 });
  });
});
