import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { isPlatformError } from "../../src/shared/errors.js";
import { aTrashHost, withRoomFor, type TrashHost } from "./trashHost.js";

/**
 * Operations of many steps, with everything else between their steps. Where they end must not depend
 * on it: each row in the trash belongs to one operation, and what all took is back when all are.
 */

afterEach(() => void vi.useRealTimers());

const pick = fc.nat(1000);
const commands = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant("softDelete" as const), pick }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("restore" as const), pick }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("step" as const), pick }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("create" as const), pick }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("pay" as const), pick }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("number" as const), pick }) },
  ),
  { minLength: 3, maxLength: 16 },
);
type Command = {
  do: "softDelete" | "restore" | "step" | "create" | "pay" | "number";
  pick: number;
};

type Id = string;
type World = {
  h: TrashHost;
  customers: Id[];
  invoices: Id[];
  lines: Id[];
  payments: Id[];
  /** Lines that were made under an invoice in the trash. */
  late: Set<Id>;
};

/** Two customers with three invoices each, of three lines and a note. */
async function aWorld(): Promise<World> {
  const h = aTrashHost();
  withRoomFor(2);
  const world: World = { h, customers: [], invoices: [], lines: [], payments: [], late: new Set() };
  for (const name of ["A", "B"]) {
    const customerId = await h.insert("customers", { name });
    world.customers.push(customerId);
    for (let i = 0; i < 3; i++) {
      const invoiceId = await h.insert("invoices", { number: `${name}${i}`, customerId });
      world.invoices.push(invoiceId);
      const texts = ["a", "b", "c"].map((text) => ({ text, invoiceId }));
      world.lines.push(...(await h.insertMany("lines", texts)));
      await h.insert("notes", { text: "n", invoiceId });
    }
  }
  return world;
}

async function perform(world: World, command: Command): Promise<void> {
  const { h, customers, invoices, lines, payments } = world;
  const { pick } = command;
  // Most happen in one millisecond.
  vi.setSystemTime(Date.now() + (pick % 8 === 0 ? 1 : 0));
  const invoiceId = invoices[pick % invoices.length];
  switch (command.do) {
    case "softDelete": {
      const all = [
        // Those above are few, and most goes on when one of them is deleted.
        ...Array<Id[]>(4)
          .fill(customers)
          .flatMap((ids) => ids.map((id) => ["customers", id])),
        ...Array<Id[]>(2)
          .fill(invoices)
          .flatMap((ids) => ids.map((id) => ["invoices", id])),
        ...lines.map((id) => ["lines", id]),
        ...payments.map((id) => ["payments", id]),
      ];
      return await mayFail(h.act("softDelete", ...all[pick % all.length]!));
    }
    case "restore": {
      const { page } = await h.look("list");
      if (page.length > 0) await mayFail(h.act("restore", page[pick % page.length]!.id));
      return;
    }
    case "step":
      return await h.step();
    case "create":
      world.lines.push(await h.insert("lines", { text: "new", invoiceId }));
      if (!(await h.live("invoices")).includes(invoiceId!)) world.late.add(world.lines.at(-1)!);
      return;
    case "pay":
      world.payments.push(await h.insert("payments", { invoiceId }));
      return;
    case "number":
      // Takes a number that one in the trash may have.
      if ((await h.get(invoiceId!))!["deletedAt"] !== undefined && pick % 3 === 0) {
        world.invoices.push(await h.insert("invoices", { number: `A${pick % 3}` }));
      }
  }
}

async function mayFail(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isPlatformError(error)) throw error;
  }
}

const TABLES = ["customers", "invoices", "lines", "payments"] as const;

/** Which rows are in the trash, and which the operations say are. */
async function compareTrash(world: World) {
  const { h } = world;
  const { page } = await h.look("list", { paginationOpts: { numItems: 200, cursor: null } });
  const claimed: string[] = [];
  for (const { id, state, root, taken } of page) {
    expect(state).toBe("trashed");
    claimed.push(root.id);
    const items = await h.look("listOperation", id, { numItems: 200, cursor: null });
    const along = items.page.filter(({ detached }) => !detached);
    claimed.push(...along.map((item) => item.id));
    const counts = Object.values(taken).reduce((sum, count) => sum + count, 0);
    expect(counts).toBe(along.length);
  }
  const trashed: string[] = [];
  for (const table of TABLES) {
    const live = new Set(await h.live(table));
    const all = await h.all(table);
    trashed.push(...all.filter((id) => !live.has(id)));
  }
  expect(claimed.sort()).toEqual(trashed.sort());
  await assertNoOrphans(world, new Set(trashed));
}

/** What came back did not come back without the row that it belongs to. */
async function assertNoOrphans({ h, late }: World, trashed: ReadonlySet<string>) {
  const orphans: unknown[] = [];
  for (const table of ["invoices", "lines"] as const) {
    for (const id of await h.live(table)) {
      if (late.has(id)) continue;
      const row = (await h.get(id))!;
      const parents = [row["customerId"], row["invoiceId"]] as (string | undefined)[];
      if (parents.some((parent) => parent !== undefined && trashed.has(parent))) orphans.push(row);
    }
  }
  expect(orphans).toEqual([]);
}

/** All is back, as if nothing had been. */
async function restoreEverything(world: World) {
  const { h } = world;
  withRoomFor(Infinity);
  // Whoever took a number gives it up: then nothing is left to stand in the way.
  for (const id of world.invoices.slice(6)) await h.patch(id, { number: id });
  for (let i = 0; i < 10; i++) {
    const { page } = await h.look("list", { paginationOpts: { numItems: 200, cursor: null } });
    if (page.length === 0) break;
    await h.act(
      "restoreMany",
      page.map(({ id }) => id),
    );
    await h.settle();
  }
  for (const table of TABLES) expect(await h.live(table)).toEqual(await h.all(table));
}

describe("operations of many steps", () => {
  test("end exact whatever happens between the steps, in 300 histories", async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (history) => {
        const world = await aWorld();
        for (const command of history) await perform(world, command);
        await world.h.settle();
        await compareTrash(world);
        const notes = await world.h.notes();
        await restoreEverything(world);
        expect((await world.h.notes()).length).toBe(notes.length);
        expect((await world.h.notes()).every(({ invoiceId }) => invoiceId !== undefined)).toBe(
          true,
        );
      }),
      { numRuns: 300, seed: 20260115 },
    );
    // A machine that does much else takes many times as long as one that does not.
  }, 300_000);
});
