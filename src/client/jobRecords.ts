import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Value } from "convex/values";
import type { ComponentApi } from "../component/_generated/component.js";
import { platformError } from "../shared/errors.js";
import type {
  Job,
  JobCount,
  JobFilter,
  Queue,
  Receipt,
  Redrive,
  RedriveFilter,
  StoredStatus,
} from "../shared/jobs.js";
import { DEFAULT_PAGE_SIZE } from "../shared/pages.js";
import { describeCaller, fromComponent, type CallOptions } from "./calls.js";
import type { CanRecord, CanRunQuery } from "./contexts.js";
import { JobBatches } from "./jobBatches.js";
import { findQueue, type Queues } from "./jobQueues.js";

/** Which jobs, and which page of them. */
export type JobListOptions<QueueName extends string = string> = Omit<JobFilter, "queue"> & {
  queue?: QueueName | "default";
  /** The first 25 unless said otherwise; at most 200. */
  paginationOpts?: PaginationOptions;
};

/** Of one tenant only: to others it does not exist. */
type Within = { tenantId?: string };

/** What is known of jobs, and what can be done about them once they are enqueued. */
export class JobRecords<QueueName extends string> {
  /** Jobs that belong together. */
  readonly batches: JobBatches;
  protected readonly component: ComponentApi;
  protected readonly calls: CallOptions;
  protected readonly queues: Queues;

  constructor(component: ComponentApi, calls: CallOptions, queues: Queues) {
    this.component = component;
    this.calls = calls;
    this.queues = queues;
    this.batches = new JobBatches(component, calls);
  }

  // --- Reads ---------------------------------------------------------------------------------

  /** The job, or `null` when there is none with this id, or none any more. */
  async get(ctx: CanRunQuery, id: string, within: Within = {}): Promise<Job | null> {
    return await fromComponent(ctx.runQuery(this.component.jobs.get, { id, ...within }));
  }

  /** What the handler returned, of whatever size; `null` without a job. `get` has those up to 4 KiB. */
  async result(
    ctx: CanRunQuery,
    id: string,
    within: Within = {},
  ): Promise<{ result?: Value } | null> {
    return await fromComponent(ctx.runQuery(this.component.jobs.result, { id, ...within }));
  }

  /**
   * One page of jobs: by status, by queue, by queue and handler, by who enqueued them, or of a batch.
   * Exact at any number: a page of n reads at most n + 1 jobs.
   *
   * @throws VALIDATION_FAILED unless it is exactly one of them; INVALID_CURSOR for a cursor of another
   *   list
   */
  async list(
    ctx: CanRunQuery,
    { paginationOpts, ...filter }: JobListOptions<QueueName>,
  ): Promise<PaginationResult<Job>> {
    const page = paginationOpts ?? { numItems: DEFAULT_PAGE_SIZE, cursor: null };
    const args = { filter, paginationOpts: page };
    return await fromComponent(ctx.runQuery(this.component.jobs.list, args));
  }

  /**
   * How many jobs have this status, counted up to `max`: 1,000 unless said otherwise, which is also
   * the most. `isCut`: there are more.
   *
   * @param which.queue - how many of the first `max` with this status, of all queues, are in this one
   * @throws VALIDATION_FAILED for another `max`
   */
  async count(
    ctx: CanRunQuery,
    which: { status: StoredStatus; queue?: QueueName | "default"; max?: number },
  ): Promise<JobCount> {
    const args = { max: 1000, ...which };
    return await fromComponent(ctx.runQuery(this.component.jobs.count, args));
  }

  /** {@link count} of every status, up to 100 unless said otherwise. */
  async stats(
    ctx: CanRunQuery,
    { queue, max = 100 }: { queue?: QueueName | "default"; max?: number } = {},
  ): Promise<Record<StoredStatus, JobCount>> {
    const which = { max, ...(queue !== undefined && { queue }) };
    const counts = STATUSES.map(async (status) => {
      return [status, await this.count(ctx, { status, ...which })] as const;
    });
    return Object.fromEntries(await Promise.all(counts)) as Record<StoredStatus, JobCount>;
  }

