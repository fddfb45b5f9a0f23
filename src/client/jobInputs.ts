import {
  createFunctionHandle,
  getFunctionName,
  type FunctionArgs,
  type FunctionReference,
} from "convex/server";
import type { Value } from "convex/values";
import { platformError, throwIfInvalid, type FieldErrors } from "../shared/errors.js";
import { MAX_ARGS_BYTES, MAX_DELAY_MS } from "../shared/jobRules.js";
import type { BatchEnd } from "../shared/jobBatches.js";
import type {
  JobCall,
  JobEnd,
  NewJob,
  OnComplete,
  OnConflict,
  RetryPolicy,
} from "../shared/jobs.js";
import { checkValue } from "../shared/values.js";
import {
  DEFAULT_QUEUE,
  findQueue,
  findRetryFault,
  findTimeoutFault,
  type Queues,
} from "./jobQueues.js";

/** A handler by its reference: `internal.reports.build`, made by `platform.jobs.action` or `.mutation`. */
export type JobReference = FunctionReference<
  "action" | "mutation",
  "internal",
  { job: JobCall; args: object }
>;
/** What the handler takes. */
export type JobArgs<Job extends JobReference> = FunctionArgs<Job>["args"];

/** A mutation of the host that hears once of the end; its args are `vJobEnd`. */
export type OnJobComplete = FunctionReference<"mutation", "public" | "internal", JobEnd>;
/** A mutation of the host that hears once of the end of a batch; its args are `vBatchEnd`. */
export type OnBatchComplete = FunctionReference<"mutation", "public" | "internal", BatchEnd>;

export type EnqueueOptions<QueueName extends string = string> = {
  /** `"default"` unless said otherwise. */
  queue?: QueueName | "default";
  /** Not before so many milliseconds have passed, at most a year. */
  delayMs?: number;
  /** Not before this time, in milliseconds since 1970, at most a year ahead. One that has passed is now. */
  runAt?: number;
  /** One job of the queue at most has this key. 1–200 characters. */
  key?: string;
  /**
   * What happens when there is one: its id is returned, which is the default; CONFLICT; or this one
   * takes its place, as long as it has not started. One with other arguments is always a CONFLICT
   * unless it is replaced.
   */
  onConflict?: OnConflict;
  /**
   * How long a completed job keeps its key, in milliseconds since it was enqueued: a day unless said
   * otherwise, at most a year.
   */
  ttlMs?: number;
  /** In a queue with a cap, the higher the earlier: a whole number, −100 to 100. */
  priority?: number;
  /** Counts towards `maxPerKey` of the queue: a tenant, or an account with somebody else. 1–200 characters. */
  concurrencyKey?: string;
  /** For people. At most 200 characters. */
  label?: string;
  /** 1–512 characters. */
  tenantId?: string;
  /** In place of what the queue says, part by part. */
  retry?: Partial<RetryPolicy>;
  /** For one attempt, in place of what the queue says. */
  timeoutMs?: number;
  /**
   * Called once, in the transaction in which the job ends, however it ends; once more for the end of
   * a job that was retried by hand. When it throws, the job has ended all the same and says what was
   * thrown.
   */
  onComplete?: OnJobComplete;
  /** Handed to `onComplete`. At most 8 KiB. */
  context?: Value;
};

/** For many at once: the same for all of them, or by what each of them is given. */
export type ManyOptions<QueueName extends string, Args> =
  | Omit<EnqueueOptions<QueueName>, "key" | "onConflict" | "ttlMs">
  | ((args: Args, place: number) => EnqueueOptions<QueueName>);

/** As deep as Convex lets arguments be, less the levels around them. */
const ARGS_LIMITS = { maxDepth: 12, maxBytes: MAX_ARGS_BYTES };

/**
 * Jobs as the component takes them, each with all that its queue says.
 *
 * @throws VALIDATION_FAILED for what would not arrive there; NOT_CONFIGURED for a queue that is not
 *   declared, or a reference that leads nowhere
 */
