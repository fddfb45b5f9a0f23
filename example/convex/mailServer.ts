import { RetryAfter } from "convex-platform";
import { v, type Infer } from "convex/values";
import { pause } from "./reports";

/** How long it takes to get a mail off one's hands. */
const SENDING_MS = 600;

/** What the mail server of the demo is like today. */
export const vMood = v.object({
  /** It refuses these many attempts, because it is busy. */
  busyTimes: v.optional(v.number()),
  /** It is closed, and says for how long. */
  closedForMs: v.optional(v.number()),
});
export type Mood = Infer<typeof vMood>;

type Delivery = {
  to: string;
  /** Told to the server, so that it sends no mail twice. */
  key: string;
  attempt: number;
  signal: AbortSignal;
  mood: Mood;
};

/**
 * Stands for the mail server that the demo has not got: nothing leaves the machine.
 *
 * @returns what the server calls the mail
 */
export async function deliver({ to, key, attempt, signal, mood }: Delivery): Promise<string> {
  await pause(SENDING_MS, signal);
  const { busyTimes = 0, closedForMs } = mood;
  if (closedForMs !== undefined && attempt === 1) {
    throw new RetryAfter(closedForMs, "The mail server is closed for maintenance.", "CLOSED");
  }
  if (attempt <= busyTimes) throw new Error(`421 The server of ${to} is busy, try again later.`);
  return `<${key.slice(-12)}@mail.example>`;
}
