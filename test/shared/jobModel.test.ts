import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Id } from "../../src/component/_generated/dataModel.js";
import { isOpen, type EndedJob, type StoredJob } from "../../src/shared/jobRows.js";
import {
  betweenAttempts,
  decide,
  ended,
  reopened,
  withoutAttempt,
  type IdleJob,
  type JobEvent,
} from "../../src/shared/jobStates.js";
import { aStoredJob } from "./storedJobs.js";

/** The state machine against a model that knows nothing of rows: sequences of what can happen to a job. */

const SEQUENCES = 3000;

type Act =
  | { act: "complete" | "fail" | "giveUp"; isStale: boolean }
  | { act: "sweep"; record: "pending" | "inProgress" | "failed" | "gone" }
  | { act: "cancel"; record: "pending" | "inProgress" | "gone" }
  | { act: "retry" };

const anAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: reports() },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant("sweep" as const),
      record: fc.constantFrom(
        "pending" as const,
        "inProgress" as const,
        "failed" as const,
        "gone" as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("cancel" as const),
      record: fc.constantFrom("pending" as const, "inProgress" as const, "gone" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("retry" as const) }) },
);

function reports(): fc.Arbitrary<Act> {
  return fc.record({
    act: fc.constantFrom("complete" as const, "fail" as const, "giveUp" as const),
    isStale: fc.boolean(),
  });
}

/** What a job is, in the fewest words. */
type Model = {
  state: "open" | "completed" | "failed" | "cancelled";
  triesLeft: number;
  attempt: number;
  isAsked: boolean;
  isOverdue: boolean;
  ends: number;
};

function expectAct(model: Model, act: Act): Model {
  const end = (state: "completed" | "failed" | "cancelled"): Model => ({
    ...model,
    state,
    ends: model.ends + 1,
  });
  const failure = (isRetryable: boolean): Model => {
    if (model.isAsked) return end("cancelled");
    if (!isRetryable || model.triesLeft === 0) return end("failed");
    const { triesLeft, attempt } = model;
    return { ...model, triesLeft: triesLeft - 1, attempt: attempt + 1, isOverdue: false };
  };
  if (act.act === "retry") {
    if (model.state !== "failed" && model.state !== "cancelled") return model;
    return {
      ...model,
      state: "open",
      triesLeft: 2,
      attempt: model.attempt + 1,
      isAsked: false,
      isOverdue: false,
    };
  }
  if (model.state !== "open") return model;
  switch (act.act) {
    case "complete":
      return act.isStale ? model : end(model.isAsked ? "cancelled" : "completed");
    case "fail":
      return act.isStale ? model : failure(true);
    case "giveUp":
      return act.isStale ? model : failure(false);
    case "cancel":
      return act.record === "inProgress" ? { ...model, isAsked: true } : end("cancelled");
    case "sweep":
      if (act.record === "pending") return { ...model, isOverdue: false };
      if (act.record === "inProgress" && !model.isOverdue) return { ...model, isOverdue: true };
      if (model.isAsked) return end("cancelled");
      if (act.record === "gone") return { ...model, isOverdue: false };
      return failure(true);
  }
}

/** A job's row in a world of one job, where every attempt has a token of its own. */
class Machine {
  job: StoredJob;
  ends = 0;
  private tokens = 0;

  constructor() {
    this.job = this.place(withoutAttempt(aStoredJob()));
  }

  do(act: Act, now: number): void {
    const decision = decide(this.job, this.eventOf(act), now);
    const { job } = this;
    if (decision.kind === "reopen") this.job = this.place(reopened(job as EndedJob, now));
    if (!isOpen(job)) {
      expect(["ignored", "reopen"]).toContain(decision.kind);
      return;
    }
    if (decision.kind === "end") {
      this.job = ended(job, decision, now);
      this.ends++;
    }
    if (decision.kind === "again") this.job = this.place(betweenAttempts(job, decision, now));
    if (decision.kind === "repeat") this.job = this.place(withoutAttempt(job));
    if (decision.kind === "askToStop") this.job = { ...job, cancelRequestedAt: now };
    if (decision.kind === "wait") {
      const { isOverdue: _, ...rest } = job;
      this.job = { ...rest, ...(decision.isOverdue && { isOverdue: true as const }) };
    }
  }

  private place(job: IdleJob): StoredJob {
    const attemptId = `token${++this.tokens}` as Id<"_scheduled_functions">;
    return { ...job, attemptId, wakeAt: 0 };
  }

  private eventOf(act: Act): JobEvent {
    if (act.act === "retry") return { type: "retried" };
    if (act.act === "cancel") return { type: "cancelled", record: act.record };
    if (act.act === "sweep") return { type: "overdue", record: act.record, chance: 0 };
    const token = act.isStale ? `token${this.tokens - 1}` : `token${this.tokens}`;
    if (act.act === "complete") return { type: "completed", token };
    const error = { message: "No." };
    return { type: "failed", token, error, isRetryable: act.act === "fail", chance: 0 };
  }
}

describe("a job", () => {
  test(`does what the model says in ${SEQUENCES} sequences, stale tokens among them`, () => {
    fc.assert(
      fc.property(fc.array(anAct, { maxLength: 25 }), (acts) => {
        const machine = new Machine();
        let model: Model = {
          state: "open",
          triesLeft: 2,
          attempt: 1,
          isAsked: false,
          isOverdue: false,
          ends: 0,
        };
        for (const [i, act] of acts.entries()) {
          machine.do(act, i);
          model = expectAct(model, act);
          const { job, ends } = machine;
          expect({
            state: isOpen(job) ? "open" : job.status,
            attempt: job.attempt,
            isAsked: job.cancelRequestedAt !== undefined,
            ends,
          }).toEqual({
            state: model.state,
            attempt: model.attempt,
            isAsked: model.isAsked,
            ends: model.ends,
          });
        }
      }),
      { seed: 6, numRuns: SEQUENCES },
    );
  });
});
