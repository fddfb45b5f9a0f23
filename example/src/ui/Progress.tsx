import { Label, ProgressBar } from "react-aria-components";

type Props = {
  label: string;
  value: number;
  /** Absent: nobody knows yet how much there is. */
  most?: number;
  /** How far it is, in words. */
  text: string;
};

/** How far something is. */
export function Progress({ label, value, most, text }: Props) {
  return (
    <ProgressBar
      value={value}
      maxValue={most ?? 1}
      isIndeterminate={most === undefined}
      valueLabel={text}
      className="flex flex-col gap-1.5"
    >
      {({ percentage = 0, isIndeterminate }) => (
        <>
          <span className="flex justify-between gap-4 text-xs">
            <Label className="font-medium">{label}</Label>
            <span className="text-muted">{text}</span>
          </span>
          <span className="block h-1.5 overflow-hidden rounded-full bg-sunken">
            <span
              className={`block h-full rounded-full bg-accent transition-[width] ${isIndeterminate ? "w-1/3 animate-pulse" : ""}`}
              style={isIndeterminate ? undefined : { width: `${percentage}%` }}
            />
          </span>
        </>
      )}
    </ProgressBar>
  );
}
