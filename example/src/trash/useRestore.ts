import { usePlatformMutation } from "convex-platform/react";
import { useState } from "react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";

/**
 * Restores deletions, and remembers which of them could not come back, for the list to explain.
 *
 * @param onBack - what has come back
 */
export function useRestore(onBack?: (ids: string[]) => void) {
  const { run, isPending } = usePlatformMutation(api.trash.restoreMany);
  const [refused, setRefused] = useState<ReadonlySet<string>>(new Set());
  const restore = async (ids: string[]): Promise<void> => {
    if (isPending) return;
    const focusNext = placeAfter(ids);
    const outcome = await run({ ids });
    if (!outcome.ok) return void toast.error(outcome.error.message);
    const of = (wanted: "restored" | "refused") =>
      outcome.value.filter(({ status }) => status === wanted).map(({ id }) => id);
    const [back, kept] = [of("restored"), of("refused")];
    setRefused(new Set([...[...refused].filter((id) => !ids.includes(id)), ...kept]));
    onBack?.(back);
    if (back.length > 0) toast.success(`${deletions(back.length)} restored.`);
    if (kept.length > 0) toast.error(`${deletions(kept.length)} could not come back.`);
    else focusNext();
  };
  return { restore, refused };
}

function deletions(count: number): string {
  return count === 1 ? "1 deletion" : `${count} deletions`;
}

/** Where a reader without a pointer goes on when these rows are gone: the next one that stays. */
function placeAfter(ids: string[]): () => void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-deletion]")];
  const isGoing = (row: HTMLElement) => ids.includes(row.dataset["deletion"] ?? "");
  const first = rows.findIndex(isGoing);
  const next = rows.slice(first).find((row) => !isGoing(row));
  const before = rows.slice(0, first).findLast((row) => !isGoing(row));
  return () => {
    const place = next ?? before;
    const target = place?.isConnected ? place.querySelector<HTMLElement>("[aria-expanded]") : null;
    target?.focus({ preventScroll: true });
  };
}
