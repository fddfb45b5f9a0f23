import {
  createFunctionHandle,
  getFunctionName,
  internalActionGeneric,
  internalMutationGeneric,
  type GenericDataModel,
  type RegisteredAction,
  type RegisteredMutation,
} from "convex/server";
import type { PropertyValidators, Value } from "convex/values";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import type { NewJob } from "../shared/jobs.js";
import { describeCaller, fromComponent } from "./calls.js";
import type { CanRecord } from "./contexts.js";
import type { Names } from "./guards/index.js";
import type { JobActionDefinition, JobCallArgs, JobMutationDefinition } from "./jobContexts.js";
import { JobRecords } from "./jobRecords.js";
import { actionOf, mutationOf, type HandlerOptions, type JobDefinition } from "./jobHandlers.js";
import {
  checkCarried,
  readJobs,
  withContext,
  type EnqueueOptions,
  type JobArgs,
  type JobReference,
  type ManyOptions,
  type OnBatchComplete,
} from "./jobInputs.js";
import {
  DEFAULT_QUEUE,
  findQueue,
  findTimeoutFault,
  readQueues,
  type QueueOptions,
} from "./jobQueues.js";

export type BatchOptions<QueueName extends string, Args> = {
  /** The same for all of its jobs, or by what each of them is given. */
  each?: EachOptions | ((args: Args, place: number) => EachOptions);
  /** `"default"` unless said otherwise. */
  queue?: QueueName | "default";
  /** For people. At most 200 characters. */
  label?: string;
  /** 1–512 characters. */
  tenantId?: string;
  /**
   * Called once, in the transaction in which the last job ends; once more where some were retried
   * after that.
   */
  onComplete?: OnBatchComplete;
  /** Handed to `onComplete`. At most 8 KiB. */
  context?: Value;
};
/** What jobs of a batch have for themselves; a key would let one of them be another batch's job. */
type EachOptions = Omit<
  EnqueueOptions<never>,
  "queue" | "tenantId" | "key" | "onConflict" | "ttlMs"
>;

/**
 * Background work that is kept track of. Reached as `platform.jobs`.
 *
 * Delivery is at least once: a job whose server is lost runs again. What a mutation's job writes, and
 * that it is completed, happen once.
 */
export class Jobs<
  DataModel extends GenericDataModel,
  N extends Names,
  QueueName extends string = "default",
