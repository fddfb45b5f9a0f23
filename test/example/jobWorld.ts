import { afterEach, beforeEach, vi } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { anInvoice, type aDesk, type Desk } from "./world";

/** What tests of the desk's jobs share: a clock that stands, and the time that passes all the same. */

export const NOON = Date.UTC(2026, 10, 2, 12);
export const MINUTE_MS = 60_000;
export const PAGE = { numItems: 100, cursor: null };
/** Convex's calls take turns of the real event loop, of which fake timers know nothing. */
const laterForReal = setTimeout;
const TURNS = 3;

/** For every test of a file. */
export function stopTheClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOON });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}

export type World = Awaited<ReturnType<typeof aDesk>>["t"];

/** Lets time pass in small steps; what is due in one is done before the next one begins. */
export async function pass(t: Pick<World, "run">, ms: number, steps = 20): Promise<void> {
  const stepMs = Math.floor(ms / steps);
  const all = [...Array<number>(steps).fill(stepMs), ms - steps * stepMs];
  for (const step of all) {
    await vi.advanceTimersByTimeAsync(step);
    for (let turn = 0; turn < TURNS; turn++) {
      await new Promise((resolve) => laterForReal(resolve, 0));
      await t.run(async () => null);
    }
  }
}

export async function aMail(
  desk: Pick<Desk, "mutation">,
  fields: { to?: string; busyTimes?: number } = {},
): Promise<string> {
  // Ids of one millisecond have no order among each other.
  vi.setSystemTime(Date.now() + 1);
  const mail = { to: "press@larkspur.example", subject: "Open day", ...fields };
  return await desk.mutation(api.mails.sendOne, mail);
}

/** An invoice that somebody has to pay by then. */
export async function aSent(desk: Desk, dueOn: string, customer = "Café Zwölf") {
  const id = await desk.mutation(api.invoices.create, anInvoice({ dueOn, customer }));
  await desk.mutation(api.invoices.send, { id });
  return id;
}

export async function jobOf(desk: Pick<Desk, "query">, id: string) {
  return await desk.query(api.jobs.get, { id });
}
