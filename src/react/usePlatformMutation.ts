import type { OptimisticUpdate } from "convex/browser";
import { useMutation } from "convex/react";
import type {
  FunctionArgs,
  FunctionReference,
  FunctionReturnType,
  OptionalRestArgs,
} from "convex/server";
import { useCallback, useEffect, useRef, useState } from "react";
import { dataOf, type CodedError } from "./codedErrors.js";

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
  const [refusal, setRefusal] = useState(NONE);
  const newest = useRef(0);

  const reset = useCallback(() => {
    newest.current++;
    setRefusal(NONE);
  }, []);
  const run = useCallback<PlatformMutation<Mutation>["run"]>(
    async (...args) => {
      const turn = ++newest.current;
      setPending((count) => count + 1);
      let refused = NONE;
      try {
        const update = optimistic ? call.withOptimisticUpdate(optimistic) : call;
        return { ok: true, value: await update(...args) };
      } catch (thrown) {
        const error = dataOf(thrown);
        if (!isCoded(error)) throw thrown;
        refused = toRefusal(error);
        return { ok: false, error };
      } finally {
        setPending((count) => count - 1);
        // An older run that ends later has nothing to say any more.
        if (turn === newest.current) setRefusal(refused);
      }
    },
    [call, optimistic],
  );
  const { error, fieldErrors, retryAfterMs, retryAt } = refusal;
  useEffect(() => {
    if (!retryAfterMs) return;
    // At whole seconds before the end, so that the last one is the promised moment.
    const timer = setTimeout(
      () => {
        const retryAfterMs = retryAt - Date.now();
        setRefusal(retryAfterMs > 0 ? { ...refusal, retryAfterMs } : NONE);
      },
      retryAfterMs % 1_000 || 1_000,
    );
    return () => clearTimeout(timer);
  }, [refusal]);
  return { run, isPending: pending > 0, error, fieldErrors, retryAfterMs, reset };
}

type Refusal = Pick<PlatformMutation<never>, "error" | "fieldErrors" | "retryAfterMs"> & {
  /** Milliseconds since 1970. */
  retryAt: number;
};

const NONE: Refusal = { error: null, fieldErrors: {}, retryAfterMs: 0, retryAt: 0 };

function toRefusal(error: CodedError): Refusal {
  const { fields = {}, retryAfterMs = 0 } = error;
  const messages = Object.entries(fields).map(([path, { message }]) => [path, message]);
  const fieldErrors: Record<string, string> = Object.fromEntries(messages);
  return { error, fieldErrors, retryAfterMs, retryAt: Date.now() + retryAfterMs };
}

function isCoded(data: { code?: unknown; message?: unknown }): data is CodedError {
  return typeof data.code === "string" && typeof data.message === "string";
}