  /** A queue with a cap as it is now; `null` when it has none or was never used. */
  async getQueue(ctx: CanRunQuery, queue: QueueName | "default"): Promise<Queue | null> {
    return await fromComponent(ctx.runQuery(this.component.jobs.queueState, { queue }));
  }

  // --- Writes --------------------------------------------------------------------------------

  /**
   * Ends a job that has not begun, or waits for its next attempt, at once. One that is at work is
   * asked to stop, and is `cancelled` when it has, whatever it reports. An ended one stays as it is.
   *
   * @throws NOT_FOUND
   */
  async cancel(
    ctx: CanRecord,
    id: string,
    options: Within & { reason?: string } = {},
  ): Promise<Receipt> {
    const args = { caller: await describeCaller(ctx, this.calls), id, ...options };
    return await fromComponent(ctx.runMutation(this.component.jobs.cancel, args));
  }

  /**
   * Begins a failed or cancelled job anew, with all its attempts.
   *
   * @throws NOT_FOUND; INVALID_STATE for any other; CONFLICT when another job has its key
   */
  async retry(ctx: CanRecord, id: string, within: Within = {}): Promise<void> {
    const args = { caller: await describeCaller(ctx, this.calls), id, ...within };
    await fromComponent(ctx.runMutation(this.component.jobs.retry, args));
  }

  /**
   * Calls `onComplete` of an ended job again, after it had thrown. When it throws once more, the job
   * says so as before (`onCompleteError`).
   *
   * @throws NOT_FOUND; INVALID_STATE for a job whose callback has not thrown
   */
  async rerunOnComplete(ctx: CanRecord, id: string, within: Within = {}): Promise<void> {
    const args = { caller: await describeCaller(ctx, this.calls), id, ...within };
    await fromComponent(ctx.runMutation(this.component.jobs.rerunOnComplete, args));
  }

  /**
   * Begins failed jobs anew, in steps that go on by themselves.
   *
   * @param filter - which ones; nothing means all of them
   * @param options.max - how many at most; 100,000 unless said otherwise, which is also the most
   * @returns the id for {@link getRedrive}
   * @throws VALIDATION_FAILED for another `max`, or a time that is none
   */
  async redrive(
    ctx: CanRecord,
    filter: Omit<RedriveFilter, "queue"> & { queue?: QueueName | "default" } = {},
    options: { max?: number } = {},
  ): Promise<string> {
    const queues =
      filter.queue === undefined
        ? [...this.queues.values()]
        : [findQueue(this.queues, filter.queue)];
    const isAudited = queues.some(({ audit }) => audit);
    const args = {
      caller: await describeCaller(ctx, this.calls),
      filter,
      ...options,
      ...(isAudited && { audit: true }),
    };
    return await fromComponent(ctx.runMutation(this.component.jobs.redrive, args));
  }

  /** How far a {@link redrive} is, or `null`. */
  async getRedrive(ctx: CanRunQuery, id: string): Promise<Redrive | null> {
    return await fromComponent(ctx.runQuery(this.component.jobs.getRedrive, { id }));
  }

  /**
   * Lets no further job of a queue begin; what is at work ends.
   *
   * @throws NOT_CONFIGURED for a queue without `maxParallelism`
   */
  async pause(ctx: CanRecord, queue: QueueName | "default"): Promise<void> {
    const args = { caller: await describeCaller(ctx, this.calls), ...this.findCapped(queue) };
    await fromComponent(ctx.runMutation(this.component.jobs.pause, args));
  }

  /** Undoes {@link pause}. */
  async resume(ctx: CanRecord, queue: QueueName | "default"): Promise<void> {
    const args = { caller: await describeCaller(ctx, this.calls), ...this.findCapped(queue) };
    await fromComponent(ctx.runMutation(this.component.jobs.resume, args));
  }

  private findCapped(queue: string) {
    const { cap, audit } = findQueue(this.queues, queue);
    if (!cap) throw notConfigured("Only a queue with maxParallelism can be paused.");
    return { queue, cap, ...(audit !== undefined && { audit }) };
  }
}

const STATUSES: StoredStatus[] = [
  "pending",
  "scheduled",
  "retrying",
  "completed",
  "failed",
  "cancelled",
];

function notConfigured(message: string) {
  return platformError({ code: "NOT_CONFIGURED", message });
}
