import type {
  Auth,
  FunctionArgs,
  FunctionMetadata,
  FunctionReference,
  FunctionReturnType,
} from "convex/server";

/**
 * What a method needs of a host's `ctx`, and no more: so one method serves mutations, actions and
 * the wrapped contexts of other libraries.
 */

export type CanRunQuery = {
  runQuery<Query extends FunctionReference<"query", "public" | "internal">>(
    query: Query,
    args: FunctionArgs<Query>,
  ): Promise<FunctionReturnType<Query>>;
};

export type CanRunMutation = {
  runMutation<Mutation extends FunctionReference<"mutation", "public" | "internal">>(
    mutation: Mutation,
    args: FunctionArgs<Mutation>,
  ): Promise<FunctionReturnType<Mutation>>;
};

/** Says who calls. */
export type CanIdentify = { auth: Auth };

/** Says which function calls. */
export type CanDescribeCall = { meta: { getFunctionMetadata(): Promise<FunctionMetadata> } };

/** A mutation or an action, as far as recording an entry goes. */
export type CanRecord = CanRunMutation & CanIdentify & CanDescribeCall;
