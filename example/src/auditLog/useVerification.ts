import { useAction, useConvex } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import type { VerifyResult } from "convex-platform";
import { useCallback, useRef, useState } from "react";
import { api } from "../../convex/_generated/api";
import { attempt } from "../errors";

/** Steps of a progress bar; a log with more seals is verified several of them at a time. */
const MOST_STEPS = 20;
const NANOSECONDS_PER_MS = 1_000_000n;

export type Verification = Pick<
  VerifyResult,
  "seals" | "entries" | "pruned" | "erased" | "faults"
> & {
  unsealed: VerifyResult["unsealed"] | null;
  step: number;
  steps: number;
  state: "running" | "done" | "failed";
  /** Why it failed. */
  message?: string;
  /** The newest head that was kept, which the log was held against. */
  anchor: number | null;
};

type Heads = FunctionReturnType<typeof api.auditProofs.heads>;
type Stretch = { from?: number; to?: number };

/** Verifies the log stretch by stretch, so that one can see how far it is. */
export function useVerification(): { found: Verification | null; start: () => Promise<void> } {
  const convex = useConvex();
  const verify = useAction(api.auditProofs.verify);
  const [found, setFound] = useState<Verification | null>(null);
  const run = useRef(0);

  const start = useCallback(async () => {
    const turn = ++run.current;
    const heads = await convex.query(api.auditProofs.heads, {});
    const stretches = divide(heads);
    const head = heads.at(-1);
    let sum = nothingYet(stretches.length, head?.index ?? null);
    const tell = (next: Verification) => turn === run.current && setFound((sum = next));
    tell(sum);
    const failure = await attempt(async () => {
      for (const [i, stretch] of stretches.entries()) {
        if (turn !== run.current) return;
        // The head that was kept is held against the log once.
        const anchor = i === 0 && head ? { index: head.index, hash: head.hash } : undefined;
        const result = await verify({ ...stretch, ...(anchor && { anchor }) });
        tell({ ...add(sum, result), step: i + 1 });
      }
    }).catch(() => ({ message: "The verification broke off. Verify again." }));
    tell(
      failure ? { ...sum, state: "failed", message: failure.message } : { ...sum, state: "done" },
    );
  }, [convex, verify]);

  return { found, start };
}

/** From head to head, as many at a time as the bar has steps; the last stretch has no end. */
function divide(heads: Heads): Stretch[] {
  const each = Math.ceil((heads.length + 1) / MOST_STEPS);
  const ends = heads.filter((_, i) => (i + 1) % each === 0).map(({ through }) => endOf(through));
  return [...ends, undefined].map((to, i) => {
    const before = ends[i - 1];
    return { ...(before !== undefined && { from: before + 1 }), ...(to !== undefined && { to }) };
  });
}

/** A stretch up to here ends with the seal that goes through this moment. */
function endOf(through: bigint): number {
  return Number(through / NANOSECONDS_PER_MS);
}

function nothingYet(steps: number, anchor: number | null): Verification {
  const none = { seals: 0, entries: 0, pruned: 0, erased: 0, faults: [], unsealed: null };
  return { ...none, step: 0, steps, anchor, state: "running" };
}

function add(sum: Verification, result: VerifyResult): Verification {
  return {
    ...sum,
    seals: sum.seals + result.seals,
    entries: sum.entries + result.entries,
    pruned: sum.pruned + result.pruned,
    erased: sum.erased + result.erased,
    faults: [...sum.faults, ...result.faults],
    unsealed: result.unsealed,
  };
}
