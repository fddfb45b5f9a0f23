import { makeFunctionReference } from "convex/server";
import { ConvexError, v, type PropertyValidators, type Value } from "convex/values";
import { validate, ValidationError } from "convex-helpers/validators";
import type { Actor } from "../shared/auditLogs.js";
import { echo, platformError } from "../shared/errors.js";
import { pick } from "../shared/fields.js";
import { MAX_RESULT_BYTES } from "../shared/jobRules.js";
import { vJobCall, type JobCall, type Receipt, type ResultFault } from "../shared/jobs.js";
import type { Profile } from "../shared/userProfiles.js";
import { checkValue } from "../shared/values.js";
import type { AuditInput } from "./auditInputs.js";
import { actFor, fromComponent } from "./calls.js";
import type { CanRunMutation, CanRunQuery } from "./contexts.js";
import type { Args } from "./guards/admission.js";
import { assertAllowed, PUBLIC, type CallerCtx, type GuardedCaller } from "./guards/callers.js";
import { runMutation, type MutationCtx } from "./guards/mutations.js";
import type { GuardOptions } from "./guards/options.js";
import { readEntry, recordEntries } from "./guards/recording.js";
import { describeThrown, type JobFailure } from "./jobFailures.js";
import { infoOf, JobRun } from "./jobRuns.js";

/** A definition, as it is at run time; its types have done their work by then. */
export type JobDefinition = {
  args: PropertyValidators;
  permission?: string;
  timeoutMs?: number;
  audit?: string;
  mayChange?: readonly string[];
  handler: (ctx: never, args: never) => unknown;
};

export type HandlerOptions = GuardOptions & {
  findProfileOf: (ctx: CanRunQuery, actor: Actor) => Promise<Profile | null>;
};

/** What the scheduler passes. `args` are checked here: Convex's refusal would reach nobody. */
const CALL = { job: vJobCall, args: v.any() };

type Call = { job: JobCall; args: unknown };
type ActionCtx = CallerCtx & CanRunMutation;

/** How an attempt ended. */
type Outcome = { ok: true; result: Result } | { ok: false; failure: JobFailure };
/** What the handler returned, or why that is not kept. */
type Result = { result?: Value; resultFault?: ResultFault };

/**
 * The registration of an action that runs a job: its handler within its time, then one report.
 *
 * Every end is reported, whatever was thrown or returned. Only an attempt that is lost with its
 * server is not; the component finds those.
 */
export function actionOf(definition: JobDefinition, options: HandlerOptions) {
  return {
    args: CALL,
    returns: v.null(),
    handler: async (ctx: ActionCtx, { job: call, args }: Call): Promise<null> => {
      const startedAt = Date.now();
      const run = new JobRun(ctx, call, options.component);
      const timeoutMs = Math.min(definition.timeoutMs ?? Infinity, call.timeoutMs);
      const outcome = await outcomeOf(() =>
        run.within(timeoutMs, () => runAction(ctx, run, call, args, definition, options)),
      );
      await reportTwice(ctx, { id: call.id, startedAt }, outcome, options);
      return null;
    },
  };
}

async function runAction(
  ctx: ActionCtx,
  { job }: JobRun,
  call: JobCall,
  args: unknown,
  definition: JobDefinition,
  options: HandlerOptions,
): Promise<unknown> {
  assertArgs(args, definition);
  const caller = await findJobCaller(ctx, call, definition, options);
  const audit = async (input: AuditInput) => {
    const entry = { ...pick(call, ["tenantId"]), ...readEntry(input, options) };
    await recordEntries(ctx, caller, [entry], options);
  };
  const acting = actFor(ctx, { actor: call.actor, jobId: call.id });
  const jobCtx = { ...acting, actor: caller.actor, job, audit };
  return await definition.handler(jobCtx as never, args as never);
}

/**
 * The registration of a mutation that runs a job. It calls itself for the handler and the report that
 * it is done, as a nested mutation: when one of them throws, what was written is undone, while the
 * report of the failure is committed.
 */
export function mutationOf(definition: JobDefinition, options: HandlerOptions) {
  return {
    args: { ...CALL, isNested: v.optional(v.literal(true)) },
    returns: v.null(),
    handler: async (
      ctx: MutationCtx,
      { job: call, args, isNested }: Call & { isNested?: true },
    ): Promise<null> => {
      if (isNested) {
        await runNested(ctx, call, args, definition, options);
        return null;
      }
      const { name } = await ctx.meta.getFunctionMetadata();
      const self = makeFunctionReference<"mutation", Call & { isNested: true }, null>(name);
      const outcome = await attempt(async () => {
        await ctx.runMutation(self, { job: call, args, isNested: true });
        return {};
      });
      if (!outcome.ok) await report(ctx, startedNow(call), outcome, options);
      return null;
    },
  };
}