export async function readJobs(
  job: JobReference,
  given: { args: unknown; options: EnqueueOptions }[],
  queues: Queues,
  pathOf: (place: number) => string,
): Promise<NewJob[]> {
  const handler = await readHandler(job);
  const faults = given.map(({ args, options }, i) => checkJob(args, options, pathOf(i)));
  throwIfInvalid(Object.assign({}, ...faults), "Nothing was enqueued.");
  const handles = new Map<unknown, Promise<string>>();
  return await Promise.all(
    given.map(async ({ args, options }) => {
      const { onComplete, context } = options;
      if (onComplete && !handles.has(onComplete)) {
        handles.set(onComplete, createFunctionHandle(onComplete));
      }
      const handle = onComplete && (await handles.get(onComplete)!);
      return {
        ...completeJob(options, queues),
        ...handler,
        args: args as Value,
        ...(handle !== undefined && { onComplete: withContext(handle, context) }),
      };
    }),
  );
}

export function withContext(handle: string, context: Value | undefined): OnComplete {
  return { handle, ...(context !== undefined && { context }) };
}

/** A reference is no more than a name: whether a handler stands behind it shows when it is called. */
async function readHandler(job: JobReference): Promise<Pick<NewJob, "handle" | "name">> {
  try {
    return { name: getFunctionName(job), handle: await createFunctionHandle(job) };
  } catch {
    throw noHandler();
  }
}

function completeJob(
  options: EnqueueOptions,
  queues: Queues,
): Omit<NewJob, "args" | "handle" | "name"> {
  const { key, onConflict = "return", ttlMs, delayMs, retry, timeoutMs } = options;
  const { priority, concurrencyKey, label, tenantId } = options;
  const name = options.queue ?? DEFAULT_QUEUE;
  const queue = findQueue(queues, name);
  const runAt = delayMs === undefined ? options.runAt : Date.now() + delayMs;
  const unique = { key: key ?? "", onConflict, ...(ttlMs !== undefined && { ttlMs }) };
  return {
    ...queue,
    queue: name,
    ...(retry && { policy: { ...queue.policy, ...retry } }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(runAt !== undefined && { runAt }),
    ...(key !== undefined && { unique }),
    ...(priority !== undefined && { priority }),
    ...(concurrencyKey !== undefined && { concurrencyKey }),
    ...(label !== undefined && { label }),
    ...(tenantId !== undefined && { tenantId }),
  };
}

// --- What would not arrive -------------------------------------------------------------------

function checkJob(args: unknown, options: EnqueueOptions, path: string): FieldErrors {
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  const { delayMs, runAt, retry = {}, timeoutMs, key, onConflict } = options;
  const { concurrencyKey, label, tenantId, context } = options;
  const retryFault = findRetryFault(retry);
  const timeoutFault = findTimeoutFault(timeoutMs);
  return {
    ...checkValue(args, at("args"), ARGS_LIMITS),
    ...checkCarried({ key, concurrencyKey, label, tenantId, context }, path),
    ...(delayMs !== undefined && !isDelay(delayMs) && { [at("delayMs")]: NO_DELAY }),
    ...(delayMs !== undefined && runAt !== undefined && { [at("runAt")]: TWO_TIMES }),
    ...(retryFault !== null && { [at("retry")]: outOfRange(retryFault) }),
    ...(timeoutFault !== null && { [at("timeoutMs")]: outOfRange(timeoutFault) }),
    ...(key === undefined && onConflict && { [at("onConflict")]: NEEDS_KEY }),
  };
}

/** Of options that only go along: what would not arrive in the component. */
export function checkCarried(options: object, path = ""): FieldErrors {
  return checkValue(options, path, ARGS_LIMITS);
}

/** A negative one is none, as a time that has passed. */
function isDelay(ms: number): boolean {
  return Number.isFinite(ms) && ms <= MAX_DELAY_MS;
}

const NO_DELAY = { code: "invalid", message: "Use a number of milliseconds, at most a year." };
const TWO_TIMES = { code: "invalid", message: "Use delayMs or runAt, not both." };
const NEEDS_KEY = { code: "invalid", message: "Without a key there is nothing to be in conflict." };

function outOfRange(fault: string) {
  return { code: "out_of_range", message: `${fault[0]!.toUpperCase()}${fault.slice(1)}.` };
}

function noHandler() {
  return platformError({
    code: "NOT_CONFIGURED",
    message:
      "There is no job handler behind this reference. Export one from a file in your functions " +
      "folder, `export const build = platform.jobs.action({ args, handler })` or `.mutation`, and " +
      "enqueue it as `internal.<file>.build`.",
  });
}
