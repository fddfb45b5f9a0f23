/** What jobs do, in every host the same: nothing at all, unless a case wants something of them. */
export const work = {
  /** Attempts that fail before one succeeds. */
  failures: 0,
  ended: 0,
  /** Attempts that have begun wait for it. */
  gate: Promise.resolve(),
};

export async function doWork(): Promise<void> {
  await work.gate;
  doQuickWork();
}

/** That of a mutation, which waits for nobody. */
export function doQuickWork(): void {
  if (work.failures > 0) {
    work.failures--;
    throw new Error("not yet");
  }
  work.ended++;
}
