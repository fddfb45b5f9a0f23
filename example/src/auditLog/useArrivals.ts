import type { AuditEntry } from "convex-platform";
import { useEffect, useState } from "react";

/** From here on the reader is in the middle of something, and does not see the top of the list. */
const READING_BELOW_PX = 200;

/**
 * Entries that came while the reader was further down.
 *
 * The list grows above the reader; the browser's scroll anchoring keeps what is on the screen
 * where it is. This only counts, so that the reader knows.
 */
export function useArrivals(entries: AuditEntry[]): number {
  const isReading = useIsReading();
  const newest = entries[0]?.id;
  const [lastSeen, setLastSeen] = useState(newest);
  if (!isReading && lastSeen !== newest) setLastSeen(newest);
  const place = entries.findIndex(({ id }) => id === lastSeen);
  return isReading && place > 0 ? place : 0;
}

function useIsReading(): boolean {
  const [isReading, setIsReading] = useState(false);
  useEffect(() => {
    const onScroll = () => setIsReading(window.scrollY > READING_BELOW_PX);
    window.addEventListener("scroll", onScroll, { passive: true });
    return () => window.removeEventListener("scroll", onScroll);
  }, []);
  return isReading;
}
