import { Database } from "lucide-react";

/** Which backend answers: nobody should take what is in memory for a deployment. */
export function BackendBadge() {
  const isEmbedded = import.meta.env.VITE_CONVEX_BACKEND === "embedded";
  return (
    <span
      title={
        isEmbedded ? "A restart of the dev server starts afresh." : import.meta.env.VITE_CONVEX_URL
      }
      className="flex items-center gap-1.5 rounded-md border border-line px-2 py-0.5 text-xs whitespace-nowrap text-muted"
    >
      <Database aria-hidden className="size-3.5" strokeWidth={1.75} />
      {isEmbedded ? "embedded, in memory" : "deployment"}
    </span>
  );
}
