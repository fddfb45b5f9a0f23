import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { Platform } from "../../src/client/index.js";
import { findQueue, readQueues, type QueueOptions } from "../../src/client/jobQueues.js";
import { component } from "../factories.js";

const DAY = 86_400_000;
const POLICY = { maxAttempts: 3, initialBackoffMs: 500, base: 2, maxBackoffMs: 600_000 };

const read = (options: QueueOptions) => readQueues({ mail: options }).get("mail");

describe("readQueues", () => {
  test("knows the default queue, and what a queue is without words", () => {
    const plain = { policy: POLICY, timeoutMs: 600_000 };
    expect([...readQueues({})]).toEqual([["default", plain]]);
    expect(read({})).toEqual(plain);
  });

  test("takes what is declared, part by part", () => {
    const retention = { completedMs: DAY };
    const options = { maxParallelism: 4, maxPerKey: 2, retry: { maxAttempts: 5 }, timeoutMs: 1000 };
    expect(read({ ...options, retention, audit: true })).toEqual({
      policy: { ...POLICY, maxAttempts: 5 },
      timeoutMs: 1000,
      cap: { maxParallelism: 4, perKey: 2 },
      retention,
      audit: true,
    });
  });

  test("lets the host change the default one", () => {
    const queues = readQueues({ default: { retry: { maxAttempts: 1 } } });
    expect(queues.get("default")!.policy.maxAttempts).toBe(1);
  });

  test.each<[keyof QueueOptions | string, (value: number) => QueueOptions, number, number]>([
    ["maxParallelism", (maxParallelism) => ({ maxParallelism }), 1, 1000],
    ["maxPerKey", (maxPerKey) => ({ maxPerKey, maxParallelism: 7 }), 1, 7],
    ["timeoutMs", (timeoutMs) => ({ timeoutMs }), 1000, DAY],
    ["retry.maxAttempts", (maxAttempts) => ({ retry: { maxAttempts } }), 1, 100],
    ["retry.initialBackoffMs", (initialBackoffMs) => ({ retry: { initialBackoffMs } }), 0, DAY],
    ["retry.base", (base) => ({ retry: { base } }), 1, 10],
    ["retry.maxBackoffMs", (maxBackoffMs) => ({ retry: { maxBackoffMs } }), 0, 7 * DAY],
    [
      "retention.completedMs",
      (completedMs) => ({ retention: { completedMs } }),
      60_000,
      3650 * DAY,
    ],
    ["retention.failedMs", (failedMs) => ({ retention: { failedMs } }), 60_000, 3650 * DAY],
  ])("keeps %s within its limits", (name, options, min, max) => {
    for (const value of [min, max]) expect(() => read(options(value))).not.toThrow();
    for (const value of [min - 1, max + 1, Number.NaN, Infinity]) {
      expect(() => read(options(value))).toThrow(
        expect.objectContaining({
          data: {
            code: "NOT_CONFIGURED",
            message: expect.stringMatching(`^Queue "mail": ${name} must be .* ${min} to ${max}`),
          },
        }),
      );
    }
  });

  test.each([
    { maxParallelism: 1.5 },
    { retry: { maxAttempts: 2.5 } },
    { timeoutMs: 1000.5 },
    { maxPerKey: 1 },
  ])("refuses %j", (options) => {
    expect(() => read(options)).toThrow(/Queue \\?"mail\\?"/);
  });

  test("takes any growth of the wait between its limits", () => {
    expect(read({ retry: { base: 1.5 } })!.policy.base).toBe(1.5);
  });

  property.prop([fc.string()], { seed: 15 })("refuses names that ids could not hold", (name) => {
    const isFine = /^[\w.-]{1,50}$/.test(name) && name !== "__proto__";
    const declare = () => readQueues(Object.fromEntries([[name, {}]]));
    if (isFine) expect(declare).not.toThrow();
    else if (name !== "__proto__") expect(declare).toThrow();
  });
});

describe("findQueue", () => {
  test("knows those that are declared, and nothing that every object has", () => {
    const queues = readQueues({});
    expect(findQueue(queues, "default").timeoutMs).toBe(600_000);
    for (const name of ["mail", "constructor", "__proto__"]) {
      expect(() => findQueue(queues, name)).toThrow(/queues that new Platform was given/);
    }
  });
});

describe("a platform", () => {
  test("refuses a queue that could never be kept", () => {
    expect(() => new Platform(component, { queues: { mail: { maxParallelism: 0 } } })).toThrow(
      /maxParallelism must be a whole number from 1/,
    );
  });
});
