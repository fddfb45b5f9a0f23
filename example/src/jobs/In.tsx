import { useEffect, useState } from "react";
import { formatMoment } from "../format";
import { formatIn } from "./words";

/** How long it is until then, counted down; the exact moment on hover. */
export function In({ at }: { at: number }) {
  const now = useSecond(at);
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={formatMoment(at)}
      className="whitespace-nowrap"
    >
      {formatIn(at, now)}
    </time>
  );
}

/** The time, moving on every second until then. */
export function useSecond(until: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() > until) clearInterval(timer);
    }, 1_000);
    return () => clearInterval(timer);
  }, [until]);
  return now;
}
