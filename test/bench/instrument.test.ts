import { describe, expect, test } from "vitest";
import { conflictBetween, costOf, record, withinHostCall } from "../../bench/instrument";
import { api } from "./fixture/api";
import { aWorldOfBooks, type BookWorld } from "./fixture/world";

describe("costOf", () => {
  test("charges an insert through the component as one write, no read and two index keys", async () => {
    const { t } = await aWorldOfBooks(3);
    const recording = await record(() => t.mutation(api.host.add, { shelf: "a", number: 4 }));
    expect(costOf(recording)).toMatchObject({
      calls: 1,
      mutations: 1,
      nested: 1,
      docsRead: 0,
      docsWritten: 1,
      ranges: 0,
      intervals: 0,
      indexEntries: 2,
      transactions: 1,
    });
  });

  test("charges a page by its rows, whatever else the table holds", async () => {
    const { t } = await aWorldOfBooks(20);
    const recording = await record(() => t.query(api.host.list, { shelf: "a", from: 5, count: 7 }));
    expect(costOf(recording)).toMatchObject({
      calls: 1,
      queries: 1,
      nested: 1,
      docsRead: 7,
      docsWritten: 0,
      ranges: 1,
      intervals: 1,
    });
  });

  test("charges a patch as one read and one write, and its document as one interval", async () => {
    const { t, ids } = await aWorldOfBooks(1);
    const recording = await record(() => t.mutation(api.host.renumber, { id: ids[0]!, number: 9 }));
    expect(costOf(recording)).toMatchObject({
      docsRead: 1,
      docsWritten: 1,
      ranges: 0,
      intervals: 1,
      indexEntries: 2,
    });
  });

  test("charges a delete no index key", async () => {
    const { t, ids } = await aWorldOfBooks(1);
    const recording = await record(() => t.mutation(api.host.remove, { id: ids[0]! }));
    expect(costOf(recording)).toMatchObject({ docsRead: 1, docsWritten: 1, indexEntries: 0 });
  });

  test("leaves out the writes of a nested mutation that failed", async () => {
    const { t } = await aWorldOfBooks();
    const recording = await record(() => t.mutation(api.host.tryToAdd, { shelf: "a", number: 1 }));
    expect(costOf(recording)).toMatchObject({ docsWritten: 0, indexEntries: 0, nested: 1 });
  });

  test("counts an action and its two transactions as three calls", async () => {
    const { t } = await aWorldOfBooks(2);
    const recording = await record(() =>
      t.action(api.hostActions.addByAction, { shelf: "a", number: 3 }),
    );
    expect(costOf(recording)).toMatchObject({
      calls: 3,
      mutations: 1,
      queries: 1,
      actions: 1,
      nested: 2,
      docsRead: 2,
      docsWritten: 1,
      transactions: 2,
    });
  });

  test("grows with the bytes of the index keys", async () => {
    const { t } = await aWorldOfBooks();
    const short = await record(() => t.mutation(api.host.add, { shelf: "a", number: 1 }));
    const long = await record(() =>
      t.mutation(api.host.add, { shelf: "a".repeat(101), number: 1 }),
    );
    expect(costOf(long).indexBytesWritten - costOf(short).indexBytesWritten).toBe(100);
  });
});

describe("withinHostCall", () => {
  test("leaves out the call of the host's own function", async () => {
    const { t } = await aWorldOfBooks();
    const recording = await record(() => t.mutation(api.host.add, { shelf: "a", number: 1 }));
    expect(withinHostCall(costOf(recording), "mutation")).toMatchObject({
      calls: 0,
      mutations: 0,
      nested: 1,
    });
  });
});

describe("record", () => {
  test("covers nothing but its own run", async () => {
    const { t } = await aWorldOfBooks();
    await record(() => t.mutation(api.host.add, { shelf: "a", number: 1 }));
    const second = await record(() => t.mutation(api.host.add, { shelf: "a", number: 2 }));
    expect(costOf(second)).toMatchObject({ calls: 1, docsWritten: 1 });
  });

  test("ends when the run fails", async () => {
    const { t } = await aWorldOfBooks();
    await expect(record(() => t.mutation(api.host.remove, { id: "none" }))).rejects.toThrow();
    const next = await record(() => t.mutation(api.host.add, { shelf: "a", number: 1 }));
    expect(costOf(next)).toMatchObject({ docsWritten: 1 });
  });

  test("refuses to run inside another recording", async () => {
    await expect(record(() => record(async () => {}))).rejects.toThrow("A recording is on already");
  });

  test("names the function a transaction was opened for", async () => {
    const { t } = await aWorldOfBooks();
    const { transactions } = await record(() =>
      t.mutation(api.host.add, { shelf: "a", number: 1 }),
    );
    expect(transactions.map(({ name }) => name)).toEqual(["host:add"]);
  });
});

