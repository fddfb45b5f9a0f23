import { v, type Infer } from "convex/values";
import { vActor, vReference, type Actor, type Reference } from "./auditLogs.js";
import { ANY_ACTION, isEvidence } from "./auditSealing.js";
import type { FieldErrors } from "./errors.js";

/** Whom or what entries are about: everything an actor did, or everything done to a target. */
export const vSubject = v.union(
  v.object({ actorId: v.string() }),
  v.object({ target: vReference }),
);
export type Subject = Infer<typeof vSubject>;

/** Keeps the entries about a subject from being pruned or erased. */
export const vHold = v.object({
  subject: vSubject,
  /** Why, for whoever meets the hold later. 1–1,000 characters. */
  reason: v.string(),
  placedBy: vActor,
  /** Milliseconds since 1970. */
  placedAt: v.number(),
});

/** Holds in force at once; a prune reads them all. */
export const MAX_HOLDS = 1000;

/** One text for one subject: a key to look it up by. */
export function subjectKey(subject: Subject): string {
  return "actorId" in subject ? actorKey(subject.actorId) : targetKey(subject.target);
}

/** Whether one of the held subjects (by {@link subjectKey}) is what the entry is about. */
export function isHeld(
  held: ReadonlySet<string>,
  entry: { actor: Pick<Actor, "id">; target: Reference },
): boolean {
  return held.has(actorKey(entry.actor.id)) || held.has(targetKey(entry.target));
}

function actorKey(id: string): string {
  return JSON.stringify(["actor", id]);
}

function targetKey({ table, id }: Reference): string {
  return JSON.stringify(["target", table, id]);
}

// --- Retention -------------------------------------------------------------------------------

/** How long entries of some actions stay. */
export const vRetentionRule = v.object({
  /**
   * What the action starts with: `sessions.`, or nothing for every action. The longest prefix
   * decides, and of two rules for one prefix the one that keeps longer.
   */
  prefix: v.string(),
  /** Days after the commit, from 1. */
  days: v.number(),
});
export type RetentionRule = Infer<typeof vRetentionRule>;

export const MAX_RETENTION_RULES = 100;
const DAY_MS = 86_400_000;

/** What is wrong with the rules, by path. */
export function checkRules(rules: RetentionRule[]): FieldErrors {
  const isCount = rules.length >= 1 && rules.length <= MAX_RETENTION_RULES;
  if (!isCount) {
    const message = `Give 1 to ${MAX_RETENTION_RULES} rules. Without a rule nothing is pruned.`;
    return { rules: { code: "out_of_range", message } };
  }
  const bad = rules.flatMap(({ days }, i) => (days >= 1 && days <= 36_500 ? [] : [i]));
  const message = "Use 1 to 36,500 days.";
  return Object.fromEntries(bad.map((i) => [`rules.${i}.days`, { code: "out_of_range", message }]));
}

/**
 * From when on a sealed range may go, in milliseconds since 1970: when the last of its actions is
 * past its rule. `null`: never, for one of them has no rule. Entries that account for what is gone
 * stay when the others go, and have no say.
 */
export function prunableAt(
  rules: RetentionRule[],
  range: { actions: string[]; committedUntil: number },
): number | null {
  const days = range.actions
    .filter((action) => !isEvidence(action))
    .map((action) => daysOf(rules, action));
  if (days.length === 0 || days.includes(null)) return null;
  return range.committedUntil + Math.max(...(days as number[])) * DAY_MS;
}

/** No entry younger than this goes, whatever its action. */
export function shortestMs(rules: RetentionRule[]): number {
  return Math.min(...rules.map(({ days }) => days)) * DAY_MS;
}

function daysOf(rules: RetentionRule[], action: string): number | null {
  // A range of more actions than it lists goes when every rule would let it go.
  const matching =
    action === ANY_ACTION && rules.some(({ prefix }) => prefix === "")
      ? rules.toSorted((a, b) => b.days - a.days)
      : rules
          .filter(({ prefix }) => action.startsWith(prefix))
          .toSorted((a, b) => b.prefix.length - a.prefix.length || b.days - a.days);
  return matching[0]?.days ?? null;
}
