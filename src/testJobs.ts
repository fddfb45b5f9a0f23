import type { TestConvex } from "convex-test";
import {
  componentsGeneric,
  type GenericDataModel,
  type GenericMutationCtx,
  type GenericSchema,
  type PaginationResult,
  type SchemaDefinition,
} from "convex/server";
import type { ComponentApi } from "./component/_generated/component.js";
import type { Job, StoredStatus } from "./shared/jobs.js";
import { MAX_PAGE_SIZE } from "./shared/pages.js";

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
/** The same once no job has changed for {@link QUIET_TICKS}: after as many of these, none will. */
const LONG_TICK_MS = 10_000;
const QUIET_TICKS = 30;
/** How long handlers are let alone in one round, and in all, before the clock goes on: in real time. */
const GRACE_MS = 250;
const ALL_GRACE_MS = 1000;
const PAUSE_MS = 5;
const MAX_ROUNDS = 10_000;
const MAX_LISTED = 10;

/** As it was before any test has put a clock of its own in its place; absent where one had already. */
const realSetTimeout = "clock" in setTimeout ? undefined : setTimeout;

/** What handlers call is loaded when it is called first, which takes longer than a test's second. */
const modules = import.meta.glob(["./component/*.ts", "!./component/convex.config.ts"]);

/**
 * Runs all jobs to their end: their attempts, the waits between them, and the jobs that they enqueue.
 * The test's clock has to be a fake one. Handlers that do real work (load modules, hash, fetch) are let
 * alone for a second of it in all before the clock goes on.
 *
 * @throws naming the jobs that are still open when none of them has changed for five minutes of that
 *   clock, as those of a paused queue or without a handler; and after 10,000 rounds
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
  await Promise.all(Object.values(modules).map(async (load) => await load()));
  const until = Date.now() + withinMs;
  const grace = { leftMs: ALL_GRACE_MS };
  let [quietTicks, tickMs, seen] = [0, TICK_MS, ""];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const due = await findNextDue(t, name);
    if (due === null || due > until) return;
    await advance(Math.max(due - Date.now(), 0));
    await finishInProgress(t, advance, grace);
    // What is due and did not run waits for a place, or for the platform's next look.
    if ((await findNextDue(t, name)) !== due) {
      [quietTicks, tickMs] = [0, TICK_MS];
      continue;
    }
    await advance(tickMs);
    if (quietTicks++ % QUIET_TICKS > 0) continue;
    const open = (await describeOpen(t, name)).join();
    const isStill = quietTicks > 1 && open === seen;
    if (isStill && tickMs === LONG_TICK_MS) break;
    [tickMs, seen] = [isStill ? LONG_TICK_MS : TICK_MS, open];
  }
  const open = await describeOpen(t, name);
  const told = [...open.slice(0, MAX_LISTED), ...(open.length > MAX_LISTED ? ["…"] : [])];
  throw new Error(
    `These jobs stay open: ${told.join(", ")}. ` +
      "Is their queue paused, or is there no handler behind the reference they were enqueued by?",
  );
}

/** Handlers may wait for the clock themselves. */
async function finishInProgress(
  t: TestConvex<SchemaDefinition<GenericSchema, boolean>>,
  advance: (ms: number) => Promise<unknown>,
  grace: { leftMs: number },
): Promise<void> {
  let isDone = false;
  const done = t.finishInProgressScheduledFunctions().then(() => (isDone = true));
  await advance(0);
  for (let waitedMs = 0; !isDone && realSetTimeout && waitedMs < GRACE_MS; waitedMs += PAUSE_MS) {
    if ((grace.leftMs -= PAUSE_MS) < 0) break;
    await new Promise((resolve) => realSetTimeout(resolve, PAUSE_MS));
    await advance(0);
  }
  while (!isDone) await advance(TICK_MS);
  await done;
}

/** When the first of the open jobs is due, in ms since 1970; `null` when there are none. */
async function findNextDue(
  t: TestConvex<SchemaDefinition<GenericSchema, boolean>>,
  name: string,
): Promise<number | null> {
  const firsts = await findOpen(t, name, 1);
  return firsts.length === 0 ? null : Math.min(...firsts.map(({ runAt }) => runAt));
}

/** All open jobs, with what tells whether one has changed. */
async function describeOpen(
  t: TestConvex<SchemaDefinition<GenericSchema, boolean>>,
  name: string,
): Promise<string[]> {
  const open = await findOpen(t, name, Infinity);
  return open.map(({ name, status, id, attempt }) => {
    return `${name} (${status}) ${id}${attempt > 1 ? `, attempt ${attempt}` : ""}`;
  });
}

/** The first so many open jobs of each status. */
async function findOpen(
  t: TestConvex<SchemaDefinition<GenericSchema, boolean>>,
  name: string,
  count: number,
): Promise<Job[]> {
  const { jobs } = componentsGeneric()[name] as unknown as ComponentApi;
  return await t.run(async (testCtx) => {
    const ctx = testCtx as unknown as GenericMutationCtx<GenericDataModel>;
    const open = OPEN.map(async (status) => {
      const filter = { status, order: "asc" as const };
      const found: Job[] = [];
      for (let cursor: string | null = null; found.length < count;) {
        const paginationOpts = { numItems: Math.min(count, MAX_PAGE_SIZE), cursor };
        const result: PaginationResult<Job> = await ctx.runQuery(jobs.list, {
          filter,
          paginationOpts,
        });
        found.push(...result.page);
        if (result.isDone) break;
        cursor = result.continueCursor;
      }
      return found;
    });
    return (await Promise.all(open)).flat();
  });
}
