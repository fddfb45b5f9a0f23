import { scaleBand, scaleLinear } from "@visx/scale";
import { Bar } from "@visx/shape";

const WIDTH = 160;
const HEIGHT = 40;

/** A bar; `rest` stands on top of it in a lighter tone. */
export type BarDatum = { key: string; value: number; rest?: number; isMuted?: boolean };

type BarsProps = {
  data: BarDatum[];
  /** Says in words what the bars show. */
  label: string;
  /** Stand below the first and the last bar. */
  ends: [string, string];
};

/** Bars without axes, for a figure. */
export function SparkBars({ data, label, ends }: BarsProps) {
  const most = Math.max(1, ...data.map(({ value, rest = 0 }) => value + rest));
  const x = scaleBand({ domain: data.map(({ key }) => key), range: [0, WIDTH], padding: 0.25 });
  const y = scaleLinear({ domain: [0, most], range: [0, HEIGHT - 2] });
  return (
    <div>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-10 w-full"
      >
        {data.map(({ key, value, rest = 0, isMuted }) => {
          const place = { x: x(key) ?? 0, width: x.bandwidth() };
          const [height, restHeight] = [y(value), y(rest)];
          return (
            <g key={key}>
              <Bar {...place} y={HEIGHT - 2} height={2} className="fill-line" />
              {value > 0 && (
                <Bar
                  {...place}
                  y={HEIGHT - height}
                  height={height}
                  className={isMuted ? "fill-muted" : "fill-accent"}
                />
              )}
              {rest > 0 && (
                <Bar
                  {...place}
                  y={HEIGHT - height - restHeight}
                  height={restHeight}
                  className="fill-accent opacity-45"
                />
              )}
            </g>
          );
        })}
      </svg>
      <p aria-hidden className="mt-2 flex justify-between text-xs text-muted">
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </p>
    </div>
  );
}

export type Share = { name: string; value: number };

const TONES = ["fill-accent", "fill-accent opacity-55", "fill-muted opacity-45", "fill-line"];
const DOTS = ["bg-accent", "bg-accent opacity-55", "bg-muted opacity-45", "bg-line"];

/** Parts of a whole on one line, the legend below it. */
export function SparkShares({ shares, label }: { shares: Share[]; label: string }) {
  const total = shares.reduce((sum, { value }) => sum + value, 0);
  const x = scaleLinear({ domain: [0, Math.max(total, 1)], range: [0, WIDTH] });
  const starts = shares.map((_, i) =>
    shares.slice(0, i).reduce((sum, { value }) => sum + value, 0),
  );
  return (
    <div>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${WIDTH} 8`}
        preserveAspectRatio="none"
        className="h-2 w-full overflow-hidden rounded-sm bg-sunken"
      >
        {shares.map(({ name, value }, i) => (
          <Bar
            key={name}
            x={x(starts[i]!)}
            width={Math.max(x(value) - (value > 0 ? 1 : 0), 0)}
            height={8}
            className={TONES[i % TONES.length]!}
          />
        ))}
      </svg>
      <ul aria-hidden className="mt-2 flex flex-wrap gap-x-3 gap-y-1 text-xs text-muted">
        {shares.map(({ name, value }, i) => (
          <li key={name} className="flex items-center gap-1.5 whitespace-nowrap">
            <span className={`size-2 rounded-sm ${DOTS[i % DOTS.length]}`} />
            {value} {name}
          </li>
        ))}
      </ul>
    </div>
  );
}
