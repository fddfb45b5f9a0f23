import { ConvexError, v, type Value } from "convex/values";
import { makeFunctionReference } from "convex/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NonRetryable, RetryAfter, type RunningJob } from "../../src/client/index.js";
import { platformError } from "../../src/shared/errors.js";
import { ann, ben, NOON } from "../factories.js";
import { aCall, aHostWithoutEngine, entriesOf, platform, type Report } from "./jobHost.js";

const { jobs } = platform;
const target = { table: "invoices", id: "inv1" } as const;

/** What the handlers of the next call do. */
let work: (ctx: { job: unknown }) => unknown = () => null;
let seen: unknown;

const args = { month: v.optional(v.string()) };
const functions = {
  act: jobs.action({ args, handler: async (ctx) => await work(ctx) }),
  actBriefly: jobs.action({ args, timeoutMs: 5000, handler: async (ctx) => await work(ctx) }),
  actAllowed: jobs.action({
    args,
    permission: "invoices.update",
    handler: async () => "done",
  }),
  actAudited: jobs.action({
    args,
    handler: async (ctx) => {
      await ctx.audit({ action: "invoices.sent", target });
      await platform.audit(ctx, { action: "invoices.printed", target });
      return ctx.actor.id;
    },
  }),
  write: jobs.mutation({
    args,
    handler: async (ctx) => {
      await ctx.db.insert("invoices", { title: "Lamp" });
      return await work(ctx);
    },
  }),
  writeAllowed: jobs.mutation({
    args,
    permission: "invoices.update",
    handler: async (ctx) => ctx.profile?.id ?? null,
  }),
  writeNamed: jobs.mutation({
    args,
    audit: "invoices.imported",
    mayChange: ["ownerId"],
    handler: async (ctx) => {
      const id = await ctx.db.insert("invoices", { title: "Lamp", ownerId: "ann" });
      await ctx.db.patch("invoices", id, { ownerId: "ben" });
      await platform.audit(ctx, { action: "invoices.counted", target });
    },
  }),
};

function aHost(answer?: (report: Report) => unknown) {
  const { t, reports } = aHostWithoutEngine(functions, answer);
  const run = async (name: keyof typeof functions, call = aCall(), given: object = {}) => {
    const request = { job: call, args: given };
    // Nobody is signed in where the scheduler calls.
    if (name.startsWith("act")) {
      await t.action(makeFunctionReference<"action">(`host:${name}`), request);
    } else {
      await t.mutation(makeFunctionReference<"mutation">(`host:${name}`), request);
    }
    return reports;
  };
  const rowsOf = () => t.run((ctx) => ctx.db.query("invoices").collect());
  return { t, run, reports, rowsOf };
}

const ID = aCall().id;
const known = { id: ID, startedAt: NOON };

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
  work = () => null;
  seen = undefined;
});
afterEach(() => void vi.useRealTimers());

describe("the handler of an action", () => {
  test("is told of its job", async () => {
    work = ({ job }) => {
      const { signal, progress, heartbeat, isCancelled, ...info } = job as RunningJob;
      seen = info;
    };
    const call = aCall({ attempt: 2, key: "report:1", label: "May", tenantId: "t1" });
    await aHost().run("act", call);
    expect(seen).toEqual({
      id: ID,
      attempt: 2,
      maxAttempts: 3,
      key: "report:1",
      label: "May",
      tenantId: "t1",
      enqueuedAt: NOON,
    });
  });

  test("has the id for a key where none was given", async () => {
    work = ({ job }) => void (seen = (job as RunningJob).key);
    await aHost().run("act");
    expect(seen).toBe(ID);
  });

  test("acts for who enqueued it", async () => {
    const { t, run } = aHost();
    const [report] = await run("actAudited", aCall({ tenantId: "t1" }));
    expect(report).toEqual({ kind: "complete", ...known, result: ann.id });
    const entries = await entriesOf(t);
    expect(entries.map(({ action, actor, jobId }) => [action, actor, jobId])).toEqual([
      ["invoices.sent", ann, ID],
      ["invoices.printed", ann, ID],
    ]);
    expect(entries[0]).toMatchObject({ tenantId: "t1" });
  });

  test("is the system where nobody was known", async () => {
    const { actor, ...call } = aCall();
    const [report] = await aHost().run("actAudited", call);
    expect(report!.result).toBe("host:actAudited");
  });
});

