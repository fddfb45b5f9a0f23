/**
 * The builders of the component's functions, in one place.
 *
 * What the host's client calls is public: browsers cannot reach it, because a component has no
 * public API of its own. What only the component calls (sealing, sweeping, purging) is internal.
 */
import type { QueryCtx } from "./_generated/server.js";

export {
  internalAction,
  internalMutation,
  internalQuery,
  mutation,
  query,
  type ActionCtx,
  type MutationCtx,
  type QueryCtx,
} from "./_generated/server.js";

/** Parts of Convex's limits that a chore leaves alone, so that one more step of any size still fits. */
const STEP_DOCUMENTS = 1000;
const STEP_BYTES = 4 * 1024 * 1024;

/** Whether a chore may take one more step in this transaction, or has to go on in another. */
export async function hasRoom(ctx: QueryCtx): Promise<boolean> {
  const { documentsRead, documentsWritten, bytesRead, bytesWritten } =
    await ctx.meta.getTransactionMetrics();
  return (
    Math.max(documentsRead.used, documentsWritten.used) < STEP_DOCUMENTS &&
    Math.max(bytesRead.used, bytesWritten.used) < STEP_BYTES
  );
}
