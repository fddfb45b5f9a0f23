import type {
  ActionBuilder,
  FunctionVisibility,
  GenericDataModel,
  MutationBuilder,
  QueryBuilder,
} from "convex/server";
import { v, type GenericValidator, type PropertyValidators } from "convex/values";
import { platformError } from "../../shared/errors.js";
import { pick } from "../../shared/fields.js";
import type { AuditInput } from "../auditInputs.js";
import { actFor } from "../calls.js";
import type { CanRunMutation } from "../contexts.js";
import type { Scope } from "../tables.js";
import { admit, type Args } from "./admission.js";
import { findCaller, type CallerCtx } from "./callers.js";
import type { Names } from "./contexts.js";
import type {
  GuardedActionBuilder,
  GuardedMutationBuilder,
  GuardedQueryBuilder,
} from "./definitions.js";
import { loadFrom } from "./load.js";
import { runMutation, type MutationCtx } from "./mutations.js";
import type { Definition, GuardOptions } from "./options.js";
import { attemptOf, isDenial, readEntry, recordDenial, recordEntries } from "./recording.js";
import { scopedReader, type Reader } from "./scopedReads.js";

/** The six builders of a host's `_generated/server`. */
export type Builders<DataModel extends GenericDataModel> = {
  query: QueryBuilder<DataModel, "public">;
  mutation: MutationBuilder<DataModel, "public">;
  action: ActionBuilder<DataModel, "public">;
  internalQuery: QueryBuilder<DataModel, "internal">;
  internalMutation: MutationBuilder<DataModel, "internal">;
  internalAction: ActionBuilder<DataModel, "internal">;
};

export type GuardedBuilders<DataModel extends GenericDataModel, N extends Names> = {
  query: GuardedQueryBuilder<DataModel, "public", N>;
  mutation: GuardedMutationBuilder<DataModel, "public", N>;
  action: GuardedActionBuilder<DataModel, "public", N>;
  internalQuery: GuardedQueryBuilder<DataModel, "internal", N>;
  internalMutation: GuardedMutationBuilder<DataModel, "internal", N>;
  internalAction: GuardedActionBuilder<DataModel, "internal", N>;
};

/**
 * Builders whose functions ask first, in this order: who is it, may they at all, may they do this,
 * not too often, are the arguments good, is this row theirs. Then the handler runs.
 *
 * Not made with `customQuery` of convex-helpers: those have no way to answer instead of the
 * handler, to replace arguments, or to hand over what was found on the way. They can be wrapped
 * around these.
 */
export function guardedBuilders<DataModel extends GenericDataModel, N extends Names>(
  builders: Builders<DataModel>,
  options: GuardOptions,
): GuardedBuilders<DataModel, N> {
  const { query, mutation, action, internalQuery, internalMutation, internalAction } = builders;
  const guarded = {
    query: guard(query, queryOf, options, "public"),
    mutation: guard(mutation, mutationOf, options, "public"),
    action: guard(action, actionOf, options, "public"),
    internalQuery: guard(internalQuery, queryOf, options, "internal"),
    internalMutation: guard(internalMutation, mutationOf, options, "internal"),
    internalAction: guard(internalAction, actionOf, options, "internal"),
  };
  return guarded as unknown as GuardedBuilders<DataModel, N>;
}

type Registration = {
  args: PropertyValidators;
  returns?: GenericValidator;
  handler: (ctx: never, args: Args) => Promise<unknown>;
};
type Kind = (definition: Definition, options: GuardOptions, isInternal: boolean) => Registration;

function guard(
  builder: unknown,
  kind: Kind,
  options: GuardOptions,
  visibility: FunctionVisibility,
) {
  const register = builder as (registration: Registration) => unknown;
  return (definition: Definition) => {
    // Types say so too, but not to hosts written in JavaScript.
    if (typeof definition.permission !== "string") throw needsPermission();
    return register(kind(definition, options, visibility === "internal"));
  };
}

function queryOf(definition: Definition, options: GuardOptions, isInternal: boolean): Registration {
  const { args, handler } = definition;
  const returns = validatorOf(definition.returns);
  const empty = "empty" in definition ? definition.empty : emptyFor(args, returns);
  return {
    args,
    ...(returns && { returns: empty === null ? v.union(returns, v.null()) : returns }),
    handler: async (ctx: QueryCtx, given) => {
      const caller = await findCaller(ctx, options, isInternal);
      const { actor, profile } = caller;
      const scope = (scope: Scope) => scopedReader(ctx.db, scope, options.trash);
      const guarded = { ...ctx, db: scope("live"), actor, profile, scope, load: loadFrom(scope) };
      let admission;
      try {
        admission = await admit(ctx, caller, given, definition, guarded, options);
      } catch (error) {
        if (isDenial(error)) return empty;
        throw error;
      }
      return await handler(guarded, admission.args, admission.loaded);
    },
  };
}

function mutationOf(
  definition: Definition,
  options: GuardOptions,
  isInternal: boolean,
): Registration {
  const { args, recordDenials } = definition;
  const returns = validatorOf(definition.returns);
  return {
    args,
    ...(returns && { returns: recordDenials ? attemptOf(returns) : returns }),
    handler: async (ctx: MutationCtx, given) => {
      const caller = await findCaller(ctx, options, isInternal);
      const acting = actFor(ctx, pick(caller, ["actor", "jobId"]));
      return await runMutation(acting, caller, given, definition, options);
    },
  };
}

function actionOf(
  definition: Definition,
  options: GuardOptions,
  isInternal: boolean,
): Registration {
  const { args, handler } = definition;
  const returns = validatorOf(definition.returns);
  return {
    args,
    ...(returns && { returns }),
    handler: async (ctx: CallerCtx & CanRunMutation, given) => {
      const caller = await findCaller(ctx, options, isInternal);
      const { actor, profile } = caller;
      let within = {};
      const audit = async (input: AuditInput) => {
        const entry = { ...within, ...readEntry(input, options) };
        await recordEntries(ctx, caller, [entry], options);
      };
      const acting = actFor(ctx, pick(caller, ["actor", "jobId"]));
      const guarded = { ...acting, actor, profile, audit };
      let admission;
      try {
        admission = await admit(ctx, caller, given, definition, guarded, options);
      } catch (error) {
        if (definition.recordDenials && isDenial(error)) {
          await recordDenial(ctx, caller, definition, given, error, options);
        }
        throw error;
      }
      within = pick(admission, ["tenantId"]);
      return await handler(guarded, admission.args, admission.loaded);
    },
  };
}

type QueryCtx = CallerCtx & { db: Reader };

function emptyFor(args: PropertyValidators, returns: GenericValidator | undefined) {
  if (!("paginationOpts" in args)) return null;
  const isFiltered = returns?.kind === "object" && "stoppedEarly" in returns.fields;
  const page = { page: [], isDone: true, continueCursor: "" };
  return isFiltered ? { ...page, stoppedEarly: false } : page;
}

function validatorOf(returns: Definition["returns"]): GenericValidator | undefined {
  if (returns === undefined) return undefined;
  const isValidator = "isConvexValidator" in returns;
  return isValidator ? (returns as GenericValidator) : v.object(returns as PropertyValidators);
}

function needsPermission() {
  return platformError({
    code: "NOT_CONFIGURED",
    message: 'A guarded function needs a permission, or permission: "public" for everybody.',
  });
}
