import { Database } from "lucide-react";

type Props = {
  /** Without its words up to the large screen. */
  isNarrow?: boolean;
};

/** Which backend answers: nobody should take what is in memory for a deployment. */
export function BackendBadge({ isNarrow = false }: Props) {
  const isEmbedded = import.meta.env.VITE_CONVEX_BACKEND === "embedded";
  return (
    <span
      title={
        isEmbedded ? "A restart of the dev server starts afresh." : import.meta.env.VITE_CONVEX_URL
      }
      className="flex items-center gap-1.5 rounded-md border border-line px-2 py-0.5 text-xs whitespace-nowrap text-muted"
    >
      <Database aria-hidden className="size-3.5" strokeWidth={1.75} />
      <span className={isNarrow ? "max-lg:sr-only" : ""}>
        {isEmbedded ? "embedded, in memory" : "deployment"}
      </span>
    </span>
  );
}
