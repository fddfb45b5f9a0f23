import { Check, Minus } from "lucide-react";
import { Checkbox } from "react-aria-components";

type Props = {
  label: string;
  /** Else only screen readers hear it. */
  isLabelShown?: boolean;
  isSelected: boolean;
  isIndeterminate?: boolean;
  onChange: (isSelected: boolean) => void;
};

/** A box to choose something of a list with. */
export function SelectBox({ label, isLabelShown = false, isIndeterminate = false, ...box }: Props) {
  const Mark = isIndeterminate ? Minus : Check;
  return (
    <Checkbox
      {...box}
      isIndeterminate={isIndeterminate}
      className="group inline-flex items-center gap-3 rounded-sm text-muted data-focus-visible:outline-2"
    >
      <span className="grid size-4 shrink-0 place-items-center rounded-sm border border-muted bg-surface transition-colors group-data-indeterminate:border-accent group-data-indeterminate:bg-accent group-data-selected:border-accent group-data-selected:bg-accent">
        <Mark
          aria-hidden
          strokeWidth={3}
          className="invisible size-3 text-surface group-data-indeterminate:visible group-data-selected:visible"
        />
      </span>
      <span className={isLabelShown ? "" : "sr-only"}>{label}</span>
    </Checkbox>
  );
}
