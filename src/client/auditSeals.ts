import { createFunctionHandle, type FunctionReference } from "convex/server";
import type { ComponentApi } from "../component/_generated/component.js";
import type { RetentionRule, Subject } from "../shared/auditHolds.js";
import { MAX_FAULTS } from "../shared/auditRules.js";
import type { SealHead, TimeRange, Verification, VerifyPlace } from "../shared/auditSealing.js";
import type { InclusionProof } from "../shared/inclusionProofs.js";
import type { Anchor } from "../shared/seals.js";
import { describeCaller, fromComponent, type CallOptions } from "./calls.js";
import type { CanRecord, CanRunMutation, CanRunQuery } from "./contexts.js";

/** What a verification found. */
export type VerifyResult = Verification & {
  /** Nothing is wrong with what was sealed. */
  ok: boolean;
  /** Whether all of the range was looked at: it stops after a hundred faults. */
  isComplete: boolean;
  /** Entries that are not sealed yet and stand open to change; counted up to 1,000, or 4 MiB. */
  unsealed: { count: number; isCut: boolean };
};

/** A host's function that hears of each new seal: the place to keep its hash outside. */
export type OnSeal = FunctionReference<
  "mutation" | "action",
  "public" | "internal",
  { head: SealHead }
>;

/** How far a chore got in its first step; the rest it does by itself. */
export type Progress = { entries: number; isDone: boolean };

/** The part of the log that proves, keeps and takes away. */
export class SealedLog {
  protected readonly component: ComponentApi;
  protected readonly calls: CallOptions;

  constructor(component: ComponentApi, calls: CallOptions) {
    this.component = component;
    this.calls = calls;
  }

  // --- Proving -------------------------------------------------------------------------------

  /**
   * Checks that what was sealed is what is stored: every entry, every seal, and their order.
   *
   * Names each changed, missing or added entry and each changed or missing seal. Somebody who can
   * rewrite all entries _and_ all seals, or cut off the end, is only found out with an `anchor`: a
   * head from {@link latestSeal} that you keep where they cannot reach it.
   *
   * Goes through the log in steps of about 1,000 entries. In an action each is a transaction of its
   * own, so a log of any size can be verified; in a query all must fit into one.
   *
   * @param range - by commit time in milliseconds; all of the log when left out
   */
  async verify(
    ctx: CanRunQuery,
    range: TimeRange = {},
    { anchor }: { anchor?: Anchor } = {},
  ): Promise<VerifyResult> {
    const all: Verification = { seals: 0, entries: 0, pruned: 0, erased: 0, faults: [] };
    let place: VerifyPlace | null = null;
    do {
      const copy = anchor && { anchor: { index: anchor.index, hash: anchor.hash } };
      const args = { range, place, ...copy };
      const step: { found: Verification; next: VerifyPlace | null } = await fromComponent(
        ctx.runQuery(this.component.auditVerification.verifyStep, args),
      );
      all.seals += step.found.seals;
      all.entries += step.found.entries;
      all.pruned += step.found.pruned;
      all.erased += step.found.erased;
      all.faults.push(...step.found.faults);
      place = step.next;
    } while (place !== null && all.faults.length < MAX_FAULTS);
    const unsealed = await fromComponent(ctx.runQuery(this.component.auditSeals.unsealed, {}));
    return { ...all, ok: all.faults.length === 0, isComplete: place === null, unsealed };
  }

  /** The newest seal, to be kept outside as an anchor; `null` before the first. */
  async latestSeal(ctx: CanRunQuery): Promise<SealHead | null> {
    return await fromComponent(ctx.runQuery(this.component.auditSeals.latestSeal, {}));
  }

  /**
   * Seals what has been committed, instead of waiting for the component's own round every ten minutes.
   *
   * @param onSeal - an internal function that gets every new head from now on; `null` for none
   */
  async seal(ctx: CanRunMutation, { onSeal }: { onSeal?: OnSeal | null } = {}): Promise<Progress> {
    const handle = onSeal && (await createFunctionHandle(onSeal));
    const args = handle === undefined ? {} : { onSeal: handle };
    return await fromComponent(ctx.runMutation(this.component.auditSeals.seal, args));
  }

  /**
   * What shows to somebody without access to this database that an entry is in the log.
   *
   * They check it with `verifyInclusionProof` from `convex-platform/verify`, which needs no database.
   *
   * @param throughSeal - the index of a later seal that they know; the proof leads up to it
   * @returns `null` while the entry is not sealed, and when it no longer is what was sealed
   * @throws LIMIT_EXCEEDED when it would lead through more than 500 later seals
   */
  async inclusionProof(
    ctx: CanRunQuery,
    id: string,
    { throughSeal }: { throughSeal?: number } = {},
  ): Promise<InclusionProof | null> {
    const args = { id, ...(throughSeal !== undefined && { throughSeal }) };
    return await fromComponent(ctx.runQuery(this.component.auditVerification.inclusionProof, args));
  }

  // --- Keeping and taking away ---------------------------------------------------------------

  /**
   * Keeps the entries by an actor or about a target from being pruned or erased, until released.
   * What is held already stays as it is.
   *
   * @param options.reason - 1–1,000 characters
   * @throws VALIDATION_FAILED without a reason; LIMIT_EXCEEDED beyond 1,000 holds
   */
  async hold(ctx: CanRecord, subject: Subject, { reason }: { reason: string }): Promise<void> {
    const args = { caller: await describeCaller(ctx, this.calls), subject, reason };
    await fromComponent(ctx.runMutation(this.component.auditRetention.hold, args));
  }

  /** Ends a hold; `false` when there was none. @throws VALIDATION_FAILED without a reason */
  async release(
    ctx: CanRecord,
    subject: Subject,
    { reason }: { reason: string },
  ): Promise<boolean> {
    const args = { caller: await describeCaller(ctx, this.calls), subject, reason };
    return await fromComponent(ctx.runMutation(this.component.auditRetention.release, args));
  }

  /**
   * Removes entries that are past their retention. Nothing is ever pruned but by this call; install
   * it as a cron of your own.
   *
   * Only whole sealed ranges go: once every entry in one is past the rule with the longest matching
   * prefix and none is held. Their seals stay, so `verify` stays true, and an entry tells what went.
   *
   * @param rules - 1 to 100; days from 1 to 36,500
   * @throws VALIDATION_FAILED for others
   *
   * @example
   * await platform.auditLogs.prune(ctx, [{ prefix: "sessions.", days: 30 }, { prefix: "", days: 730 }]);
   */
  async prune(ctx: CanRecord, rules: RetentionRule[]): Promise<Progress> {
    const args = { caller: await describeCaller(ctx, this.calls), rules };
    return await fromComponent(ctx.runMutation(this.component.auditRetention.prune, args));
  }

  /**
   * Takes a person out of the log and leaves the log provable.
   *
   * With `actorId`: their id, name, ip and user agent go from everything they did. With `target`:
   * its id, label, the reason and all values declared personal go from everything done to it.
   *
   * @throws HELD while the subject is on hold
   */
  async pseudonymize(ctx: CanRecord, subject: Subject): Promise<Progress> {
    const args = { caller: await describeCaller(ctx, this.calls), subject };
    return await fromComponent(ctx.runMutation(this.component.auditErasure.pseudonymize, args));
  }
}
