import { openGuardedWorld, type Change, type GuardedWorld } from "../hosts/platform/guardedWorld";
import { conflictBetween, costOf, difference, record, withinHostCall } from "../instrument";
import type { Figures } from "./line";
import type { Case, Study } from "./study";

/** Profiles besides the caller's. */
const SIZES = [0, 100, 1_000];

// --- Rows 4 and 5: profile sync ----------------------------------------------------------------

const syncUnchanged: Case<GuardedWorld> = {
  row: 4,
  op: "profile sync, unchanged",
  sizes: SIZES,
  measure: async (world) => {
    await world.login();
    return await measureLogins({ docsRead: 1, docsWritten: 0 }, () => world.login());
  },
};

const syncChanged: Case<GuardedWorld> = {
  row: 5,
  op: "profile sync, changed, with its entry",
  sizes: SIZES,
  measure: async (world) => {
    await world.login("Ann");
    const recording = await record(() => world.login("Ann Lee"));
    const documents = { docsRead: 2, docsWritten: 2 };
    return {
      figures: withinHostCall(costOf(recording), "mutation"),
      floor: { ...documents, ranges: 1 },
      target: { exactly: { calls: 0, nested: 1, ...documents } },
    };
  },
};

const syncNew: Case<GuardedWorld> = {
  row: 5,
  op: "profile sync, new, with its entry",
  sizes: SIZES,
  measure: (world) => measureLogins({ docsRead: 0, docsWritten: 2 }, () => world.arrive()),
};

async function measureLogins(documents: Figures, login: () => Promise<void>) {
  const first = await record(login);
  const second = await record(login);
  return {
    figures: withinHostCall(costOf(first), "mutation"),
    conflict: conflictBetween(first, second),
    floor: { ...documents, ranges: 1 },
    target: { exactly: { calls: 0, nested: 1, ...documents }, noConflict: true as const },
  };
}

// --- Row 16: rate limit ------------------------------------------------------------------------

const rateLimit: Case<GuardedWorld> = {
  row: 16,
  op: "rate limit (floor: the official component, called directly)",
  sizes: [0],
  measure: async (world) => {
    const official = await costOfLimit(world, "official");
    const { docsRead, docsWritten, ranges } = official;
    return {
      figures: await costOfLimit(world, "platform"),
      floor: { docsRead, docsWritten, ranges },
      // Ours is a call around its call, and nothing else.
      target: {
        exactly: { calls: 0, docsRead, docsWritten, ranges, nested: official.nested + 1 },
        atMost: { docsRead: 2, docsWritten: 1 },
      },
    };
  },
};

/** Of somebody who has used it before: the first use has less to read. */
async function costOfLimit(world: GuardedWorld, through: "platform" | "official") {
  await world.limit(through);
  return withinHostCall(costOf(await record(() => world.limit(through))), "mutation");
}

// --- Row 28: a guarded mutation over a bare one ------------------------------------------------

/** The profile is one read in one call, and the entries of all writes are one call together. */
const guardedMutations = [0, 1, 10].map((writes): Case<GuardedWorld> => ({
  row: 28,
  op: `guarded mutation with ${writes} writes, over a bare one`,
  sizes: SIZES,
  measure: (world) =>
    measureGuarded(world, writes, ["bare", "guarded"], {
      docsRead: 1,
      docsWritten: writes,
      ranges: 1,
      nested: writes === 0 ? 1 : 2,
    }),
}));

/** The diff of an entry needs the row as it was, so somebody has to read it. */
const guardedUnread: Case<GuardedWorld> = {
  row: 28,
  op: "guarded mutation with 1 write to a row it did not read, over a bare one",
  sizes: [0],
  measure: (world) =>
    measureGuarded(world, 1, ["bareUnread", "guardedUnread"], {
      docsRead: 2,
      docsWritten: 1,
      ranges: 2,
      nested: 2,
    }),
};

async function measureGuarded(
  world: GuardedWorld,
  writes: number,
  [bare, guarded]: [Change, Change],
  extra: { docsRead: number; docsWritten: number; ranges: number; nested: number },
) {
  const ids = await world.createInvoices(writes);
  const otherIds = await world.createInvoices(writes);
  const without = await record(() => world.change(bare, ids));
  const first = await record(() => world.change(guarded, ids));
  const second = await record(() => world.change(guarded, otherIds));
  const { docsRead, docsWritten, ranges } = extra;
  return {
    figures: difference(costOf(first), costOf(without)),
    conflict: conflictBetween(first, second),
    floor: { docsRead, docsWritten, ranges },
    target: { exactly: { calls: 0, ...extra }, noConflict: true as const },
  };
}

// --- The study ---------------------------------------------------------------------------------

export const guards: Study<GuardedWorld> = {
  worlds: { "convex-platform": openGuardedWorld },
  // Last what adds profiles.
  cases: [syncUnchanged, syncChanged, rateLimit, ...guardedMutations, guardedUnread, syncNew],
};
