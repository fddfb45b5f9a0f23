import { stopClock, NOON } from "../clock";
import type { LogWorld } from "../hosts/logWorld";
import { openChoreWorld, type ChoreWorld } from "../hosts/platform/world";
import { costOf, record, type Recording } from "../instrument";
import type { Finding } from "./line";
import type { Case, Study } from "./study";

/**
 * What happens behind the writers, for a whole log of `size` entries: the figures divided by the
 * size are those of one entry. A chore has to read each entry once; removing one reads it again.
 */
const SIZES = [100, 1_000, 10_000];

const seal: Case<ChoreWorld> = {
  row: 24,
  op: "seal a log",
  measure: async (world) =>
    // A seal and its leaves for each thousand; the counts for charts take a few more.
    finding(await record(() => world.seal()), world, { docsRead: 1, docsWritten: 0 }),
};

const verify: Case<ChoreWorld> = {
  row: 25,
  op: "verify a log",
  measure: async (world) => {
    await world.seal();
    return finding(await record(() => world.verify()), world, { docsRead: 1, docsWritten: 0 });
  },
};

const prune: Case<ChoreWorld> = {
  row: 26,
  op: "prune a log",
  measure: async (world) => {
    await world.seal();
    world.passRetention();
    return finding(await record(() => world.prune()), world, { docsRead: 2, docsWritten: 1 });
  },
};

const exportAll: Case<ChoreWorld> = {
  row: 27,
  op: "export a log",
  measure: async (world) =>
    finding(await record(() => world.export()), world, { docsRead: 1, docsWritten: 0 }),
};

/** @param floor - documents for one entry */
function finding(
  recording: Recording,
  { size }: LogWorld,
  floor: { docsRead: number; docsWritten: number },
): Finding {
  const withinReach = (documents: number) => Math.ceil(size * documents * 1.02) + size / 50 + 20;
  return {
    figures: costOf(recording),
    floor: { docsRead: size * floor.docsRead, docsWritten: size * floor.docsWritten },
    target: {
      atMost: {
        docsRead: withinReach(floor.docsRead),
        docsWritten: withinReach(floor.docsWritten),
        // No transaction of a chore takes more than half of a limit, at any size.
        maxDocsRead: 16_000,
        maxDocsWritten: 8_000,
      },
    },
  };
}

const open = async () => await openChoreWorld(stopClock(NOON));

/** A world for each, because each of them leaves another log behind. */
export const auditChores: Study<ChoreWorld>[] = SIZES.flatMap((size) =>
  [seal, verify, prune, exportAll].map((measured) => ({
    worlds: { "convex-platform": open },
    cases: [{ ...measured, sizes: [size] }],
  })),
);
