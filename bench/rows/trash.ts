import { openConvexEntsWorld } from "../hosts/convexEnts/world";
import { openPlatformTrashWorld } from "../hosts/platform/trashWorld";
import type { TrashWorld } from "../hosts/trashWorld";
import { conflictBetween, costOf, difference, record, withinHostCall } from "../instrument";
import type { Case, Study } from "./study";

/** Invoices in the trash already. */
const SIZES = [0, 100, 1_000];

// --- Row 6: one row ------------------------------------------------------------------------------

const softDelete: Case<TrashWorld> = {
  row: 6,
  op: "soft delete of a row the caller has, with record and entry",
  sizes: SIZES,
  measure: async (world) => {
    const [one, other] = [await world.create(0), await world.create(0)];
    const read = await record(() => world.read(one));
    const first = await record(() => world.softDelete(one));
    const second = await record(() => world.softDelete(other));
    return {
      figures: difference(costOf(first), costOf(read)),
      conflict: conflictBetween(first, second),
      // The range is that of its lines, of which there are none.
      floor: { docsRead: 1, docsWritten: 3, ranges: 1 },
      target: {
        exactly: { calls: 0, nested: 1, docsRead: 1, docsWritten: 3 },
        noConflict: true as const,
      },
    };
  },
};

const softDeleteById: Case<TrashWorld> = {
  row: 6,
  op: "soft delete by an id alone, with record and entry",
  sizes: SIZES,
  measure: async (world) => {
    if (!world.softDeleteById) return null;
    const id = await world.create(0);
    const deletion = await record(() => world.softDeleteById!(id));
    return {
      figures: withinHostCall(costOf(deletion), "mutation"),
      floor: { docsRead: 2, docsWritten: 3, ranges: 2 },
      target: { exactly: { calls: 0, nested: 1, docsRead: 2, docsWritten: 3 } },
    };
  },
};

const restore: Case<TrashWorld> = {
  row: 6,
  op: "restore of one row, with record and entry",
  sizes: SIZES,
  measure: async (world) => {
    const one = await world.softDelete(await world.create(0));
    const other = await world.softDelete(await world.create(0));
    const first = await record(() => world.restore(one));
    const second = await record(() => world.restore(other));
    return {
      figures: withinHostCall(costOf(first), "mutation"),
      conflict: conflictBetween(first, second),
      floor: { docsRead: 3, docsWritten: 3, ranges: 1 },
      target: {
        exactly: { calls: 0, nested: 1, docsRead: 3, docsWritten: 3 },
        noConflict: true as const,
      },
    };
  },
};

// --- Row 7: a row with its children --------------------------------------------------------------

const cascades = [1, 10, 100].map((children): Case<TrashWorld> => ({
  row: 7,
  op: `soft delete with ${children} children`,
  sizes: SIZES,
  measure: async (world) => {
    const id = await world.create(children);
    const read = await record(() => world.read(id));
    const deletion = await record(() => world.softDelete(id));
    const docsRead = 2 * children + 1;
    return {
      figures: difference(costOf(deletion), costOf(read)),
      // A record by row would be twice as many writes as rows; this one holds a hundred in each.
      floor: { docsRead, docsWritten: children + Math.ceil(children / 100) + 3, ranges: 1 },
      target: {
        exactly: { calls: 0, nested: 1, docsRead },
        atMost: { docsWritten: 2 * children + 3 },
      },
    };
  },
}));

const manyChildren: Case<TrashWorld> = {
  row: 7,
  op: "soft delete with 5,000 children, to its end",
  sizes: [0],
  measure: async (world) => {
    const id = await world.create(5_000);
    const deletion = await record(() => world.softDelete(id));
    return {
      figures: withinHostCall(costOf(deletion), "mutation"),
      // Less than a quarter of what a transaction may: most of it is the host's.
      target: { atMost: { docsWritten: 10_003, maxDocsRead: 8_000, maxDocsWritten: 4_000 } },
    };
  },
};

// --- Row 8: purge --------------------------------------------------------------------------------

const purge: Case<TrashWorld> = {
  row: 8,
  op: "purge, per item of 100",
  sizes: SIZES,
  measure: async (world) => {
    if (!world.purge) return null;
    const items = 100;
    const bare = await world.softDelete(await world.create(0));
    const full = await world.softDelete(await world.create(items));
    const [restored, kept] = [await world.softDelete(await world.create(0)), await world.create(0)];
    const without = await record(() => world.purge!(bare));
    const with_ = await record(() => world.purge!(full));
    const deletion = await record(() => world.softDelete(kept));
    const restoration = await record(() => world.restore(restored));
    const each = difference(costOf(with_), costOf(without));
    return {
      figures: { docsRead: each.docsRead / items, docsWritten: each.docsWritten / items },
      conflict:
        conflictBetween(with_, deletion) ??
        conflictBetween(deletion, with_) ??
        conflictBetween(with_, restoration) ??
        conflictBetween(restoration, with_),
      floor: { docsRead: 3, docsWritten: 2 },
      target: { atMost: { docsRead: 3, docsWritten: 2 }, noConflict: true as const },
    };
  },
};

const purgeDue: Case<TrashWorld> = {
  row: 8,
  op: "purge of 100 rows that are due, each deleted by itself, per row",
  sizes: [0],
  measure: async (world) => {
    if (!world.purgeDue || !world.passRetention) return null;
    const rows = 100;
    await world.fill(world.size + rows);
    world.passRetention();
    const restored = await world.softDelete(await world.create(0));
    const kept = await world.create(0);
    const purge = await record(() => world.purgeDue!());
    const others = [
      await record(() => world.softDelete(kept)),
      await record(() => world.restore(restored)),
    ];
    const { docsRead, docsWritten } = costOf(purge);
    const conflicts = others.map(
      (other) => conflictBetween(purge, other) ?? conflictBetween(other, purge),
    );
    return {
      figures: { docsRead: docsRead / rows, docsWritten: docsWritten / rows },
      conflict: conflicts.find((conflict) => conflict !== null) ?? null,
      // Each has an operation besides, which is found and patched, and an entry.
      floor: { docsRead: 4, docsWritten: 3 },
      target: { atMost: { docsRead: 4, docsWritten: 3 }, noConflict: true as const },
    };
  },
};

// --- Row 17: import ------------------------------------------------------------------------------

const imports = [1, 100, 1_000].map((count): Case<TrashWorld> => ({
  row: 17,
  op: `import of ${count} rows, with an entry each`,
  sizes: SIZES,
  measure: async (world) => {
    if (!world.importInvoices) return null;
    const first = await record(() => world.importInvoices!(count));
    const second = await record(() => world.importInvoices!(count));
    const documents = { docsRead: 0, docsWritten: 2 * count };
    return {
      figures: withinHostCall(costOf(first), "mutation"),
      conflict: conflictBetween(first, second),
      floor: documents,
      target: { exactly: { calls: 0, nested: 1, ...documents }, noConflict: true as const },
    };
  },
}));

// --- The study -----------------------------------------------------------------------------------

export const trash: Study<TrashWorld> = {
  worlds: { "convex-platform": openPlatformTrashWorld, "convex-ents": openConvexEntsWorld },
  cases: [
    restore,
    purge,
    purgeDue,
    ...imports,
    softDelete,
    softDeleteById,
    ...cascades,
    manyChildren,
  ],
};
