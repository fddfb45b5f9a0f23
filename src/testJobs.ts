import type { TestConvex } from "convex-test";
import {
  componentsGeneric,
  type GenericDataModel,
  type GenericMutationCtx,
  type GenericSchema,
  type SchemaDefinition,
} from "convex/server";
import type { ComponentApi } from "./component/_generated/component.js";
import type { Job, StoredStatus } from "./shared/jobs.js";

export type FinishJobsOptions = {
  /** Passes time on the test's clock: Vitest's `vi.advanceTimersByTimeAsync`. */
  advance: (ms: number) => Promise<unknown>;
  /** Jobs that are due later stay; absent: all are run to their end. Milliseconds from now. */
  withinMs?: number;
  /** The name under which `app.use` mounts the component. */
  name?: string;
};

const OPEN: StoredStatus[] = ["pending", "scheduled", "retrying"];
/** How far the clock goes on while handlers wait for it. */
const TICK_MS = 1000;
const MAX_ROUNDS = 10_000;

/**
 * Runs all jobs to their end: their attempts, the waits between them, and the jobs that they enqueue.
 * The test's clock has to be a fake one.
 *
 * @throws when jobs are still open after 10,000 rounds, as those of a paused queue
 *
 * @example
 * vi.useFakeTimers();
 * await ada.mutation(api.reports.start, { day: "2026-11-01" });
 * await finishJobs(t, { advance: vi.advanceTimersByTimeAsync });
 */
export async function finishJobs(
  t: TestConvex<SchemaDefinition<GenericSchema, boolean>>,
  { advance, withinMs = Infinity, name = "platform" }: FinishJobsOptions,
): Promise<void> {
  const until = Date.now() + withinMs;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const due = await findNextDue(t, name);
    if (due === null || due > until) return;
    await advance(Math.max(due - Date.now(), 0));
    await finishInProgress(t, advance);
    // What is due and did not run waits for a place, or for the platform's next look.
    if ((await findNextDue(t, name)) === due) await advance(TICK_MS);
  }
  throw new Error(`Jobs are still open after ${MAX_ROUNDS} rounds. Is their queue paused?`);
}

/** Handlers may wait for the clock themselves. */
async function finishInProgress(
  t: TestConvex<SchemaDefinition<GenericSchema, boolean>>,
  advance: (ms: number) => Promise<unknown>,
): Promise<void> {
  let isDone = false;
  const done = t.finishInProgressScheduledFunctions().then(() => (isDone = true));
  await advance(0);
  while (!isDone) await advance(TICK_MS);
  await done;
}

/** When the first of the open jobs is due, in ms since 1970; `null` when there are none. */
async function findNextDue(
  t: TestConvex<SchemaDefinition<GenericSchema, boolean>>,
  name: string,
): Promise<number | null> {
  const { jobs } = componentsGeneric()[name] as unknown as ComponentApi;
  const firsts = await t.run(async (testCtx) => {
    const ctx = testCtx as unknown as GenericMutationCtx<GenericDataModel>;
    const found: Job[] = [];
    for (const status of OPEN) {
      const filter = { status, order: "asc" as const };
      const paginationOpts = { numItems: 1, cursor: null };
      const { page } = await ctx.runQuery(jobs.list, { filter, paginationOpts });
      found.push(...(page as Job[]));
    }
    return found;
  });
  return firsts.length === 0 ? null : Math.min(...firsts.map(({ runAt }) => runAt));
}
