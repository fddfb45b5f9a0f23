import { Undo2 } from "lucide-react";
import { Button } from "../ui/Button";
import { PermittedButton } from "../ui/PermittedButton";

type Props = { count: number; onClear: () => void; onRestore: () => void };

/** What can be done with all that is chosen; stays in sight, also above the note of an interruption. */
export function BulkBar({ count, onClear, onRestore }: Props) {
  return (
    <div
      role="region"
      aria-label="Selected deletions"
      className="sticky bottom-4 z-10 in-[:has(>footer)]:bottom-16 flex flex-wrap items-center justify-between gap-x-6 gap-y-2 rounded-md border border-line bg-surface py-2 pr-2 pl-4 shadow-lg shadow-veil/20"
    >
      <p role="status">
        <span className="font-medium">{count}</span> selected
      </p>
      <div className="flex gap-2">
        <Button variant="ghost" onPress={onClear}>
          Clear
        </Button>
        <PermittedButton permission="trash.restore" variant="primary" onPress={onRestore}>
          <Undo2 aria-hidden className="size-4" />
          Restore {count}
        </PermittedButton>
      </div>
    </div>
  );
}
