import type { KeyboardEvent } from "react";

type Props = {
  label: string;
  place: number;
  least: number;
  most: number;
  /** Where it stands, in pixels. */
  left: number;
  /** What the place means. */
  text: string;
  onMove: (place: number) => void;
  onClear: () => void;
};

const LARGE_STEP = 5;

/** One end of the picked time, for the keyboard; a pointer drags across the bars instead. */
export function BrushHandle({ label, place, least, most, left, text, onMove, onClear }: Props) {
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowLeft: Math.ceil(place) - 1,
      ArrowDown: Math.ceil(place) - 1,
      ArrowRight: Math.floor(place) + 1,
      ArrowUp: Math.floor(place) + 1,
      PageDown: Math.ceil(place) - LARGE_STEP,
      PageUp: Math.floor(place) + LARGE_STEP,
      Home: least,
      End: most,
    };
    const next = moves[event.key];
    if (next === undefined && event.key !== "Delete") return;
    event.preventDefault();
    if (next === undefined) onClear();
    else onMove(Math.min(Math.max(next, least), most));
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={Math.min(Math.max(Math.round(place), least), most)}
      aria-valuetext={text}
      onKeyDown={onKeyDown}
      className="pointer-events-none absolute inset-y-0 w-0.5 -translate-x-1/2 rounded-sm focus-visible:bg-accent"
      style={{ left }}
    />
  );
}