describe.each(["act", "write"] as const)("%s reports once", (name) => {
  test.each<[string, unknown, object]>([
    ["a value", { pages: [1, 2n] }, { result: { pages: [1, 2n] } }],
    ["nothing", undefined, {}],
    ["null", null, {}],
    ["false", false, { result: false }],
    ["what is no Convex value", new Map(), { resultFault: "not_a_value" }],
    ["a function", () => 1, { resultFault: "not_a_value" }],
    ["half a character", "\ud800", { resultFault: "not_a_value" }],
    ["256 KiB", "x".repeat(256 * 1024 - 2), { result: "x".repeat(256 * 1024 - 2) }],
    ["a byte more", "x".repeat(256 * 1024 - 1), { resultFault: "too_large" }],
    ["1 MiB", "x".repeat(1024 * 1024), { resultFault: "too_large" }],
  ])("when the handler gives %s", async (_, value, expected) => {
    work = () => value;
    expect(await aHost().run(name)).toEqual([{ kind: "complete", ...known, ...expected }]);
  });

  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;

  test.each<[string, unknown, object]>([
    ["an Error", new Error("No paper."), { message: "No paper." }],
    ["a text", "no paper", { message: "no paper" }],
    ["null", null, { message: "The handler threw null." }],
    ["undefined", undefined, { message: "The handler threw undefined." }],
    ["an object", { at: 1 }, { message: 'The handler threw {"at":1}.' }],
    ["a cycle", cyclic, { message: 'The handler threw {"self":"[circular]"}.' }],
    ["a ConvexError", new ConvexError({ message: "Closed." }), { message: "Closed." }],
    [
      "an error of the platform",
      platformError({ code: "CONFLICT", message: "Twice." }),
      { code: "CONFLICT", message: "Twice." },
    ],
  ])("when the handler throws %s", async (_, thrown, error) => {
    work = () => {
      throw thrown;
    };
    const { run, rowsOf } = aHost();
    expect(await run(name)).toEqual([{ kind: "fail", ...known, error, isRetryable: true }]);
    expect(await rowsOf()).toEqual([]);
  });

  test("what its error says about trying again", async () => {
    work = () => {
      throw new NonRetryable("No address.", "NO_ADDRESS");
    };
    const error = { code: "NO_ADDRESS", message: "No address." };
    expect(await aHost().run(name)).toEqual([
      { kind: "fail", ...known, error, isRetryable: false },
    ]);
    work = () => {
      throw new RetryAfter(5000, "Busy.");
    };
    expect(await aHost().run(name)).toMatchObject([{ isRetryable: true, retryAfterMs: 5000 }]);
  });

  test("arguments that the handler does not take, for good", async () => {
    for (const given of [{ month: 1 }, { moon: "full" }]) {
      const [report, ...others] = await aHost().run(name, aCall(), given);
      expect(report).toMatchObject({
        kind: "fail",
        error: { code: "VALIDATION_FAILED" },
        isRetryable: false,
      });
      expect(others).toEqual([]);
    }
  });
});

