import { AsyncLocalStorage } from "node:async_hooks";

/** As much of a timer as anybody here asks for. */
interface Timer {
  id: number;
  at: number;
  goOff(): void;
}

/**
 * A time of its own, with timers that go off only when told, one after the other in the order in
 * which they are due. Chance is as even as it can be: what waits for a random time waits as long in
 * every run.
 *
 * It is the process's clock only {@link within} its own work, so that several can stand side by side
 * and nothing else in the process waits for timers that nobody lets go off. What is bound to another
 * context, like the loading of a module, keeps the real ones.
 */
export class Timeline {
  private now: number;
  private lastId = 0;
  private readonly timers = new Map<number, Timer>();
  private readonly inside = new AsyncLocalStorage<true>();

  constructor(now: number) {
    this.now = now;
  }

  /** Runs `work` by this clock. */
  async within<Result>(work: () => Promise<Result>): Promise<Result> {
    const { setTimeout, clearTimeout } = globalThis;
    const { now } = Date;
    const { random } = Math;
    Date.now = () => this.now;
    Math.random = () => 0.5;
    const set = (...args: Parameters<Timeline["set"]>) =>
      this.inside.getStore() ? this.set(...args) : setTimeout(...args);
    const clear = (id: unknown) =>
      typeof id === "number" && this.inside.getStore()
        ? this.clear(id)
        : clearTimeout(id as number);
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
    try {
      return await this.inside.run(true, work);
    } finally {
      Object.assign(Date, { now });
      Object.assign(Math, { random });
      Object.assign(globalThis, { setTimeout, clearTimeout });
    }
  }

  /**
   * Lets the timer go off that is due first.
   *
   * @param until - not one that is due later
   * @returns whether there was one
   */
  goOn(until: number): boolean {
    let next: Timer | undefined;
    for (const timer of this.timers.values()) if (!next || timer.at < next.at) next = timer;
    if (!next || next.at > until) return false;
    this.now = Math.max(this.now, next.at);
    this.timers.delete(next.id);
    next.goOff();
    return true;
  }

  advanceTo(ms: number): void {
    this.now = Math.max(this.now, ms);
  }

  private set(goOff: () => void, ms = 0): number {
    const id = ++this.lastId;
    // Clocks know no parts of a millisecond; those who ask for them must not get them back.
    this.timers.set(id, { id, at: Math.ceil(this.now + Math.max(0, ms)), goOff });
    return id;
  }

  private clear(id: number): void {
    this.timers.delete(id);
  }
}
