import { useEffect, useRef } from "react";
import { Button } from "../ui/Button";
import type { EntryList } from "./useEntries";

/** How far below the screen the next entries are fetched already. */
const AHEAD = "1200px 0px";

/** What stands below the last row: it fetches older entries when it comes near, or says that there are none. */
export function ListEnd({ list, isNarrow }: { list: EntryList; isNarrow: boolean }) {
  const { state, entries, lookedThrough, loadOlder } = list;
  const ref = useRef<HTMLDivElement>(null);
  const load = useRef(loadOlder);
  useEffect(() => {
    load.current = loadOlder;
  });
  useEffect(() => {
    if (state !== "more" || !ref.current) return;
    const observer = new IntersectionObserver(([seen]) => seen?.isIntersecting && load.current(), {
      rootMargin: AHEAD,
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [state, lookedThrough]);
  const through = `${entries.length} of ${lookedThrough} looked through`;
  return (
    <div ref={ref} className="flex min-h-9 flex-wrap items-center justify-center gap-4 text-muted">
      {state === "paused" && (
        <>
          <span>{through}.</span>
          <Button onPress={() => loadOlder(true)}>Look through older ones</Button>
        </>
      )}
      {(state === "loadingMore" || state === "more") && (
        <span role="status">{isNarrow ? `${through} …` : "Older entries are on their way …"}</span>
      )}
      {state === "end" && entries.length > 0 && (
        <span>
          {isNarrow ? `${through}. There are no older ones.` : "There are no older ones."}
        </span>
      )}
    </div>
  );
}