describe("an action that takes too long", () => {
  const never = ({ job }: { job: unknown }) => {
    seen = (job as RunningJob).signal;
    return new Promise(() => {});
  };

  test.each([
    ["act", 600_000, 600_000],
    ["actBriefly", 600_000, 5000],
    ["actBriefly", 2000, 2000],
  ] as const)("%s with %i ms ends after %i", async (name, timeoutMs, ms) => {
    work = never;
    const { run, reports } = aHost();
    const call = run(name, aCall({ timeoutMs }));
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(reports).toEqual([]);
    expect((seen as AbortSignal).aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await call;
    const error = { code: "TIMEOUT", message: `The attempt took longer than ${ms / 1000} s.` };
    expect(reports).toEqual([{ kind: "fail", ...known, error, isRetryable: true }]);
    expect((seen as AbortSignal).aborted).toBe(true);
  });

  test.each([
    [4999, "complete"],
    [5001, "fail"],
  ])("has its whole time again after a heartbeat: %i ms more %s it", async (more, kind) => {
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    work = async ({ job }) => {
      await pause(4000);
      await (job as RunningJob).heartbeat();
      await pause(more);
    };
    const { run, reports } = aHost();
    const call = run("actBriefly");
    await vi.advanceTimersByTimeAsync(10_000);
    await call;
    expect(reports.map((report) => report.kind)).toEqual(["heartbeat", kind]);
  });

  test("does not get time from a heartbeat that came too late", async () => {
    work = async ({ job }) =>
      await (job as RunningJob).heartbeat().then(() => new Promise(() => {}));
    const { run, reports } = aHost(() => ({ accepted: false, isCancelled: false }));
    const call = run("actBriefly");
    await vi.advanceTimersByTimeAsync(5000);
    await call;
    expect(reports.map(({ kind }) => kind)).toEqual(["heartbeat", "fail"]);
  });

  test("leaves no timer when it is in time", async () => {
    await aHost().run("act");
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("an action's signs of life", () => {
  const tell = async ({ job }: { job: unknown }) => {
    const { progress, heartbeat, signal } = job as RunningJob;
    await progress(0.5, "Half.");
    await progress(0.6);
    await heartbeat();
    seen = [
      signal.aborted,
      (signal.reason as ConvexError<{ code: string }> | undefined)?.data.code,
    ];
  };

  test("go to the component", async () => {
    work = tell;
    const reports = await aHost().run("act");
    expect(reports.slice(0, 3)).toEqual([
      { kind: "progress", id: ID, fraction: 0.5, message: "Half." },
      { kind: "progress", id: ID, fraction: 0.6 },
      { kind: "heartbeat", id: ID },
    ]);
    expect(seen).toEqual([false, undefined]);
  });

  test.each([
    [{ accepted: true, isCancelled: true }, "CANCELLED"],
    [{ accepted: false, isCancelled: false }, "REPLACED"],
  ])("abort the signal when the answer is %j", async (answer, code) => {
    work = tell;
    await aHost(() => answer).run("act");
    expect(seen).toEqual([true, code]);
  });

  test("and the question whether it is cancelled does so too", async () => {
    work = async ({ job }) => {
      const { isCancelled, signal } = job as RunningJob;
      seen = [await isCancelled(), signal.aborted];
    };
    await aHost().run("act");
    expect(seen).toEqual([true, true]);
  });
});

describe("a report that does not get through", () => {
  test("is sent once more, without the result", async () => {
    work = () => "page";
    const { run, reports } = aHost((report) => {
      if ("result" in report) throw new Error("lost");
      return { accepted: true };
    });
    await run("act");
    expect(reports.map(({ result, resultFault }) => [result, resultFault])).toEqual([
      ["page", undefined],
      [undefined, "not_a_value"],
    ]);
  });

  test("fails the action in the end, for the sweep to find", async () => {
    const { run, reports } = aHost(() => {
      throw new Error("lost");
    });
    await expect(run("act")).rejects.toThrow("lost");
    expect(reports).toHaveLength(2);
  });
});

describe("the handler of a mutation", () => {
  test("writes what is recorded for who enqueued it", async () => {
    const { t, run, rowsOf } = aHost();
    await run("write");
    expect(await rowsOf()).toMatchObject([{ title: "Lamp" }]);
    expect(await entriesOf(t)).toMatchObject([
      { action: "invoices.created", actor: ann, jobId: ID, target: { label: "Lamp" } },
    ]);
  });

  test("names its entries and changes what it may", async () => {
    const { t, run } = aHost();
    await run("writeNamed", aCall({ tenantId: "t1", actor: ben }));
    const entries = await entriesOf(t);
    expect(entries.map(({ action, actor, jobId }) => [action, actor.id, jobId]).sort()).toEqual([
      ["invoices.counted", ben.id, ID],
      ["invoices.imported", ben.id, ID],
    ]);
    expect(entries.find(({ action }) => action === "invoices.imported")!.tenantId).toBe("t1");
  });

  test("leaves nothing when the job was ended by somebody else", async () => {
    const { run, rowsOf } = aHost(() => ({ accepted: false }));
    expect(await run("write")).toMatchObject([
      { kind: "complete" },
      { kind: "fail", error: { code: "INVALID_STATE" } },
    ]);
    expect(await rowsOf()).toEqual([]);
  });
});

describe.each(["actAllowed", "writeAllowed"] as const)("the permission of %s", (name) => {
  const signedIn = { tokenIdentifier: ann.id, subject: "ann", issuer: "https://id.example" };

  async function aHostWithAnn() {
    const host = aHost();
    const as = host.t.withIdentity(signedIn);
    const { id } = await as.mutation(
      async (ctx) => (await platform.userProfiles.sync(ctx)).profile as { id: string },
    );
    return { ...host, id };
  }

  test("is asked when the job runs", async () => {
    const { t, run, id } = await aHostWithAnn();
    expect(await run(name)).toMatchObject([{ kind: "complete" }]);
    await t.run(async (ctx) => {
      const grants = [{ role: "viewer" as const }];
      const meta = { getFunctionMetadata: async () => ({ name: "test" }) };
      await platform.userProfiles.setRoles({ ...ctx, meta } as never, id, grants);
    });
    expect((await run(name)).slice(1)).toMatchObject([
      { kind: "fail", error: { code: "FORBIDDEN" }, isRetryable: false },
    ]);
  });

  test.each<[string, object | undefined, string]>([
    ["somebody without a profile", ben, "FORBIDDEN"],
    ["a service", { type: "service", id: "s" }, "FORBIDDEN"],
    ["nobody who was known", undefined, "UNAUTHENTICATED"],
  ])("is refused to %s", async (_, actor, code) => {
    const { actor: _actor, ...call } = aCall();
    const asked = { ...call, ...(actor && { actor }) } as ReturnType<typeof aCall>;
    expect(await aHost().run(name, asked)).toMatchObject([
      { kind: "fail", error: { code }, isRetryable: false },
    ]);
  });

  test("is no question for the system", async () => {
    const call = aCall({ actor: { type: "system", id: "crons:daily" } });
    expect(await aHost().run(name, call)).toMatchObject([{ kind: "complete" }]);
  });
});

describe("a definition", () => {
  test("is refused with a time limit that is none", () => {
    const define = (timeoutMs: number) => () =>
      jobs.action({ args: {}, timeoutMs, handler: (): Value => null });
    expect(define(999)).toThrow(/timeoutMs must be a whole number from 1000/);
    expect(define(1000)).not.toThrow();
    expect(define(Number.NaN)).toThrow();
  });
});
