import { scaleLinear } from "@visx/scale";
import { Bar as BarShape } from "@visx/shape";
import { useState, type PointerEvent } from "react";
import { useWidth } from "../ui/useWidth";
import { formatBar, formatTick } from "./barText";
import { BrushHandle } from "./BrushHandle";
import type { Bar } from "./buckets";

const HEIGHT = 88;
const GAP = 2;
/** Of a bar with anything in it: one entry among hundreds is still to be seen. */
const LEAST_HEIGHT = 3;
const TICK_WIDTH = 96;

type Range = [first: number, end: number];

type Props = {
  bars: Bar[];
  /** What one bar stands for: `day`. */
  word: string;
  /** Which bars are picked, as places between bars; `null`: none in particular. */
  picked: Range | null;
  onPick: (range: Range | null) => void;
};

/** Entries over time. Drag across it, or move the two handles with the arrow keys, to pick a time. */
export function Histogram({ bars, word, picked, onPick }: Props) {
  const [ref, width] = useWidth();
  const [dragged, setDragged] = useState<{ from: number; to: number } | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const step = width / bars.length;
  const most = Math.max(...bars.map(({ count }) => count), 1);
  const height = scaleLinear({ domain: [0, most], range: [0, HEIGHT - 4] });
  const range = dragged ? rangeOf(dragged) : picked;
  const [first, end] = range ?? [0, bars.length];

  const placeOf = ({ clientX, currentTarget }: PointerEvent) => {
    const place = Math.floor((clientX - currentTarget.getBoundingClientRect().left) / step);
    return Math.min(Math.max(place, 0), bars.length - 1);
  };
  const begin = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDragged({ from: placeOf(event), to: placeOf(event) });
  };
  const move = (event: PointerEvent) => {
    const to = placeOf(event);
    setPointed(to);
    if (dragged) setDragged({ ...dragged, to });
  };
  const finish = () => {
    if (dragged) onPick(rangeOf(dragged));
    setDragged(null);
  };

  return (
    <figure className="flex flex-col gap-1.5" aria-label="Entries over time">
      <div ref={ref} className="relative" style={{ height: HEIGHT }}>
        {width > 0 && (
          <>
            <svg
              role="img"
              aria-label={summaryOf(bars, word)}
              width={width}
              height={HEIGHT}
              className="block cursor-crosshair touch-pan-y border-b border-line"
              onPointerDown={begin}
              onPointerMove={move}
              onPointerUp={finish}
              onPointerCancel={() => setDragged(null)}
              onPointerLeave={() => setPointed(null)}
            >
              <rect width={width} height={HEIGHT} fill="transparent" />
              {range && (
                <rect
                  x={first * step}
                  width={Math.max((end - first) * step, 2)}
                  height={HEIGHT}
                  className="fill-accent/10"
                />
              )}
              {bars.map(({ from, count }, i) => {
                const barHeight = count === 0 ? 0 : Math.max(height(count), LEAST_HEIGHT);
                const isPicked = i + 1 > first && i < end;
                return (
                  <BarShape
                    key={from}
                    x={i * step + GAP / 2}
                    width={Math.max(step - GAP, 1)}
                    y={HEIGHT - barHeight}
                    height={barHeight}
                    className={`transition-colors ${isPicked ? "fill-accent" : "fill-muted/40"} ${pointed === i ? "opacity-75" : ""}`}
                  />
                );
              })}
            </svg>
            <BrushHandle
              label="From"
              place={first}
              least={0}
              most={Math.ceil(end) - 1}
              left={first * step}
              text={formatTick(bars[Math.min(Math.floor(first), bars.length - 1)]!.from)}
              onMove={(place) => onPick([place, end])}
              onClear={() => onPick(null)}
            />
            <BrushHandle
              label="To"
              place={end}
              least={Math.floor(first) + 1}
              most={bars.length}
              left={end * step}
              text={formatTick(bars[Math.ceil(end) - 1]!.to)}
              onMove={(place) => onPick([first, place])}
              onClear={() => onPick(null)}
            />
          </>
        )}
      </div>
      <figcaption className="flex justify-between gap-4 text-xs text-muted">
        {pointed === null ? (
          ticksOf(bars, Math.max(Math.floor(width / TICK_WIDTH), 2)).map((at) => (
            <span key={at}>{formatTick(at)}</span>
          ))
        ) : (
          <span>{formatBar(bars[pointed]!)}</span>
        )}
      </figcaption>
    </figure>
  );
}

function rangeOf({ from, to }: { from: number; to: number }): Range {
  return [Math.min(from, to), Math.max(from, to) + 1];
}

function summaryOf(bars: Bar[], word: string): string {
  const sum = bars.reduce((total, { count }) => total + count, 0);
  const [busiest] = [...bars].sort((a, b) => b.count - a.count);
  if (sum === 0 || !busiest) return `Entries by ${word}: none.`;
  return `Entries by ${word}: ${sum} in all. The most: ${formatBar(busiest)}.`;
}

/** As many moments as fit, evenly from the first to the last. */
function ticksOf(bars: Bar[], count: number): number[] {
  const last = bars.length - 1;
  const places = Array.from({ length: count }, (_, i) => Math.round((i * last) / (count - 1)));
  return [...new Set(places)].map((place) => bars[place]!.from);
}
