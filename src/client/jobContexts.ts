import type { GenericActionCtx, GenericDataModel, TableNamesInDataModel } from "convex/server";
import type { ObjectType, PropertyValidators } from "convex/values";
import type { Actor } from "../shared/auditLogs.js";
import type { JobCall } from "../shared/jobs.js";
import type { AuditInput } from "./auditInputs.js";
import type { PlainAction } from "./guards/definitions.js";
import type { GuardedMutationCtx, Names } from "./guards/index.js";

/** What a handler knows of its job. */
export type JobInfo = {
  id: string;
  /** Counted from 1. */
  attempt: number;
  maxAttempts: number;
  /**
   * The same in every attempt: for others that know idempotency keys. What `enqueue` was given as
   * `key`, else the id.
   */
  key: string;
  /** Milliseconds since 1970. */
  enqueuedAt: number;
  label?: string;
  tenantId?: string;
};

/** A job whose handler can be followed and stopped while it runs. */
export type RunningJob = JobInfo & {
  /**
   * Aborted when the time is over, and as soon as one of the methods below hears that the job was
   * cancelled or that another attempt has its place. For `fetch`.
   */
  signal: AbortSignal;
  /**
   * Tells how far it is, and that it is alive. The same figure and message again write nothing.
   *
   * @param fraction - 0 to 1, never below what this attempt has told before
   * @param message - at most 200 characters
   * @throws VALIDATION_FAILED
   */
  progress(fraction: number, message?: string): Promise<void>;
  /**
   * Tells that it is alive, and has its whole time (`timeoutMs`) again. So work that may take long can
   * have a short one, and is soon made up for when its server is lost.
   */
  heartbeat(): Promise<void>;
  /** Whether to stop: somebody has cancelled it. */
  isCancelled(): Promise<boolean>;
};

export type JobActionCtx<
  DataModel extends GenericDataModel,
  N extends Names,
> = GenericActionCtx<DataModel> & {
  job: RunningJob;
  /** Who enqueued it; the system where nobody was known. */
  actor: Actor;
  /** Records one entry, at once and in a transaction of its own, by the actor and of this job. */
  audit(entry: AuditInput<TableNamesInDataModel<DataModel>, N["actions"]>): Promise<void>;
};

/** The ctx of a guarded mutation: what is written is recorded, by the actor and of this job. */
export type JobMutationCtx<
  DataModel extends GenericDataModel,
  N extends Names,
> = GuardedMutationCtx<DataModel, N> & { job: JobInfo };

type Defined<Args extends PropertyValidators, N extends Names> = {
  args: Args;
  /**
   * What the one who enqueued it has to be allowed to do when it runs. Absent: nobody is asked.
   * Roles may have changed since; then the job fails with FORBIDDEN, at its first attempt. Costs one
   * read of a profile, in an action one call too.
   */
  permission?: N["permission"];
};

export type JobActionDefinition<
  DataModel extends GenericDataModel,
  Args extends PropertyValidators,
  N extends Names,
> = Defined<Args, N> & {
  /**
   * For one attempt, from its start or its last heartbeat, in ms; above what `enqueue` or the queue says
   * it has no effect.
   */
  timeoutMs?: number;
  /**
   * May run more than once for one job, as when its server is lost: let repeats do no harm, or hand
   * `ctx.job.key` on. What it returns is kept as the job's result.
   */
  handler: (ctx: JobActionCtx<DataModel, N>, args: ObjectType<Args>) => unknown;
};

export type JobMutationDefinition<
  DataModel extends GenericDataModel,
  Args extends PropertyValidators,
  N extends Names,
> = Defined<Args, N> & {
  /** Names the entries of the rows it writes: `invoices.sent`; see guarded mutations. */
  audit?: PlainAction<N["actions"]>;
  /** Protected fields that it changes on purpose. */
  mayChange?: readonly N["protectedField"][];
  /** What it writes and that the job is completed are one transaction: both happen once, or neither. */
  handler: (ctx: JobMutationCtx<DataModel, N>, args: ObjectType<Args>) => unknown;
};

/** What the scheduler calls a handler's function with; `job` is for the platform. */
export type JobCallArgs<Args extends PropertyValidators> = { job: JobCall; args: ObjectType<Args> };
