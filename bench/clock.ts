/** Tuesday, 3 June 2025, 12:00 UTC: when every world of the bench begins. */
export const NOON = Date.UTC(2025, 5, 3, 12);

/** A clock that moves only when told. */
export interface Clock {
  advance(ms: number): void;
  /** Gives the process its real clock back. */
  release(): void;
}

/**
 * Stops the clock of this process, convex-test's included, at `at`.
 *
 * So a time range selects the same entries, and a document has the same bytes, in every run.
 */
export function stopClock(at: number): Clock {
  const real = Date.now;
  let now = at;
  Date.now = () => now;
  return {
    advance: (ms) => {
      now += ms;
    },
    release: () => {
      Date.now = real;
    },
  };
}
