import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { Checkbox as AriaCheckbox } from "react-aria-components";

type Props = { value: string; children: ReactNode };

/** One of a `CheckboxGroup`. */
export function Checkbox({ value, children }: Props) {
  return (
    <AriaCheckbox
      value={value}
      className="group flex items-start gap-3 rounded-md border border-line px-3 py-2.5 transition-colors hover:bg-sunken data-focus-visible:outline-2 data-selected:border-accent"
    >
      <span className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-sm border border-muted group-data-selected:border-accent group-data-selected:bg-accent">
        <Check
          aria-hidden
          strokeWidth={3}
          className="invisible size-3 text-surface group-data-selected:visible"
        />
      </span>
      <span className="min-w-0">{children}</span>
    </AriaCheckbox>
  );
}
