import type { OptimisticUpdate } from "convex/browser";
import { useMutation } from "convex/react";
import type {
  FunctionArgs,
  FunctionReference,
  FunctionReturnType,
  OptionalRestArgs,
} from "convex/server";
import { ConvexError } from "convex/values";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ErrorCode, PlatformErrorData } from "../shared/errors.js";

/** Why something was refused: by this package, or by the host with a code of its own. */
export type CodedError = Omit<PlatformErrorData, "code"> & {
  // So that our own codes complete in an editor.
  code: ErrorCode | (string & {});
};

/** How a run ended. */
export type Outcome<Value> = { ok: true; value: Value } | { ok: false; error: CodedError };

/** What {@link usePlatformMutation} gives. */
export type PlatformMutation<Mutation extends FunctionReference<"mutation">> = {
  /** Calls the mutation. Resolves when it was refused, too; rejects where something is broken. */
  run: (...args: OptionalRestArgs<Mutation>) => Promise<Outcome<FunctionReturnType<Mutation>>>;
  isPending: boolean;
  /** Why the newest run was refused. Goes with the next run that is not, and when its time is up. */
  error: CodedError | null;
  /** A sentence for each bad field by its path (`lines.0.amount`); empty where none is. */
  fieldErrors: Record<string, string>;
  /** Milliseconds until another try may succeed, counted down every second; 0: now. */
  retryAfterMs: number;
  /** Forgets the error. */
  reset: () => void;
};

/**
 * A mutation for forms and buttons: what the server refuses comes back as data to show.
 *
 * A refusal is a `ConvexError` with a code and a message. All others are bugs, and `run` rejects.
 *
 * @param options.optimistic - shows the result at once, taken back if it is refused; see
 *   {@link updatePages}. Declared outside of the component it keeps `run` the same
 * @example
 * const { run, isPending, error, fieldErrors, retryAfterMs } = usePlatformMutation(api.invoices.create);
 * const save = async () => {
 *   const saved = await run(draft);
 *   if (saved.ok) openInvoice(saved.value);
 * };
 * return <Form validationErrors={fieldErrors} onSubmit={save}>
 *   {error && <p role="alert">{error.message}</p>}
 *   <Button isDisabled={isPending || retryAfterMs > 0}>
 *     {retryAfterMs > 0 ? `Again in ${Math.ceil(retryAfterMs / 1000)} s` : "Save"}
 *   </Button>
 * </Form>;
 */
export function usePlatformMutation<Mutation extends FunctionReference<"mutation">>(
  mutation: Mutation,
  { optimistic }: { optimistic?: OptimisticUpdate<FunctionArgs<Mutation>> } = {},
): PlatformMutation<Mutation> {
  const call = useMutation(mutation);
  const [pending, setPending] = useState(0);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const newest = useRef(0);

  const reset = useCallback(() => {
    newest.current++;
    setRefusal(null);
  }, []);
  const run = useCallback<PlatformMutation<Mutation>["run"]>(
    async (...args) => {
      const turn = ++newest.current;
      setPending((count) => count + 1);
      let refused: Refusal | null = null;
      try {
        const update = optimistic ? call.withOptimisticUpdate(optimistic) : call;
        return { ok: true, value: await update(...args) };
      } catch (thrown) {
        refused = toRefusal(thrown);
        return { ok: false, error: refused.error };
      } finally {
        setPending((count) => count - 1);
        // An older run that ends later has nothing to say any more.
        if (turn === newest.current) setRefusal(refused);
      }
    },
    [call, optimistic],
  );
  useEffect(() => {
    if (!refusal?.left) return;
    const tick = () => setRefusal(countDown(refusal));
    // At whole seconds before the end, so that the last one is the promised moment.
    const timer = setTimeout(tick, refusal.left % 1_000 || 1_000);
    return () => clearTimeout(timer);
  }, [refusal]);

  const { error = null, left: retryAfterMs = 0 } = refusal ?? {};
  const fieldErrors = useMemo(() => {
    const fields = Object.entries(error?.fields ?? {});
    return Object.fromEntries(fields.map(([path, { message }]) => [path, message]));
  }, [error]);
  return { run, isPending: pending > 0, error, fieldErrors, retryAfterMs, reset };
}

/** `left`: milliseconds until `retryAt`; 0 where waiting does not help. */
type Refusal = { error: CodedError; retryAt: number; left: number };

/** @throws what is no refusal */
function toRefusal(thrown: unknown): Refusal {
  const { data } = thrown instanceof ConvexError ? (thrown as ConvexError<CodedError>) : {};
  if (typeof data?.code !== "string" || typeof data.message !== "string") throw thrown;
  const { retryAfterMs = 0 } = data;
  return { error: data, retryAt: Date.now() + retryAfterMs, left: retryAfterMs };
}

function countDown(refusal: Refusal): Refusal | null {
  const left = refusal.retryAt - Date.now();
  return left > 0 ? { ...refusal, left } : null;
}