> extends JobRecords<QueueName> {
  private readonly options: HandlerOptions;

  /** @throws NOT_CONFIGURED naming a queue that could never be kept */
  constructor(
    options: HandlerOptions,
    queues: { readonly [Name in QueueName]: QueueOptions } | undefined,
  ) {
    super(options.component, options, readQueues(queues ?? {}));
    this.options = options;
  }

  // --- Handlers ------------------------------------------------------------------------------

  /**
   * An action that runs jobs, to be exported from a file of the host and enqueued by its reference.
   *
   * Whatever its handler throws becomes a readable error; see {@link NonRetryable} and
   * {@link RetryAfter}. A result above 256 KiB, or that is no Convex value, is not kept, and the job
   * says so.
   *
   * @example
   * export const build = platform.jobs.action({
   *   args: { month: v.string() },
   *   handler: async (ctx, { month }) => {
   *     await ctx.job.progress(0.5, "Half of the pages are done.");
   *   },
   * });
   */
  action<Args extends PropertyValidators>(
    definition: JobActionDefinition<DataModel, Args, N>,
    // Written out: by another name, Convex's types could not see the arguments in it.
  ): RegisteredAction<"internal", JobCallArgs<Args>, Promise<null>> {
    const fault = findTimeoutFault(definition.timeoutMs);
    if (fault !== null) throw notConfigured(`A job's definition: ${fault}.`);
    const registration = actionOf(definition as unknown as JobDefinition, this.options);
    return internalActionGeneric(registration as never) as never;
  }

  /**
   * {@link action} for a mutation: with a guarded `ctx.db`, and for work of at most a second. What it
   * writes is undone when it throws.
   */
  mutation<Args extends PropertyValidators>(
    definition: JobMutationDefinition<DataModel, Args, N>,
  ): RegisteredMutation<"internal", JobCallArgs<Args>, Promise<null>> {
    const registration = mutationOf(definition as unknown as JobDefinition, this.options);
    return internalMutationGeneric(registration as never) as never;
  }

  // --- Enqueueing ----------------------------------------------------------------------------

  /**
   * Work for later, or for now in the background. In a mutation it is part of the transaction: when
   * that fails, there is no job.
   *
   * @param job - `internal.reports.build`, made by {@link action} or {@link mutation}
   * @returns the id to follow it by
   * @throws VALIDATION_FAILED for arguments above 256 KiB or a time that is none or over a year
   *   ahead; CONFLICT by its `key`; NOT_CONFIGURED for a queue that is not declared
   */
  async enqueue<Handler extends JobReference>(
    ctx: CanRecord,
    job: Handler,
    args: JobArgs<Handler>,
    options: EnqueueOptions<QueueName> = {},
  ): Promise<string> {
    const jobs = await readJobs(job, [{ args, options }], this.queues, () => "");
    const [id] = await this.send(ctx, jobs);
    return id!;
  }

  /**
   * Several jobs of one handler, in one call, all or none; at most 1,000 in one mutation, with all
   * else that it schedules.
   *
   * @param options - the same for all of them, or by what each of them is given
   * @returns their ids, in the same order
   * @throws LIMIT_EXCEEDED, and what {@link enqueue} throws
   */
  async enqueueMany<Handler extends JobReference>(
    ctx: CanRecord,
    job: Handler,
    argsList: readonly JobArgs<Handler>[],
    options: ManyOptions<QueueName, JobArgs<Handler>> = {},
  ): Promise<string[]> {
    const given = argsList.map((args, place) => ({
      args,
      options: typeof options === "function" ? options(args, place) : options,
    }));
    const jobs = await readJobs(job, given, this.queues, (place) => `jobs.${place}`);
    return await this.send(ctx, jobs);
  }

  /**
   * Several jobs of one handler that are followed as one; see {@link batches}. Without any it has
   * ended at once.
   *
   * @throws VALIDATION_FAILED above 1,000; LIMIT_EXCEEDED when the mutation has enqueued too many
   *   besides; and what {@link enqueue} throws
   */
  async batch<Handler extends JobReference>(
    ctx: CanRecord,
    job: Handler,
    argsList: readonly JobArgs<Handler>[],
    options: BatchOptions<QueueName, JobArgs<Handler>> = {},
  ): Promise<{ id: string; jobIds: string[] }> {
    const { each = {}, queue = DEFAULT_QUEUE, label, tenantId, onComplete, context } = options;
    throwIfInvalid(checkCarried({ label, tenantId, context }), "The batch was not created.");
    const common = { queue, ...(tenantId !== undefined && { tenantId }) };
    const given = argsList.map((args, place) => ({
      args,
      options: { ...(typeof each === "function" ? each(args, place) : each), ...common },
    }));
    const jobs = await readJobs(job, given, this.queues, (place) => `jobs.${place}`);
    const { audit } = findQueue(this.queues, queue);
    const args = {
      caller: await describeCaller(ctx, this.calls),
      ...common,
      name: getFunctionName(job),
      jobs,
      ...(label !== undefined && { label }),
      ...(audit !== undefined && { audit }),
      ...(onComplete && {
        onComplete: withContext(await createFunctionHandle(onComplete), context),
      }),
    };
    return await fromComponent(ctx.runMutation(this.component.jobBatches.create, args));
  }

  private async send(ctx: CanRecord, jobs: NewJob[]): Promise<string[]> {
    const args = { caller: await describeCaller(ctx, this.calls), jobs };
    return await fromComponent(ctx.runMutation(this.component.jobs.enqueue, args));
  }
}

function notConfigured(message: string) {
  return platformError({ code: "NOT_CONFIGURED", message });
}
