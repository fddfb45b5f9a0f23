import { useQuery } from "convex/react";
import { useMemo } from "react";
import { api } from "../../convex/_generated/api";
import { barsWithin, toBars, windowOf } from "./buckets";
import { Histogram } from "./Histogram";
import { toMoment, type AuditFilter } from "./search";

const MINUTE_MS = 60_000;

type Props = { filter: AuditFilter; onChange: (filter: AuditFilter) => void };

/** The histogram above the list; what is picked in it, the list shows. */
export default function TimeChart({ filter, onChange }: Props) {
  const { within, from, to, action, outcome, actor, record, request, words } = filter;
  const time = useMemo(
    () => windowOf({ ...(within && { within }), ...(from && { from }), ...(to && { to }) }, now()),
    [within, from, to],
  );
  const stats = useQuery(api.auditLogs.stats, { unit: time.unit, from: time.from, to: time.to });
  const isCounted = action === undefined && outcome === undefined;
  const { buckets = [], tail = { count: 0, isCut: false } } = stats ?? {};
  const bars = useMemo(() => {
    const wanted = buckets.filter(
      (bucket) =>
        (action === undefined || bucket.action === action) &&
        (outcome === undefined || bucket.outcome === outcome),
    );
    return toBars(time, wanted, isCounted ? tail.count : 0);
  }, [time, buckets, tail.count, action, outcome, isCounted]);
  const pick = (range: [number, number] | null) => {
    const { from: _, to: __, ...rest } = filter;
    const [first, end] = range ?? [0, bars.length];
    // All of it is nothing in particular.
    if (first === 0 && end === bars.length) return onChange(rest);
    const momentOf = (place: number) => toMoment(time.from + place * time.barMs);
    onChange({ ...rest, from: momentOf(first), to: momentOf(end) });
  };
  const isPartly = Boolean(actor ?? record ?? request ?? words);
  return (
    <div className="relative flex flex-col gap-1">
      {stats && bars.every(({ count }) => count === 0) && (
        <p className="pointer-events-none absolute inset-x-0 top-8 text-center text-muted">
          No entries in this time
        </p>
      )}
      <Histogram bars={bars} word={time.word} picked={barsWithin(time, filter)} onPick={pick} />
      <p className="-mb-3 min-h-4 text-xs text-pretty text-muted">
        {isPartly && "The bars count everybody's entries: the log counts by action and outcome. "}
        {tail.count > 0 &&
          (isCounted
            ? `The last bar has ${countOf(tail)} that no seal has closed yet.`
            : `${countOf(tail)} are not counted by action until a seal closes them.`)}
      </p>
    </div>
  );
}

function countOf({ count, isCut }: { count: number; isCut: boolean }): string {
  return `${count}${isCut ? " or more" : ""} ${count === 1 ? "entry" : "entries"}`;
}

/** To the minute: the same query for everybody who asks within it. */
function now(): number {
  return Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
}
