import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

type Props = { icon: LucideIcon; title: string; children?: ReactNode };

/** What stands where content would: nothing there yet, nobody signed in, something went wrong. */
export function Notice({ icon: Icon, title, children }: Props) {
  return (
    <div className="flex flex-col items-center gap-3 rounded-md border border-dashed border-line px-6 py-14 text-center">
      <Icon aria-hidden className="size-6 text-muted" strokeWidth={1.5} />
      <p className="font-medium">{title}</p>
      {children && (
        <div className="flex max-w-md flex-col items-center gap-4 text-pretty text-muted">
          {children}
        </div>
      )}
    </div>
  );
}