async function runNested(
  ctx: MutationCtx,
  call: JobCall,
  args: unknown,
  definition: JobDefinition,
  options: HandlerOptions,
): Promise<void> {
  const outcome = await outcomeOf(async () => {
    assertArgs(args, definition);
    const caller = await findJobCaller(ctx, call, definition, options);
    const acting = actFor(ctx, { actor: call.actor, jobId: call.id });
    const guarded = {
      permission: PUBLIC,
      args: {},
      tenantId: () => call.tenantId,
      ...(definition.audit !== undefined && { audit: definition.audit }),
      ...(definition.mayChange && { mayChange: definition.mayChange }),
      handler: definition.handler as (ctx: object, args: Args) => unknown,
    };
    const jobCtx = { ...acting, job: infoOf(call) };
    return await runMutation(jobCtx, caller, args as Args, guarded, options);
  });
  // As data: of other errors a nested call gives away its stack, or nothing at all.
  if (!outcome.ok) throw new ConvexError({ ...outcome.failure, ...outcome.failure.error });
  const { accepted } = await report(ctx, startedNow(call), outcome, options);
  // The job was ended by somebody else, so that nothing of this attempt may stay.
  if (!accepted) throw isOver();
}

// --- Who it is for ---------------------------------------------------------------------------

/** Who enqueued the job, asked again where the definition says so. */
async function findJobCaller(
  ctx: CallerCtx,
  call: JobCall,
  { permission }: JobDefinition,
  options: HandlerOptions,
): Promise<GuardedCaller> {
  const { name } = await ctx.meta.getFunctionMetadata();
  const known = { functionName: name, jobId: call.id };
  const actor: Actor = call.actor ?? { type: "system", id: name };
  if (permission === undefined) return { actor, profile: null, ...known };
  // For permissions nobody is not the system: anybody may have caused it.
  const asked: Actor = call.actor ?? { type: "anonymous", id: "anonymous" };
  const profile = call.actor ? await options.findProfileOf(ctx, call.actor) : null;
  assertAllowed({ actor: asked, profile, ...known }, permission, call.tenantId, options);
  return { actor, profile, ...known };
}

function assertArgs(args: unknown, definition: JobDefinition): void {
  try {
    validate(v.object(definition.args), args, { throw: true });
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const { path, expected, got } = error;
    throw platformError({
      code: "VALIDATION_FAILED",
      message:
        `The handler takes other arguments than the job has: ${path ? `${path} is` : "they are"} ` +
        `${echo(got)}, not ${echo(expected)}. Was it changed while the job was waiting?`,
    });
  }
}

// --- How it ended ----------------------------------------------------------------------------

async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
  return await attempt(async () => readResult(await work()));
}

async function attempt(work: () => Promise<Result>): Promise<Outcome> {
  try {
    return { ok: true, result: await work() };
  } catch (thrown) {
    return { ok: false, failure: describeThrown(thrown) };
  }
}

/** Bytes of a result, as Convex counts them; it lies in a row of its own. */
const RESULT_LIMITS = { maxDepth: 12, maxBytes: MAX_RESULT_BYTES };

/** The work is done, whatever it returned: what cannot be kept of it is left away. */
function readResult(value: unknown): Result {
  if (value === undefined || value === null) return {};
  const [fault] = Object.values(checkValue(value, "result", RESULT_LIMITS));
  if (!fault) return { result: value as Value };
  return { resultFault: fault.code === "too_large" ? "too_large" : "not_a_value" };
}

type Reported = { id: string; startedAt: number };

/** In a mutation, where the clock stands still. */
function startedNow({ id }: JobCall): Reported {
  return { id, startedAt: Date.now() };
}

async function report(
  ctx: CanRunMutation,
  reported: Reported,
  outcome: Outcome,
  { component: { jobs } }: HandlerOptions,
): Promise<Receipt> {
  const call = outcome.ok
    ? ctx.runMutation(jobs.complete, { ...reported, ...outcome.result })
    : ctx.runMutation(jobs.fail, { ...reported, ...outcome.failure });
  return await fromComponent(call);
}

/**
 * Once more where it fails: without a report, the work would be done again. The second one cannot
 * count twice, and does without the result, in case that was what did not get through.
 */
async function reportTwice(
  ctx: CanRunMutation,
  reported: Reported,
  outcome: Outcome,
  options: HandlerOptions,
): Promise<Receipt> {
  try {
    return await report(ctx, reported, outcome, options);
  } catch {
    const bare: Outcome = outcome.ok
      ? { ok: true, result: { resultFault: "not_a_value" } }
      : outcome;
    return await report(ctx, reported, bare, options);
  }
}

function isOver() {
  return platformError({
    code: "INVALID_STATE",
    message: "The job has ended already, or goes on with another attempt.",
  });
}
