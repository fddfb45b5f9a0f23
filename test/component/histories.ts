import { fc } from "@fast-check/vitest";
import type { Infer } from "convex/values";
import { vi } from "vitest";
import { api } from "../../src/component/_generated/api.js";
import type { vSubject } from "../../src/shared/auditHolds.js";
import type { NewEntry } from "../../src/shared/auditLogs.js";
import { aCaller, aComponent, anEntry, NOON } from "../factories.js";
import { seal, settle, type TestComponent } from "./sealedLog.js";

/** Random lives of a log: what several tenants record, and what is sealed, pruned and erased amid it. */
export type History = Act[];
type Act =
  | { do: "record"; entries: NewEntry[]; by: string }
  | { do: "seal" }
  | { do: "prune"; days: number }
  | { do: "erase" | "hold" | "release"; subject: Infer<typeof vSubject> };

const aPerson = fc.constantFrom("ann", "ben", "cat");
const aTarget = fc.record(
  {
    table: fc.constantFrom("invoices", "people"),
    id: fc.constantFrom("1", "2", "3"),
    label: fc.constantFrom("First", "Second"),
  },
  { requiredKeys: ["table", "id"], noNullPrototype: true },
);
const aSubject = fc.oneof(
  aPerson.map((actorId) => ({ actorId })),
  aTarget.map(({ table, id }) => ({ target: { table, id } })),
);

const someFields = fc.record(
  {
    action: fc.constantFrom("invoices.sent", "sessions.opened", "people.updated"),
    outcome: fc.constantFrom<NewEntry["outcome"]>("success", "failure", "denied"),
    target: aTarget,
    tenantId: fc.constantFrom("acme", "birch"),
    related: fc.constant([{ table: "customers", id: "c1" }]),
    changes: fc.constantFrom(
      [{ path: "email", before: "a@ann.example", after: "b@ann.example" }],
      [
        { path: "amount", before: 1, after: 2n },
        { path: "address.city", after: "Bern" },
      ],
    ),
    metadata: fc.constantFrom({ email: "a@ann.example" }, { note: "n", lines: [{ email: "e" }] }),
    reason: fc.constant("because"),
    personal: fc.subarray(
      ["changes.email", "changes.address", "metadata.email", "metadata.lines.email"],
      { minLength: 1 },
    ),
    operationId: fc.constant("op1"),
    jobId: fc.constant("job1"),
  },
  { requiredKeys: ["action"], noNullPrototype: true },
);

const someEntry = someFields.map((fields) => anEntry(fields as unknown as Partial<NewEntry>));

/** Up to ten entries in one commit: with steps of four, three parts under one seal. */
const aRecording = fc.record({
  do: fc.constant("record" as const),
  by: aPerson,
  entries: fc.oneof(
    { weight: 4, arbitrary: fc.array(someEntry, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(someEntry, { minLength: 5, maxLength: 10 }) },
  ),
});
const aSeal = fc.constant({ do: "seal" as const });

/** Nothing goes from these. */
export const aPlainHistory: fc.Arbitrary<History> = withTwoSeals(
  fc.array(fc.oneof({ weight: 2, arbitrary: aRecording }, { weight: 1, arbitrary: aSeal }), {
    minLength: 2,
    maxLength: 5,
  }),
);

export const aHistory: fc.Arbitrary<History> = withTwoSeals(
  fc.array(
    fc.oneof<fc.MaybeWeightedArbitrary<Act>[]>(
      { weight: 6, arbitrary: aRecording },
      { weight: 3, arbitrary: aSeal },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant("prune"), days: fc.integer({ min: 1, max: 40 }) }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constantFrom("erase", "erase", "erase", "hold", "release"),
          subject: aSubject,
        }),
      },
    ),
    { minLength: 3, maxLength: 7 },
  ),
);

/** So that there is something to tamper with. */
function withTwoSeals(acts: fc.Arbitrary<History>): fc.Arbitrary<History> {
  return fc
    .tuple(aRecording, acts, aRecording)
    .map(([first, middle, last]) => [first, { do: "seal" }, ...middle, last, { do: "seal" }]);
}

/** The same history for the same seed, each time. */
export function histories(arbitrary: fc.Arbitrary<History>, count: number): History[] {
  return fc.sample(arbitrary, { seed: 7, numRuns: count });
}

export const RULES = [
  { prefix: "sessions.", days: 1 },
  { prefix: "", days: 30 },
];

/** Lets a history happen. Needs fake timers. */
export async function live(history: History): Promise<TestComponent> {
  vi.setSystemTime(NOON);
  const t = aComponent();
  for (const act of history) await happen(t, act);
  return t;
}

async function happen(t: TestComponent, act: Act): Promise<void> {
  vi.advanceTimersByTime(1000);
  switch (act.do) {
    case "record": {
      const actor = { type: "user" as const, id: act.by, label: act.by.toUpperCase() };
      const caller = aCaller({ actor });
      const from = t.withRequestMetadata({ ip: "203.0.113.176", userAgent: "Firefox" });
      await from.mutation(api.auditLogs.recordMany, { caller, entries: act.entries });
      return;
    }
    case "seal":
      await seal(t);
      return;
    case "prune":
      vi.advanceTimersByTime(act.days * 86_400_000);
      await t.mutation(api.auditRetention.prune, { caller: aCaller(), rules: RULES });
      await settle(t);
      return;
    case "erase":
      await t
        .mutation(api.auditErasure.pseudonymize, { caller: aCaller(), subject: act.subject })
        .catch(throwUnlessHeld);
      await settle(t);
      return;
    case "hold":
    case "release": {
      const args = { caller: aCaller(), subject: act.subject, reason: "lawsuit" };
      await t.mutation(api.auditRetention[act.do], args);
    }
  }
}

function throwUnlessHeld(error: { data?: { code?: string } }): void {
  if (error.data?.code !== "HELD") throw error as Error;
}
