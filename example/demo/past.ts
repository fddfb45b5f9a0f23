/**
 * Lets the embedded backend live through the season that the seed tells of: its clock is set back,
 * and moved on from one thing that happened to the next. So entries lie at their days and hours, and
 * every working day has been sealed in its evening. A deployment has no clock to set: there the
 * same seed runs at once, and everything is of today.
 */
import type { JSONValue } from "convex/values";
import type { Engine } from "../embedded/engine";
import { running } from "../embedded/syscalls";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Runs the app's seed, if it has one, through its past if it tells of one. */
export async function fillDesk(engine: Engine): Promise<void> {
  if (engine.find("", "seed:times")) return await liveThePast(engine);
  if (engine.find("", "seed:run")) await engine.run("", "seed:run");
}

async function liveThePast(engine: Engine): Promise<void> {
  const { now } = Date;
  const today = now();
  // Before anything is committed: the times of commits never go back.
  let clock = 0;
  Date.now = () => (running.getStore()?.engine === engine ? clock : now());
  try {
    const times = (await engine.run("", "seed:times", { today })) as number[];
    for (const [i, from] of times.entries()) {
      const to = times[i + 1] ?? today;
      clock = from;
      if (to > from) await engine.run("", "seed:tellPart", { today, from, to } as JSONValue);
      if (dayOf(to) === dayOf(from)) continue;
      clock = (dayOf(from) + 1) * DAY_MS - 1;
      await engine.run("", "auditProofs:sealInBackground");
    }
  } finally {
    Date.now = now;
  }
  await engine.run("", "seedJobs:run");
}

function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}
