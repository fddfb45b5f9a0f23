// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import { makeFunctionReference } from "convex/server";
import { ConvexError } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { usePlatformMutation } from "../../src/react/usePlatformMutation.js";
import { platformError } from "../../src/shared/errors.js";
import { FakeConvex } from "./fakeConvex.js";

const create = makeFunctionReference<"mutation", { title: string }, string>("invoices:create");

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 10, 21) }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** The hook over a mutation whose calls end when the test says so: `answers`, in order of the calls. */
function aMutation() {
  const answers: { resolve: (id: string) => void; reject: (error: unknown) => void }[] = [];
  const convex = new FakeConvex({
    "invoices:create": () =>
      new Promise<string>((resolve, reject) => answers.push({ resolve, reject })),
  });
  const { result } = renderHook(() => usePlatformMutation(create), { wrapper: convex.wrapper });
  const run = () => {
    let outcome!: ReturnType<typeof result.current.run>;
    act(() => {
      outcome = result.current.run({ title: "Rent" });
    });
    return { answer: answers.at(-1)!, outcome };
  };
  return {
    result,
    run,
    refuse: async (error: unknown) => {
      const { answer, outcome } = run();
      answer.reject(error);
      return await act(() => outcome);
    },
  };
}

const refusal = platformError({
  code: "VALIDATION_FAILED",
  message: "The invoice was not saved.",
  fields: { title: { code: "empty", message: "Write a title." } },
});
const rateLimited = (retryAfterMs: number) =>
  platformError({ code: "RATE_LIMITED", message: "Too many.", retryAfterMs });

describe("run", () => {
  test("gives the value of the mutation, and is pending until then", async () => {
    const { result, run } = aMutation();
    const { answer, outcome } = run();
    expect(result.current.isPending).toBe(true);
    answer.resolve("inv1");
    expect(await act(() => outcome)).toEqual({ ok: true, value: "inv1" });
    expect(result.current).toMatchObject({ isPending: false, error: null, fieldErrors: {} });
  });

  test("gives a refusal as data, with a sentence for each field", async () => {
    const { result, refuse } = aMutation();
    expect(await refuse(refusal)).toEqual({ ok: false, error: refusal.data });
    expect(result.current).toMatchObject({
      isPending: false,
      error: refusal.data,
      fieldErrors: { title: "Write a title." },
      retryAfterMs: 0,
    });
  });

  test("takes a code of the host's own for a refusal, too", async () => {
    const { result, refuse } = aMutation();
    await refuse(new ConvexError({ code: "OUT_OF_STOCK", message: "None is left." }));
    expect(result.current.error?.message).toBe("None is left.");
  });

  test.each([new Error("A bug."), new ConvexError("text"), new ConvexError({ code: 7 })])(
    "rejects for what is no refusal: %s",
    async (error) => {
      const { result, refuse, run } = aMutation();
      await refuse(refusal);
      const { answer, outcome } = run();
      answer.reject(error);
      expect(await act(() => outcome.catch((thrown: unknown) => thrown))).toBe(error);
      expect(result.current).toMatchObject({ isPending: false, error: null });
    },
  );

  test("keeps the error until the next run has ended, and is the same function all the time", async () => {
    const { result, refuse, run } = aMutation();
    const first = result.current.run;
    await refuse(refusal);
    const { answer, outcome } = run();
    expect(result.current.error).toEqual(refusal.data);
    answer.resolve("inv1");
    await act(() => outcome);
    expect(result.current.error).toBeNull();
    expect(result.current.run).toBe(first);
  });

  test("is pending until all runs have ended, and shows the error of the newest", async () => {
    const { result, run } = aMutation();
    const [older, newer] = [run(), run()];
    newer.answer.resolve("inv2");
    await act(() => newer.outcome);
    expect(result.current.isPending).toBe(true);
    older.answer.reject(refusal);
    await act(() => older.outcome);
    expect(result.current).toMatchObject({ isPending: false, error: null });
  });
});

describe("retryAfterMs", () => {
  test("counts down at whole seconds, and lets the error go in the promised moment", async () => {
    const { result, refuse } = aMutation();
    await refuse(rateLimited(2_500));
    const seen = [result.current.retryAfterMs];
    for (const wait of [500, 1_000, 999]) {
      act(() => vi.advanceTimersByTime(wait));
      seen.push(result.current.retryAfterMs);
    }
    expect(seen).toEqual([2_500, 2_000, 1_000, 1_000]);
    expect(result.current.error?.code).toBe("RATE_LIMITED");
    act(() => vi.advanceTimersByTime(1));
    expect(result.current).toMatchObject({ retryAfterMs: 0, error: null });
  });

  test("follows the clock where the timer was late, as in a tab in the background", async () => {
    const { result, refuse } = aMutation();
    await refuse(rateLimited(60_000));
    vi.setSystemTime(Date.now() + 58_500);
    act(() => vi.advanceTimersByTime(1_000));
    expect(result.current.retryAfterMs).toBe(500);
  });

  test("goes on when another run is refused meanwhile", async () => {
    const { result, refuse } = aMutation();
    await refuse(rateLimited(1_000));
    await refuse(rateLimited(3_000));
    act(() => vi.advanceTimersByTime(1_000));
    expect(result.current.retryAfterMs).toBe(2_000);
  });
});

describe("reset", () => {
  test("forgets the error, its countdown, and what a run that goes on will say", async () => {
    const { result, refuse, run } = aMutation();
    await refuse(rateLimited(5_000));
    const { answer, outcome } = run();
    act(() => result.current.reset());
    expect(result.current).toMatchObject({ error: null, retryAfterMs: 0 });
    answer.reject(refusal);
    await act(() => outcome);
    expect(result.current).toMatchObject({ isPending: false, error: null });
  });
});