describe("conflictBetween", () => {
  /** Runs both in a world with books 1 to 3 on shelf "a". */
  async function conflictOf(
    first: (world: BookWorld) => Promise<unknown>,
    second: typeof first,
  ): Promise<string | null> {
    const world = await aWorldOfBooks(3);
    const writer = await record(() => first(world));
    const reader = await record(() => second(world));
    return conflictBetween(writer, reader);
  }

  test("two inserts do not conflict", async () => {
    const add = ({ t }: BookWorld) => t.mutation(api.host.add, { shelf: "a", number: 4 });
    expect(await conflictOf(add, add)).toBeNull();
  });

  test("two that read the newest row before they insert do", async () => {
    const addNext = ({ t }: BookWorld) => t.mutation(api.host.addNext, { shelf: "a" });
    expect(await conflictOf(addNext, addNext)).toBe(
      "host:addNext is retried after host:addNext: shelves/books.by_shelf",
    );
  });

  test("a range of another key is not touched", async () => {
    expect(
      await conflictOf(
        ({ t }) => t.mutation(api.host.addNext, { shelf: "a" }),
        ({ t }) => t.mutation(api.host.addNext, { shelf: "b" }),
      ),
    ).toBeNull();
  });

  test("a limited read does not depend on what lies behind its last row", async () => {
    const addAboveFirst = ({ t }: BookWorld) =>
      t.mutation(api.host.addAboveFirst, { shelf: "a", number: 9 });
    expect(await conflictOf(addAboveFirst, addAboveFirst)).toBeNull();
  });

  test("a limited read depends on what comes to lie before its last row", async () => {
    expect(
      await conflictOf(
        ({ t }) => t.mutation(api.host.add, { shelf: "a", number: 0.5 }),
        ({ t }) => t.mutation(api.host.addAboveFirst, { shelf: "a", number: 9 }),
      ),
    ).toContain("shelves/books.by_shelf");
  });

  test("a row that leaves a range counts as much as one that enters it", async () => {
    expect(
      await conflictOf(
        ({ t, ids }) => t.mutation(api.host.remove, { id: ids[2]! }),
        ({ t }) => t.mutation(api.host.addNext, { shelf: "a" }),
      ),
    ).toContain("shelves/books.by_shelf");
  });

  test("two changes of one document conflict, of two documents not", async () => {
    const renumber =
      (index: number) =>
      ({ t, ids }: BookWorld) =>
        t.mutation(api.host.renumber, { id: ids[index]!, number: 7 });
    expect(await conflictOf(renumber(0), renumber(0))).toContain("shelves/books (a document)");
    expect(await conflictOf(renumber(0), renumber(1))).toBeNull();
  });

  test("a query is never retried", async () => {
    expect(
      await conflictOf(
        ({ t }) => t.mutation(api.host.add, { shelf: "a", number: 4 }),
        ({ t }) => t.query(api.host.list, { shelf: "a", from: 0, count: 10 }),
      ),
    ).toBeNull();
  });

  test("a stale snapshot is no dependency", async () => {
    const afterStaleReads = ({ t, ids }: BookWorld) =>
      t.mutation(api.host.addAfterStaleReads, { shelf: "a", number: 9, id: ids[0]! });
    const renumber = ({ t, ids }: BookWorld) =>
      t.mutation(api.host.renumber, { id: ids[0]!, number: 7 });
    expect(await conflictOf(renumber, afterStaleReads)).toBeNull();
  });

  test("a range begins at its lower bound", async () => {
    const add = ({ t }: BookWorld) => t.mutation(api.host.add, { shelf: "a", number: 20 });
    const addAfterListFrom =
      (from: number) =>
      ({ t }: BookWorld) =>
        t.mutation(api.host.addAfterList, { shelf: "a", number: 30, from });
    expect(await conflictOf(add, addAfterListFrom(20))).toContain("shelves/books.by_shelf");
    expect(await conflictOf(add, addAfterListFrom(21))).toBeNull();
  });

  test("what a transaction reads of its own commit is nobody else's", async () => {
    const addAndCountOwn = ({ t }: BookWorld) =>
      t.mutation(api.host.addAndCountOwn, { shelf: "a", number: 9 });
    expect(await conflictOf(addAndCountOwn, addAndCountOwn)).toBeNull();
  });

  test("what was rolled back cannot be in the way", async () => {
    expect(
      await conflictOf(
        ({ t }) => t.mutation(api.host.tryToAdd, { shelf: "a", number: 9 }),
        ({ t }) => t.mutation(api.host.addNext, { shelf: "a" }),
      ),
    ).toBeNull();
  });
});
