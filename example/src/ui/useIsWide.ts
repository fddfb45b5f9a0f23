import { useSyncExternalStore } from "react";

/** From the medium screen of the styles on; for what is built otherwise where it is narrow. */
const WIDE = "(min-width: 48rem)";

export function useIsWide(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(WIDE).matches);
}

function subscribe(onChange: () => void): () => void {
  const query = window.matchMedia(WIDE);
  query.addEventListener("change", onChange);
  return () => query.removeEventListener("change", onChange);
}
