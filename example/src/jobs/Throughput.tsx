import { useQuery } from "convex/react";
import { scaleLinear } from "@visx/scale";
import { Bar } from "@visx/shape";
import { useSyncExternalStore, type ReactNode } from "react";
import { api } from "../../convex/_generated/api";
import { useLatest } from "../ui/useLatest";
import { useWidth } from "../ui/useWidth";

const BARS = 30;
const BAR_MS = 2 * 60_000;
const HEIGHT = 48;
const GAP = 3;
/** Of a bar with anything in it: one job among dozens is still to be seen. */
const LEAST_HEIGHT = 4;

/** How many jobs have ended, and how, in the last hour. */
export function Throughput() {
  const end = useSyncExternalStore(onTick, endOfBar);
  const args = { from: end - BARS * BAR_MS, barMs: BAR_MS, bars: BARS };
  const found = useLatest(useQuery(api.jobs.throughput, args));
  const completed = sum(found?.bars.map((bar) => bar.completed));
  const failed = sum(found?.bars.map((bar) => bar.failed));
  return (
    <section
      aria-labelledby="throughput"
      className="flex min-w-0 flex-col gap-3 rounded-md border border-line bg-surface p-4"
    >
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="throughput" className="font-medium">
          Ended in the last hour
        </h2>
        <p className="flex gap-4 text-xs text-muted">
          <Key className="bg-accent">{completed} completed</Key>
          <Key className="border-[1.5px] border-ink">{failed} failed</Key>
        </p>
      </div>
      {found ? (
        <Bars
          bars={found.bars}
          label={`Jobs that have ended in the last hour: ${completed} completed, ${failed} failed${found.isCut ? ", and more" : ""}.`}
        />
      ) : (
        <div className="skeleton h-12" role="status" aria-label="Loading" />
      )}
      <p aria-hidden className="-mt-1 flex justify-between text-xs text-muted">
        <span>1 hour ago</span>
        <span>now</span>
      </p>
    </section>
  );
}

function Key({ className, children }: { className: string; children: ReactNode }) {
  return (
    <span className="flex items-center gap-1.5">
      <span aria-hidden className={`size-2.5 rounded-sm ${className}`} />
      {children}
    </span>
  );
}

type BarsProps = { bars: { completed: number; failed: number }[]; label: string };

function Bars({ bars, label }: BarsProps) {
  const [ref, width] = useWidth();
  const most = Math.max(4, ...bars.map(({ completed, failed }) => completed + failed));
  // A bar with a few failures is drawn a little higher than it is.
  const y = scaleLinear({ domain: [0, most], range: [0, HEIGHT - 2 * LEAST_HEIGHT] });
  const step = width / bars.length;
  const tall = (value: number) => (value === 0 ? 0 : Math.max(y(value), LEAST_HEIGHT));
  return (
    <div ref={ref}>
      <svg role="img" aria-label={label} width={width} height={HEIGHT} className="block">
        {bars.map(({ completed, failed }, i) => {
          const place = { x: i * step + GAP / 2, width: Math.max(step - GAP, 1) };
          const [done, lost] = [tall(completed), tall(failed)];
          return (
            <g key={i}>
              <Bar {...place} y={HEIGHT - 1} height={1} className="fill-line" />
              {done > 0 && (
                <Bar {...place} y={HEIGHT - done} height={done} className="fill-accent" />
              )}
              {lost > 0 && (
                <Bar
                  x={place.x + 0.75}
                  width={Math.max(place.width - 1.5, 1)}
                  y={HEIGHT - done - lost - (done > 0 ? 2 : 0)}
                  height={Math.max(lost - 1, 2)}
                  className="fill-none stroke-ink"
                  strokeWidth={1.5}
                />
              )}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function sum(values: number[] = []): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The same for every reader until the next bar begins. */
function endOfBar(): number {
  return (Math.floor(Date.now() / BAR_MS) + 1) * BAR_MS;
}

function onTick(callback: () => void): () => void {
  const timer = setInterval(callback, 5_000);
  return () => clearInterval(timer);
}
