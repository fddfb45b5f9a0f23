/**
 * The builders of the component's functions, in one place.
 *
 * What the host's client calls is public: browsers cannot reach it, because a component has no
 * public API of its own. What only the component calls (sealing, sweeping, purging) is internal.
 */
export {
  internalMutation,
  internalQuery,
  mutation,
  query,
  type MutationCtx,
  type QueryCtx,
} from "./_generated/server.js";
