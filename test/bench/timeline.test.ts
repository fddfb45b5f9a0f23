import { AsyncResource } from "node:async_hooks";
import { describe, expect, test } from "vitest";
import { Timeline } from "../../bench/timeline";

describe("Timeline", () => {
  test("lets timers go off in the order in which they are due", async () => {
    const time = new Timeline(1_000);
    const order: string[] = [];
    const note = (name: string) => () => void order.push(`${name} ${Date.now()}`);
    await time.within(async () => {
      setTimeout(note("late"), 20);
      setTimeout(note("soon"), 9.5);
      setTimeout(note("at once"));
      setTimeout(note("also at once"), -5);
      while (time.goOn(1_010));
    });
    expect(order).toEqual(["at once 1000", "also at once 1000", "soon 1010"]);
  });

  test("forgets timers that are cleared", async () => {
    const time = new Timeline(0);
    await time.within(async () => {
      clearTimeout(setTimeout(() => {}, 1));
      expect(time.goOn(1)).toBe(false);
    });
  });

  test("leaves the real timers to what is bound to another context", async () => {
    const time = new Timeline(0);
    const wait = AsyncResource.bind(() => new Promise((resolve) => setTimeout(resolve)));
    await time.within(async () => {
      await wait();
      expect(time.goOn(Infinity)).toBe(false);
    });
  });

  test("goes on where it was, and gives the process its own clock back", async () => {
    const before = [globalThis.setTimeout, Date.now, Math.random];
    const time = new Timeline(0);
    time.advanceTo(5);
    await time.within(async () => expect([Date.now(), Math.random()]).toEqual([5, 0.5]));
    await expect(time.within(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect([globalThis.setTimeout, Date.now, Math.random]).toEqual(before);
  });
});
