import type { Outcome } from "convex-platform";
import { Ban, CircleX } from "lucide-react";

const MARKS = { denied: Ban, failure: CircleX };

/** Says so when something did not happen. By sign and word: red means removed here. */
export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  if (outcome === "success") return null;
  const Icon = MARKS[outcome];
  return (
    <span className="inline-flex shrink-0 items-center gap-1 rounded-sm border border-line px-1.5 py-px text-xs text-muted">
      <Icon aria-hidden className="size-3" />
      {outcome === "denied" ? "denied" : "failed"}
    </span>
  );
}
