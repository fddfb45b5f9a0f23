import { useSyncExternalStore } from "react";
import { formatAgo, formatMoment } from "../format";

/** How long ago, growing older by itself; the exact moment on hover. */
export function Ago({ at }: { at: number }) {
  const now = useNow();
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={formatMoment(at)}
      className="whitespace-nowrap"
    >
      {formatAgo(at, now)}
    </time>
  );
}

/** The time of day, moving on by itself. */
export function useNow(): number {
  return useSyncExternalStore(onTick, currentTick);
}

const TICK_MS = 15_000;

function onTick(callback: () => void): () => void {
  const timer = setInterval(callback, TICK_MS);
  return () => clearInterval(timer);
}

/** The same for every reader until the next tick. */
function currentTick(): number {
  return Math.floor(Date.now() / TICK_MS) * TICK_MS;
}
