import type { PaginationOptions, PaginationResult } from "convex/server";
import type { ComponentApi } from "../component/_generated/component.js";
import type { Batch } from "../shared/jobBatches.js";
import type { Job } from "../shared/jobs.js";
import { DEFAULT_PAGE_SIZE } from "../shared/pages.js";
import { describeCaller, fromComponent, type CallOptions } from "./calls.js";
import type { CanRecord, CanRunQuery } from "./contexts.js";

/** Of one tenant only: to others it does not exist. */
type Within = { tenantId?: string };

/** Jobs that belong together, begun by `platform.jobs.batch`. Reached as `platform.jobs.batches`. */
export class JobBatches {
  private readonly component: ComponentApi;
  private readonly calls: CallOptions;

  constructor(component: ComponentApi, calls: CallOptions) {
    this.component = component;
    this.calls = calls;
  }

  /** The batch with how many of its jobs are open and how many ended how, or `null`. */
  async get(ctx: CanRunQuery, id: string, within: Within = {}): Promise<Batch | null> {
    return await fromComponent(ctx.runQuery(this.component.jobBatches.get, { id, ...within }));
  }

  /** One page of its jobs, in the order in which they were given. */
  async listJobs(
    ctx: CanRunQuery,
    id: string,
    paginationOpts: PaginationOptions = { numItems: DEFAULT_PAGE_SIZE, cursor: null },
  ): Promise<PaginationResult<Job>> {
    const args = { filter: { batchId: id }, paginationOpts };
    return await fromComponent(ctx.runQuery(this.component.jobs.list, args));
  }

  /** Cancels what has not ended; see `platform.jobs.cancel`. @throws NOT_FOUND */
  async cancel(
    ctx: CanRecord,
    id: string,
    options: Within & { reason?: string } = {},
  ): Promise<void> {
    const args = { caller: await describeCaller(ctx, this.calls), id, ...options };
    await fromComponent(ctx.runMutation(this.component.jobBatches.cancel, args));
  }

  /** Tries those that failed again; its end is told once more then. @throws NOT_FOUND */
  async retryFailed(ctx: CanRecord, id: string, within: Within = {}): Promise<void> {
    const args = { caller: await describeCaller(ctx, this.calls), id, ...within };
    await fromComponent(ctx.runMutation(this.component.jobBatches.retryFailed, args));
  }
}
