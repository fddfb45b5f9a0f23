import { CloudOff } from "lucide-react";
import { useConnection } from "./connection";

/** What an interruption means for the reader. At the foot, where it moves and hides nothing. */
export function OfflineNote() {
  if (useConnection() !== "offline") return null;
  return (
    <footer className="fixed inset-x-0 bottom-0 z-10 flex items-start gap-2 border-t border-line bg-sunken px-4 py-2 text-xs text-pretty md:left-[60px] md:px-8 lg:left-[216px]">
      <CloudOff aria-hidden className="mt-px size-3.5 shrink-0" strokeWidth={1.75} />
      No connection. What you see was true a moment ago, and what you save waits until it is back.
    </footer>
  );
}
