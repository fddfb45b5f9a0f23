import type { AuditEntry } from "convex-platform";
import { useEffect, useState } from "react";

/** From here on the reader is in the middle of something, and does not see the top of the list. */
const READING_BELOW_PX = 120;

/**
 * The list as the reader knows it, and how many entries came since.
 *
 * While somebody reads further down, or has an entry open, nothing is put in above them: that would
 * push away what they look at. `show` lets the new ones in.
 *
 * @param list - what the list is of; another one has nothing that came since
 */
export function useArrivals(entries: AuditEntry[], list: object, isEntryOpen: boolean) {
  const isReading = useIsScrolled() || isEntryOpen;
  const newest = entries[0]?.id;
  const [seen, setSeen] = useState({ list, newest });
  const isKnown = seen.list === list && seen.newest !== undefined;
  if ((!isReading || !isKnown) && (seen.newest !== newest || seen.list !== list)) {
    setSeen({ list, newest });
  }
  const place = isReading && isKnown ? entries.findIndex(({ id }) => id === seen.newest) : 0;
  const arrivals = Math.max(place, 0);
  return {
    shown: arrivals === 0 ? entries : entries.slice(arrivals),
    arrivals,
    show: () => setSeen({ list, newest }),
  };
}

function useIsScrolled(): boolean {
  const [isScrolled, setIsScrolled] = useState(false);
  useEffect(() => {
    const onScroll = () => setIsScrolled(window.scrollY > READING_BELOW_PX);
    onScroll();
    window.addEventListener("scroll", onScroll, { passive: true });
    return () => window.removeEventListener("scroll", onScroll);
  }, []);
  return isScrolled;
}
