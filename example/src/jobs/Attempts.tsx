import type { Job } from "convex-platform";
import { scaleLinear } from "@visx/scale";
import { Bar, Line } from "@visx/shape";
import { Ago } from "../ui/Ago";
import { useWidth } from "../ui/useWidth";
import { In, useSecond } from "./In";
import { spansOf, type Span } from "./spans";
import { formatDuration } from "./words";

const HEIGHT = 34;
const BLOCK = 14;
/** Of an attempt that took no time to speak of, and of a wait that can still be seen. */
const LEAST_WIDTH = 6;
/** A gap has its length written below it, where there is room. */
const LABEL_WIDTH = 34;

/** Every attempt of a job and the waits between them: drawn, and told line by line. */
export function Attempts({ job }: { job: Job }) {
  const isLive = job.finishedAt === undefined && job.status !== "scheduled";
  const now = useSecond(isLive ? Infinity : 0);
  const spans = spansOf(job, now);
  if (spans.length === 0) return null;
  return (
    <section className="flex flex-col gap-3">
      <h3 className="font-medium">Attempts</h3>
      {spans.length > 1 && <Strip spans={spans} />}
      <ol className="flex flex-col">
        {spans.map((span) => (
          <li
            key={`${span.kind} ${span.attempt}`}
            className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 border-b border-line py-1.5 last:border-b-0"
          >
            <Told span={span} runAt={job.runAt} />
            <span className="text-muted">{formatDuration(span.ms)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Told({ span: { kind, attempt, error, endedAt }, runAt }: { span: Span; runAt: number }) {
  switch (kind) {
    case "wait":
      return (
        <span className="text-muted">
          Wait
          {endedAt === undefined && (
            <>
              , again <In at={runAt} />
            </>
          )}
        </span>
      );
    case "failed":
      return (
        <span className="wrap-anywhere">
          <span className="font-medium">{attempt}. failed</span>
          {endedAt !== undefined && (
            <span className="text-muted">
              , <Ago at={endedAt} />
            </span>
          )}
          {error && (
            <span className="block text-muted">
              {error.code && <span className="mono">{error.code} </span>}
              {error.message}
            </span>
          )}
        </span>
      );
    default:
      return (
        <span className="font-medium">
          {attempt}. {kind}
        </span>
      );
  }
}

/** Widths by the root of the time, so that a wait of a second is seen beside one of an hour. */
function Strip({ spans }: { spans: Span[] }) {
  const [ref, width] = useWidth();
  const weights = spans.map(({ ms }) => Math.sqrt(Math.max(ms, 0)));
  const total = Math.max(
    weights.reduce((sum, weight) => sum + weight, 0),
    1,
  );
  const room = Math.max(width - spans.length * LEAST_WIDTH, 0);
  const x = scaleLinear({ domain: [0, total], range: [0, room] });
  const places = spans.map((span, i) => {
    const before = weights.slice(0, i).reduce((sum, weight) => sum + weight, 0);
    return { span, x: x(before) + i * LEAST_WIDTH, width: x(weights[i]!) + LEAST_WIDTH };
  });
  return (
    <div ref={ref}>
      <svg
        role="img"
        aria-label={describe(spans)}
        viewBox={`0 0 ${Math.max(width, 1)} ${HEIGHT}`}
        height={HEIGHT}
        className="w-full"
      >
        {places.map(({ span, x, width }) =>
          span.kind === "wait" ? (
            <g key={`wait ${span.attempt}`}>
              <Line
                from={{ x, y: BLOCK / 2 }}
                to={{ x: x + width, y: BLOCK / 2 }}
                className="stroke-muted"
                strokeDasharray="2 3"
              />
              {width >= LABEL_WIDTH && (
                <text
                  x={x + width / 2}
                  y={HEIGHT - 5}
                  textAnchor="middle"
                  className="fill-muted text-xs"
                >
                  {formatDuration(span.ms)}
                </text>
              )}
            </g>
          ) : (
            <Bar
              key={`attempt ${span.attempt}`}
              x={x}
              y={0}
              width={width}
              height={BLOCK}
              rx={3}
              className={span.kind === "failed" ? "fill-none stroke-ink" : "fill-accent"}
              strokeWidth={span.kind === "failed" ? 1.5 : 0}
            />
          ),
        )}
      </svg>
      <p aria-hidden className="flex gap-4 text-xs text-muted">
        <span className="flex items-center gap-1.5">
          <span className="h-2.5 w-3 rounded-sm border-[1.5px] border-ink" /> failed
        </span>
        <span className="flex items-center gap-1.5">
          <span className="h-2.5 w-3 rounded-sm bg-accent" /> running or done
        </span>
        <span className="flex items-center gap-1.5">
          <span className="w-4 border-t border-dashed border-muted" /> wait
        </span>
      </p>
    </div>
  );
}

function describe(spans: Span[]): string {
  const attempts = spans.filter(({ kind }) => kind !== "wait").length;
  const waits = spans.filter(({ kind }) => kind === "wait").map(({ ms }) => formatDuration(ms));
  const tried = `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
  return waits.length === 0 ? `${tried}.` : `${tried}, with waits of ${waits.join(", ")}.`;
}
