import { ConvexError } from "convex/values";
import type { ComponentApi } from "../component/_generated/component.js";
import type { JobCall, Pulse } from "../shared/jobs.js";
import { fromComponent } from "./calls.js";
import type { CanRunMutation, CanRunQuery } from "./contexts.js";
import type { JobInfo, RunningJob } from "./jobContexts.js";
import type { JobErrorData } from "./jobErrors.js";

/** One attempt of an action's job while it runs: what its handler may ask and tell. */
export class JobRun {
  readonly job: RunningJob;
  private readonly ctx: CanRunQuery & CanRunMutation;
  private readonly component: ComponentApi;
  private readonly controller = new AbortController();
  /** Starts the attempt's time anew, as long as it is at work. */
  private renew: () => void = () => undefined;

  constructor(ctx: CanRunQuery & CanRunMutation, call: JobCall, component: ComponentApi) {
    this.ctx = ctx;
    this.component = component;
    this.job = {
      ...infoOf(call),
      signal: this.controller.signal,
      progress: (fraction, message) => this.progress(fraction, message),
      heartbeat: () => this.heartbeat(),
      isCancelled: () => this.isCancelled(),
    };
  }

  /**
   * What `work` gives, if it comes in time: from now, or from its last heartbeat.
   *
   * An action cannot be stopped from outside: after the time nobody waits for it any more, its
   * signal is aborted, and Convex ends it with the call.
   */
  async within<Result>(timeoutMs: number, work: () => Promise<Result>): Promise<Result> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      const end = () => {
        const error = tookTooLong(timeoutMs);
        reject(error);
        this.controller.abort(error);
      };
      this.renew = () => {
        clearTimeout(timer);
        timer = setTimeout(end, timeoutMs);
      };
      this.renew();
    });
    try {
      return await Promise.race([work(), timeout]);
    } finally {
      this.renew = () => undefined;
      clearTimeout(timer);
    }
  }

  private async progress(fraction: number, message?: string): Promise<void> {
    const args = { id: this.job.id, fraction, ...(message !== undefined && { message }) };
    this.hear(await fromComponent(this.ctx.runMutation(this.component.jobs.progress, args)));
  }

  private async heartbeat(): Promise<void> {
    const args = { id: this.job.id };
    const pulse = await fromComponent(this.ctx.runMutation(this.component.jobs.heartbeat, args));
    if (pulse.accepted) this.renew();
    this.hear(pulse);
  }

  private async isCancelled(): Promise<boolean> {
    const args = { id: this.job.id };
    const isCancelled = await fromComponent(
      this.ctx.runQuery(this.component.jobs.isCancelled, args),
    );
    this.hear({ accepted: true, isCancelled });
    return isCancelled;
  }

  /** Nobody wants the result any more: the job was cancelled, or another attempt has its place. */
  private hear({ accepted, isCancelled }: Pulse): void {
    if (accepted && !isCancelled) return;
    this.controller.abort(isCancelled ? wasCancelled() : wasReplaced());
  }
}

export function infoOf(call: JobCall): JobInfo {
  const { id, attempt, maxAttempts, key = id, enqueuedAt, label, tenantId } = call;
  return {
    id,
    attempt,
    maxAttempts,
    key,
    enqueuedAt,
    ...(label !== undefined && { label }),
    ...(tenantId !== undefined && { tenantId }),
  };
}

function tookTooLong(timeoutMs: number): ConvexError<JobErrorData> {
  const message = `The attempt took longer than ${timeoutMs / 1000} s.`;
  return new ConvexError({ code: "TIMEOUT", message, isRetryable: true });
}

function wasCancelled(): ConvexError<JobErrorData> {
  const message = "The job was cancelled.";
  return new ConvexError({ code: "CANCELLED", message, isRetryable: false });
}

function wasReplaced(): ConvexError<JobErrorData> {
  const message = "The job has ended already, or goes on with another attempt.";
  return new ConvexError({ code: "REPLACED", message, isRetryable: false });
}
